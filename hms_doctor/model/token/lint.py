"""What 100ms's server reads in a token: the key, the room, the role, the kind, the algorithm."""

from collections.abc import Callable, Iterable
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import token_claims as causes
from hms_doctor.model.finding import Failed, Finding, Passed, Trouble, Warned
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.token.claims import (
    OBJECT_ID,
    ROOM_CODE,
    AbsentClaim,
    OddClaim,
    TextClaim,
    read_claim,
    shortened,
    shown,
    shown_with_kind,
)
from hms_doctor.model.token.facts import HS256_LENGTH, WellFormedToken

TITLE: Final = "the token's claims"
_SECRET_FROM: Final = 40
"""Characters from which on a text in ``access_key`` (24 hex digits) looks like the app secret (64 and more)."""
_VERSION: Final = 2
_LAST_WORD = "checked offline; whether the key, the room and the role exist only the server knows"


def diagnose(token: WellFormedToken) -> Iterable[Finding]:
    """Name each claim that the server cannot take, with the code that the pages give for it."""
    claims = token.claims
    troubles: tuple[Trouble, ...] = (
        *_kind(claims),
        *_algorithm(token.header),
        *_text(claims, "access_key", causes.ACCESS_KEY, _odd_access_key),
        *_text(claims, "room_id", causes.ROOM_ID, _odd_room_id),
        *_user_id(claims),
        *_text(claims, "role", causes.ROLE, _odd_role),
        *_version(claims),
        *_jti(claims),
        *_repeated(token),
        *_signature_length(token),
    )
    yield from troubles
    if not any(isinstance(trouble, Failed) for trouble in troubles):
        yield Passed(summary=_who(claims), evidence={"note": _LAST_WORD})
    yield from _notes(claims)


def _failed(cause: Cause, claim: str, summary: str, action: str = "") -> Failed:
    return Failed(cause=cause, summary=summary, action=action, evidence={"claim": claim})


def _warned(cause: Cause, claim: str, summary: str) -> Warned:
    return Warned(cause=cause, summary=summary, evidence={"claim": claim})


def _who(claims: JsonObject) -> str:
    room = shortened(shown(claims.get("room_id")))
    user = read_claim(claims, "user_id")
    person = f" as {shown(user.value)}" if isinstance(user, TextClaim) else ""
    return f"{shown(claims.get('role'))} in room {room}{person}"


def _kind(claims: JsonObject) -> Iterable[Trouble]:
    match claims.get("type"):
        case "app":
            return
        case "management":
            yield _failed(
                causes.WRONG_KIND, "type", 'this is a management token (type "management"), not an auth token'
            )
        case None:
            yield _failed(causes.TYPE, "type", 'type is missing, it must be "app"')
        case other:
            yield _failed(causes.TYPE, "type", f'type must be "app", it is {shown_with_kind(other)}')


def _algorithm(header: JsonObject) -> Iterable[Trouble]:
    algorithm = header.get("alg")
    if algorithm != "HS256":
        told = shown_with_kind(algorithm) if "alg" in header else "missing"
        yield _failed(causes.ALGORITHM, "alg", f"alg in the header must be HS256, it is {told}")


def _text(claims: JsonObject, name: str, cause: Cause, odd: Callable[[str], Iterable[Trouble]]) -> Iterable[Trouble]:
    """Find fault with a claim that must be text; ``odd`` says what else may be odd about the text."""
    match read_claim(claims, name):
        case AbsentClaim(how=how):
            yield _failed(cause, name, f"{name} {how}")
        case OddClaim(shown=is_, as_text=as_text):
            yield _must_be_text(cause, name, is_, as_text)
        case TextClaim(value=value):
            if value != value.strip():
                yield _warned(causes.BLANKS, name, f"{name} begins or ends with a blank")
            yield from odd(value)


def _must_be_text(cause: Cause, name: str, is_: str, as_text: str) -> Failed:
    action = f'Send it as "{shown(as_text)}" where your server builds the token.' if as_text else ""
    return _failed(cause, name, f"{name} must be a string, it is {is_}", action)


def _odd_access_key(value: str) -> Iterable[Trouble]:
    if len(value) >= _SECRET_FROM:
        yield _warned(causes.SECRET_IN_CLAIMS, "access_key", f"access_key has {len(value)} characters, not 24")


def _odd_room_id(value: str) -> Iterable[Trouble]:
    if ROOM_CODE.fullmatch(value):
        yield _warned(causes.ROOM_ID_FORM, "room_id", "room_id looks like a room code, not like a room's id")
    elif not OBJECT_ID.fullmatch(value.strip()):
        yield _warned(causes.ROOM_ID_FORM, "room_id", "room_id has not the form of a room's id, 24 hex digits")


def _odd_role(_value: str) -> Iterable[Trouble]:
    return ()


def _user_id(claims: JsonObject) -> Iterable[Trouble]:
    """A token without a user's id is fine: 100ms's Node SDK leaves it out too (AuthService.getAuthToken)."""
    match read_claim(claims, "user_id"):
        case OddClaim(shown=is_, as_text=as_text):
            yield _must_be_text(causes.USER_ID, "user_id", is_, as_text)
        case TextClaim() | AbsentClaim():
            return


def _version(claims: JsonObject) -> Iterable[Trouble]:
    match claims.get("version"):
        case int() as number if number == _VERSION and not isinstance(number, bool):
            return
        case None:
            yield _failed(causes.VERSION, "version", "version is missing, it must be the number 2")
        case other:
            yield _failed(causes.VERSION, "version", f"version must be the number 2, it is {shown_with_kind(other)}")


def _jti(claims: JsonObject) -> Iterable[Trouble]:
    match read_claim(claims, "jti"):
        case OddClaim(shown=is_):
            yield _failed(causes.JTI, "jti", f"jti must be a string, it is {is_}")
        case AbsentClaim(how=how):
            yield _warned(causes.JTI, "jti", f"jti {how}; 100ms's own libraries send a fresh UUID")
        case TextClaim():
            return


def _repeated(token: WellFormedToken) -> Iterable[Trouble]:
    for name in token.repeated[:1]:
        yield _warned(
            causes.REPEATED, name, f"{shown(name)} stands more than once in the token; the last one counts here"
        )


def _signature_length(token: WellFormedToken) -> Iterable[Trouble]:
    length = token.signature_length
    if token.header.get("alg") == "HS256" and length != HS256_LENGTH:
        told = "is missing" if not length else f"has {length} characters"
        yield _failed(causes.SIGNATURE_LENGTH, "signature", f"the signature {told}; one of HS256 has {HS256_LENGTH}")


def _notes(claims: JsonObject) -> Iterable[Passed]:
    for name in ("app_id", "iss"):
        if name in claims:
            yield _note(name, f"{name} is from before July 2021; nothing reads it any more", claims[name])
    match read_claim(claims, "role"):
        case TextClaim(value=role) if role != role.lower():
            yield _note("role", "role has upper-case letters; role names are case-sensitive", role)
        case _:
            pass
    if isinstance(read_claim(claims, "user_id"), AbsentClaim):
        yield _note("user_id", "no user_id; 100ms allows that", None)


def _note(claim: str, summary: str, value: JsonValue) -> Passed:
    return Passed(summary=summary, evidence={"claim": claim, "value": shown(value)})
