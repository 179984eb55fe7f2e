"""Whether the token is signed with the app secret, and what it was signed with where it is not."""

import base64
import binascii
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Final, TypeAlias

from hms_doctor.model.causes import token_claims as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import AppSecret
from hms_doctor.model.token.claims import OBJECT_ID, shown_with_kind
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.wire.jws import signed_with

_AROUND: Final = " \t\r\n\"'`\u00a0\ufeff\u200b"
_WORDS: Final = ("secret", "your-256-bit-secret", "undefined", "null", "None", "<app_secret>", "app_secret")
"""What stands in samples, and what a variable that is not set leaves behind."""


@dataclass(frozen=True, kw_only=True)
class Genuine:
    """Signed with the secret as it was given."""


@dataclass(frozen=True, kw_only=True)
class GenuineButWrapped:
    """Signed with the secret less what stands around it."""


@dataclass(frozen=True, kw_only=True)
class SignedOtherwise:
    """Signed with something that can be named; ``how`` completes "signed with …", ``mend`` says what to do."""

    how: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Signed with none of what was tried; ``looks`` says what the given secret looks like, empty for a secret."""

    looks: str


@dataclass(frozen=True, kw_only=True)
class OtherAlgorithm:
    """The header names another algorithm: there is no HS256 signature to check."""

    told: str


Signature: TypeAlias = Genuine | GenuineButWrapped | SignedOtherwise | Unknown | OtherAlgorithm


def check_signature(token: WellFormedToken, secret: AppSecret) -> Signature:
    """Compare the signature with the secret, then with what people sign with by mistake; offline."""
    text, given = token.text.reveal(), secret.value.reveal()
    if token.header.get("alg") != "HS256":
        return OtherAlgorithm(told=shown_with_kind(token.header.get("alg")))
    if signed_with(text, _bytes(given)):
        return Genuine()
    bare = given.strip(_AROUND)
    if bare != given and signed_with(text, _bytes(bare)):
        return GenuineButWrapped()
    for how, mend, key in _mistakes(token, bare):
        if signed_with(text, key):
            return SignedOtherwise(how=how, mend=mend)
    return Unknown(looks=_looks(token, bare))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


_AS_IT_STANDS = "Use the text of the secret as the key, without decoding or encoding it."
_TRIM = "Trim the secret where your server reads it."


def _mistakes(token: WellFormedToken, secret: str) -> Iterator[tuple[str, str, bytes]]:
    for what, around in (("a line break", "\n"), ("a line break", "\r\n"), ("a blank", " ")):
        yield f"the secret and {what} after it", _TRIM, _bytes(secret + around)
    for quote in "\"'":
        yield "the secret in quotes", _TRIM, _bytes(f"{quote}{secret}{quote}")
    yield from ((f"the {form} of the secret", _AS_IT_STANDS, key) for form, key in _codings(secret))
    access_key = token.claims.get("access_key")
    if isinstance(access_key, str):
        yield (
            "the access key in place of the secret",
            "Sign with the app secret.",
            access_key.encode("utf-8", "replace"),
        )
    yield "an empty secret", "Set the app secret where your server reads it: it is empty there.", b""
    for word in _WORDS:
        yield f'the word "{word}"', "Put the real app secret where your server reads it.", word.encode()


def _codings(secret: str) -> Iterator[tuple[str, bytes]]:
    raw = _bytes(secret)
    yield "base64 form", base64.b64encode(raw)
    yield "base64url form", base64.urlsafe_b64encode(raw)
    padded = raw.rstrip(b"=") + b"=" * (-len(raw.rstrip(b"=")) % 4)
    for form, decode in (
        ("base64-decoded bytes", base64.b64decode),
        ("base64url-decoded bytes", base64.urlsafe_b64decode),
    ):
        try:
            yield form, decode(padded)
        except (binascii.Error, ValueError):
            continue
    try:
        yield "hex-decoded bytes", bytes.fromhex(secret)
    except ValueError:
        return


def _looks(token: WellFormedToken, secret: str) -> str:
    if secret == token.claims.get("access_key"):
        return "what was given as the secret is the token's access key"
    return "what was given as the secret looks like an access key" if OBJECT_ID.fullmatch(secret) else ""


async def observe(_ctx: Context, facts: Facts) -> AsyncIterator[Signature]:
    """Check the signature."""
    yield check_signature(facts[WellFormedToken], facts[AppSecret])


def diagnose(seen: Signature) -> Iterable[Finding]:
    """Say whether the server would find the signature right."""
    match seen:
        case Genuine():
            yield Passed(summary="signed with this app secret (HS256)")
        case GenuineButWrapped():
            yield Warned(
                cause=causes.SECRET_WRAPPED,
                summary="the token is signed with the app secret, less the blanks or quotes around the one given here",
            )
        case SignedOtherwise(how=how, mend=mend):
            yield Failed(cause=causes.SIGNATURE, summary=f"the token is signed with {how}", action=mend)
        case Unknown(looks=""):
            yield Failed(cause=causes.SIGNATURE, summary="the token is not signed with this app secret")
        case Unknown(looks=looks):
            yield Failed(
                cause=causes.SIGNATURE,
                summary=f"the token is not signed with this: {looks}",
                action="Give the app secret (dashboard, Developer), which is longer, and check again.",
            )
        case OtherAlgorithm(told=told):
            summary = f"there is no HS256 signature to check: alg is {told}"
            yield Failed(cause=causes.ALGORITHM, summary=summary)


CHECK = Check[Signature](
    id="token.signature",
    title="the token's signature",
    asks="Is the token signed with the app secret that was given?",
    codes=frozenset({40109}),
    needs=(WellFormedToken, AppSecret),
    observe=observe,
    diagnose=diagnose,
)
