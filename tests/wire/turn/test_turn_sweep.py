"""All paths of a list at once, against the simulator's server with its codec that is not ours."""

import asyncio
import time
from collections.abc import Callable

import pytest
from ice_helpers import at, context, final_rows, listed, tcp_server

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.relay_words import stage_of, works
from hms_doctor.model.ice.relays import Proven, Refused, RelayRow, Stage, Unfinished, Unreached
from hms_doctor.model.ice.servers import ExpiresIn, IceServers
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy
from hms_doctor.model.vantage import Family
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.change import Change
from hms_doctor.simulator.scenario import Certificate, DnsAnswer, Listener, Speech, TlsScript, TurnScript
from hms_doctor.simulator.turn_change import (
    listed as offering,
)
from hms_doctor.simulator.turn_change import (
    turn_certificate,
    turn_named,
    turn_quota,
    turn_speaks,
    turn_streams,
    turn_tls,
    turn_waits,
)
from hms_doctor.wire.turn.sweep import sweep


async def swept(change: Change, *, seconds: float = 20.0) -> tuple[RelayRow, ...]:
    async with Simulator(change(Scenario())) as simulator, at(simulator, seconds=seconds) as ctx:
        return await final_rows(ctx, offered(simulator))


def offered(simulator: Simulator) -> IceServers:
    return IceServers(servers=simulator.ice_servers, origin="init")


def unchanged(scenario: Scenario) -> Scenario:
    return scenario


def first(number: int) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    return lambda urls: urls[:number]


async def test_every_relay_of_a_healthy_list_is_proven() -> None:
    rows = await swept(unchanged)
    assert [row.path.transport.value for row in rows] == ["udp", "tcp", "udp", "tcp", "tls"]
    for row in rows:
        assert isinstance(row.outcome, Proven)
        assert len(row.outcome.rtts_ms) == row.outcome.sent == 5
        assert row.attempts == 1
        assert row.via == ""
        assert isinstance(row.expiry, ExpiresIn)
        assert 86000 < row.expiry.seconds <= 86400
    assert "tls_ms" in rows[4].steps
    assert "connect_ms" in rows[1].steps
    assert "connect_ms" not in rows[0].steps


async def test_every_row_that_ends_makes_a_fuller_snapshot() -> None:
    async with Simulator() as simulator, at(simulator) as ctx:
        snapshots = [rows async for rows in sweep(ctx, offered(simulator), time.time())]
    finished = [sum(not isinstance(row.outcome, Unfinished) for row in rows) for rows in snapshots]
    assert finished == sorted(finished)
    assert finished[0] == 0
    assert finished[-1] == 5
    assert len({len(rows) for rows in snapshots}) == 1


async def test_a_slow_server_is_waited_for() -> None:
    rows = await swept(turn_waits(0.6))
    assert all(works(row.outcome) for row in rows)
    assert {row.attempts for row in rows} == {1}


async def test_a_quota_of_one_is_used_by_one_path_after_the_other() -> None:
    rows = await swept(lambda scenario: offering(first(2))(turn_quota(1)(scenario)))
    assert all(works(row.outcome) for row in rows)
    assert {row.attempts for row in rows} == {1}, "waiting for one's turn is no failed try"


async def test_a_quota_that_others_use_up_ends_after_one_more_try() -> None:
    rows = await swept(turn_quota(0))
    assert {row.outcome for row in rows} == {Refused(stage=Stage.ALLOCATE, code=486, reason="Allocation Quota Reached")}


@pytest.mark.parametrize(
    ("certificate", "kind", "detail"),
    [
        (Certificate.EXPIRED, Kind.TLS_EXPIRED, "on 20"),
        (Certificate.NOT_YET_VALID, Kind.TLS_NOT_YET_VALID, "before 20"),
        (Certificate.WRONG_NAME, Kind.TLS_WRONG_NAME, "for elsewhere.hms-doctor.test"),
        (Certificate.INTERCEPTED, Kind.TLS_UNKNOWN_ISSUER, "Zscaler"),
    ],
)
async def test_a_rejected_certificate_is_told_with_what_to_look_at(
    certificate: Certificate, kind: Kind, detail: str
) -> None:
    rows = await swept(turn_certificate(certificate))
    assert [works(row.outcome) for row in rows] == [True] * 4 + [False]
    outcome = rows[4].outcome
    assert isinstance(outcome, Unreached)
    assert (outcome.stage, outcome.failure.kind) == (Stage.TLS, kind)
    assert detail in outcome.failure.detail
    assert rows[4].attempts == 1, "a certificate does not get better"


async def test_a_port_without_tls() -> None:
    rows = await swept(turn_tls(TlsScript(listener=Listener.PLAIN)), seconds=2.4)
    assert [stage_of(row.outcome) for row in rows] == [Stage.OK] * 4 + [Stage.TLS]


@pytest.mark.parametrize("listener", [Listener.REFUSED, Listener.RESET, Listener.CLOSED])
async def test_streams_that_do_not_stand(listener: Listener) -> None:
    rows = await swept(turn_streams(listener))
    assert [works(row.outcome) for row in rows] == [True, False, True, False, False]
    assert {row.attempts for row in rows if not works(row.outcome)} == {2}


async def test_silent_streams_end_in_time() -> None:
    rows = await swept(turn_streams(Listener.SILENT), seconds=2.4)
    assert [stage_of(row.outcome) for row in rows] == [Stage.OK, Stage.CHALLENGE, Stage.OK, Stage.CHALLENGE, Stage.TLS]


@pytest.mark.parametrize("speech", [Speech.HTTP, Speech.NOTHING])
async def test_streams_without_turn(speech: Speech) -> None:
    rows = await swept(turn_speaks(speech))
    assert [stage_of(row.outcome) for row in rows][1::2] == [Stage.CHALLENGE, Stage.CHALLENGE]


async def test_every_family_of_a_name_is_a_row_and_a_dead_one_is_told() -> None:
    rows = await swept(turn_named(DnsAnswer.DEAD_IPV6))
    assert len(rows) == 10
    alive = {row.path.family for row in rows if works(row.outcome)}
    assert alive == {Family.IPV4}
    assert {row.path.family for row in rows} == {Family.IPV4, Family.IPV6}
    assert [row.path.family for row in rows[:2]] == [Family.IPV4, Family.IPV6], "both of the first URL"


async def test_a_family_that_a_name_does_not_have_is_no_row() -> None:
    rows = await swept(turn_named(DnsAnswer.LOOPBACK))
    assert [row.path.family for row in rows] == [Family.IPV4] * 5


@pytest.mark.parametrize("answer", [DnsAnswer.NXDOMAIN, DnsAnswer.EMPTY, DnsAnswer.SERVFAIL])
async def test_a_name_without_addresses_is_one_row_a_url(answer: DnsAnswer) -> None:
    rows = await swept(turn_named(answer))
    assert [stage_of(row.outcome) for row in rows] == [Stage.RESOLVE] * 5


async def test_relays_over_ipv6() -> None:
    async with Simulator(bind="::1") as simulator, at(simulator) as ctx:
        rows = await final_rows(ctx, offered(simulator))
    assert [(row.path.family, stage_of(row.outcome)) for row in rows] == [(Family.IPV6, Stage.OK)] * 5


async def test_a_long_list_is_looked_at_whole() -> None:
    many = tuple(f"turn:127.0.0.1:1?transport={transport}" for transport in ("udp", "tcp"))
    urls = tuple(f"turn:127.0.0.{number}:1" for number in range(1, 100))
    async with context() as ctx:
        rows = await final_rows(ctx, listed(*many, *urls, *urls))
    assert len(rows) == 101
    assert {stage_of(row.outcome) for row in rows} == {Stage.REACH}


async def _proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be a CONNECT proxy that finds every name on this machine."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    port = int(head.split()[1].rpartition(":")[2])
    upstream, onward = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(4096):
            sink.write(data)

    try:
        done, pending = await asyncio.wait(
            {asyncio.create_task(pump(reader, onward)), asyncio.create_task(pump(upstream, writer))},
            return_when=asyncio.FIRST_COMPLETED,
        )
        for task in pending:
            task.cancel()
        await asyncio.gather(*done, *pending, return_exceptions=True)
    finally:
        onward.transport.abort()


async def test_streams_go_through_a_proxy_that_looks_the_name_up_and_udp_goes_past_it() -> None:
    scenario = Scenario(turn=TurnScript(host="turn.elsewhere.test"))
    async with Simulator(scenario) as simulator:
        host, number = simulator.nameserver
        async with (
            tcp_server(_proxy) as port,
            context(
                ca_file=simulator.ca_file,
                nameserver=f"{host} {number}",
                proxy=FixedProxy(url=Secret(f"http://user:hunter2@127.0.0.1:{port}")),
            ) as ctx,
        ):
            rows = await final_rows(ctx, offered(simulator))
    plain = [row for row in rows if row.path.transport is Transport.TCP]
    assert all(works(row.outcome) for row in plain)
    assert {row.via for row in plain} == {f"127.0.0.1:{port}"}
    assert [stage_of(row.outcome) for row in rows if row.path.transport is Transport.UDP] == [Stage.RESOLVE] * 2
    assert stage_of(rows[4].outcome) is Stage.TLS, "the certificate is for the simulator's own names"
    assert "hunter2" not in repr(rows)
