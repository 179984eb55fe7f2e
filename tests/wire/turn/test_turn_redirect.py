"""A TURN server that sends its clients elsewhere (300): followed once, as browsers do."""

from asyncio import StreamReader, StreamWriter
from collections.abc import Iterable

import pytest
from ice_helpers import (
    Answer,
    closed_udp_port,
    context,
    error,
    final_rows,
    listed,
    message_in,
    reply,
    tcp_server,
    udp_server,
)

from hms_doctor.model.ice.relay_words import evidence_of
from hms_doctor.model.ice.relays import Proven, Refused, RelayRow, Stage
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.wire.media.relayed import fastest
from hms_doctor.wire.stun.message import Attribute, Class, SocketAddress, pack_address


def sending_to(port: int, ip: str = "127.0.0.1") -> Answer:
    def answer(data: bytes) -> Iterable[bytes]:
        return (to(data, port, ip),)

    return answer


def to(data: bytes, port: int, ip: str = "127.0.0.1") -> bytes:
    address = bytes([0, 1]) + port.to_bytes(2, "big") + bytes(int(part) for part in ip.split("."))
    return reply(data, Class.ERROR, error(300, "Try Alternate"), (Attribute.ALTERNATE_SERVER, address))


async def looked_at(simulator: Simulator, url: str) -> RelayRow:
    [server] = simulator.ice_servers
    async with context() as ctx:
        servers = listed(url, username=server.username, credential=server.credential.reveal())
        [row] = await final_rows(ctx, servers)
        return row


def port_of(simulator: Simulator, *, stream: bool) -> int:
    [server] = simulator.ice_servers
    return int(server.urls[stream].partition("?")[0].rpartition(":")[2])


async def test_a_relay_is_had_where_the_server_sends_us_over_udp() -> None:
    async with Simulator(Scenario()) as simulator:
        there = port_of(simulator, stream=False)
        async with udp_server(sending_to(there)) as server:
            row = await looked_at(simulator, f"turn:127.0.0.1:{server.port}")
    assert isinstance(row.outcome, Proven)
    assert row.path.port == server.port
    assert evidence_of(row)["moved_to"] == f"127.0.0.1 port {there}"
    assert len(server.messages) == 1
    # What is measured later goes there at once, by the login of the URL that was listed.
    [proved] = fastest([row], listed(row.path.url))
    assert (proved.path.port, proved.path.url, len(proved.logins)) == (there, row.path.url, 1)


async def test_a_relay_is_had_where_the_server_sends_us_over_tcp() -> None:
    async with Simulator(Scenario()) as simulator:
        there = port_of(simulator, stream=True)

        async def serve(reader: StreamReader, writer: StreamWriter) -> None:
            writer.write(to(await reader.read(1000), there))
            await reader.read()

        async with tcp_server(serve) as port:
            row = await looked_at(simulator, f"turn:127.0.0.1:{port}?transport=tcp")
    assert isinstance(row.outcome, Proven)
    [moved] = row.moved_to
    assert (moved.host, moved.port, moved.transport) == ("127.0.0.1", there, row.path.transport)


async def test_nobody_is_sent_in_circles() -> None:
    async with (
        Simulator(Scenario()) as simulator,
        udp_server(lambda data: (to(data, second.port),)) as first,
        udp_server(sending_to(first.port)) as second,
    ):
        row = await looked_at(simulator, f"turn:127.0.0.1:{first.port}")
    assert isinstance(row.outcome, Refused)
    assert (row.outcome.code, row.outcome.stage, row.moved_to) == (300, Stage.CHALLENGE, ())
    assert (len(first.messages), len(second.messages)) == (1, 1)


@pytest.mark.parametrize("ip", ["127.0.0.1", "192.0.2.9"])
async def test_where_nobody_is_the_servers_word_stands(ip: str) -> None:
    """From one side of loopback to the other nobody is sent, so the documentation address is not even asked."""
    closed = closed_udp_port()
    async with Simulator(Scenario()) as simulator, udp_server(sending_to(closed, ip)) as server:
        row = await looked_at(simulator, f"turn:127.0.0.1:{server.port}")
    assert isinstance(row.outcome, Refused)
    assert row.outcome.elsewhere == ((ip, closed),)
    assert row.outcome.reason == f"Try Alternate: {ip} port {closed}"


async def test_an_address_that_is_none_sends_nobody() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        garbled = pack_address(SocketAddress(ip="127.0.0.1", port=9), message_in(data).transaction)[:5]
        yield reply(data, Class.ERROR, error(300), (Attribute.ALTERNATE_SERVER, garbled))

    async with Simulator(Scenario()) as simulator, udp_server(answer) as server:
        row = await looked_at(simulator, f"turn:127.0.0.1:{server.port}")
    assert isinstance(row.outcome, Refused)
    assert row.outcome.elsewhere == ()
