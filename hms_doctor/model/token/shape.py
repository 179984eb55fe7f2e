"""What a text that should be a token is made of (RFC 7515 section 3.1, RFC 7519 section 7.2): read, never judged.

Every position is that of a character of the given text, counted from 1.
"""

import re
from enum import StrEnum
from typing import Final, TypeAlias

from hms_doctor.model.careful_json import BrokenJson, JsonRead, NotUtf8, ObjectRead, OtherJson, read_object
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.token.facts import LARGEST_TOKEN, WellFormedToken
from hms_doctor.model.token.reading import decoded, read_sound

PARTS: Final = 3


class Part(StrEnum):
    """The three segments of a token."""

    HEADER = "header"
    CLAIMS = "claims"
    SIGNATURE = "signature"


class Thing(StrEnum):
    """What people give in place of a token."""

    ROOM_CODE = "a room code"
    ROOM_LINK = "a room link"
    URL = "a URL"
    KEY_OR_ROOM = "24 hex digits: an access key or a room id"
    SECRET = "a long text without dots: by its form an app secret"
    IDENTIFIER = "a UUID"
    CLAIMS = "claims in plain JSON, not signed"
    PLACEHOLDER = "a placeholder that was never filled in"
    FILE_NAME = "the name of a file"
    PEM = "a key or certificate in PEM form"


@dataclass(frozen=True, kw_only=True)
class Empty:
    """Nothing, or nothing but blanks."""


@dataclass(frozen=True, kw_only=True)
class TooLarge:
    """More than anybody reads."""


@dataclass(frozen=True, kw_only=True)
class Mistaken:
    """Another thing than a token."""

    thing: Thing


@dataclass(frozen=True, kw_only=True)
class WrongParts:
    """Another number of segments than three."""

    found: int


@dataclass(frozen=True, kw_only=True)
class CutOff:
    """A token that ends (or begins) where no token does; ``where`` completes "it …"."""

    where: str
    length: int


@dataclass(frozen=True, kw_only=True)
class ForeignCharacter:
    """A character that base64url does not have, or a segment of an impossible length (``character`` is empty)."""

    part: Part
    position: int
    character: str


@dataclass(frozen=True, kw_only=True)
class NotText:
    """A segment whose bytes are no UTF-8."""

    part: Part
    position: int


@dataclass(frozen=True, kw_only=True)
class NotJson:
    """A segment that is no JSON."""

    part: Part
    position: int
    why: str
    ends_early: bool


@dataclass(frozen=True, kw_only=True)
class NotAnObject:
    """A segment that is JSON, but no object."""

    part: Part
    kind: str


Fault: TypeAlias = (
    Empty | TooLarge | Mistaken | WrongParts | CutOff | ForeignCharacter | NotText | NotJson | NotAnObject
)


@dataclass(frozen=True, kw_only=True)
class Wrapped:
    """Something stands around the token or within it that does not belong to it."""

    by: tuple[str, ...]
    inside: WellFormedToken | Fault


Shape: TypeAlias = WellFormedToken | Fault | Wrapped

_FOREIGN = re.compile(r"[^A-Za-z0-9_-]")


def read_parts(text: str) -> WellFormedToken | Fault:
    """Read a text as a token and nothing else; a text of another shape is not interpreted further."""
    for token in read_sound(text):
        return token
    if len(text) > LARGEST_TOKEN:
        return TooLarge()
    parts = text.split(".")
    if len(parts) != PARTS:
        return WrongParts(found=len(parts)) if text.strip() else Empty()
    return _fault(*parts)


def _fault(header: str, claims: str, signature: str) -> Fault:
    for part, segment, before in ((Part.HEADER, header, 0), (Part.CLAIMS, claims, len(header) + 1)):
        read = _read(part, segment, before)
        if not isinstance(read, ObjectRead):
            return read
    foreign = _FOREIGN.search(signature)
    at = foreign.start() if foreign else 0
    position = len(header) + len(claims) + 3 + at
    return ForeignCharacter(part=Part.SIGNATURE, position=position, character=signature[at : at + 1])


def _read(part: Part, segment: str, before: int) -> ObjectRead | Fault:
    foreign = _FOREIGN.search(segment)
    if foreign:
        return ForeignCharacter(part=part, position=before + foreign.start() + 1, character=foreign[0])
    if len(segment) % 4 == 1:
        return ForeignCharacter(part=part, position=before + len(segment), character="")
    return _object(part, read_object(decoded(segment)), before)


def _object(part: Part, read: JsonRead, before: int) -> ObjectRead | Fault:
    match read:
        case ObjectRead():
            return read
        case NotUtf8(at=at):
            return NotText(part=part, position=_position(before, at))
        case BrokenJson(at=at, why=why, ends_early=ends_early):
            return NotJson(part=part, position=_position(before, at), why=why, ends_early=ends_early)
        case OtherJson(kind=kind):
            return NotAnObject(part=part, kind=kind)


def _position(before: int, byte: int) -> int:
    """The character that carries the first bits of a byte: three bytes make four characters (RFC 4648 section 4)."""
    return before + byte * 4 // 3 + 1
