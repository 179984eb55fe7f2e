"""What the relays' paths do to a call's packets: a paced loop over each transport, and bandwidth where it is asked."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TypeAlias

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding, NothingToCheck
from hms_doctor.model.ice.media import Carried, Load, NoLoad, Quality
from hms_doctor.model.ice.quality_judging import figures_of, judge_quality
from hms_doctor.model.ice.relays import Relays
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import MediaProof
from hms_doctor.wire.media_load import load
from hms_doctor.wire.media_path import Proved, fastest
from hms_doctor.wire.media_sweep import sweep_media


@dataclass(frozen=True, kw_only=True)
class NotMeasured:
    """Nothing was looked at, and why."""

    why: str


Observation: TypeAlias = Quality | NotMeasured


async def observe(ctx: Context, facts: Facts) -> AsyncGenerator[Observation, None]:
    """Send packets as a call would; a plain check leaves it at the handful that proved the relays."""
    paths = fastest(facts[Relays].rows, facts[IceServers])
    if ctx.settings.media is MediaProof.HANDFUL:
        yield NotMeasured(why="quality was not measured: `hms-doctor network` or --deep measures it")
    elif not paths:
        yield NotMeasured(why="no relay that was proven to carry packets (ice.turn)")
    else:
        quality = Quality(rows=())
        async with aclosing(sweep_media(ctx, paths)) as sweep:
            async for rows in sweep:
                quality = Quality(rows=rows)
                yield quality
        if ctx.settings.media is MediaProof.LOAD:
            yield replace(quality, load=await _load(ctx, paths, quality))


async def _load(ctx: Context, paths: Sequence[Proved], quality: Quality) -> Load | NoLoad:
    """Load the way that a call would take, once voice has passed it."""
    carried = {row.path for row in quality.rows if isinstance(row.outcome, Carried)}
    for proved in [proved for proved in paths if proved.path in carried][:1]:
        return await load(ctx, proved)
    return NoLoad()


def diagnose(seen: Observation) -> Iterable[Finding]:
    """Judge what was measured."""
    match seen:
        case NotMeasured(why=why):
            yield NothingToCheck(summary=why)
        case Quality():
            yield from judge_quality(seen)


def measure(seen: Observation) -> Mapping[str, float]:
    """Give the figures of the path that a call would take."""
    match seen:
        case NotMeasured():
            return {}
        case Quality():
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
