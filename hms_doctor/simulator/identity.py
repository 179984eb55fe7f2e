"""Who a simulator is: its account and its certificate authority, fresh for one run or kept from run to run."""

import json
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hms_doctor.model.json import JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.simulator.account import Account
from hms_doctor.simulator.certificates import Root, key_of, new_key, private_pem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

OWN_NAME: Final = "hms-doctor simulator CA"
_FILE: Final = "simulator.json"
_CA_FILE: Final = "ca.pem"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The keys of all kinds; with ``folder`` the CA's file lies there, else with the simulator's own files."""

    account: Account = field(default_factory=Account)
    root: Root = field(default_factory=lambda: Root(OWN_NAME, new_key()))
    key: "EllipticCurvePrivateKey" = field(default_factory=new_key)  # of every server certificate
    folder: str = ""

    def ca_file(self, otherwise: Path) -> Path:
        """Give where the root's certificate is, or is to be."""
        return (Path(self.folder) if self.folder else otherwise) / _CA_FILE


def kept_in(folder: str) -> Identity:
    """Give the identity that this folder holds; a fresh one is put there where it holds none.

    Raises OSError where that is not possible, ValueError where the folder's file is none of ours.
    """
    place = Path(folder).absolute()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = place / _FILE
    if file.exists():
        return _read(file.read_bytes(), str(place))
    fresh = Identity(folder=str(place))
    fresh.ca_file(place).unlink(missing_ok=True)
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(json.dumps(_told(fresh), indent=2) + "\n", encoding="utf-8")
    return fresh


def _told(identity: Identity) -> dict[str, JsonValue]:
    account = identity.account
    return {
        "access_key": account.access_key,
        "app_secret": account.app_secret.reveal(),
        "room_id": account.room_id,
        "room_codes": dict(account.room_codes),
        "root_key": private_pem(identity.root.key).decode(),
        "server_key": private_pem(identity.key).decode(),
    }


def _read(text: bytes, folder: str) -> Identity:
    match json.loads(text):
        case {
            "access_key": str(access_key),
            "app_secret": str(app_secret),
            "room_id": str(room_id),
            "room_codes": {"host": str(), "guest": str()} as room_codes,
            "root_key": str(root_key),
            "server_key": str(server_key),
        }:
            account = Account(
                access_key=access_key, app_secret=Secret(app_secret), room_id=room_id, room_codes=room_codes
            )
            root = Root(OWN_NAME, key_of(root_key.encode()))
            return Identity(account=account, root=root, key=key_of(server_key.encode()), folder=folder)
        case _:
            raise ValueError("members are missing")
