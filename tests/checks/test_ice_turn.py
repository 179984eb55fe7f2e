"""What keeps a relay from us, row by row, and the whole check against the simulator's faults."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace

import pytest
from ice_helpers import (
    at,
    challenge,
    context,
    final_rows,
    granted,
    is_delete,
    is_signed,
    listed,
    relayed,
    udp_server,
)
from ice_rows import (
    ALLOCATED,
    CLOSED_PORT,
    CUT_OFF,
    EXPIRED_TLS,
    NO_NAME,
    NOT_A_URL,
    PROVEN,
    SILENT,
    UNFINISHED,
    refused,
    row,
    tcp,
    tls,
    udp,
    unreached,
)

from hms_doctor.checks.ice_turn import CHECK, diagnose
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import Facts
from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Passed, Status, Undecided, Warned, code_of, worst
from hms_doctor.model.ice.relay_words import works
from hms_doctor.model.ice.relays import RelayOutcome, RelayRow, Relays, Stage
from hms_doctor.model.ice.servers import ExpiresIn, IceServers
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.network.server import ServerTime
from hms_doctor.model.report.report import Environment
from hms_doctor.model.settings import Selection, Settings
from hms_doctor.runner import Order, execute, make_plan
from hms_doctor.simulator import Fault, Scenario, Simulator
from hms_doctor.simulator.faults import every_fault

UNAUTHORIZED = refused(401, "Unauthorized")


def found(*rows: RelayRow) -> list[Finding]:
    return list(diagnose(Relays(rows=rows)))


def causes(findings: Iterable[Finding]) -> list[str]:
    return [finding.cause.id for finding in findings if isinstance(finding, Warned | Failed)]


@pytest.mark.parametrize(
    ("outcome", "cause"),
    [
        (UNAUTHORIZED, "turn.credentials.wrong"),
        (refused(441, "Wrong Credentials"), "turn.credentials.wrong"),
        (refused(401, "Unauthorized", Stage.CHALLENGE), "turn.credentials.missing"),
        (refused(403, "Forbidden"), "turn.forbidden"),
        (refused(437), "turn.realm"),
        (refused(438), "turn.nonce"),
        (refused(486), "turn.quota"),
        (refused(508), "turn.capacity"),
        (refused(300), "turn.refused"),
        (refused(0), "turn.refused"),
        (SILENT, "turn.no_answer"),
        (CLOSED_PORT, "turn.unreachable"),
        (unreached(Kind.UNREACHABLE), "turn.unreachable"),
        (unreached(Kind.NO_NETWORK), "turn.unreachable"),
        (unreached(Kind.MALFORMED, Stage.CHALLENGE), "turn.not_turn"),
        (unreached(Kind.CLOSED, Stage.CHALLENGE), "turn.not_turn"),
        (NO_NAME, "turn.unresolved"),
        (unreached(Kind.SILENT, Stage.RESOLVE, Operation.RESOLVE), "turn.unresolved"),
        (EXPIRED_TLS, "turn.tls.expired"),
        (unreached(Kind.TLS_NOT_YET_VALID, Stage.TLS, Operation.TLS), "turn.tls.not_yet_valid"),
        (unreached(Kind.TLS_WRONG_NAME, Stage.TLS, Operation.TLS), "turn.tls.wrong_name"),
        (unreached(Kind.TLS_UNKNOWN_ISSUER, Stage.TLS, Operation.TLS), "turn.tls.untrusted"),
        (unreached(Kind.TLS_SELF_SIGNED, Stage.TLS, Operation.TLS), "turn.tls.untrusted"),
        (unreached(Kind.TLS_REJECTED, Stage.TLS, Operation.TLS), "turn.tls.untrusted"),
        (unreached(Kind.TLS_PROTOCOL, Stage.TLS, Operation.TLS), "turn.tls"),
        (unreached(Kind.TLS_HANDSHAKE, Stage.TLS, Operation.TLS), "turn.tls"),
        (unreached(Kind.CLOSED, Stage.TLS, Operation.TLS), "turn.tls"),
        (unreached(Kind.PROXY_AUTH, Stage.REACH, Operation.PROXY), "turn.proxy.auth"),
        (unreached(Kind.PROXY_UPSTREAM, Stage.REACH, Operation.PROXY), "turn.proxy.upstream"),
        (unreached(Kind.SILENT, Stage.REACH, Operation.PROXY), "turn.proxy"),
        (unreached(Kind.PROXY_REFUSED, Stage.REACH, Operation.PROXY), "turn.proxy"),
        (NOT_A_URL, "turn.url"),
    ],
)
def test_the_cause_of_a_row(outcome: RelayOutcome, cause: str) -> None:
    findings = found(tls(outcome))
    assert causes(findings) == [cause]
    assert worst(tuple(findings)) is Status.WARN
    assert {code_of(finding, Platform.ANY) for finding in findings} == {0}, "codes are ice.verdict's"


def test_expired_needs_a_401_and_a_time_that_has_passed() -> None:
    passed, ahead = ExpiresIn(seconds=-3600.0, at=1716838705.0), ExpiresIn(seconds=3600.0, at=1716838705.0)
    assert causes(found(row(Transport.UDP, UNAUTHORIZED, expiry=passed))) == ["turn.credentials.expired"]
    assert causes(found(row(Transport.UDP, UNAUTHORIZED, expiry=ahead))) == ["turn.credentials.wrong"]
    assert causes(found(row(Transport.UDP, refused(486), expiry=passed))) == ["turn.quota"]
    assert causes(found(row(Transport.UDP, PROVEN, expiry=passed))) == [], "a server that takes it is right"
    [finding] = found(row(Transport.UDP, UNAUTHORIZED, expiry=passed))
    assert "expired at 2024-05-27 19:38:25 UTC" in finding.summary


@pytest.mark.parametrize(("seconds", "warned"), [(30.0, True), (599.0, True), (601.0, False), (-1.0, False)])
def test_a_login_that_ends_before_a_relay_is_renewed_is_a_warning(seconds: float, warned: bool) -> None:
    findings = found(row(Transport.UDP, PROVEN, expiry=ExpiresIn(seconds=seconds, at=1716838705.0)))
    assert (causes(findings) == ["turn.expires_soon"]) is warned


def test_a_blocked_way_beside_a_working_relay_is_a_note() -> None:
    [finding] = found(udp(PROVEN), udp(SILENT, 443), tcp(CLOSED_PORT), tls(NO_NAME))
    assert isinstance(finding, Passed)
    assert finding.summary == "1 of 4 relays: udp 42 ms, tcp connection refused, tls the name does not exist"


def test_a_quota_that_our_own_relays_fill_is_a_note() -> None:
    [finding] = found(udp(PROVEN), tcp(refused(486)), tls(refused(486)))
    assert isinstance(finding, Passed)
    elsewhere = replace(tcp(refused(486)), path=replace(tcp(refused(486)).path, host="full.100ms.live"))
    assert causes(found(udp(PROVEN), elsewhere)) == ["turn.quota"]


def test_a_broken_server_beside_a_working_relay_is_a_warning() -> None:
    findings = found(udp(PROVEN), tcp(UNAUTHORIZED), tls(EXPIRED_TLS), tls(EXPIRED_TLS, 5349))
    assert isinstance(findings[0], Passed)
    assert causes(findings) == ["turn.credentials.wrong", "turn.tls.expired"]
    assert findings[2].summary == "turns:turn-in.100ms.live:443?transport=tcp and 1 more: certificate expired"


def test_a_path_that_worked_at_the_second_try_is_a_warning() -> None:
    findings = found(row(Transport.UDP, PROVEN, attempts=2), tcp(PROVEN))
    assert causes(findings) == ["network.flaky"]
    assert findings[1].summary == "1 of 2 tries failed: turn:turn-in.100ms.live:3478"


def test_a_relay_without_an_echo_works() -> None:
    [finding] = found(udp(ALLOCATED), tcp(ALLOCATED))
    assert isinstance(finding, Passed)
    assert finding.summary == "2 of 2 relays: udp+tcp allocated"


def test_where_nothing_works_every_cause_is_told_and_the_first_tells_all_rows() -> None:
    findings = found(udp(SILENT), tcp(CLOSED_PORT), tcp(CLOSED_PORT, 443), tls(UNFINISHED))
    assert causes(findings) == ["turn.no_answer", "turn.unreachable"]
    summary = "0 of 4 relays: udp no answer, tcp connection refused, tls cut off by the run's deadline"
    assert findings[0].summary == summary
    assert findings[1].summary.endswith("?transport=tcp and 1 more: connection refused")
    rows = findings[0].evidence["rows"]
    assert isinstance(rows, list)
    assert len(rows) == 4


@pytest.mark.parametrize("rows", [(udp(CUT_OFF), tcp(UNFINISHED)), (udp(UNFINISHED),)])
def test_all_cut_off_is_undecided(rows: tuple[RelayRow, ...]) -> None:
    [finding] = found(*rows)
    assert isinstance(finding, Undecided)
    assert "--timeout" in finding.action


def test_a_list_without_turn_is_a_warning() -> None:
    assert causes(found()) == ["turn.none_offered"]


@pytest.mark.parametrize(
    ("outcome", "stage", "failure", "rtt"),
    [
        (PROVEN, "ok", None, 42.0),
        (ALLOCATED, "permission", "allocated, echo not seen: 403 Forbidden IP", None),
        (UNAUTHORIZED, "allocate", "401 Unauthorized", None),
        (SILENT, "reach", "no answer", None),
        (NO_NAME, "resolve", "the name does not exist", None),
        (EXPIRED_TLS, "tls", "certificate expired", None),
        (NOT_A_URL, "resolve", "not a TURN URL: an ICE URL has no // after its scheme", None),
        (UNFINISHED, "reach", "cut off by the run's deadline", None),
    ],
)
def test_the_contracts_row(outcome: RelayOutcome, stage: str, failure: str | None, rtt: float | None) -> None:
    evidence = found(udp(outcome))[0].evidence["rows"]
    assert evidence == [
        {
            "url": "turn:turn-in.100ms.live:3478",
            "transport": "udp",
            "family": "ipv4",
            "stage": stage,
            "failure": failure,
            "rtt_ms": rtt,
            "attempts": 1,
            **({"proof": "hairpin"} if outcome is PROVEN else {}),
        }
    ]


def test_what_a_server_says_is_quoted_briefly() -> None:
    [finding] = found(udp(refused(508, "x" * 5000)))
    assert len(finding.summary) < 300


def test_the_fastest_path_is_measured() -> None:
    assert CHECK.measure(Relays(rows=(udp(PROVEN), tcp(SILENT)))) == {"rtt_ms": 42.0}
    assert CHECK.measure(Relays(rows=(tcp(SILENT),))) == {}


async def test_it_reads_the_list_and_the_servers_clock() -> None:
    facts = Facts([IceServers(servers=(), origin="init")])
    async with context() as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, facts)]
    assert facts.read == {*CHECK.needs, *CHECK.wants}
    assert snapshot.facts == (Relays(rows=()),)


async def test_the_servers_clock_decides_about_expiry() -> None:
    here = time.time()
    behind = ServerTime(server=here - 7200, here=here, source="init")
    servers = listed("turn:127.0.0.1:1", username=f"{int(here) - 3600}:")
    for facts, left in ((Facts([servers]), -3600), (Facts([servers, behind]), 3600)):
        async with context() as ctx:
            last = [relays async for relays in CHECK.observe(ctx, facts)][-1]
        expiry = last.rows[0].expiry
        assert isinstance(expiry, ExpiresIn)
        assert abs(expiry.seconds - left) < 5


async def test_no_credential_stands_in_an_observation() -> None:
    async with context() as ctx:
        rows = await final_rows(ctx, listed("turn:127.0.0.1:1", credential="hunter2"))
    assert "hunter2" not in repr(rows)
    assert "hunter2" not in repr(list(diagnose(Relays(rows=rows))))


ICE_FAULTS = [fault for fault in every_fault().values() if fault.check == "ice.turn"]


@pytest.mark.parametrize("fault", ICE_FAULTS, ids=lambda fault: fault.name)
async def test_every_fault_of_turn_is_found(fault: Fault) -> None:
    async with Simulator(fault.apply(Scenario())) as simulator, at(simulator) as ctx:
        facts = Facts([IceServers(servers=simulator.ice_servers, origin="init")])
        last = [relays async for relays in CHECK.observe(ctx, facts)][-1]
    assert causes(diagnose(last))[0] == fault.cause


async def test_an_interrupted_run_gives_its_relays_back() -> None:
    interrupt = asyncio.Event()

    def answer(data: bytes) -> Iterable[bytes]:
        if data[0] >> 6:
            interrupt.set()  # the relay is held, its packets are on their way
        elif is_signed(data):
            yield granted(data, relayed(data))
        else:
            yield challenge(data)

    async with udp_server(answer) as server:
        servers = listed(f"turn:127.0.0.1:{server.port}")
        plan = make_plan([CHECK], Selection(), frozenset({IceServers}))
        environment = Environment(os="test", python="3")
        report = await execute(
            Order(plan=plan, settings=Settings(), environment=environment, seeds=(servers,), interrupt=interrupt)
        )
    assert is_delete(server.messages[-1])
    assert report.exit_code == 130


@pytest.mark.parametrize(
    ("name", "cause"),
    [("turn-expired", "turn.credentials.expired"), ("turn-none-offered", "turn.none_offered")],
)
async def test_what_init_would_tell_is_found_without_init_too(name: str, cause: str) -> None:
    async with Simulator(every_fault()[name].apply(Scenario())) as simulator, at(simulator) as ctx:
        facts = Facts([IceServers(servers=simulator.ice_servers, origin="the command line")])
        last = [relays async for relays in CHECK.observe(ctx, facts)][-1]
    assert causes(diagnose(last)) == [cause]


async def test_a_healthy_list_passes() -> None:
    async with Simulator() as simulator, at(simulator) as ctx:
        facts = Facts([IceServers(servers=simulator.ice_servers, origin="init")])
        last = [relays async for relays in CHECK.observe(ctx, facts)][-1]
    assert all(works(row.outcome) for row in last.rows)
    [finding] = diagnose(last)
    assert isinstance(finding, Passed)
    assert finding.summary.startswith("5 of 5 relays: udp")
