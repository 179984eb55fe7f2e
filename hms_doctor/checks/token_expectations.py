"""Whether the token is for the room, the role and the user that the caller has in mind."""

from collections.abc import AsyncIterator, Iterable

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import token_claims as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import Expectations
from hms_doctor.model.token.claims import AbsentClaim, Claim, OddClaim, TextClaim, read_claim, shown
from hms_doctor.model.token.facts import WellFormedToken


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One expectation beside what the token says."""

    name: str
    expected: str
    claim: Claim


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All of them, those that were given."""

    pairs: tuple[Compared, ...]


def compare(claims: JsonObject, expected: Expectations) -> Comparison:
    """Put what was expected beside what the token says; pure."""
    given = {"room_id": expected.room_id, "role": expected.role, "user_id": expected.user_id}
    return Comparison(
        pairs=tuple(
            Compared(name=name, expected=value, claim=read_claim(claims, name))
            for name, value in given.items()
            if value
        )
    )


async def observe(_ctx: Context, facts: Facts) -> AsyncIterator[Comparison]:
    """Compare."""
    yield compare(facts[WellFormedToken].claims, facts[Expectations])


_CAUSES = {"room_id": causes.EXPECTED_ROOM, "role": causes.EXPECTED_ROLE, "user_id": causes.EXPECTED_USER}


def diagnose(seen: Comparison) -> Iterable[Finding]:
    """Name each claim that is not what was expected."""
    failures = [failure for pair in seen.pairs for failure in _differs(pair, _CAUSES[pair.name])]
    yield from failures
    if not failures:
        names = ", ".join(pair.name for pair in seen.pairs)
        yield Passed(summary=f"{names} as expected" if names else "nothing was expected")


def _differs(pair: Compared, cause: Cause) -> Iterable[Failed]:
    if not _agrees(pair):
        evidence = {"claim": pair.name, "expected": shown(pair.expected)}
        yield Failed(cause=cause, summary=_told(pair.claim, pair.name, pair.expected), evidence=evidence)


def _agrees(pair: Compared) -> bool:
    match pair.claim:
        case TextClaim(value=value):
            return value == pair.expected
        case OddClaim(as_text=as_text):  # a number in place of text is token.claims's business
            return as_text == pair.expected
        case AbsentClaim():
            return False


def _told(claim: Claim, name: str, expected: str) -> str:
    match claim:
        case TextClaim(value=value) if value.casefold() == expected.casefold():
            return f"{name} is {shown(value)}, not {shown(expected)}: upper and lower case differ"
        case TextClaim(value=value):
            return f"{name} is {shown(value)}, not {shown(expected)}"
        case OddClaim(shown=is_):
            return f"{name} is {is_}, not {shown(expected)}"
        case AbsentClaim(how=how):
            return f"{name} {how}; {shown(expected)} was expected"


CHECK = Check[Comparison](
    id="token.expectations",
    title="the token against what you expect",
    asks="Is the token for the room, the role and the user that --room-id, --role and --user-id name?",
    codes=frozenset({40002, 40107, 40108}),
    needs=(WellFormedToken, Expectations),
    observe=observe,
    diagnose=diagnose,
)
