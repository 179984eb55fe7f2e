"""Bindings over UDP: who answers, from where we are seen, and what is no answer."""

from collections.abc import Iterable

import pytest
from ice_helpers import at, closed_udp_port, context, error, listed, message_in, reply, udp_server

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.relays import BindingRow, Bindings, Bound, Unanswered, Unfinished
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.vantage import Family
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.scenario import DnsAnswer
from hms_doctor.simulator.turn_change import turn_named
from hms_doctor.wire.stun.bindings import sweep_bindings
from hms_doctor.wire.stun.message import Attribute, Class, SocketAddress, pack_address


async def asked(servers: IceServers, *, seconds: float = 20.0) -> Bindings:
    async with context(seconds=seconds) as ctx:
        return [bindings async for bindings in sweep_bindings(ctx, servers)][-1]


def bound(data: bytes) -> Iterable[bytes]:
    address = pack_address(SocketAddress(ip="192.0.2.9", port=4), message_in(data).transaction)
    yield reply(data, Class.SUCCESS, (Attribute.XOR_MAPPED_ADDRESS, address))


def address_of(row: BindingRow) -> str:
    assert isinstance(row.outcome, Bound)
    return row.outcome.address


async def test_every_udp_port_of_a_healthy_list_answers() -> None:
    async with Simulator() as simulator, at(simulator) as ctx:
        servers = IceServers(servers=simulator.ice_servers, origin="init")
        snapshots = [bindings async for bindings in sweep_bindings(ctx, servers)]
    assert [address_of(row) for row in snapshots[-1].offered] == ["127.0.0.1"] * 2
    assert snapshots[-1].beyond == (), "on this machine only the list says where a server is"
    assert all(isinstance(row.outcome, Unfinished) for row in snapshots[0].offered)


async def test_turn_hosts_and_stun_hosts_are_asked_once_a_port() -> None:
    async with udp_server(bound) as server:
        here = f"127.0.0.1:{server.port}"
        bindings = await asked(listed(f"stun:{here}", f"turn:{here}", f"turn:{here}?transport=tcp", f"turns:{here}"))
    assert [address_of(row) for row in bindings.rows] == ["192.0.2.9"]
    assert len(server.messages) == 1


async def test_an_old_server_tells_a_plain_address() -> None:
    plain = (Attribute.MAPPED_ADDRESS, bytes([0, 1, 0, 4, 192, 0, 2, 10]))
    async with udp_server(lambda data: (reply(data, Class.SUCCESS, plain),)) as server:
        bindings = await asked(listed(f"stun:127.0.0.1:{server.port}"))
    assert address_of(bindings.offered[0]) == "192.0.2.10"


async def test_bindings_over_ipv6() -> None:
    async with udp_server(bound, "::1") as server:
        bindings = await asked(listed(f"stun:[::1]:{server.port}"))
    assert bindings.offered[0].path.family is Family.IPV6
    assert address_of(bindings.offered[0]) == "192.0.2.9"


async def test_a_refused_port_is_told_at_once_and_asked_twice() -> None:
    bindings = await asked(listed(f"stun:127.0.0.1:{closed_udp_port()}"))
    [row] = bindings.offered
    assert isinstance(row.outcome, Unanswered)
    assert (row.outcome.failure.kind, row.attempts) == (Kind.REFUSED, 2)


async def test_the_second_socket_may_do_better() -> None:
    heard: list[bytes] = []

    def answer(data: bytes) -> Iterable[bytes]:
        heard.append(data)
        return bound(data) if len({message_in(one).transaction for one in heard}) > 1 else (data,)

    async with udp_server(answer) as server:
        bindings = await asked(listed(f"stun:127.0.0.1:{server.port}"))
    assert isinstance(bindings.offered[0].outcome, Bound)
    assert bindings.offered[0].attempts == 2


@pytest.mark.parametrize(
    ("kind", "attributes", "failure"),
    [
        (Class.ERROR, (error(420, "Unknown Attribute"),), Kind.STATUS),
        (Class.SUCCESS, (), Kind.MALFORMED),
        (Class.SUCCESS, ((Attribute.XOR_MAPPED_ADDRESS, b"\0\1"),), Kind.MALFORMED),
        (Class.REQUEST, (), Kind.MALFORMED),
    ],
)
async def test_what_is_no_binding(kind: Class, attributes: tuple[tuple[Attribute, bytes], ...], failure: Kind) -> None:
    async with udp_server(lambda data: (reply(data, kind, *attributes),)) as server:
        bindings = await asked(listed(f"stun:127.0.0.1:{server.port}"))
    [row] = bindings.offered
    assert isinstance(row.outcome, Unanswered)
    assert row.outcome.failure.kind is failure


async def test_silence_long_enough_is_the_peers_and_the_second_cut_short_changes_nothing() -> None:
    async with udp_server(lambda _data: ()) as server:
        bindings = await asked(listed(f"stun:127.0.0.1:{server.port}"), seconds=2.3)
    [row] = bindings.offered
    assert isinstance(row.outcome, Unanswered)
    assert (row.outcome.failure.kind, row.attempts) == (Kind.SILENT, 1)


async def test_a_name_without_addresses_is_told() -> None:
    scenario = turn_named(DnsAnswer.NXDOMAIN)(Scenario())
    async with Simulator(scenario) as simulator, at(simulator) as ctx:
        servers = IceServers(servers=simulator.ice_servers, origin="init")
        bindings = [bindings async for bindings in sweep_bindings(ctx, servers)][-1]
    for row in bindings.rows:
        assert isinstance(row.outcome, Unanswered)
        assert row.outcome.failure.kind is Kind.NXDOMAIN


async def test_the_usual_ports_of_a_host_elsewhere_are_asked_too() -> None:
    # The kernel refuses the broadcast address at once, so nothing leaves this machine.
    bindings = await asked(listed("turn:255.255.255.255:3478?transport=tcp", "turn:255.255.255.255:9"))
    assert [row.path.port for row in bindings.offered] == [9]
    assert [(row.path.port, row.path.url) for row in bindings.beyond] == [
        (3478, "stun:255.255.255.255:3478"),
        (443, "stun:255.255.255.255:443"),
    ]
    for row in bindings.rows:
        assert isinstance(row.outcome, Unanswered)
        assert row.outcome.failure.kind is Kind.PROHIBITED


async def test_nothing_to_ask() -> None:
    async with context() as ctx:
        assert [bindings async for bindings in sweep_bindings(ctx, listed("nonsense", "stuns:"))] == []
