"""The rules for media, each a row: what was seen → status, cause, confidence."""

import time
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest
from ice_rows import (
    ALLOCATED,
    BOUND,
    CLOSED_PORT,
    CUT_OFF,
    EXPIRED_TLS,
    LATE_BINDING,
    NO_BINDING,
    NO_BINDING_NAME,
    NO_NAME,
    NOT_A_URL,
    PROVEN,
    SILENT,
    UNFINISHED,
    bindings,
    refused,
    tcp,
    tls,
    udp,
    unreached,
)

from hms_doctor.checks.ice_verdict import CHECK, NoBindings, Seen, diagnose
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import Context, Facts
from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Passed, Status, Undecided, Warned, action_of, code_of, status_of
from hms_doctor.model.ice.relays import Bindings, Proven, RelayRow, Relays, Stage
from hms_doctor.model.ice.servers import ExpiresIn
from hms_doctor.model.settings import Settings
from hms_doctor.model.vantage import Family

BOTH_BOUND = bindings(BOUND, BOUND)
NONE_BOUND = bindings(NO_BINDING, NO_BINDING)
ASKED_NOBODY = NoBindings()
WRONG_LOGIN = refused(401, "Unauthorized")


@dataclass(frozen=True)
class Rule:
    name: str
    rows: tuple[RelayRow, ...]
    bindings: Bindings | NoBindings
    status: Status
    cause: str = ""
    confidence: str = ""
    says: str = ""


EXPIRED = ExpiresIn(seconds=-60.0, at=1795285330.0)
NO_WAY = unreached(Kind.NO_NETWORK, Stage.REACH, Operation.CONNECT)


PROXY_AUTH = unreached(Kind.PROXY_AUTH, Stage.REACH, Operation.PROXY, "407 Proxy Authentication Required")
PROXY_REFUSES = unreached(Kind.PROXY_REFUSED, Stage.REACH, Operation.PROXY, "403 Forbidden")
WEB_PAGE = unreached(Kind.MALFORMED, Stage.CHALLENGE, detail='it says "HTTP/1.1 400 Bad Request"')
SHUT = unreached(Kind.CLOSED, Stage.CHALLENGE)


def by_proxy(row: RelayRow) -> RelayRow:
    return replace(row, via="proxy.test:3128")


def over_ipv6(row: RelayRow) -> RelayRow:
    return replace(row, path=replace(row.path, family=Family.IPV6))


PASS, WARN, FAIL, UNSURE = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE
FORBIDDEN = unreached(Kind.NOT_PERMITTED)
PROXY_LOGIN = unreached(Kind.PROXY_LOGIN_FOREIGN, Stage.REACH, Operation.PROXY)
RULES = [
    Rule("all relays proven", (udp(PROVEN), tcp(PROVEN)), BOTH_BOUND, PASS, says="relay over UDP at 42 ms"),
    Rule("one UDP relay proven is enough", (udp(SILENT), udp(PROVEN, 443), tcp(SILENT)), NONE_BOUND, PASS, says="42"),
    Rule("UDP proven beside an expired certificate", (udp(PROVEN), tls(EXPIRED_TLS)), BOTH_BOUND, PASS),
    Rule("UDP allocated, echo forbidden", (udp(ALLOCATED), tcp(PROVEN)), BOTH_BOUND, PASS, says="403 Forbidden IP"),
    Rule("UDP proven, a second one over its quota", (udp(PROVEN), udp(refused(486), 443)), BOTH_BOUND, PASS),
    Rule(
        "UDP dead, TCP works",
        (udp(SILENT), tcp(PROVEN)),
        NONE_BOUND,
        WARN,
        "turn.udp_blocked",
        says="relay over TCP at 42 ms",
    ),
    Rule(
        "TCP goes before a faster TLS, as in browsers",
        (udp(SILENT), tls(Proven(sent=5, rtts_ms=(3.5,))), tcp(PROVEN)),
        NONE_BOUND,
        WARN,
        "turn.udp_blocked",
        says="calls go through a relay over TCP at 42 ms",
    ),
    Rule(
        "a relay behind a proxy",
        (udp(SILENT), replace(tls(PROVEN), via="proxy.test:3128")),
        NONE_BOUND,
        WARN,
        "turn.udp_blocked",
        says="relay over TLS through the proxy proxy.test:3128 at 42 ms",
    ),
    Rule("UDP dead, TLS works", (udp(CLOSED_PORT), tls(PROVEN)), NONE_BOUND, WARN, "turn.udp_blocked", says="TLS"),
    Rule(
        "UDP forbidden here, TLS works",
        (udp(FORBIDDEN), tls(PROVEN)),
        NONE_BOUND,
        WARN,
        "turn.udp_forbidden",
        says="this",
    ),
    Rule("UDP dead by its rows alone", (udp(SILENT), tcp(PROVEN)), ASKED_NOBODY, WARN, "turn.udp_blocked"),
    Rule("UDP alive, its relays silent, TCP works", (udp(SILENT), tcp(PROVEN)), BOTH_BOUND, WARN, "turn.no_answer"),
    Rule("UDP relays refuse, TCP works", (udp(refused(486)), tcp(PROVEN)), BOTH_BOUND, WARN, "turn.quota"),
    Rule("no UDP relay offered, TCP works", (tcp(PROVEN),), NONE_BOUND, PASS, says="none over UDP is offered"),
    Rule("UDP not finished, TCP works", (udp(UNFINISHED), tcp(ALLOCATED)), BOTH_BOUND, PASS, says="no relay over UDP"),
    Rule(
        "every relay refuses, UDP alive",
        (udp(WRONG_LOGIN), tcp(WRONG_LOGIN)),
        BOTH_BOUND,
        WARN,
        "turn.credentials.wrong",
    ),
    Rule("every relay refuses, UDP alive by its rows", (udp(refused(437)),), ASKED_NOBODY, WARN, "turn.realm"),
    Rule("every TCP relay refuses, UDP unknown", (tcp(refused(508)),), ASKED_NOBODY, WARN, "turn.capacity"),
    Rule(
        "TCP refuses, UDP relay silent, bindings alive",
        (udp(SILENT), tcp(refused(486))),
        BOTH_BOUND,
        WARN,
        "turn.quota",
    ),
    Rule(
        "TCP refuses, UDP dead",
        (udp(SILENT), tcp(WRONG_LOGIN)),
        NONE_BOUND,
        FAIL,
        "turn.credentials.wrong",
        "medium",
        says="UDP is blocked and TURN over TCP fails (401 Unauthorized)",
    ),
    Rule(
        "everything refused on the way, two ports dead",
        (udp(CLOSED_PORT), udp(CLOSED_PORT, 443), tcp(CLOSED_PORT), tls(CLOSED_PORT)),
        NONE_BOUND,
        FAIL,
        "turn.unreachable",
        "high",
        says="UDP is blocked and TURN over TCP and TLS is refused",
    ),
    Rule("everything silent", (udp(SILENT), tcp(SILENT)), NONE_BOUND, FAIL, "turn.no_answer", "high", "gets no answer"),
    Rule("silent UDP, closed TCP", (udp(SILENT), tcp(CLOSED_PORT)), NONE_BOUND, FAIL, "turn.unreachable", "high"),
    Rule("one port dead only", (udp(SILENT), tcp(SILENT)), bindings(NO_BINDING), FAIL, "turn.no_answer", "medium"),
    Rule(
        "a port beyond the list is dead too",
        (udp(SILENT), tcp(SILENT)),
        bindings(NO_BINDING, beyond=(NO_BINDING,)),
        FAIL,
        "turn.no_answer",
        "high",
    ),
    Rule(
        "no relay on TCP was offered", (udp(SILENT),), NONE_BOUND, FAIL, "turn.udp_blocked", "medium", "UDP is blocked"
    ),
    Rule(
        "bindings half alive, all relays dead",
        (udp(SILENT), tcp(SILENT)),
        bindings(BOUND, NO_BINDING),
        FAIL,
        "turn.no_answer",
        "medium",
    ),
    Rule("UDP unknown, all relays dead", (udp(SILENT), tcp(SILENT)), ASKED_NOBODY, FAIL, "turn.no_answer", "medium"),
    Rule(
        "a binding cut off is unknown",
        (udp(SILENT), tcp(SILENT)),
        bindings(LATE_BINDING, NO_BINDING),
        FAIL,
        "turn.no_answer",
        "medium",
    ),
    Rule(
        "the name does not exist",
        (udp(NO_NAME), tcp(NO_NAME)),
        bindings(NO_BINDING_NAME, NO_BINDING_NAME),
        FAIL,
        "turn.unresolved",
        "medium",
        "turn-in.100ms.live cannot be looked up (the name does not exist)",
    ),
    Rule(
        "a certificate that was seen says more than a silence",
        (udp(SILENT), tls(EXPIRED_TLS)),
        NONE_BOUND,
        FAIL,
        "turn.tls.expired",
        "high",
        "UDP is blocked and TURN over TLS fails (certificate expired)",
    ),
    Rule(
        "a proxy that wants another login says more than a silence",
        (udp(SILENT), by_proxy(tcp(PROXY_AUTH)), by_proxy(tls(PROXY_AUTH))),
        NONE_BOUND,
        FAIL,
        "turn.proxy.auth",
        "high",
        "TURN over TCP and TLS stops at the proxy proxy.test:3128 (the proxy wants a login)",
    ),
    Rule(
        "a proxy that refuses",
        (udp(SILENT), by_proxy(tcp(PROXY_REFUSES))),
        NONE_BOUND,
        FAIL,
        "turn.proxy",
        "high",
        "TURN over TCP stops at the proxy proxy.test:3128 (the proxy refused)",
    ),
    Rule(
        "a web server and a closed connection in TURN's place",
        (udp(SILENT), tcp(WEB_PAGE), tls(SHUT)),
        NONE_BOUND,
        FAIL,
        "turn.unreachable",
        "high",
        "UDP is blocked, TURN over TCP meets a web server and TURN over TLS is closed at the first request",
    ),
    Rule(
        "a login that expired, UDP dead",
        (udp(SILENT), replace(tcp(WRONG_LOGIN), expiry=EXPIRED)),
        NONE_BOUND,
        FAIL,
        "turn.credentials.expired",
        "medium",
        "TURN over TCP refuses a login that expired at 2026-11-21 18:22:10 UTC",
    ),
    Rule(
        "a family that this machine does not have says nothing",
        (udp(NO_WAY), over_ipv6(udp(CLOSED_PORT)), tcp(NO_WAY), over_ipv6(tcp(CLOSED_PORT))),
        NONE_BOUND,
        FAIL,
        "turn.unreachable",
        "high",
        "UDP is blocked and TURN over TCP is refused",
    ),
    Rule("no family has a way", (udp(NO_WAY), tcp(NO_WAY)), NONE_BOUND, FAIL, "turn.unreachable", "high", "no route"),
    Rule(
        "a name beside a dead server",
        (udp(NO_NAME), tcp(SILENT)),
        NONE_BOUND,
        FAIL,
        "turn.unreachable",
        "medium",
        "TURN over TCP gets no answer and turn-in.100ms.live cannot be looked up (the name does not exist)",
    ),
    Rule("TLS alone, certificate expired, UDP dead", (tls(EXPIRED_TLS),), NONE_BOUND, FAIL, "turn.tls.expired", "high"),
    Rule("no URL can be used", (udp(NOT_A_URL),), ASKED_NOBODY, FAIL, "turn.url", "medium", "not a TURN URL"),
    Rule("no TURN server listed, STUN answers", (), BOTH_BOUND, WARN, "turn.none_offered"),
    Rule("no TURN server listed, nobody asked", (), ASKED_NOBODY, WARN, "turn.none_offered"),
    Rule("no TURN server listed, STUN dead", (), NONE_BOUND, FAIL, "turn.udp_blocked", "medium", "UDP is blocked"),
    Rule("all cut off", (udp(CUT_OFF), tcp(UNFINISHED)), ASKED_NOBODY, UNSURE),
    Rule("one cut off, the others dead", (udp(SILENT), tcp(UNFINISHED)), NONE_BOUND, UNSURE, says="0 of 2 relays"),
    Rule("a proxy whose login we cannot make", (udp(SILENT), tcp(PROXY_LOGIN)), NONE_BOUND, UNSURE),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_rules(rule: Rule) -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=rule.rows), bindings=rule.bindings))
    assert status_of(finding) is rule.status
    assert _cause(finding) == rule.cause
    assert finding.evidence.get("confidence", "") == rule.confidence
    assert rule.says in finding.summary
    assert finding.evidence["udp"] in {"alive", "dead", "unknown"}


def _cause(finding: Finding) -> str:
    return finding.cause.id if isinstance(finding, Warned | Failed) else ""


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.status is FAIL], ids=lambda rule: rule.name)
def test_every_failure_has_the_code_of_the_pages(rule: Rule) -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=rule.rows), bindings=rule.bindings))
    assert {code_of(finding, platform) for platform in Platform} == {4005} == set(CHECK.codes)


def test_a_code_is_told_by_failures_alone() -> None:
    for rule in RULES:
        for finding in diagnose(Seen(relays=Relays(rows=rule.rows), bindings=rule.bindings)):
            assert bool(code_of(finding, Platform.ANY)) is isinstance(finding, Failed)


@pytest.mark.parametrize(
    ("rows", "action"),
    [
        ((udp(SILENT), tcp(SILENT)), "Allow UDP 3478 to turn-in.100ms.live in the firewall"),
        ((udp(SILENT, 443), tcp(PROVEN)), "Allow UDP 443 to turn-in.100ms.live in the firewall"),
        ((tls(CLOSED_PORT),), "Allow TCP 443 to turn-in.100ms.live in the firewall"),
    ],
)
def test_the_action_names_the_one_change_that_would_help(rows: tuple[RelayRow, ...], action: str) -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=rows), bindings=NONE_BOUND))
    assert isinstance(finding, Warned | Failed)
    assert finding.action.startswith(action)


def test_for_100mss_own_hosts_the_action_says_what_is_best() -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=(udp(SILENT), tcp(SILENT))), bindings=NONE_BOUND))
    assert "(best for calls: UDP 443, 3478 and 41000-65535 to *.100ms.live; hms-doctor network" in action_of(finding)
    own = tuple(replace(row, path=replace(row.path, host="turn.test")) for row in (udp(SILENT), tcp(SILENT)))
    [finding] = diagnose(Seen(relays=Relays(rows=own), bindings=NONE_BOUND))
    assert "turn.test in the firewall (hms-doctor network --firewall-request" in action_of(finding)


@pytest.mark.parametrize(
    ("bound", "action"),
    [
        (bindings(BOUND, NO_BINDING), "STUN passes and TURN does not"),
        (bindings(NO_BINDING, beyond=(BOUND,)), "Allow UDP 3478 to turn-in.100ms.live in the firewall"),
    ],
)
def test_a_door_that_lets_stun_pass_is_told_from_one_that_is_closed(bound: Bindings, action: str) -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=(udp(SILENT), tcp(SILENT))), bindings=bound))
    [worse] = diagnose(Seen(relays=Relays(rows=(udp(SILENT), tcp(PROVEN))), bindings=bound))
    assert isinstance(finding, Failed)
    assert isinstance(worse, Warned)
    assert finding.action.startswith(action)
    assert worse.action == finding.action


@pytest.mark.parametrize(
    "rows", [(udp(WRONG_LOGIN),), (udp(SILENT), tcp(WRONG_LOGIN)), (udp(NOT_A_URL),), (udp(NO_NAME),)]
)
def test_what_no_firewall_can_mend_keeps_its_causes_own_action(rows: tuple[RelayRow, ...]) -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=rows), bindings=NONE_BOUND))
    assert isinstance(finding, Warned | Failed)
    assert action_of(finding) == finding.cause.action


def test_a_name_that_is_not_100mss_is_named() -> None:
    path = replace(udp(NO_NAME).path, host="turn.test")
    [finding] = diagnose(Seen(relays=Relays(rows=(replace(udp(NO_NAME), path=path),)), bindings=NONE_BOUND))
    right = "Check how turn.test is spelt; if that is right, let the DNS servers of this network resolve it."
    assert action_of(finding) == right


def no_name(kind: Kind, detail: str = "") -> RelayRow:
    """Give a row whose name was not found, on a backend of one's own."""
    row = udp(unreached(kind, Stage.RESOLVE, Operation.RESOLVE, detail))
    return replace(row, path=replace(row.path, host="turn.test"))


@pytest.mark.parametrize(
    ("row", "headline", "action"),
    [
        (
            no_name(Kind.SILENT, "6.0 s; this machine asks 192.0.2.53"),
            "turn.test cannot be looked up (no DNS server answers; asked: 192.0.2.53)",
            "Check the DNS server that this machine asks (192.0.2.53): it gives no usable answer about turn.test",
        ),
        (
            no_name(Kind.UNRESOLVED, "Try again; this machine asks 192.0.2.53, 192.0.2.54"),
            "(no name server gave a usable answer; asked: 192.0.2.53, 192.0.2.54)",
            "Check the DNS server that this machine asks (192.0.2.53, 192.0.2.54)",
        ),
        (no_name(Kind.SILENT, "3.0 s"), "(no DNS server answers)", "Let the DNS servers of this network resolve turn"),
        (no_name(Kind.SERVFAIL), "(the name server answered with an error)", "Let the DNS servers of this network"),
        (no_name(Kind.NXDOMAIN), "(the name does not exist)", "Check how turn.test is spelt"),
    ],
)
def test_a_name_that_is_not_found_is_told_by_who_was_asked(row: RelayRow, headline: str, action: str) -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=(row,)), bindings=ASKED_NOBODY))
    assert isinstance(finding, Failed)
    assert headline in finding.summary
    assert finding.action.startswith(action)


def test_beside_a_certificate_udp_is_a_way_out() -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=(udp(SILENT), tls(EXPIRED_TLS))), bindings=NONE_BOUND))
    assert action_of(finding).startswith("Have the TURN server's operator renew its certificate. Or allow UDP 3478 to")


def test_undecided_says_what_would_let_us_tell() -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=(udp(CUT_OFF),)), bindings=ASKED_NOBODY))
    assert isinstance(finding, Undecided)
    assert "--timeout" in finding.action


async def _seen(facts: Iterable[object]) -> Seen:
    async with AsyncExitStack() as stack:
        ctx = Context(settings=Settings(), deadline=time.monotonic(), stack=stack)
        [seen] = [seen async for seen in CHECK.observe(ctx, Facts(facts))]
        assert isinstance(seen, Seen)
        return seen


async def test_it_reads_what_the_others_saw_and_no_more() -> None:
    relays = Relays(rows=(udp(PROVEN),))
    assert await _seen([relays]) == Seen(relays=relays, bindings=NoBindings())
    assert await _seen([relays, BOTH_BOUND]) == Seen(relays=relays, bindings=BOTH_BOUND)
    facts = Facts([relays])
    async with AsyncExitStack() as stack:
        ctx = Context(settings=Settings(), deadline=0.0, stack=stack)
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, facts)]
    assert facts.read == {*CHECK.needs, *CHECK.wants}
    assert isinstance(snapshot.findings[0], Passed)


@pytest.mark.parametrize("stream", [tcp(FORBIDDEN), tls(PROVEN)])
def test_this_machines_own_firewall_is_told_from_the_networks(stream: RelayRow) -> None:
    [finding] = diagnose(Seen(relays=Relays(rows=(udp(FORBIDDEN), stream)), bindings=ASKED_NOBODY))
    assert "in this machine's own firewall" in action_of(finding)
