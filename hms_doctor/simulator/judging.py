"""Judging a token as the service does; the texts are those that a Go server with its usual JWT library gives."""

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.account import Account, hs256
from hms_doctor.simulator.policy import ROLES

_UNAUTHORIZED = 401
_NOT_FOUND = 404
_SEGMENTS = 3
_TYPES = {
    "access_key": "string",
    "room_id": "string",
    "user_id": "string",
    "role": "string",
    "type": "string",
    "iat": "int64",
    "nbf": "int64",
    "exp": "int64",
}


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The token is good."""

    role: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The token is not; ``message`` is what the server says of it."""

    message: str
    status: int = _UNAUTHORIZED
    details: tuple[str, ...] = ()


Judgement: TypeAlias = Accepted | Refused


class _BadTokenError(Exception):
    def __init__(self, message: str, *details: str, status: int = _UNAUTHORIZED) -> None:
        super().__init__(message)
        self.refused = Refused(message=message, status=status, details=details)


def judge(token: str, account: Account, now: float) -> Judgement:
    """Accept the token or say what is wrong with it, in the order in which a server finds out."""
    try:
        return _judge(token, account, now)
    except _BadTokenError as error:
        return error.refused


def _judge(token: str, account: Account, now: float) -> Accepted:
    parts = token.split(".")
    if len(parts) != _SEGMENTS:
        raise _BadTokenError("token contains an invalid number of segments")
    header, claims = _parsed(parts[0]), _parsed(parts[1])
    _check_types(claims)
    if header.get("alg") != "HS256":
        raise _BadTokenError(f"signing method {header.get('alg')} is invalid")
    if claims.get("access_key") != account.access_key:
        raise _BadTokenError("Token validation error", "not found")
    expected = hs256(f"{parts[0]}.{parts[1]}".encode(), account.app_secret)
    if not hmac.compare_digest(expected, _decoded(parts[2])):
        raise _BadTokenError("signature is invalid")
    _check_times(claims, now)
    return _check_room(claims, account)


def _decoded(segment: str) -> bytes:
    try:
        return base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _BadTokenError("illegal base64 data at input byte 0") from None


def _parsed(segment: str) -> JsonObject:
    try:
        content: JsonValue = json.loads(_decoded(segment))
    except (ValueError, RecursionError):
        raise _BadTokenError("invalid character looking for beginning of value") from None
    if not isinstance(content, Mapping):
        raise _BadTokenError("json: cannot unmarshal the value into Go value of type Claims")
    return content


def _check_types(claims: JsonObject) -> None:
    for name, kind in _TYPES.items():
        value = claims.get(name)
        if value is not None and not _FITS[kind](value):
            raise _BadTokenError(
                f"json: cannot unmarshal {_named(value)} into Go struct field Claims.{name} of type {kind}"
            )


_FITS: Mapping[str, Callable[[JsonValue], bool]] = {
    "string": lambda value: isinstance(value, str),
    "int64": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}


def _named(value: JsonValue) -> str:
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def _check_times(claims: JsonObject, now: float) -> None:
    expires, begins = claims.get("exp"), claims.get("nbf")
    if isinstance(expires, int | float) and now >= expires:
        raise _BadTokenError(f"token is expired by {_duration(now - expires)}")
    if isinstance(begins, int | float) and now < begins:
        raise _BadTokenError("token is not valid yet")


def _duration(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}h{rest // 60}m{rest % 60}s"


def _check_room(claims: JsonObject, account: Account) -> Accepted:
    # 100ms's own Node library leaves user_id out where it is not given: a missing one is an anonymous user's.
    role, user_id, room_id = claims.get("role"), claims.get("user_id", ""), claims.get("room_id")
    if claims.get("type") != "app":
        raise _BadTokenError("Token validation error", "invalid type")
    if not isinstance(role, str) or not isinstance(user_id, str) or not isinstance(room_id, str):
        raise _BadTokenError("Token validation error", "missing claims")
    if room_id != account.room_id:
        raise _BadTokenError("room not found", status=_NOT_FOUND)
    if role not in ROLES:
        raise _BadTokenError("Token validation error", "invalid role")
    return Accepted(role=role, user_id=user_id)
