"""Our client against a real TURN server: coturn on loopback, a process of its own for every kind of setting."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from coturn_server import HERE, Coturn, needs_coturn, run_coturn
from ice_helpers import context, final_rows, listed

from hms_doctor.checks import ice_stun, ice_turn, ice_verdict
from hms_doctor.model.check import Facts
from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.finding import Finding, Passed, Warned
from hms_doctor.model.ice.relay_words import stage_of, words_of, works
from hms_doctor.model.ice.relays import Bound, Proven, Refused, RelayRow, Stage, Unreached
from hms_doctor.model.secret import Secret
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.stun.bindings import sweep_bindings
from hms_doctor.wire.turn.line import DatagramLine, open_datagrams
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.sweep import sweep
from hms_doctor.wire.turn.talk import Denied, Granted, Login, Talk

pytestmark = needs_coturn
SHARED = "shared-secret"


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    yield from run_coturn(tmp_path_factory.mktemp("coturn"), "-a", "-u", "hms:pass")


@pytest.fixture(scope="module")
def rest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    secret = ("--use-auth-secret", "--static-auth-secret", SHARED)
    yield from run_coturn(tmp_path_factory.mktemp("rest"), *secret)


@pytest.fixture
def scarce(tmp_path: Path) -> Iterator[Coturn]:
    yield from run_coturn(tmp_path, "-a", "-u", "hms:pass", "--user-quota", "1")


async def rows_of(server: Coturn, *names: str, username: str = "hms", credential: str = "pass") -> tuple[RelayRow, ...]:
    async with context(ca_file=server.ca_file) as ctx:
        return await final_rows(ctx, listed(*server.urls(*names), username=username, credential=credential))


async def test_relays_over_udp_tcp_and_tls_are_proven(coturn: Coturn) -> None:
    rows = await rows_of(coturn, "udp", "tcp", "tls")
    assert [(row.path.transport.value, stage_of(row.outcome)) for row in rows] == [
        ("udp", Stage.OK),
        ("tcp", Stage.OK),
        ("tls", Stage.OK),
    ]
    for row in rows:
        assert isinstance(row.outcome, Proven)
        assert len(row.outcome.rtts_ms) == 5
        assert row.attempts == 1


async def test_bindings_are_answered(coturn: Coturn) -> None:
    async with context() as ctx:
        last = [bindings async for bindings in sweep_bindings(ctx, listed(*coturn.urls("udp")))][-1]
    [row] = last.offered
    assert isinstance(row.outcome, Bound)
    assert row.outcome.address == HERE


@pytest.mark.parametrize(
    ("username", "credential"), [("hms", "wrong"), ("nobody", "pass"), ("hms", ""), ("ü" * 40, "ü")]
)
async def test_a_wrong_login_is_401_at_the_allocation(coturn: Coturn, username: str, credential: str) -> None:
    rows = await rows_of(coturn, "udp", "tcp", username=username, credential=credential)
    assert {row.outcome for row in rows} == {Refused(stage=Stage.ALLOCATE, code=401, reason="Unauthorized")}


async def test_no_login_is_401_at_the_challenge(coturn: Coturn) -> None:
    [row] = await rows_of(coturn, "udp", username="", credential="")
    assert row.outcome == Refused(stage=Stage.CHALLENGE, code=401, reason="Unauthorized")


def rest_login(expires_in: float) -> tuple[str, str]:
    username = f"{int(time.time() + expires_in)}:"
    return username, base64.b64encode(hmac.digest(SHARED.encode(), username.encode(), hashlib.sha1)).decode()


async def test_a_rest_login_works_until_its_time(rest: Coturn) -> None:
    username, credential = rest_login(3600)
    [row] = await rows_of(rest, "udp", username=username, credential=credential)
    assert works(row.outcome)


async def test_an_expired_rest_login_is_401(rest: Coturn) -> None:
    username, credential = rest_login(-60)
    [row] = await rows_of(rest, "udp", username=username, credential=credential)
    assert row.outcome == Refused(stage=Stage.ALLOCATE, code=401, reason="Unauthorized")


async def test_a_quota_frees_as_soon_as_a_relay_is_given_back(scarce: Coturn) -> None:
    began = time.monotonic()
    rows = await rows_of(scarce, "udp", "tcp")
    assert [works(row.outcome) for row in rows] == [True, True], [words_of(row.outcome) for row in rows]
    assert 1 < time.monotonic() - began < 10, "486 while the other held its relay; undeleted it would live 600 s"


async def test_a_cancelled_probe_leaves_no_allocation(scarce: Coturn) -> None:
    async with context() as ctx:
        rows = sweep(ctx, listed(*scarce.urls("udp")), time.time())
        await anext(rows)
        await asyncio.sleep(0.002)  # somewhere between challenge and echo
        await rows.aclose()
    until = time.monotonic() + 15  # coturn frees a quota about a second after the deletion; undeleted it lives 600 s
    [row] = await rows_of(scarce, "udp")
    while not works(row.outcome) and time.monotonic() < until:
        [row] = await rows_of(scarce, "udp")
    assert works(row.outcome), words_of(row.outcome)


async def _line(server: Coturn) -> DatagramLine:
    line = await open_datagrams(Address(family=Family.IPV4, ip=HERE), server.port)
    assert isinstance(line, DatagramLine)
    return line


async def test_a_wrong_realm_is_refused(coturn: Coturn) -> None:
    line = await _line(coturn)
    try:
        async with context() as ctx:
            talk = Talk(Login(username="hms", credential=Secret("pass")))
            session = Session(ctx, line, talk)
            await session.ask(talk.allocate(), Operation.CHALLENGE)
            talk._realm = b"another.test"
            answer = await session.ask(talk.allocate(), Operation.ALLOCATE)
    finally:
        await line.aclose()
    assert isinstance(answer, Denied)
    assert (answer.code, "realm" in answer.reason) == (437, True)


async def test_a_stale_nonce_is_renewed(coturn: Coturn) -> None:
    line = await _line(coturn)
    try:
        async with context() as ctx:
            talk = Talk(Login(username="hms", credential=Secret("pass")))
            session = Session(ctx, line, talk)
            await session.ask(talk.allocate(), Operation.CHALLENGE)
            talk._nonce = b"stale"
            assert isinstance(await session.command(talk.allocate, Operation.ALLOCATE), Granted)
            assert isinstance(await session.command(talk.delete, Operation.RELEASE), Granted)
    finally:
        await line.aclose()


async def test_malformed_requests_do_it_no_harm_and_get_no_answer(coturn: Coturn) -> None:
    line = await _line(coturn)
    try:
        async with context(seconds=2.3) as ctx:
            session = Session(ctx, line, Talk(Login(username="", credential=Secret(""))))
            for garbage in (b"", b"garbage", b"\0" * 20, session.talk.binding().wire[:-4]):
                line.send(garbage)
            assert isinstance(await session.ask(session.talk.binding(), Operation.BINDING), Granted)
    finally:
        await line.aclose()


async def test_without_trust_in_its_issuer_tls_fails(coturn: Coturn) -> None:
    async with context() as ctx:
        [row] = await final_rows(ctx, listed(*coturn.urls("tls")))
    assert isinstance(row.outcome, Unreached)
    assert row.outcome.stage is Stage.TLS
    assert row.outcome.failure.kind in {Kind.TLS_UNKNOWN_ISSUER, Kind.TLS_SELF_SIGNED}
    assert "hms-doctor simulator CA" in row.outcome.failure.detail


async def _conclusion(server: Coturn, credential: str) -> Finding:
    """Look with the three checks, one after the other, and give the verdict."""
    facts = Facts([listed(*server.urls("udp", "tcp", "tls"), credential=credential)])
    async with context(ca_file=server.ca_file) as ctx:
        for check in (ice_stun.CHECK, ice_turn.CHECK):
            last = [snapshot async for snapshot in check.examine(ctx, facts)][-1]
            facts = facts.with_facts(last.facts)
        [verdict] = [snapshot async for snapshot in ice_verdict.CHECK.examine(ctx, facts)]
    return verdict.findings[0]


async def test_the_checks_conclude_that_a_call_is_relayed_over_udp(coturn: Coturn) -> None:
    finding = await _conclusion(coturn, "pass")
    assert isinstance(finding, Passed)
    assert finding.summary.startswith("relay over UDP at")


async def test_the_checks_conclude_that_a_wrong_login_leaves_a_direct_path(coturn: Coturn) -> None:
    finding = await _conclusion(coturn, "wrong")
    assert isinstance(finding, Warned)
    assert finding.cause.id == "turn.credentials.wrong"
