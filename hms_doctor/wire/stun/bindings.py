"""STUN bindings: from where do the servers see us, and who answers over UDP at all."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import (
    BindingOutcome,
    BindingRow,
    Bindings,
    Bound,
    Path,
    Unanswered,
    Unfinished,
    is_unknown,
)
from hms_doctor.model.ice.servers import IceServers, offers
from hms_doctor.model.ice.urls import USUAL_PORTS, IceUrl, Scheme, Transport
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.resolve import Address, resolve
from hms_doctor.wire.crew import Crew
from hms_doctor.wire.host_addresses import for_want_of_ipv4
from hms_doctor.wire.stun.message import Attribute, Malformed, Message, SocketAddress, address_in
from hms_doctor.wire.turn.addresses import WORTH_A_SECOND_TRY
from hms_doctor.wire.turn.line import open_datagrams
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Denied, Granted, Login, Talk

MOST_PORTS: Final = 32
_BEYOND: Final = 1_000_000
"""Places from here on are for ports that the list does not name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Port:
    host: str
    port: int
    url: str


async def sweep_bindings(ctx: Context, servers: IceServers) -> AsyncGenerator[Bindings, None]:
    """Ask every UDP port of the list, and the usual ports of the same hosts; give all rows whenever one has changed."""
    urls = [offer.url for offer in offers(servers) if isinstance(offer.url, IceUrl)]
    offered = _unique(
        _Port(host=url.host, port=url.port, url=url.text)
        for url in urls
        if url.transport is Transport.UDP and url.scheme is not Scheme.STUNS
    )
    known = {(port.host, port.port) for port in offered}
    beyond = _unique(
        _Port(host=url.host, port=port, url=f"stun:{url.host}:{port}")
        for url in urls
        for port in USUAL_PORTS
        if (url.host, port) not in known
    )
    async with Crew[BindingRow]() as crew:
        for number, port in enumerate(offered):
            crew.spawn(_ask_host(ctx, crew, number, port))
        for number, port in enumerate(beyond, start=_BEYOND):
            crew.spawn(_ask_host(ctx, crew, number, port))
        async for _rows in crew.snapshots():
            yield _bindings(crew)


def _unique(ports: Iterable[_Port]) -> Sequence[_Port]:
    by_port: dict[tuple[str, int], _Port] = {}
    for port in ports:
        by_port.setdefault((port.host, port.port), port)
    return list(by_port.values())[:MOST_PORTS]


def _bindings(crew: Crew[BindingRow]) -> Bindings:
    places = sorted(crew.board)
    return Bindings(
        offered=tuple(crew.board[place] for place in places if place[0] < _BEYOND),
        beyond=tuple(crew.board[place] for place in places if place[0] >= _BEYOND),
    )


async def _ask_host(ctx: Context, crew: Crew[BindingRow], number: int, port: _Port) -> None:
    path = Path(url=port.url, host=port.host, port=port.port, transport=Transport.UDP, family=Family.IPV4)
    is_offered = number < _BEYOND
    if is_offered:
        crew.put((number, 0), BindingRow(path=path, outcome=Unfinished()))
    resolved = await resolve(ctx, port.host, port.port)
    if isinstance(resolved, Failure):
        return crew.put((number, 0), BindingRow(path=path, outcome=Unanswered(failure=resolved)))
    by_family = {family: [a for a in resolved.addresses if a.family is family] for family in (Family.IPV4, Family.IPV6)}
    asked = [found for found in by_family.values() if found and (is_offered or not _is_here(found[0]))]
    for place, found in enumerate(asked):
        crew.spawn(_ask_twice(ctx, crew, (number, place), replace(path, family=found[0].family), found))
    return None


def _is_here(address: Address) -> bool:
    """On this machine's own ports the list alone says where a server is."""
    return ip_address(address.ip.partition("%")[0]).is_loopback


async def _ask_twice(
    ctx: Context, crew: Crew[BindingRow], place: tuple[int, int], path: Path, addresses: Sequence[Address]
) -> None:
    crew.put(place, BindingRow(path=path, outcome=Unfinished()))
    attempts, outcome = 1, await _ask(ctx, path, addresses[0])
    if isinstance(outcome, Unanswered) and ctx.remaining() > WORTH_A_SECOND_TRY:
        second = await _ask(ctx, path, (addresses[1:2] or addresses)[0])
        if not is_unknown(second):
            attempts, outcome = 2, second
    crew.put(place, BindingRow(path=path, outcome=outcome, attempts=attempts))


async def _ask(ctx: Context, path: Path, address: Address) -> BindingOutcome:
    ctx.waiting(f"{path.host}:{path.port}/udp", ctx.patience())
    line = await open_datagrams(address, path.port)
    if isinstance(line, Failure):
        return Unanswered(failure=for_want_of_ipv4(ctx.settings.machine, path.host, line))
    try:
        talk = Talk(Login(username="", credential=Secret("")))
        began = asyncio.get_running_loop().time()
        answer = await Session(ctx, line, talk).ask(talk.binding(), Operation.BINDING)
        ms = 1000 * (asyncio.get_running_loop().time() - began)
    finally:
        await line.aclose()
    match answer:
        case Failure():
            return Unanswered(failure=answer)
        case Denied() as denied:
            words = f"{denied.code} {denied.reason}".strip()
            return Unanswered(failure=Failure(operation=Operation.BINDING, kind=Kind.STATUS, detail=words))
        case Granted(message=message):
            return _bound(message, ms)


def _bound(message: Message, ms: float) -> BindingOutcome:
    attribute = Attribute.XOR_MAPPED_ADDRESS if message.has(Attribute.XOR_MAPPED_ADDRESS) else Attribute.MAPPED_ADDRESS
    match address_in(message, attribute):
        case SocketAddress(ip=ip):
            return Bound(address=ip, rtt_ms=ms)
        case Malformed(why=why):
            return Unanswered(failure=Failure(operation=Operation.BINDING, kind=Kind.MALFORMED, detail=why))
