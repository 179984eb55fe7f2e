"""The one customer of the simulator: its keys, its room, and the tokens it mints."""

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import field

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.simulator.policy import ROLES
from hms_doctor.simulator.scenario import Signature, TokenScript

_BACKDATED = 10  # seconds, as 100ms's own server SDK does
LIFETIME = 24 * 3600  # seconds
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALGORITHMS = {Signature.NONE: "none", Signature.RS256: "RS256"}


def _room_code() -> str:
    """Make up a code in the shape of 100ms's (room codes: three, four and three letters)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _letter in range(length)) for length in (3, 4, 3))


@dataclass(frozen=True, kw_only=True)
class Account:
    """Fresh keys and a fresh room, made up for one run."""

    access_key: str = field(default_factory=lambda: secrets.token_hex(12))
    app_secret: Secret = field(default_factory=lambda: Secret(secrets.token_urlsafe(48)))
    room_id: str = field(default_factory=lambda: secrets.token_hex(12))
    room_codes: Mapping[str, str] = field(default_factory=lambda: {role: _room_code() for role in ROLES})  # by role

    def claims(self, role: str, now: float, user_id: str = "") -> dict[str, JsonValue]:
        """Give the claims of an app token (100ms: security and tokens)."""
        issued = int(now) - _BACKDATED
        return {
            "access_key": self.access_key,
            "room_id": self.room_id,
            "user_id": user_id or f"simulated-{role}",
            "role": role,
            "type": "app",
            "version": 2,
            "iat": issued,
            "nbf": issued,
            "exp": issued + LIFETIME,
            "jti": str(uuid.uuid4()),
        }

    def mint(self, role: str, now: float, script: TokenScript, user_id: str = "") -> Secret:
        """Give a token for this role as the script wants it."""
        claims = script.reshape(self.claims(role, now, user_id))
        header = {"alg": _ALGORITHMS.get(script.signature, "HS256"), "typ": "JWT"}
        signed = f"{segment(header)}.{segment(claims)}"
        return Secret(script.mangle(f"{signed}.{encoded(self._sign(signed.encode(), script.signature))}"))

    def _sign(self, signed: bytes, signature: Signature) -> bytes:
        match signature:
            case Signature.GOOD:
                return hs256(signed, self.app_secret)
            case Signature.WRONG_SECRET:
                return hs256(signed, Secret(secrets.token_urlsafe(48)))
            case Signature.NONE:
                return b""
            case Signature.RS256:
                return _rs256(signed)


def encoded(data: bytes) -> str:
    """Give base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def segment(content: JsonObject) -> str:
    """Give JSON as one segment of a token."""
    return encoded(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode())


def hs256(signed: bytes, secret: Secret) -> bytes:
    """Sign header and claims (RFC 7518, 3.2)."""
    return hmac.digest(secret.reveal().encode(), signed, hashlib.sha256)


def _rs256(signed: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.sign(signed, padding.PKCS1v15(), SHA256())
