"""HS256 signatures (RFC 7515, RFC 7518 section 3.2) and auth tokens as 100ms's Node server SDK makes them."""

import binascii
import hmac
import json
import uuid
from typing import Final

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.model.token.reading import decoded

BACKDATED: Final = 10
"""Seconds by which iat and nbf lie back, against clocks that differ (100ms's Node SDK: AuthService)."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an auth token shall say; ``valid_for`` is in seconds."""

    access_key: str
    room_id: str
    user_id: str
    role: str
    valid_for: int


def claims_for(wish: Wish, now: float) -> dict[str, JsonValue]:
    """Give the claims of a fresh auth token; ``now`` is in seconds since 1970 UTC."""
    issued = int(now) - BACKDATED
    return {
        "access_key": wish.access_key,
        "type": "app",
        "version": 2,
        "room_id": wish.room_id,
        "user_id": wish.user_id,
        "role": wish.role,
        "iat": issued,
        "nbf": issued,
        "exp": int(now) + wish.valid_for,
        "jti": str(uuid.uuid4()),
    }


def mint(claims: JsonObject, secret: Secret) -> Secret:
    """Sign claims with an app secret, as it stands. Raises ValueError for a secret that no HMAC takes (a PEM key)."""
    import warnings

    import jwt

    with warnings.catch_warnings():
        # The length of the secret is 100ms's choice, not the user's: PyJWT's advice on it would only puzzle.
        warnings.simplefilter("ignore")
        try:
            return Secret(jwt.PyJWS().encode(_json(claims), _bytes(secret), algorithm="HS256"))
        except jwt.InvalidKeyError:
            raise ValueError("the app secret is a PEM key; 100ms's app secret is a plain text") from None


def _json(claims: JsonObject) -> bytes:
    return json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode("utf-8", "surrogatepass")


def signed_with(token: str, key: bytes) -> bool:
    """Whether a token of three segments carries this key's HMAC-SHA256; the header's ``alg`` is not asked."""
    content, _, signature = token.rpartition(".")
    try:
        given = decoded(signature)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(_mac(content, key), given)


def _mac(content: str, key: bytes) -> bytes:
    return hmac.digest(key, content.encode("utf-8", "surrogatepass"), "sha256")
