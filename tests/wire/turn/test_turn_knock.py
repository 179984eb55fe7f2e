"""Knocking at a TURN server's door: its first answer is enough, and nothing stays behind."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest
from ice_helpers import (
    at,
    closed_tcp_port,
    closed_udp_port,
    context,
    granted,
    is_delete,
    relayed,
    tcp_server,
    udp_server,
)

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.relays import Path, Refused, Stage, Unreached
from hms_doctor.model.ice.urls import IceUrl, Transport, parse_ice_url
from hms_doctor.model.settings import ProxyFromEnvironment
from hms_doctor.model.vantage import Carrier, Family, ProxyUse, Vantage
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.scenario import DnsAnswer, Speech, TurnScript
from hms_doctor.simulator.turn_change import turn_named
from hms_doctor.wire.turn.addresses import goes_through_proxy
from hms_doctor.wire.turn.knock import knock

CHANNEL_DATA = 0x40
DIRECT = Vantage(proxy=ProxyUse.DIRECT)


def path(url: str) -> Path:
    read = parse_ice_url(url)
    assert isinstance(read, IceUrl)
    return Path(url=url, host=read.host, port=read.port, transport=read.transport, family=Family.IPV4)


def paths(simulator: Simulator) -> tuple[Path, ...]:
    return tuple(path(url) for server in simulator.ice_servers for url in server.urls)


async def test_every_door_of_a_healthy_server_asks_for_a_login_and_lends_nothing() -> None:
    scenario = Scenario(turn=TurnScript(most_allocations=0))
    async with Simulator(scenario) as simulator, at(simulator) as ctx:
        rows = await knock(replace(ctx, vantage=DIRECT), paths(simulator))
    assert [row.path.transport for row in rows].count(Transport.UDP) == 2
    for row in rows:
        assert isinstance(row.outcome, Refused)
        assert (row.outcome.stage, row.outcome.code) == (Stage.CHALLENGE, 401)
        assert row.attempts == 1


async def test_ports_that_nobody_offered_are_left_alone_on_this_machine() -> None:
    async with udp_server(lambda _data: ()) as heard, context() as ctx:
        otherwise = replace(ctx, vantage=Vantage(carrier=Carrier.UDP, port=heard.port))
        for host in ("127.0.0.1", "localhost"):
            assert await knock(otherwise, [path(f"turn:{host}:{heard.port}")]) == ()
    assert heard.messages == []


async def test_a_server_that_lends_to_anybody_gets_its_relay_back() -> None:
    def answer(data: bytes) -> Iterable[bytes]:
        if data[0] < CHANNEL_DATA:
            yield granted(data, relayed(data))

    async with udp_server(answer) as heard, context() as ctx:
        [row] = await knock(replace(ctx, vantage=DIRECT), [path(f"turn:127.0.0.1:{heard.port}")])
    assert not isinstance(row.outcome, Refused | Unreached)
    assert is_delete([data for data in heard.messages if data[0] < CHANNEL_DATA][-1])


async def test_closed_doors_are_told_side_by_side() -> None:
    closed = [f"turn:127.0.0.1:{closed_udp_port()}", f"turn:127.0.0.1:{closed_tcp_port()}?transport=tcp"]
    async with context() as ctx:
        rows = await knock(replace(ctx, vantage=DIRECT), [path(url) for url in closed])
    assert [row.outcome.failure.kind for row in rows if isinstance(row.outcome, Unreached)] == [Kind.REFUSED] * 2


@pytest.mark.parametrize("speech", [Speech.HTTP, Speech.NOTHING])
async def test_whoever_else_answers_is_no_turn_server(speech: Speech) -> None:
    async with Simulator(Scenario(turn=TurnScript(speech=speech))) as simulator, at(simulator) as ctx:
        rows = await knock(replace(ctx, vantage=DIRECT), paths(simulator))
    streams = [row.outcome for row in rows if row.path.transport is not Transport.UDP]
    assert [outcome.stage for outcome in streams if isinstance(outcome, Unreached)] == [Stage.CHALLENGE] * 3


async def test_a_name_that_is_not_found_is_a_row() -> None:
    scenario = turn_named(DnsAnswer.NXDOMAIN)(Scenario())
    async with Simulator(scenario) as simulator, at(simulator) as ctx:
        rows = await knock(ctx, paths(simulator)[:1])
    assert [row.outcome.stage for row in rows if isinstance(row.outcome, Unreached)] == [Stage.RESOLVE]


async def test_the_name_server_of_the_vantage_is_asked() -> None:
    async with Simulator(turn_named(DnsAnswer.LOOPBACK)(Scenario())) as simulator, at(simulator) as ctx:
        elsewhere = replace(ctx, vantage=Vantage(resolver="127.0.0.9"))  # nobody answers questions there
        [row] = await knock(elsewhere, paths(simulator)[:1])
        [found] = await knock(ctx, paths(simulator)[:1])
    assert isinstance(row.outcome, Unreached)
    assert row.outcome.stage is Stage.RESOLVE
    assert isinstance(found.outcome, Refused)


async def test_in_spite_of_no_proxy_the_proxy_is_asked() -> None:
    asked = asyncio.Event()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"CONNECT turn.elsewhere.test:3478 ")
        asked.set()
        writer.write(b"HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic\r\n\r\n")
        await writer.drain()

    door = path("turn:turn.elsewhere.test:3478?transport=tcp")
    async with tcp_server(refuse) as port:
        variables = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "no_proxy": "*"}
        async with context(proxy=ProxyFromEnvironment(variables=variables)) as ctx:
            assert not goes_through_proxy(ctx, door.host, door.port, door.transport)
            forced = replace(ctx, vantage=Vantage(proxy=ProxyUse.FORCED))
            assert goes_through_proxy(forced, door.host, door.port, door.transport)
            assert not goes_through_proxy(forced, door.host, door.port, Transport.UDP)
            [row] = await knock(forced, [door])
    assert asked.is_set()
    assert isinstance(row.outcome, Unreached)
    assert row.outcome.failure.kind is Kind.PROXY_AUTH
