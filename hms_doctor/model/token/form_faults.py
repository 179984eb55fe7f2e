"""What is wrong with a token's form, fault by fault: its cause and its words."""

from collections.abc import Iterable, Mapping
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import token as causes
from hms_doctor.model.finding import Failed, Finding
from hms_doctor.model.token.facts import LARGEST_TOKEN, WellFormedToken
from hms_doctor.model.token.looked_at import LookedAt, evidence
from hms_doctor.model.token.shape import (
    CutOff,
    Empty,
    Fault,
    ForeignCharacter,
    Mistaken,
    NotAnObject,
    NotJson,
    NotText,
    Part,
    Thing,
    TooLarge,
    Wrapped,
    WrongParts,
)

_PASTED: Final[Mapping[Thing, Cause]] = {
    Thing.ROOM_CODE: causes.ROOM_CODE_PASTED,
    Thing.ROOM_LINK: causes.ROOM_CODE_PASTED,
    Thing.URL: causes.URL_PASTED,
    Thing.KEY_OR_ROOM: causes.SECRET_PASTED,
    Thing.SECRET: causes.SECRET_PASTED,
    Thing.PEM: causes.SECRET_PASTED,
    Thing.PLACEHOLDER: causes.PLACEHOLDER,
    Thing.IDENTIFIER: causes.MISTAKEN,
    Thing.CLAIMS: causes.MISTAKEN,
    Thing.FILE_NAME: causes.MISTAKEN,
}
_ACTIONS: Final[Mapping[Thing, str]] = {
    Thing.FILE_NAME: "Give the token in that file; here: --token-file FILE.",
    Thing.CLAIMS: "Sign these claims with HS256 and the app secret on your server; here: hms-doctor token create.",
}


def faults(shape: Fault | Wrapped, seen: LookedAt) -> Iterable[Finding]:
    """Say which segment is wrong and where, or what was given in place of a token."""
    match shape:
        case Wrapped(by=by, inside=inside):
            yield from _wrapped(by, inside, seen)
        case fault:
            yield _failed(fault, seen, "the token")


def _wrapped(by: tuple[str, ...], inside: WellFormedToken | Fault, seen: LookedAt) -> Iterable[Finding]:
    around = " and ".join(by)
    told = evidence(seen, around=list(by))
    if isinstance(inside, WellFormedToken):
        yield Failed(
            cause=causes.WRAPPED,
            summary=f"the token has {around}; the token itself is well formed",
            action=f"Strip {around} and pass the bare token to join().",
            evidence=told,
        )
    else:
        yield _failed(inside, seen, f"the token, less {around},")
        yield Failed(cause=causes.WRAPPED, summary=f"the token has {around}", evidence=told)


def _failed(fault: Fault, seen: LookedAt, subject: str) -> Failed:
    match fault:
        case ForeignCharacter() | NotText() | NotJson() | NotAnObject():
            return _in_segment(fault, seen, subject)
        case Empty():
            return Failed(cause=causes.EMPTY, summary=f"{subject} is empty ({seen.origin})", evidence=evidence(seen))
        case TooLarge():
            summary = f"the text is larger than {LARGEST_TOKEN // 1024 // 1024} MB"
            return Failed(cause=causes.TOO_LARGE, summary=summary, evidence=evidence(seen))
        case Mistaken(thing=thing):
            summary = f"this is no token but {thing.value}"
            return Failed(
                cause=_PASTED[thing], summary=summary, action=_ACTIONS.get(thing, ""), evidence=evidence(seen)
            )
        case WrongParts(found=found):
            plural = "segment" if found == 1 else "segments"
            summary = f"{subject} has {found} {plural} between dots, not 3"
            return Failed(cause=causes.SEGMENTS, summary=summary, evidence=evidence(seen, segments=found))
        case CutOff(where=where, length=length):
            summary = f"{subject} looks cut off: with {length} characters it {where}"
            return Failed(cause=causes.TRUNCATED, summary=summary, evidence=evidence(seen))


def _in_segment(fault: ForeignCharacter | NotText | NotJson | NotAnObject, seen: LookedAt, subject: str) -> Failed:
    match fault:
        case ForeignCharacter(part=part, position=position, character=""):
            summary = f"{subject} looks cut off: the length of its {part} is impossible in base64url"
            return _at(causes.TRUNCATED, summary, seen, part, position)
        case ForeignCharacter(part=part, position=position, character=character):
            summary = f"{subject} has {_named(character)} at character {position}, in its {part}"
            return _at(causes.BASE64, summary, seen, part, position)
        case NotText(part=part, position=position):
            summary = f"{subject} has no UTF-8 text at character {position}, in its {part}"
            return _at(causes.JSON, summary, seen, part, position)
        case NotJson(part=part, position=position, ends_early=True):
            summary = f"{subject} looks cut off: the JSON of its {part} ends early, near character {position}"
            return _at(causes.TRUNCATED, summary, seen, part, position)
        case NotJson(part=part, position=position, why=why):
            summary = f"{subject} has no JSON near character {position}, in its {part}: {why}"
            return _at(causes.JSON, summary, seen, part, position)
        case NotAnObject(part=part, kind=kind):
            return _at(causes.JSON, f"{subject} has {kind} as its {part}, not a JSON object", seen, part, 1)


def _at(cause: Cause, summary: str, seen: LookedAt, part: Part, position: int) -> Failed:
    return Failed(cause=cause, summary=summary, evidence=evidence(seen, segment=part.value, position=position))


_NAMES: Final = {
    " ": "a blank",
    "\n": "a line break",
    "\r": "a line break",
    "\t": "a tab",
    "=": "padding (=)",
    "+": "a + (base64, where base64url has -)",
    "/": "a / (base64, where base64url has _)",
    "%": "a % (percent-encoded text)",
    '"': "a quotation mark",
    "'": "a quotation mark",
}


def _named(character: str) -> str:
    """Name a character; a letter that base64url lacks is told by its code point, for it may look like one it has."""
    return _NAMES.get(character) or (
        f"a {character}" if character.isascii() and character.isprintable() else _code(character)
    )


def _code(character: str) -> str:
    return f"the character U+{ord(character):04X}"
