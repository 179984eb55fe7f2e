"""Whether the token is valid now: issued, begun, and not yet expired."""

from collections.abc import Iterable, Mapping
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import token_time as causes
from hms_doctor.model.finding import Failed, Finding, Passed, Trouble, Warned
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.times import DAY, MINUTE, away_words, duration_words, utc_words
from hms_doctor.model.token.claims import TIMES
from hms_doctor.model.token.moments import (
    InMilliseconds,
    JudgingClock,
    Moment,
    NoMoment,
    OddMoment,
    Time,
    read_time,
)

TITLE: Final = "the token's times"
SOON: Final = 10 * MINUTE
LONG_LIFE: Final = 30 * DAY
GRACE: Final = 2.0
"""Seconds that a time may lie ahead of the server's clock: the Date header that tells it has whole seconds."""
OWN_GRACE: Final = 30.0
"""Seconds that a time may lie ahead of this machine's clock, which proves nothing by itself."""


@dataclass(frozen=True, kw_only=True)
class Times:
    """The times of a token and the clock to judge them by."""

    times: Mapping[str, Time]  # iat, nbf, exp
    clock: JudgingClock


def times_of(claims: JsonObject, clock: JudgingClock) -> Times:
    """Read the three times; pure."""
    return Times(times={name: read_time(claims, name) for name in TIMES}, clock=clock)


def diagnose(seen: Times) -> Iterable[Finding]:
    """Say what is wrong with the times, and how far from now they are."""
    troubles = [trouble for name, time in seen.times.items() for trouble in _of_form(name, time, seen)]
    moments = {name: time.seconds for name, time in seen.times.items() if isinstance(time, Moment)}
    troubles += _of_validity(moments, seen.clock)
    yield from troubles
    if not any(isinstance(trouble, Failed) for trouble in troubles) and "exp" in moments:
        yield Passed(summary=_lasts(moments["exp"], seen.clock), evidence=_evidence("exp", seen.clock))
    yield from _notes(moments, seen.clock)


def _evidence(claim: str, clock: JudgingClock) -> dict[str, JsonValue]:
    told: dict[str, JsonValue] = {"claim": claim, "clock": clock.by or "this machine", "now": utc_words(clock.now)}
    # The server's own clock is not inferred: what it says about the token's times is certain.
    return told | {"skew_s": round(clock.skew, 1), "confidence": "high"} if clock.by else told


def _of_form(name: str, time: Time, seen: Times) -> Iterable[Trouble]:
    match time:
        case InMilliseconds(seconds=seconds):
            summary = f"{name} is in milliseconds; in seconds it would be {utc_words(seconds)}"
            yield _failed(causes.MILLISECONDS, summary, name, seen.clock)
        case OddMoment(shown=shown):
            yield _failed(causes.TIME_TYPE, f"{name} must be a number of seconds, it is {shown}", name, seen.clock)
        case NoMoment():
            yield _failed(causes.TIME_MISSING, f"{name} is missing", name, seen.clock)
        case Moment(seconds=seconds) if seconds != int(seconds):
            summary = f"{name} has a fraction of a second, which some readers refuse"
            yield Warned(cause=causes.FRACTION, summary=summary, evidence=_evidence(name, seen.clock))
        case Moment():
            return


def _failed(cause: Cause, summary: str, claim: str, clock: JudgingClock) -> Failed:
    return Failed(cause=cause, summary=summary, evidence=_evidence(claim, clock))


def _of_validity(moments: Mapping[str, float], clock: JudgingClock) -> Iterable[Trouble]:
    begins = {name: moments[name] for name in ("nbf", "iat") if name in moments}
    ends = moments.get("exp", float("inf"))
    if any(begin >= ends for begin in begins.values()):
        summary = "the token ends before it begins: exp is not after iat and nbf"
        yield _failed(causes.NEVER_VALID, summary, "exp", clock)
    elif ends <= clock.now:
        summary = f"the token expired {away_words(ends, clock.now)}, at {utc_words(ends)}{_by(clock)}"
        yield _failed(causes.EXPIRED, summary, "exp", clock)
    else:
        yield from _begun(begins, clock)
        yield from _ending(ends, clock)


def _begun(begins: Mapping[str, float], clock: JudgingClock) -> Iterable[Trouble]:
    grace = GRACE if clock.by else 0.0
    ahead = {name: begin for name, begin in begins.items() if begin > clock.now + grace}
    if not ahead:
        return
    name = max(ahead, key=ahead.__getitem__)
    distance = ahead[name] - clock.now
    if not clock.by and distance < OWN_GRACE:
        summary = f"{name} lies {duration_words(distance)} ahead of this machine's clock"
        yield Warned(cause=causes.AHEAD, summary=summary, evidence=_evidence(name, clock))
    else:
        when = f"in {duration_words(distance)}, at {utc_words(ahead[name])}{_by(clock)}"
        yield _failed(causes.NOT_YET_VALID, f"the token becomes valid only {when} ({name})", name, clock)


def _ending(ends: float, clock: JudgingClock) -> Iterable[Trouble]:
    left = ends - clock.now
    if left < SOON:
        summary = f"expires in {duration_words(left)}{_by(clock)}"
        yield Warned(cause=causes.EXPIRING, summary=summary, evidence=_evidence("exp", clock))


def _by(clock: JudgingClock) -> str:
    """Name the clock where two clocks differ: then "expired" and "your clock is wrong" must not be confused."""
    return f" by the clock of {clock.by}; {_own(clock)}" if clock.differs else ""


def _own(clock: JudgingClock) -> str:
    side = "ahead" if clock.skew > 0 else "behind"
    return f"this machine's clock is {duration_words(round(clock.skew))} {side}"


def _lasts(ends: float, clock: JudgingClock) -> str:
    return f"valid; expires in {duration_words(ends - clock.now)}, at {utc_words(ends)}{_by(clock)}"


def _notes(moments: Mapping[str, float], clock: JudgingClock) -> Iterable[Passed]:
    begins, ends = moments.get("nbf", moments.get("iat", clock.now)), moments.get("exp", clock.now)
    here = clock.now + clock.skew
    if clock.differs and begins <= clock.now < ends and not begins <= here < ends:
        wrong = "expired" if here >= ends else "not yet valid"
        yield Passed(
            summary=f"{_own(clock)} and would call the token {wrong}; the server, which decides, does not",
            evidence=_evidence("exp", clock),
        )
    if ends - begins > LONG_LIFE:
        yield Passed(
            summary=f"the token lasts {duration_words(ends - begins)}; 100ms's own libraries give 24 h",
            evidence=_evidence("exp", clock),
        )
