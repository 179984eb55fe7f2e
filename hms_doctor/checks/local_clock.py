"""Is this machine's clock right? The server's decides."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from hms_doctor.model.causes import local as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.server import ServerTime, TokenAccepted
from hms_doctor.model.times import duration_words
from hms_doctor.wire.reach import NotReached

DRIFT: Final = 30.0
"""Seconds beyond which a clock is told to be off; the ``Date`` header and the way cost up to two."""
WRONG: Final = 300.0
"""Seconds beyond which tokens, TURN credentials and certificates that are judged or made here go wrong."""
_UNREACHABLE: Final = 2003


class Harm(Enum):
    """What stands beside the clock."""

    NONE_SEEN = "the server took the token all the same"
    TLS = "the certificate's dates were in question"
    OPEN = "nothing else is known"


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """Both clocks, and what went wrong where they matter."""

    time: ServerTime
    harm: Harm


async def observe(_ctx: Context, facts: Facts) -> AsyncIterator[Clocks]:
    """Take the time that a server told while it was asked something else."""
    harm = Harm.OPEN
    if TokenAccepted in facts:
        harm = Harm.NONE_SEEN
    elif NotReached in facts:
        harm = Harm.TLS
    yield Clocks(time=facts[ServerTime], harm=harm)


def diagnose(clocks: Clocks) -> Iterable[Finding]:
    """Judge the difference: a clock that breaks nothing that was seen only warns."""
    time = clocks.time
    skew = time.skew
    evidence: JsonObject = {"ahead_s": round(skew, 1), "by": time.source}
    if abs(skew) < DRIFT:
        yield Passed(summary=f"within {max(1, round(abs(skew)))} s of {time.source}", evidence=evidence)
        return
    way = "ahead of" if skew > 0 else "behind"
    summary = f"this machine's clock is {duration_words(skew)} {way} {time.source}'s"
    if abs(skew) < WRONG:
        yield Warned(cause=causes.CLOCK_DRIFTS, summary=summary, evidence=evidence)
        return
    match clocks.harm:
        case Harm.NONE_SEEN:
            yield Warned(cause=causes.CLOCK, summary=f"{summary}; {clocks.harm.value}", evidence=evidence)
        case Harm.TLS:
            cause = replace(causes.CLOCK, code=_UNREACHABLE)
            yield Failed(cause=cause, summary=f"{summary}, so certificates seem out of date", evidence=evidence)
        case Harm.OPEN:
            yield Failed(cause=causes.CLOCK, summary=summary, evidence=evidence)


CHECK = Check(
    id="local.clock",
    title="this machine's clock",
    asks="Does this machine's clock agree with the server's?",
    codes=frozenset({2003, 40109}),
    needs=(ServerTime,),
    wants=(TokenAccepted, NotReached),
    observe=observe,
    diagnose=diagnose,
    timeout=1.0,
)
