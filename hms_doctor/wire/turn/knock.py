"""Whether a TURN server is met at a door: its first answer is enough, and nothing is allocated."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.relays import Path, RelayRow, Stage, Unreached
from hms_doctor.model.secret import Secret
from hms_doctor.model.vantage import Carrier
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.turn.addresses import addresses_of
from hms_doctor.wire.turn.path import look_at_path
from hms_doctor.wire.turn.talk import Login

_NOBODY: Final = Login(username="", credential=Secret(""))
"""Without a login every server that wants one stops at its challenge: 401, with its realm."""


async def knock(ctx: Context, paths: Sequence[Path]) -> tuple[RelayRow, ...]:
    """Knock at all paths side by side, as the vantage has it; a server that lends relays to anybody gets its own back.

    Ports that the list does not name are left alone on this machine itself, where anything may listen.
    """
    met = await asyncio.gather(*(_one(ctx, path) for path in paths))
    return tuple(row for rows in met for row in rows)


async def _one(ctx: Context, path: Path) -> Sequence[RelayRow]:
    by_family = await addresses_of(ctx, path.host, path.port, path.transport)
    if isinstance(by_family, Failure):
        return [RelayRow(path=path, outcome=Unreached(stage=Stage.RESOLVE, failure=by_family))]
    unlisted = ctx.vantage.carrier is not Carrier.AS_LISTED
    if unlisted and any(_is_here(address) for addresses in by_family.values() for address in addresses):
        return []
    looks = (look_at_path(ctx, replace(path, family=family), found, _NOBODY) for family, found in by_family.items())
    return await asyncio.gather(*looks)


def _is_here(address: Address) -> bool:
    return ip_address(address.ip.partition("%")[0]).is_loopback
