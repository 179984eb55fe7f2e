"""Everything that is measured of a call's way: the loops side by side, then the load where it is asked for."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace

from hms_doctor.model.check import Context
from hms_doctor.model.ice.media import Carried, Load, NoLoad, Quality
from hms_doctor.model.ice.relays import Relays
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.settings import MediaProof
from hms_doctor.wire.media.load import load
from hms_doctor.wire.media.relayed import Proved, fastest
from hms_doctor.wire.media.sweep import sweep_media


async def measured(ctx: Context, relays: Relays, servers: IceServers) -> AsyncGenerator[Quality, None]:
    """Give ever fuller snapshots; none where no relay was proven."""
    paths = fastest(relays.rows, servers)
    if not paths:
        return
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
