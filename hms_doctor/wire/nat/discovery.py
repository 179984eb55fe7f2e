"""What NAT lies on the way to the STUN and TURN servers of a list, asked of all of them at once."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, zip_longest
from typing import Final, TypeAlias

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.host_addresses import AddressKind, lacks_ipv4_for
from hms_doctor.model.ice.nat import Endpoint, Nat64, NatSeen, NatUnseen, NoNat64, Side
from hms_doctor.model.ice.servers import IceServers, offers
from hms_doctor.model.ice.urls import USUAL_PORTS, IceUrl, Scheme, Transport
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.resolve import Resolved, resolve
from hms_doctor.wire.host_addresses import host_addresses
from hms_doctor.wire.nat.routers import listening_to_routers
from hms_doctor.wire.nat.sockets import NatSockets, nat_sockets, source_for
from hms_doctor.wire.nat.talk import NatTalk

PATIENCE: Final = 0.75
"""Seconds that all tests together may take: they tell a note, for which nobody should wait."""
NAMES_PATIENCE: Final = 1.0
"""Seconds for the servers' names; a slower name server is told by the checks that cannot do without."""
MOST_HOSTS: Final = 4
MOST_PORTS: Final = 6
"""Servers that one socket writes to: two addresses tell all, the others stand by."""
_NAT64_NAME: Final = "ipv4only.arpa"
_ANY_IPV4: Final = "192.0.0.170"
_Ports: TypeAlias = Mapping[Family, Sequence[Endpoint]]


@dataclass(frozen=True, kw_only=True)
class _Silence:
    """Nobody told anything in a family; ``refusals`` are the words of servers that answered with an error."""

    refusals: Sequence[str] = ()
    failures: Sequence[Failure] = ()


async def look_at_nat(ctx: Context, servers: IceServers) -> NatSeen | NatUnseen:
    """Look in all address families at once."""
    urls = [offer.url for offer in offers(servers) if isinstance(offer.url, IceUrl)]
    if not urls:
        return NatUnseen(why="the list names no server")
    translation = asyncio.ensure_future(_nat64(ctx))
    try:
        ports = await _ports(ctx, urls)
        if not ports:
            return NatUnseen(why="no server has an address to ask", nat64=await translation)
        began = ctx.clock.monotonic()
        ctx.waiting("what NAT does to UDP", PATIENCE)
        with listening_to_routers(_far(ports.get(Family.IPV4, ()))) as routers:
            outcomes = await asyncio.gather(*(_discover(ctx, family, found) for family, found in ports.items()))
        ms = 1000 * (ctx.clock.monotonic() - began)
        sides = tuple(outcome for outcome in outcomes if isinstance(outcome, Side))
        if not sides:
            return NatUnseen(why=_why(outcomes), nat64=await translation)
        return NatSeen(
            sides=sides, routers=tuple(routers[hop] for hop in sorted(routers)), nat64=await translation, ms=ms
        )
    finally:
        translation.cancel()
        await asyncio.gather(translation, return_exceptions=True)


async def _ports(ctx: Context, urls: Sequence[IceUrl]) -> _Ports:
    """Give the UDP ports to ask by family: those of the list and the usual ones, a port of every address first."""
    hosts = list(dict.fromkeys(url.host for url in urls))[:MOST_HOSTS]
    asked = {host: asyncio.ensure_future(resolve(ctx, host, 0)) for host in hosts}
    try:
        await asyncio.wait(asked.values(), timeout=NAMES_PATIENCE)
        answers = {host: task.result() for host, task in asked.items() if task.done()}
    finally:
        for task in asked.values():
            task.cancel()
        await asyncio.gather(*asked.values(), return_exceptions=True)
    by_family: dict[Family, list[list[Endpoint]]] = {Family.IPV4: [], Family.IPV6: []}
    for host, answer in answers.items():
        for address in answer.addresses if isinstance(answer, Resolved) else ():
            ports = _ports_at(address.ip, [url for url in urls if url.host == host])
            by_family[address.family].append(ports)
    return {family: _in_turn(ports) for family, ports in by_family.items() if _in_turn(ports)}


def _ports_at(ip: str, urls: Iterable[IceUrl]) -> list[Endpoint]:
    if "%" in ip:  # a link-local address is nobody's server
        return []
    listed = [url.port for url in urls if url.transport is Transport.UDP and url.scheme is not Scheme.STUNS]
    # On this machine's own ports the list alone says where a server is.
    is_here = Endpoint(ip=ip, port=0).kind is AddressKind.LOOPBACK
    return [Endpoint(ip=ip, port=port) for port in dict.fromkeys([*listed, *(() if is_here else USUAL_PORTS)])]


def _in_turn(by_address: Iterable[Sequence[Endpoint]]) -> Sequence[Endpoint]:
    endpoints = chain.from_iterable(zip_longest(*by_address))
    return list(dict.fromkeys(endpoint for endpoint in endpoints if endpoint is not None))[:MOST_PORTS]


def _far(servers: Iterable[Endpoint]) -> Iterable[Endpoint]:
    """Give the first server that is not this machine itself."""
    return [server for server in servers if server.kind is not AddressKind.LOOPBACK][:1]


async def _discover(ctx: Context, family: Family, servers: Sequence[Endpoint]) -> Side | _Silence:
    async with nat_sockets(family) as sockets:
        talk = NatTalk(servers)
        try:
            source = source_for(family, servers[0])
            local, *_others = [await sockets.add(source) for _number in range(talk.sockets)]
        except OSError as error:
            return _Silence(failures=[classify(Operation.CONNECT, error)])
        await _talk(talk, sockets)
        if not talk.sightings:
            return _Silence(refusals=talk.refusals, failures=sockets.failures)
        found = [h.interface for h in host_addresses(ctx.settings.machine) if h.ip == source and h.in_tunnel]
        return Side(
            family=family,
            local=local,
            sightings=talk.sightings,
            filters=talk.filters,
            tunnel="".join(found[:1]),
        )


async def _talk(talk: NatTalk, sockets: NatSockets) -> None:
    """Send what is due and listen, until all is told or our patience ends."""
    clock = asyncio.get_running_loop().time
    end = clock() + PATIENCE
    while True:
        for heard in await sockets.backlog():
            talk.hear(heard.socket, heard.data, heard.origin, heard.at)
        if clock() >= end:
            return
        for out in talk.due(clock()):
            sockets.send(out)
        if talk.is_over:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(talk.next_due(), end)):
                await sockets.hear()


async def _nat64(ctx: Context) -> Nat64 | NoNat64:
    """Ask whether names lead through NAT64 (RFC 7050 section 3), where this machine has no IPv4 of its own."""
    if not lacks_ipv4_for(_ANY_IPV4, host_addresses(ctx.settings.machine)):
        return NoNat64()
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            over_ipv6 = replace(ctx, vantage=replace(ctx.vantage, family=Family.IPV6))
            answer = await resolve(over_ipv6, _NAT64_NAME, 0)
            if isinstance(answer, Resolved):
                return Nat64(address=answer.addresses[0].ip)
    return NoNat64()


def _why(outcomes: Iterable[Side | _Silence]) -> str:
    silences = [outcome for outcome in outcomes if isinstance(outcome, _Silence)]
    for refusal in [refusal for silence in silences for refusal in silence.refusals][:1]:
        return f"the servers refuse binding requests ({refusal})"
    failures = {failure.kind for silence in silences for failure in silence.failures}
    if failures and failures <= {Kind.NOT_PERMITTED, Kind.PROHIBITED}:
        return "this machine does not let UDP out"
    if failures == {Kind.NO_NETWORK}:
        return "this machine has no route to the servers"
    return f"no server answered over UDP within {PATIENCE:g} s"
