"""What the claims of a token mean, and how one claim reads (as named tuples, which load quickly)."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

from hms_doctor.model.careful_json import kind_of
from hms_doctor.model.json import JsonObject, JsonValue

MEANINGS: Final[Mapping[str, str]] = {
    "access_key": "the app's key",
    "room_id": "the room to join",
    "user_id": "your own id of the person",
    "role": "the role in the room",
    "type": "app: a person joins with it",
    "version": "the form of the token",
    "iat": "issued",
    "nbf": "valid from",
    "exp": "valid until",
    "jti": "the token's own id",
    "app_id": "from before July 2021, not read any more",
    "iss": "the customer's id in tokens from before July 2021",
}
"""The claims of 100ms's tokens in the order in which people read them (100ms: Authentication and Tokens)."""
TIMES: Final = ("iat", "nbf", "exp")
OBJECT_ID = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)
"""The form of access keys and room ids: 24 hex digits."""
ROOM_CODE = re.compile(r"[a-z0-9]{3}-[a-z0-9]{4}-[a-z0-9]{3}", re.IGNORECASE)
"""The form of room codes (100ms: room codes)."""
_SHOWN: Final = 60
_ENDS: Final = 4


class TextClaim(NamedTuple):
    """A claim that is text, as it should be."""

    value: str


class AbsentClaim(NamedTuple):
    """A claim that is not there, is null, or is empty text: a server reads all three as nothing."""

    how: str  # completes "it …": "is missing", "is empty"


class OddClaim(NamedTuple):
    """A claim that is no text; ``shown`` completes "it is …"."""

    shown: str
    as_text: str  # how the value reads when it is sent as text, empty where it cannot be


Claim: TypeAlias = TextClaim | AbsentClaim | OddClaim


def read_claim(claims: JsonObject, name: str) -> Claim:
    """Read a claim that should be text."""
    match claims.get(name):
        case None:
            return AbsentClaim(how="is null" if name in claims else "is missing")
        case str(text) if text.strip():
            return TextClaim(value=text)
        case str():
            return AbsentClaim(how="is empty")
        case value:
            return OddClaim(shown=shown_with_kind(value), as_text=_as_text(value))


def _as_text(value: JsonValue) -> str:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def shown(value: JsonValue) -> str:
    """Give a value in a few characters: text as it is, a number in digits, a list or object by its size."""
    match value:
        case str():
            return value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…"
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[value]
        case int() | float():
            digits = str(value)
            return digits if len(digits) <= _SHOWN else f"{digits[: _SHOWN - 1]}…"
        case _:
            return f"{kind_of(value)} of {len(value)}"


def shown_with_kind(value: JsonValue) -> str:
    """Give a value with its kind, to complete "it is …": ``the number 17``, ``the text "17"``, ``a list of 2``."""
    match value:
        case str():
            return f'the text "{shown(value)}"'
        case bool() | None:
            return shown(value)
        case int() | float():
            return f"the number {shown(value)}"
        case _:
            return shown(value)


def shortened(identifier: str) -> str:
    """Give the two ends of a long id: enough to recognise it."""
    if len(identifier) <= 2 * _ENDS + 1:
        return shown(identifier)
    return f"{identifier[:_ENDS]}…{identifier[-_ENDS:]}"
