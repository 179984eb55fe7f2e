"""What lasts from run to run where it is to be kept: the CA, the keys, the room and its codes."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from sim_clients import ask_init

from hms_doctor.simulator import Simulator
from hms_doctor.simulator.identity import kept_in


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


async def test_a_kept_simulator_is_trusted_and_takes_the_tokens_of_before(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "kept"
    async with Simulator(identity=kept_in(str(folder))) as first:
        token, before = first.tokens["host"], (first.ca_file.read_bytes(), first.spki, dict(first.room_codes))
        assert (first.ca_file, first.room_id) == (folder / "ca.pem", first.account.room_id)
    assert (mode(folder), mode(folder / "simulator.json")) == (0o700, 0o600)
    async with Simulator(identity=kept_in(str(folder))) as second:
        assert (second.ca_file.read_bytes(), second.spki, dict(second.room_codes)) == before
        assert (second.room_id, second.access_key) == (first.room_id, first.access_key)
        assert (await ask_init(second, token)).status_code == 200
    async with Simulator() as fresh:
        assert fresh.spki != second.spki
        assert (await ask_init(fresh, token)).status_code == 401


async def test_a_ca_file_without_its_keys_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("somebody's")
    async with Simulator(identity=kept_in(str(tmp_path))) as simulator:
        assert (await ask_init(simulator, simulator.tokens["host"])).status_code == 200


def other_key(*, locked: bool) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    lock = BestAvailableEncryption(b"x") if locked else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


@pytest.mark.parametrize(
    "change",
    [{"root_key": "x"}, {"room_codes": {}}, {"access_key": 7}, {"server_key": True}, {"server_key": False}],
    ids=str,
)
def test_a_file_that_is_none_of_ours_is_said_to_be_so(tmp_path: Path, change: dict[str, object]) -> None:
    kept_in(str(tmp_path))
    file = tmp_path / "simulator.json"
    change = {name: other_key(locked=value) if isinstance(value, bool) else value for name, value in change.items()}
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ValueError, match=r"."):
        kept_in(str(tmp_path))
    file.write_text("{")
    with pytest.raises(ValueError, match=r"."):
        kept_in(str(tmp_path))
