"""Every TURN URL of a list over every address family, side by side."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import field, replace
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.relay_words import answers, over, works
from hms_doctor.model.ice.relays import NotAUrl, Path, Refused, RelayRow, Stage, Unfinished, Unreached
from hms_doctor.model.ice.servers import Expiry, IceServers, Offer, expiry_of, offers
from hms_doctor.model.ice.urls import IceUrl, NotAnIceUrl, Transport
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.dial import Target
from hms_doctor.wire.connection.public_view import Intercepted, NotCompared, public_view
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.crew import Crew, Place
from hms_doctor.wire.host_addresses import for_want_of_ipv4
from hms_doctor.wire.turn.addresses import addresses_of, nominal_family
from hms_doctor.wire.turn.path import QUOTA_REACHED, look_at_path
from hms_doctor.wire.turn.talk import Login

SIDE_BY_SIDE: Final = 24
"""Paths looked at together: 100ms's own list has four URLs, a hostile one could have thousands."""
GRACE: Final = 0.3
"""Seconds that a path which has ended waits for what is only a note."""
QUOTA_FREED_AFTER: Final = 1.1
"""Seconds after a deletion until coturn counts it (1.0 s as measured)."""


@dataclass(frozen=True, kw_only=True)
class _Probe:
    path: Path
    addresses: Sequence[Address]
    login: Login
    expiry: Expiry


@dataclass(frozen=True, kw_only=True)
class _Sweep:
    ctx: Context
    now: float
    crew: Crew[RelayRow]
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE))
    probes: dict[Place, _Probe] = field(default_factory=dict)


async def sweep(ctx: Context, servers: IceServers, now: float) -> AsyncGenerator[tuple[RelayRow, ...], None]:
    """Give all rows whenever one has changed; ``now`` is the server's time in seconds since 1970 UTC.

    One allocation a path, all of them given back. Paths refused for a quota are tried again one by one, once our own
    other allocations are gone.
    """
    async with Crew[RelayRow]() as crew:
        work = _Sweep(ctx=ctx, now=now, crew=crew)
        for number, offer in enumerate(_relay_offers(servers)):
            crew.spawn(_offer(work, number, offer))
        async for rows in crew.snapshots():
            yield rows
        crew.spawn(_in_turn(work))
        async for rows in crew.snapshots():
            yield rows


def _relay_offers(servers: IceServers) -> Iterable[Offer]:
    for offer in offers(servers):
        if offer.url.relays if isinstance(offer.url, IceUrl) else not offer.url.text.lower().startswith("stun"):
            yield offer


async def _offer(work: _Sweep, number: int, offer: Offer) -> None:
    expiry = expiry_of(offer.username, work.now)
    if isinstance(offer.url, NotAnIceUrl):
        path = Path(url=offer.url.text, host="", port=0, transport=Transport.UDP, family=Family.IPV4)
        return work.crew.put((number, 0), RelayRow(path=path, outcome=NotAUrl(why=offer.url.why), expiry=expiry))
    url, login = offer.url, Login(username=offer.username, credential=offer.credential)
    row = RelayRow(path=_path(url, nominal_family(work.ctx)), outcome=Unfinished(), expiry=expiry)
    work.crew.put((number, 0), row)
    by_family = await addresses_of(work.ctx, url.host, url.port, url.transport)
    if isinstance(by_family, Failure):
        return work.crew.put((number, 0), replace(row, outcome=Unreached(stage=Stage.RESOLVE, failure=by_family)))
    for place, (family, addresses) in enumerate(by_family.items()):
        probe = _Probe(path=_path(url, family), addresses=addresses, login=login, expiry=expiry)
        work.probes[number, place] = probe
        work.crew.put((number, place), replace(row, path=probe.path))
        work.crew.spawn(_probe(work, (number, place), probe))
    return None


def _path(url: IceUrl, family: Family) -> Path:
    return Path(url=url.text, host=url.host, port=url.port, transport=url.transport, family=family)


async def _probe(work: _Sweep, place: Place, probe: _Probe) -> None:
    async with work.gate:
        row, voucher = await _looked_at(work.ctx, probe)
    if isinstance(row.outcome, Unreached):
        why = for_want_of_ipv4(work.ctx.settings.machine, row.path.host, row.outcome.failure)
        row = replace(row, outcome=replace(row.outcome, failure=why))
    addresses = tuple(address.ip for address in probe.addresses)
    work.crew.put(place, replace(row, expiry=probe.expiry, addresses=addresses, vouched_by=voucher))


async def _looked_at(ctx: Context, probe: _Probe) -> tuple[RelayRow, str]:
    """Look at a path; over TLS, ask the public roots beside it whether they vouch for the certificate too."""
    if probe.path.transport is not Transport.TLS:
        return await look_at_path(ctx, probe.path, probe.addresses, probe.login), ""
    target = Target(host=probe.path.host, port=probe.path.port, protocol="turns")
    of_family = replace(ctx, vantage=replace(ctx.vantage, family=probe.path.family))
    public = asyncio.create_task(public_view(of_family, target))
    try:
        row = await look_at_path(ctx, probe.path, probe.addresses, probe.login)
        await asyncio.wait({public}, timeout=GRACE)
        seen = public.result() if public.done() else NotCompared(why="no answer in time")
    finally:
        public.cancel()
        await asyncio.gather(public, return_exceptions=True)
    return row, seen.issuer if isinstance(seen, Intercepted) and answers(row.outcome) else ""


async def _in_turn(work: _Sweep) -> None:
    """Try those refused for a quota again, UDP first, until each transport has a relay or others fill the quota."""
    refused = [place for place, row in work.crew.board.items() if _hit_quota(row)]
    for place in sorted(refused, key=lambda place: work.probes[place].path.transport is not Transport.UDP):
        transport = work.probes[place].path.transport
        if any(works(row.outcome) for row in over(work.crew.rows(), transport)):
            continue
        if work.ctx.remaining() < 2 * QUOTA_FREED_AFTER:
            return
        await asyncio.sleep(QUOTA_FREED_AFTER)
        await _probe(work, place, work.probes[place])
        if _hit_quota(work.crew.board[place]):
            return


def _hit_quota(row: RelayRow) -> bool:
    return isinstance(row.outcome, Refused) and row.outcome.code == QUOTA_REACHED
