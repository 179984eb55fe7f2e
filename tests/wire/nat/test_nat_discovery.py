"""NAT behaviour over real sockets: every mapping with every filtering, in time, and nothing that was not seen."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ice_helpers import closed_udp_port, context, listed, udp_server
from nat_world import FIRST, OUTSIDE, SECOND, Filtering, Mapping, Second, World, at_work
from net_lab import Records, name_server

from hms_doctor.model.check import Context
from hms_doctor.model.ice.nat import (
    AddressAndPortDependent,
    AddressDependent,
    Endpoint,
    EndpointIndependent,
    Nat64,
    NatSeen,
    NatUnseen,
    NoNat,
    NoNat64,
    NotTested,
    PortIndependent,
    Side,
    filtering_of,
    mapping_of,
)
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.settings import Nameserver, SimulatedMachine
from hms_doctor.model.vantage import Family
from hms_doctor.wire.nat.discovery import NAMES_PATIENCE, PATIENCE, look_at_nat
from hms_doctor.wire.nat.talk import NatTalk
from hms_doctor.wire.stun.message import SocketAddress

MAPPINGS = {
    Mapping.NONE: NoNat(),
    Mapping.EIM: EndpointIndependent(),
    Mapping.ADM: AddressDependent(),
    Mapping.APDM: AddressAndPortDependent(),
}
FILTERINGS = {
    Filtering.EIF: EndpointIndependent(),
    Filtering.ADF: AddressDependent(),
    Filtering.APDF: AddressAndPortDependent(),
}
SLACK = 0.5  # seconds that a busy machine may take beside the waiting


async def looked(servers: IceServers) -> NatSeen | NatUnseen:
    async with context() as ctx:
        return await look_at_nat(ctx, servers)


async def seen_by(world: World, *more: str) -> tuple[Side, float]:
    async with at_work(world):
        began = time.monotonic()
        seen = await looked(listed(world.url, *more))
        took = time.monotonic() - began
    assert isinstance(seen, NatSeen)
    [side] = seen.sides
    return side, took


@pytest.mark.parametrize(("mapping", "filtering"), list(product(Mapping, Filtering)))
async def test_every_nat_is_told_by_a_server_with_two_addresses(mapping: Mapping, filtering: Filtering) -> None:
    world = World(mapping=mapping, filtering=filtering, rtt=0.02)
    side, took = await seen_by(world)
    assert (mapping_of(side), filtering_of(side)) == (MAPPINGS[mapping], FILTERINGS[filtering])
    assert side.seen_as[0].ip == ("127.0.0.1" if mapping is Mapping.NONE else OUTSIDE)
    assert took < PATIENCE + SLACK


async def test_filtering_is_asked_on_a_socket_that_writes_to_one_server_alone() -> None:
    world = World()
    side, _took = await seen_by(world)
    written = {sender: {to for who, to in world.sent if who == sender} for sender, _to in world.sent}
    assert sorted(len(to) for to in written.values()) == [1, 4]
    assert len(written[side.local]) == 4, "the mappings are those of one socket"


@pytest.mark.parametrize("lose", [1, 2, 3, 5])
async def test_lost_packets_are_sent_again(lose: int) -> None:
    side, took = await seen_by(World(mapping=Mapping.ADM, filtering=Filtering.EIF, lose=lose))
    assert (mapping_of(side), filtering_of(side)) == (AddressDependent(), EndpointIndependent())
    assert took < PATIENCE + SLACK


async def test_around_the_world_there_is_time_enough() -> None:
    side, _took = await seen_by(World(filtering=Filtering.APDF, rtt=0.15))
    assert (mapping_of(side), filtering_of(side)) == (EndpointIndependent(), AddressAndPortDependent())


async def test_a_slow_path_is_waited_for_as_long_as_there_is_patience() -> None:
    side, took = await seen_by(World(filtering=Filtering.APDF, rtt=0.3))
    assert mapping_of(side) == EndpointIndependent()
    assert filtering_of(side) == NotTested(why="the time was over")
    assert PATIENCE - 0.01 <= took < PATIENCE + SLACK


class TestServersWithoutASecondAddress:
    async def test_one_port_tells_nothing_of_mapping(self) -> None:
        side, took = await seen_by(World(second=Second.UNTOLD))
        assert mapping_of(side) == NotTested(why="one port of one server answered")
        assert filtering_of(side) == NotTested(why="the server does not answer from elsewhere (420)")
        assert took < SLACK

    async def test_own_address_and_port_are_no_nat_whoever_says_so(self) -> None:
        side, _took = await seen_by(World(mapping=Mapping.NONE, second=Second.UNTOLD))
        assert mapping_of(side) == NoNat()

    @pytest.mark.parametrize(
        ("mapping", "told"), [(Mapping.EIM, PortIndependent()), (Mapping.APDM, AddressAndPortDependent())]
    )
    async def test_two_ports_of_one_server_tell_of_ports_alone(self, mapping: Mapping, told: object) -> None:
        world = World(mapping=mapping, second=Second.UNTOLD)
        async with at_work(world):
            seen = await looked(listed(f"turn:{FIRST}:{world.ports[0]}", f"turn:{FIRST}:{world.ports[1]}"))
        assert isinstance(seen, NatSeen)
        assert mapping_of(seen.sides[0]) == told

    @pytest.mark.parametrize("mapping", [Mapping.EIM, Mapping.ADM, Mapping.APDM])
    async def test_two_servers_tell_all(self, mapping: Mapping) -> None:
        world = World(mapping=mapping, second=Second.UNTOLD)
        async with at_work(world):
            urls = [f"stun:{at}" for at in world.socks]
            seen = await looked(listed(*urls))
        assert isinstance(seen, NatSeen)
        assert mapping_of(seen.sides[0]) == MAPPINGS[mapping]

    async def test_one_that_answers_from_its_own_address_all_the_same(self) -> None:
        side, took = await seen_by(World(second=Second.IGNORED))
        assert filtering_of(side) == NotTested(why="the server answers from its own address")
        assert took < SLACK

    async def test_a_second_address_that_is_dead_makes_nobody_a_filter(self) -> None:
        side, _took = await seen_by(World(second=Second.DEAD, filtering=Filtering.APDF))
        assert isinstance(filtering_of(side), NotTested)
        assert mapping_of(side) == PortIndependent()


@pytest.mark.parametrize(
    "other", ["0.0.0.0", "224.0.0.1", "10.0.0.1", "8.8.8.8", "169.254.1.1", "255.255.255.255", "::1", FIRST]
)
async def test_nobody_is_written_to_whom_the_server_has_no_right_to_name(other: str) -> None:
    world = World(other=SocketAddress(ip=other, port=9))
    side, _took = await seen_by(world)
    assert {to.ip for _sender, to in world.sent} == {FIRST}
    assert {sighting.server for sighting in side.sightings} == {world.server}


async def test_a_server_that_is_silent_beside_one_that_answers() -> None:
    async with udp_server(lambda _data: ()) as silent:
        side, took = await seen_by(World(), f"stun:127.0.0.1:{silent.port}")
    assert mapping_of(side) == EndpointIndependent()
    assert took < PATIENCE + SLACK


class TestNobodyAnswers:
    @pytest.mark.parametrize("url", ["stun:127.0.0.1:{silent}", "turn:127.0.0.1:{closed}"])
    async def test_it_is_over_when_patience_is(self, url: str) -> None:
        async with udp_server(lambda data: (data, data[:19], b"HTTP/1.1 400 Bad Request")) as server:
            began = time.monotonic()
            seen = await looked(listed(url.format(silent=server.port, closed=closed_udp_port())))
        assert seen == NatUnseen(why="no server answered over UDP within 0.75 s")
        assert PATIENCE - 0.01 <= time.monotonic() - began < PATIENCE + SLACK

    async def test_servers_that_want_a_login_for_a_binding(self) -> None:
        from ice_helpers import challenge

        async with udp_server(lambda data: (challenge(data),)) as server:
            seen = await looked(listed(f"stun:127.0.0.1:{server.port}"))
        assert seen == NatUnseen(why="the servers refuse binding requests (401 Unauthorized)")

    async def test_a_machine_that_does_not_let_udp_out(self) -> None:
        seen = await looked(listed("turn:255.255.255.255:3478"))  # the kernel refuses the broadcast address
        assert seen == NatUnseen(why="this machine does not let UDP out")

    async def test_one_that_may_not_be_asked_beside_one_that_is_silent(self) -> None:
        seen = await looked(listed(f"stun:127.0.0.1:{closed_udp_port()}", "turn:255.255.255.255:3478"))
        assert seen == NatUnseen(why="no server answered over UDP within 0.75 s")

    @pytest.mark.parametrize("urls", [(), ("nonsense",)])
    async def test_a_list_of_nothing(self, urls: Sequence[str]) -> None:
        assert await looked(listed(*urls)) == NatUnseen(why="the list names no server")

    async def test_a_host_on_this_machine_has_only_the_ports_of_the_list(self) -> None:
        assert await looked(listed("turn:127.0.0.1:9?transport=tcp")) == NatUnseen(
            why="no server has an address to ask"
        )


async def test_a_stranger_who_guesses_is_not_heard() -> None:
    """Somebody sends our sockets answers all the time, from elsewhere and with other transactions."""
    world = World(rtt=0.05)
    from hms_doctor.wire.stun.message import Attribute, Class, Message, Method, encode, new_transaction, pack_address

    transaction = new_transaction()
    mapped = (Attribute.XOR_MAPPED_ADDRESS, pack_address(SocketAddress(ip="8.8.8.8", port=1), transaction))
    forged = encode(Message(method=Method.BINDING, kind=Class.SUCCESS, transaction=transaction, attributes=(mapped,)))
    async with at_work(world):
        look = asyncio.ensure_future(looked(listed(world.url)))
        while not look.done():
            for client, _to in world.sent:
                for sock in world.socks.values():
                    sock.sendto(forged, (client.ip, client.port))
            await asyncio.sleep(0.005)
    seen = look.result()
    assert isinstance(seen, NatSeen)
    assert {end.ip for end in seen.sides[0].seen_as} == {OUTSIDE}
    assert filtering_of(seen.sides[0]) == AddressAndPortDependent()


IPV6_ALONE = '{"links": [{"name": "sim0", "addresses": ["2001:db8::7"]}]}'
OVER_A_VPN = '{"links": [{"name": "wg0", "addresses": ["127.0.0.1"]}]}'
TRANSLATES: Records = {("ipv4only.arpa", "AAAA"): ("64:ff9b::c000:aa",)}
NAMES_OF_A_SERVER: Records = {("one.test", "A"): ("127.0.0.2", "127.0.0.3"), ("dumb.test", "A"): "SILENT"}


@asynccontextmanager
async def on_a_machine(script: str, records: Records) -> AsyncIterator[Context]:
    async with name_server(records) as port, context() as ctx:
        resolver = Nameserver(host="127.0.0.1", port=port)
        settings = replace(ctx.settings, resolver=resolver, machine=SimulatedMachine(script=script))
        yield replace(ctx, settings=settings)


@pytest.mark.parametrize(
    ("script", "records", "nat64"),
    [
        (IPV6_ALONE, TRANSLATES, Nat64(address="64:ff9b::c000:aa")),
        (IPV6_ALONE, {}, NoNat64()),
        (IPV6_ALONE, {("ipv4only.arpa", "AAAA"): "SILENT"}, NoNat64()),
        ("", TRANSLATES, NoNat64()),  # a machine with IPv4 does not ask
    ],
)
async def test_names_show_nat64_to_a_machine_without_ipv4(script: str, records: Records, nat64: object) -> None:
    async with on_a_machine(script, records) as ctx, at_work(World()) as world:
        for url in (world.url, f"stun:127.0.0.1:{closed_udp_port()}"):
            assert (await look_at_nat(ctx, listed(url))).nat64 == nat64


async def test_a_vpn_that_the_packets_take_is_named() -> None:
    async with on_a_machine(OVER_A_VPN, {}) as ctx, at_work(World()) as world:
        seen = await look_at_nat(ctx, listed(world.url))
    assert isinstance(seen, NatSeen)
    assert seen.sides[0].tunnel == "wg0"


async def test_every_address_of_a_name_is_a_server() -> None:
    async with on_a_machine("", NAMES_OF_A_SERVER) as ctx, at_work(World(second=Second.UNTOLD)) as world:
        seen = await look_at_nat(ctx, listed(f"stun:one.test:{world.ports[0]}"))
    assert isinstance(seen, NatSeen)
    assert mapping_of(seen.sides[0]) == EndpointIndependent()


async def test_a_name_that_nobody_answers_for_holds_nothing_up() -> None:
    began = time.monotonic()
    async with on_a_machine("", NAMES_OF_A_SERVER) as ctx, at_work(World(second=Second.UNTOLD)) as world:
        seen = await look_at_nat(ctx, listed(f"stun:one.test:{world.ports[0]}", "stun:dumb.test"))
        assert isinstance(seen, NatSeen)
        assert time.monotonic() - began < NAMES_PATIENCE + SLACK
        assert await look_at_nat(ctx, listed("stun:dumb.test", "stun:none.test")) == NatUnseen(
            why="no server has an address to ask"
        )


@given(data=st.binary(max_size=120), filtered=st.booleans())
def test_no_bytes_raise_anything(data: bytes, *, filtered: bool) -> None:
    talk = NatTalk([Endpoint(ip=FIRST, port=3478)])
    outs = [out for out in talk.due(0.0) if (out.socket > 0) is filtered]
    head = bytes([1, 1]) + len(data).to_bytes(2, "big") + outs[0].data[4:20]
    for message in (data, head + data, head[:2] + (len(data) + -len(data) % 4).to_bytes(2, "big") + head[4:] + data):
        talk.hear(outs[0].socket, message, outs[0].to, 0.01)
    assert len(talk.sightings) <= 1


async def test_ipv6_without_nat() -> None:
    world = World(mapping=Mapping.NONE, second=Second.UNTOLD)
    async with at_work(world, ("::1",)):
        seen = await looked(listed(*(f"stun:[::1]:{port}" for port in world.ports)))
    assert isinstance(seen, NatSeen)
    [side] = seen.sides
    assert (side.family, mapping_of(side)) == (Family.IPV6, NoNat())
    assert side.local.ip == "::1"


async def test_both_families_are_asked_at_once() -> None:
    async with at_work(World(rtt=0.05)) as four, at_work(World(mapping=Mapping.NONE, rtt=0.05), ("::1",)) as six:
        began = time.monotonic()
        seen = await looked(listed(four.url, f"stun:[::1]:{six.ports[0]}"))
        took = time.monotonic() - began
    assert isinstance(seen, NatSeen)
    assert {side.family: type(mapping_of(side)) for side in seen.sides} == {
        Family.IPV4: EndpointIndependent,
        Family.IPV6: NoNat,
    }
    assert took < PATIENCE + SLACK
    assert Endpoint(ip=SECOND, port=four.ports[1]) in {sighting.server for sighting in seen.sides[0].sightings}
