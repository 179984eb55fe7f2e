"""Whether the token is valid now: issued, begun, and not yet expired."""

from collections.abc import AsyncIterator

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.network.server import NoServerTime, ServerTime
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.token.moments import JudgingClock
from hms_doctor.model.token.validity import TITLE, Times, diagnose, times_of


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Times]:
    """Read the times and choose the clock: the server's, where it told its time."""
    clock = judging_clock(ctx.clock.wall(), facts.get(ServerTime, NoServerTime()))
    yield times_of(facts[WellFormedToken].claims, clock)


def judging_clock(here: float, told: ServerTime | NoServerTime) -> JudgingClock:
    """Judge by the server's clock where it is known, since the server is who accepts or refuses."""
    match told:
        case NoServerTime():
            return JudgingClock(now=here)
        case ServerTime():
            return JudgingClock(now=here - told.skew, by=told.source, skew=told.skew)


CHECK = Check[Times](
    id="token.time",
    title=TITLE,
    asks="Is the token valid now, by the server's clock where that is known?",
    codes=frozenset({40109}),
    needs=(WellFormedToken,),
    wants=(ServerTime,),
    observe=observe,
    diagnose=diagnose,
)
