"""The form of a JWT, judged: three segments of base64url, a JSON header, JSON claims."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from hms_doctor.model.causes import Platform
from hms_doctor.model.causes import token as causes
from hms_doctor.model.finding import Finding, Passed, Warned
from hms_doctor.model.token.claims import shown
from hms_doctor.model.token.facts import TokenText, WellFormedToken
from hms_doctor.model.token.looked_at import LookedAt, evidence
from hms_doctor.model.token.reading import read_sound

if TYPE_CHECKING:
    from hms_doctor.model.token.shape import Shape

TITLE: Final = "the token's form"
LONG: Final = 8000
"""Characters from which on many servers refuse a request line or header (nginx and Apache: 8 kB by default)."""


def look_at(token: TokenText, platform: Platform) -> LookedAt:
    """Read a token; pure, so that `token decode` needs no event loop."""
    text = token.value.reveal()
    return LookedAt(shape=_shape(text), origin=token.origin, length=len(text), platform=platform)


def _shape(text: str) -> "Shape":
    for sound in read_sound(text):
        return sound
    from hms_doctor.model.token.paste import read_token  # most tokens are sound: they load none of it

    return read_token(text)


def diagnose(seen: LookedAt) -> Iterable[Finding]:
    """Say which segment is wrong and where, or what was given in place of a token."""
    if isinstance(seen.shape, WellFormedToken):
        yield Passed(summary=f"3 segments, {_algorithm(seen.shape)}", evidence=evidence(seen))
        yield from _warnings(seen.shape, seen)
    else:
        from hms_doctor.model.token.form_faults import faults  # a sound token loads none of it

        yield from faults(seen.shape, seen)


def _algorithm(token: WellFormedToken) -> str:
    return shown(token.header.get("alg")) if "alg" in token.header else "no algorithm named"


def _warnings(token: WellFormedToken, seen: LookedAt) -> Iterable[Finding]:
    claims = token.text.reveal().split(".")[1]
    if seen.platform in {Platform.ANY, Platform.WEB} and ("-" in claims or "_" in claims):
        yield Warned(
            cause=causes.BASE64URL_ON_WEB,
            summary="the token is valid, but web SDK 0.15.2 cannot decode it: its claims hold - or _ in base64url, "
            "and atob throws InvalidCharacterError",
            evidence=evidence(seen, segment="claims"),
        )
    if seen.length > LONG:
        yield Warned(
            cause=causes.LONG, summary=f"the token has {seen.length} characters", evidence=evidence(seen, most=LONG)
        )
