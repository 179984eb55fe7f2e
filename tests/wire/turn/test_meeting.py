"""A relay and a second socket of ours: what a NAT, a mute server or a liar does to their meeting."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager

import pytest
from coturn_server import HERE, Coturn, needs_coturn, run_coturn
from hypothesis import given
from hypothesis import strategies as st
from ice_helpers import Answer, closed_udp_port, context, error, message_in, reply, udp_server

from hms_doctor.model.ice.relays import Stage
from hms_doctor.model.secret import Secret
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.stun.message import Attribute, Class, Message, SocketAddress, encode, pack_address
from hms_doctor.wire.turn.line import DatagramLine, open_datagrams
from hms_doctor.wire.turn.meeting import Met, NotMet, _indicated, meet
from hms_doctor.wire.turn.own_socket import open_own_socket
from hms_doctor.wire.turn.relay import Lent, Relay
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Login, Talk


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    yield from run_coturn(tmp_path_factory.mktemp("meeting"), "-a", "-u", "hms:pass")


@asynccontextmanager
async def relay_of(coturn: Coturn) -> AsyncIterator[tuple[Relay, SocketAddress]]:
    async with context() as ctx:
        line = await open_datagrams(Address(family=Family.IPV4, ip=HERE), coturn.port)
        assert isinstance(line, DatagramLine)
        relay = Relay(Session(ctx, line, Talk(Login(username="hms", credential=Secret("pass")))), Stage.REACH, {})
        try:
            lent = await relay.lend()
            assert isinstance(lent, Lent)
            yield relay, lent.address
        finally:
            await relay.part()


def at(port: int) -> SocketAddress:
    return SocketAddress(ip=HERE, port=port)


ADDRESS = (Attribute.XOR_PEER_ADDRESS, pack_address(at(1), bytes(12)))


def seeing(port: int) -> Answer:
    """Tell every socket that it is seen from this port."""

    def answer(data: bytes) -> Iterable[bytes]:
        seen = pack_address(at(port), message_in(data).transaction)
        yield reply(data, Class.SUCCESS, (Attribute.XOR_MAPPED_ADDRESS, seen))

    return answer


@needs_coturn
async def test_they_meet_and_packets_come_to_the_second_socket(coturn: Coturn) -> None:
    async with relay_of(coturn) as (relay, address):
        met = await meet(relay, address, (at(closed_udp_port()), at(coturn.port)))
        assert isinstance(met, Met)
        assert (met.sent, len(met.rtts_ms)) == (5, 5)
        met.track.send(b"payload")
        packets: list[bytes] = []
        async with asyncio.timeout(2):
            while not packets or packets[-1] != b"payload":
                arrival = await met.track.receive()
                packets.append(getattr(arrival, "data", b""))
        await met.track.aclose()


@needs_coturn
async def test_a_nat_that_maps_every_way_anew_is_followed(coturn: Coturn) -> None:
    async with relay_of(coturn) as (relay, address), udp_server(seeing(closed_udp_port())) as door:
        met = await meet(relay, address, (at(door.port),))
        assert isinstance(met, Met)
        met.track.send(b"payload")
        async with asyncio.timeout(2):
            while getattr(await met.track.receive(), "data", b"") != b"payload":
                pass
        await met.track.aclose()


@needs_coturn
@pytest.mark.parametrize(
    "answer",
    [
        lambda _data: (),
        lambda _data: (b"garbage",),
        lambda data: (reply(data, Class.ERROR, error(401, "Unauthorized")),),
        lambda data: (reply(data, Class.SUCCESS),),
    ],
)
async def test_without_an_address_they_do_not_meet(coturn: Coturn, answer: Answer) -> None:
    async with relay_of(coturn) as (relay, address), udp_server(answer) as door:
        began = time.monotonic()
        assert await meet(relay, address, (at(door.port),)) == NotMet(
            why="no server tells a second socket's address over UDP"
        )
        assert time.monotonic() - began < 1.5


@needs_coturn
async def test_a_server_met_over_ipv6_is_asked_at_its_relays_address(coturn: Coturn) -> None:
    async with relay_of(coturn) as (relay, address):
        met = await meet(relay, address, (SocketAddress(ip="2001:db8::1", port=coturn.port),))
        assert isinstance(met, Met)
        await met.track.aclose()


@needs_coturn
async def test_without_a_door_nobody_is_asked(coturn: Coturn) -> None:
    async with relay_of(coturn) as (relay, address):
        began = time.monotonic()
        assert isinstance(await meet(relay, address, ()), NotMet)
        assert time.monotonic() - began < 0.2


@given(st.binary(max_size=120))
def test_what_is_no_data_indication_gives_no_bytes(data: bytes) -> None:
    assert _indicated(data, at(9)) == (at(9), b"")


@pytest.mark.parametrize(
    ("method", "kind", "attributes", "seen"),
    [
        (7, Class.INDICATION, (ADDRESS, (0x0013, b"payload")), (at(1), b"payload")),
        (7, Class.INDICATION, (ADDRESS,), (at(1), b"")),
        (7, Class.INDICATION, ((0x0013, b"payload"),), (at(9), b"")),
        (7, Class.REQUEST, (ADDRESS, (0x0013, b"payload")), (at(9), b"")),
        (6, Class.INDICATION, (ADDRESS, (0x0013, b"payload")), (at(9), b"")),
    ],
)
def test_a_data_indication_names_its_peer(
    method: int, kind: Class, attributes: tuple[tuple[int, bytes], ...], seen: tuple[SocketAddress, bytes]
) -> None:
    message = Message(method=method, kind=kind, transaction=bytes(12), attributes=attributes)
    assert _indicated(encode(message), at(9)) == seen


async def test_a_second_socket_speaks_ipv6() -> None:
    loopback = SocketAddress(ip="::1", port=4321)

    def answer(data: bytes) -> Iterable[bytes]:
        seen = pack_address(loopback, message_in(data).transaction)
        yield reply(data, Class.SUCCESS, (Attribute.XOR_MAPPED_ADDRESS, seen))

    async with udp_server(answer, "::1") as door:
        own = await open_own_socket(6)
        try:
            assert await own.reflexive((SocketAddress(ip="::1", port=door.port),), 2.0) == (loopback,)
        finally:
            await own.aclose()


async def test_a_lost_question_is_asked_again() -> None:
    heard: list[bytes] = []

    def answer(data: bytes) -> Iterable[bytes]:
        heard.append(data)
        return seeing(7)(data) if len(heard) > 1 else ()

    async with udp_server(answer) as door:
        own = await open_own_socket(4)
        try:
            assert await own.reflexive((at(door.port),), 2.0) == (at(7),)
        finally:
            await own.aclose()
