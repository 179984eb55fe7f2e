"""A throw-away certificate authority; its keys live as long as the simulator, where only this user can read them."""

import base64
import hashlib
import ssl
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.simulator.certificates import (
    DAY,
    Root,
    Validity,
    issue_leaf,
    issue_root,
    new_key,
    pem,
    private_pem,
    spki,
)
from hms_doctor.simulator.identity import Identity
from hms_doctor.simulator.scenario import Certificate, TlsScript

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

PROXY_NAME = "Zscaler Root CA"
_DAYS = {Certificate.EXPIRED: (-60, -1), Certificate.NOT_YET_VALID: (1, 60)}
_VERSIONS = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Issues the certificates that a scenario asks for; ``hosts`` are the names and addresses a good one is for."""

    directory: Path
    hosts: tuple[str, ...]
    now: datetime  # on the server's clock, with its time zone
    identity: Identity

    @property
    def key(self) -> "EllipticCurvePrivateKey":
        """The key of every server certificate."""
        return self.identity.key

    @property
    def root(self) -> Root:
        """The root of every certificate that a client is to trust."""
        return self.identity.root

    @property
    def ca_file(self) -> Path:
        """The root certificate in PEM, to be trusted by clients."""
        path = self.identity.ca_file(self.directory)
        if not path.exists():
            # Valid for long on either side: the server's clock may be set far off ours.
            path.write_bytes(pem(issue_root(self.root, Validity(self.now - 3650 * DAY, self.now + 3650 * DAY))))
        return path

    @property
    def spki(self) -> str:
        """Base64 of the SHA-256 of the server's public key (RFC 7469, 2.4), as Chromium's switch wants it."""
        return base64.b64encode(hashlib.sha256(spki(self.key)).digest()).decode()

    def keep(self, name: str, secret: Secret) -> Path:
        """Give a file that only this user can read, for as long as the simulator lives."""
        path = self.directory / name
        path.touch(mode=0o600)
        path.write_text(secret.reveal(), encoding="utf-8")
        return path

    def context(self, script: TlsScript) -> ssl.SSLContext:
        """Give a server's TLS context with the certificate that the script names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain(script.certificate))
        context.maximum_version = _VERSIONS[script.newest]
        return context

    def _chain(self, kind: Certificate) -> Path:
        name = f"{kind.name.lower()}.pem"
        chain = self.directory / name
        if not chain.exists():
            begins, ends = _DAYS.get(kind, (-1, 30))
            validity = Validity(self.now + begins * DAY, self.now + ends * DAY)
            hosts = ("elsewhere.hms-doctor.test",) if kind is Certificate.WRONG_NAME else self.hosts
            leaf = issue_leaf(self._issuer(kind), self.key, hosts, validity)
            self.keep(name, Secret((private_pem(self.key) + pem(leaf)).decode()))
        return chain

    def _issuer(self, kind: Certificate) -> Root:
        match kind:
            case Certificate.INTERCEPTED:
                return Root(PROXY_NAME, new_key())
            case Certificate.SELF_SIGNED:
                return Root(self.hosts[0], self.key)
            case _:
                return self.root
