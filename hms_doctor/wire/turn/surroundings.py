"""What this machine's settings would let a TURN client do otherwise; nothing is sent."""

from collections.abc import Sequence
from dataclasses import replace

from hms_doctor.model.check import Context
from hms_doctor.model.ice.other_ways import Surroundings
from hms_doctor.model.ice.relays import RelayRow, Unreached
from hms_doctor.model.vantage import ProxyUse
from hms_doctor.wire.connection.resolve import who_else_may_know
from hms_doctor.wire.turn.addresses import goes_through_proxy


def surroundings(ctx: Context, rows: Sequence[RelayRow]) -> Surroundings:
    """Read what there is to choose from, as far as these rows ask for it."""
    lost = [row for row in rows if isinstance(row.outcome, Unreached)]
    failures = [row.outcome.failure for row in rows if isinstance(row.outcome, Unreached)]
    forced = replace(ctx, vantage=replace(ctx.vantage, proxy=ProxyUse.FORCED))
    return Surroundings(
        name_servers=next(filter(None, (who_else_may_know(ctx, failure) for failure in failures)), ()),
        spares_proxy=any(_is_proxied(forced, row) and not _is_proxied(ctx, row) for row in lost),
    )


def _is_proxied(ctx: Context, row: RelayRow) -> bool:
    return goes_through_proxy(ctx, row.path.host, row.path.port, row.path.transport)
