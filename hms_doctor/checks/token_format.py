"""The form of a JWT: three segments of base64url, a JSON header, JSON claims."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from hms_doctor.model.causes import Cause, Platform
from hms_doctor.model.causes import token as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.json import JsonValue
from hms_doctor.model.token import LARGEST_TOKEN, TokenText, WellFormedToken
from hms_doctor.model.token_claims import shown
from hms_doctor.model.token_paste import read_token
from hms_doctor.model.token_shape import (
    CutOff,
    Empty,
    Fault,
    ForeignCharacter,
    Mistaken,
    NotAnObject,
    NotJson,
    NotText,
    Part,
    Shape,
    Thing,
    TooLarge,
    Wrapped,
    WrongParts,
)

LONG: Final = 8000
"""Characters from which on many servers refuse a request line or header (nginx and Apache: 8 kB by default)."""
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


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """What the given text turned out to be."""

    shape: Shape
    origin: str
    length: int  # characters
    platform: Platform


def look_at(token: TokenText, platform: Platform) -> LookedAt:
    """Read a token; pure, so that `token decode` needs no event loop."""
    text = token.value.reveal()
    return LookedAt(shape=read_token(text), origin=token.origin, length=len(text), platform=platform)


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[LookedAt]:
    """Read the token that was given."""
    yield look_at(facts[TokenText], ctx.settings.platform)


def diagnose(seen: LookedAt) -> Iterable[Finding]:
    """Say which segment is wrong and where, or what was given in place of a token."""
    match seen.shape:
        case WellFormedToken() as token:
            yield Passed(summary=f"3 segments, {_algorithm(token)}", evidence=_evidence(seen))
            yield from _warnings(token, seen)
        case Wrapped(by=by, inside=inside):
            yield from _wrapped(by, inside, seen)
        case fault:
            yield _failed(fault, seen, "the token")


def _algorithm(token: WellFormedToken) -> str:
    return shown(token.header.get("alg")) if "alg" in token.header else "no algorithm named"


def _evidence(seen: LookedAt, **more: JsonValue) -> dict[str, JsonValue]:
    return {"from": seen.origin, "length": seen.length, **more}


def _warnings(token: WellFormedToken, seen: LookedAt) -> Iterable[Finding]:
    claims = token.text.reveal().split(".")[1]
    if seen.platform in {Platform.ANY, Platform.WEB} and ("-" in claims or "_" in claims):
        yield Warned(
            cause=causes.BASE64URL_ON_WEB,
            summary="the token is valid, but web SDK 0.15.2 cannot decode it: its claims hold - or _ in base64url, "
            "and atob throws InvalidCharacterError",
            evidence=_evidence(seen, segment="claims"),
        )
    if seen.length > LONG:
        yield Warned(
            cause=causes.LONG, summary=f"the token has {seen.length} characters", evidence=_evidence(seen, most=LONG)
        )


def _wrapped(by: tuple[str, ...], inside: WellFormedToken | Fault, seen: LookedAt) -> Iterable[Finding]:
    around = " and ".join(by)
    evidence = _evidence(seen, around=list(by))
    if isinstance(inside, WellFormedToken):
        yield Failed(
            cause=causes.WRAPPED,
            summary=f"the token has {around}; the token itself is well formed",
            action=f"Strip {around} and pass the bare token to join().",
            evidence=evidence,
        )
    else:
        yield _failed(inside, seen, f"the token, less {around},")
        yield Failed(cause=causes.WRAPPED, summary=f"the token has {around}", evidence=evidence)


def _failed(fault: Fault, seen: LookedAt, subject: str) -> Failed:
    match fault:
        case ForeignCharacter() | NotText() | NotJson() | NotAnObject():
            return _in_segment(fault, seen, subject)
        case Empty():
            return Failed(cause=causes.EMPTY, summary=f"{subject} is empty ({seen.origin})", evidence=_evidence(seen))
        case TooLarge():
            summary = f"the text is larger than {LARGEST_TOKEN // 1024 // 1024} MB"
            return Failed(cause=causes.TOO_LARGE, summary=summary, evidence=_evidence(seen))
        case Mistaken(thing=thing):
            summary = f"this is no token but {thing.value}"
            return Failed(
                cause=_PASTED[thing], summary=summary, action=_ACTIONS.get(thing, ""), evidence=_evidence(seen)
            )
        case WrongParts(found=found):
            plural = "segment" if found == 1 else "segments"
            summary = f"{subject} has {found} {plural} between dots, not 3"
            return Failed(cause=causes.SEGMENTS, summary=summary, evidence=_evidence(seen, segments=found))
        case CutOff(where=where, length=length):
            summary = f"{subject} looks cut off: with {length} characters it {where}"
            return Failed(cause=causes.TRUNCATED, summary=summary, evidence=_evidence(seen))


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
    return Failed(cause=cause, summary=summary, evidence=_evidence(seen, segment=part.value, position=position))


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


CHECK = Check[LookedAt](
    id="token.format",
    title="the token's form",
    asks="Is the token a JWT: three segments of base64url with a JSON header and JSON claims?",
    codes=frozenset({2004}),
    needs=(TokenText,),
    yields=(WellFormedToken,),
    observe=observe,
    diagnose=diagnose,
    offers=lambda seen: (seen.shape,),
)
