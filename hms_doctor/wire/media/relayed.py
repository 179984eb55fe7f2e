"""A relay that was proven before, had once more: for work that sends packets through it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, TypeAlias, TypeVar

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import Allocated, Path, Proof, Proven, Refused, RelayRow, Stage, Unreached
from hms_doctor.model.ice.servers import IceServers, offers
from hms_doctor.model.ice.urls import IceUrl, Transport
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.stun.framing import OUR_CHANNEL
from hms_doctor.wire.turn.addresses import addresses_of
from hms_doctor.wire.turn.meeting import NotMet, meet
from hms_doctor.wire.turn.opening import NotOpened, open_line
from hms_doctor.wire.turn.path import QUOTA_REACHED
from hms_doctor.wire.turn.relay import Lent, Relay
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.sweep import QUOTA_FREED_AFTER
from hms_doctor.wire.turn.talk import Login, Talk
from hms_doctor.wire.turn.track import Hairpin, Track

Done = TypeVar("Done")
NotHad: TypeAlias = Allocated | Refused | Unreached
Work: TypeAlias = Callable[[Track], Awaitable[Done]]
_WRONG_LOGIN: Final = frozenset({401, 441})


@dataclass(frozen=True, kw_only=True)
class Proved:
    """A path whose relay carried packets, and how it was seen to."""

    path: Path
    proof: Proof
    rtt_ms: float
    logins: tuple[Login, ...]  # the list may name a URL more than once


def fastest(rows: Iterable[RelayRow], servers: IceServers) -> tuple[Proved, ...]:
    """Choose of each transport the path with the shortest round trip; none where none was proven."""
    proven = [
        Proved(path=path, proof=row.outcome.proof, rtt_ms=row.outcome.rtt_ms, logins=_logins(path.url, servers))
        for row in rows
        for path in row.moved_to or (row.path,)
        if isinstance(row.outcome, Proven)
    ]
    ways = ([each for each in proven if each.path.transport is transport] for transport in Transport)
    return tuple(min(way, key=lambda each: each.rtt_ms) for way in ways if way)


def _logins(url: str, servers: IceServers) -> tuple[Login, ...]:
    named = [offer for offer in offers(servers) if isinstance(offer.url, IceUrl) and offer.url.text == url]
    return tuple(Login(username=offer.username, credential=offer.credential) for offer in named)


async def through(ctx: Context, proved: Proved, attempt: int, work: Work[Done]) -> Done | NotHad:
    """Get a relay and let work send through it; whatever happens, the relay is given back.

    A second attempt goes to another address of the name where there is one. A quota that our own earlier relays fill
    is free a moment after they were given back: so long we wait once.
    """
    outcome = await _through(ctx, proved, attempt, work)
    if isinstance(outcome, Refused) and outcome.code == QUOTA_REACHED:
        await asyncio.sleep(QUOTA_FREED_AFTER)
        outcome = await _through(ctx, proved, attempt, work)
    return outcome


async def _through(ctx: Context, proved: Proved, attempt: int, work: Work[Done]) -> Done | NotHad:
    path = proved.path
    by_family = await addresses_of(ctx, path.host, path.port, path.transport)
    if isinstance(by_family, Failure):
        return Unreached(stage=Stage.RESOLVE, failure=by_family)
    addresses = by_family.get(path.family, ())
    if not addresses and path.transport is Transport.UDP:
        failure = Failure(operation=Operation.RESOLVE, kind=Kind.NO_ADDRESS)
        return Unreached(stage=Stage.RESOLVE, failure=failure)
    chosen = addresses[attempt - 1 : attempt] or addresses[:1]
    outcome: Done | NotHad = Unreached(stage=Stage.REACH, failure=_NO_LOGIN)
    for login in proved.logins:
        outcome = await _with_login(ctx, proved, chosen, login, work)
        if not (isinstance(outcome, Refused) and outcome.code in _WRONG_LOGIN):
            break
    return outcome


_NO_LOGIN: Final = Failure(operation=Operation.ALLOCATE, kind=Kind.OTHER, detail="the list no longer names it")


async def _with_login(
    ctx: Context, proved: Proved, addresses: Sequence[Address], login: Login, work: Work[Done]
) -> Done | NotHad:
    opened = await open_line(ctx, proved.path, addresses)
    if isinstance(opened, NotOpened):
        return opened.outcome
    relay = Relay(Session(ctx, opened.line, Talk(login)), opened.first, opened.steps)
    try:
        lent = await relay.lend()
        if not isinstance(lent, Lent):
            return lent
        if proved.proof is Proof.OWN_SOCKET:
            met = await meet(relay, lent.address, opened.doors)
            if isinstance(met, NotMet):
                return Allocated(stage=Stage.ECHO, why=met.why)
            try:
                return await work(met.track)
            finally:
                await met.track.aclose()
        let_in = await relay.let_in(lent.address, OUR_CHANNEL)
        return let_in if isinstance(let_in, Allocated) else await work(Hairpin(opened.line))
    finally:
        await relay.part()
