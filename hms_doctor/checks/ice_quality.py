"""What the relays' paths do to a call's packets: a paced loop over each transport, and bandwidth where it is asked."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import TypeAlias

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding, NothingToCheck
from hms_doctor.model.ice.media import Quality
from hms_doctor.model.ice.relays import Relays
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import MediaProof


@dataclass(frozen=True, kw_only=True)
class NotMeasured:
    """Nothing was looked at, and why."""

    why: str


Observation: TypeAlias = Quality | NotMeasured


async def observe(ctx: Context, facts: Facts) -> AsyncGenerator[Observation, None]:
    """Send packets as a call would; a plain check leaves it at the handful that proved the relays."""
    relays, servers = facts[Relays], facts[IceServers]
    if ctx.settings.media is MediaProof.HANDFUL:
        yield NotMeasured(why="quality was not measured: `hms-doctor network` or --deep measures it")
        return
    # What a plain check never needs is loaded here, and all of it before the first packet leaves.
    from hms_doctor.model.ice import quality_judging  # noqa: F401
    from hms_doctor.wire.media.quality import measured

    has_path = False
    async with aclosing(measured(ctx, relays, servers)) as snapshots:
        async for quality in snapshots:
            has_path = True
            yield quality
    if not has_path:
        yield NotMeasured(why="no relay that was proven to carry packets (ice.turn)")


def diagnose(seen: Observation) -> Iterable[Finding]:
    """Judge what was measured."""
    match seen:
        case NotMeasured(why=why):
            yield NothingToCheck(summary=why)
        case Quality():
            from hms_doctor.model.ice.quality_judging import judge_quality

            yield from judge_quality(seen)


def measure(seen: Observation) -> Mapping[str, float]:
    """Give the figures of the path that a call would take."""
    match seen:
        case NotMeasured():
            return {}
        case Quality():
            from hms_doctor.model.ice.quality_judging import figures_of

            return figures_of(seen)


CHECK = Check[Observation](
    id="ice.quality",
    title="quality of the relays",
    asks="Which delay, jitter and loss do a call's packets meet on the way through each relay?",
    needs=(Relays, IceServers),
    yields=(Quality,),
    timeout=60.0,
    observe=observe,
    diagnose=diagnose,
    measure=measure,
)
