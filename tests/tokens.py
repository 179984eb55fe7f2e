"""Tokens for tests, made by PyJWT: nothing of ours has a hand in them."""

import time
from typing import Final

import jwt

from hms_doctor.model.secret import Secret
from hms_doctor.model.token.facts import TokenText, WellFormedToken
from hms_doctor.model.token.paste import read_token

ACCESS_KEY: Final = "60c0a1b2c3d4e5f607080912"
ROOM: Final = "60d1f2a3b4c5d6e7f8091a2b"
APP_SECRET: Final = "p0vKXqkZ8cTq1jWm4YbN7sRu2dHf5gLa9eVx3iOtC6BwMzEQyJhUrDnGkSlFTPAo"
ABSENT: Final = object()


def claims(**changes: object) -> dict[str, object]:
    """Healthy claims with changes; ABSENT takes a claim out."""
    now = int(time.time())
    healthy: dict[str, object] = {
        "access_key": ACCESS_KEY,
        "type": "app",
        "version": 2,
        "room_id": ROOM,
        "user_id": "u-17",
        "role": "host",
        "iat": now - 10,
        "nbf": now - 10,
        "exp": now + 86400,
        "jti": "4f0c5f0e-6a0b-4d5e-9a65-0a2b1f3c4d5e",
    }
    return {name: value for name, value in (healthy | changes).items() if value is not ABSENT}


def token(**changes: object) -> str:
    """A token that is healthy but for the changes."""
    return jwt.encode(claims(**changes), APP_SECRET, algorithm="HS256")


def signed(payload: bytes, header: bytes = b'{"alg":"HS256","typ":"JWT"}', signature: str = "s" * 43) -> str:
    """A token of raw bytes, whatever they are."""
    return ".".join([segment(header), segment(payload), signature])


def segment(raw: bytes) -> str:
    """base64url without padding."""
    return jwt.utils.base64url_encode(raw).decode()


def given(text: str) -> TokenText:
    """The token as a fact."""
    return TokenText(value=Secret(text), origin="a test")


def well_formed(**changes: object) -> WellFormedToken:
    """The token as it is read."""
    shape = read_token(token(**changes))
    assert isinstance(shape, WellFormedToken)
    return shape
