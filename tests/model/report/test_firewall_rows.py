"""What stands on the administrator's list: whatever the network keeps from passing, once, with its right port."""

import pytest

from hms_doctor.model.causes import Audience, Cause, Platform, Scope
from hms_doctor.model.causes import local as local_causes
from hms_doctor.model.causes import network as network_causes
from hms_doctor.model.causes import tls as tls_causes
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Skipped, Undecided, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.firewall import Row, rows
from hms_doctor.model.report.report import Diagnosis, Environment, Report, Verdict
from hms_doctor.reporters.firewall import render_csv, render_text
from hms_doctor.reporters.style import Style

SERVERS_OWN = Cause(id="x.service", title="x", action="Mend it.", audience=Audience.HMS, scope=Scope.SERVICE, code=2003)


def report(*results: CheckResult) -> Report:
    return Report(
        version="1",
        run_id="1",
        started_at="2026-11-21T18:22:10Z",
        duration_ms=1,
        environment=Environment(os="", python="", platform=Platform.ANY),
        verdict=Verdict.FAIL,
        exit_code=1,
        headline="",
        diagnosis=Diagnosis(),
        checks=results,
    )


def ran(check_id: str, *findings: Finding) -> CheckResult:
    return CheckResult(id=check_id, title="", outcome=Ran(findings=findings))


def relay(url: str, stage: str, failure: str | None) -> JsonObject:
    return {"url": url, "stage": stage, "failure": failure}


def relays(*told: JsonObject) -> CheckResult:
    return ran("ice.turn", Warned(cause=network_causes.REFUSED, summary="x", evidence={"rows": list(told)}))


@pytest.mark.parametrize(
    ("told", "protocol"),
    [
        (relay("turn:h", "reach", "refused"), "UDP"),
        (relay("turn:h:3478?transport=tcp", "reach", "silent"), "TCP"),
        (relay("turns:h:3478?transport=tcp", "tls", "cut"), "TCP"),
    ],
)
def test_a_relay_that_is_not_reached(told: JsonObject, protocol: str) -> None:
    [row] = rows(report(relays(told)))
    assert row == Row(host="h", port=3478, protocol=protocol, purpose="media", seen=str(told["failure"]))


@pytest.mark.parametrize(
    "told",
    [
        relay("turn:h", "ok", None),
        relay("turn:h", "allocate", "486"),
        relay("turn:h", "challenge", "not TURN"),
        relay("http://h", "reach", "refused"),
        {"url": "turn:h"},
    ],
)
def test_who_was_answered_by_a_server_needs_no_rule(told: JsonObject) -> None:
    assert rows(report(relays(told))) == ()


@pytest.mark.parametrize(
    ("host", "address", "port"),
    [
        ("signal.test", "signal.test", 443),
        ("signal.test:8443", "signal.test", 8443),
        ("[::1]:8443", "::1", 8443),
        ("[::1]", "::1", 443),
        ("::1", "::1", 443),
    ],
)
def test_a_websocket_by_host_and_port(host: str, address: str, port: int) -> None:
    broken = Failed(cause=network_causes.REFUSED, summary="refused", evidence={"host": host})
    assert rows(report(ran("signalling.connect", broken))) == (
        Row(host=address, port=port, protocol="TCP", purpose="signalling", seen="refused"),
    )


def test_init_is_at_the_endpoints_port() -> None:
    url = ran("endpoint.url", Passed(summary="", evidence={"host": "h", "port": 8443}))
    page = ran("init", Failed(cause=network_causes.REFUSED, summary="a page", evidence={"host": "h"}))
    assert [(row.host, row.port, row.seen) for row in rows(report(url, page))] == [("h", 8443, "a page")]


@pytest.mark.parametrize(
    "finding",
    [
        Failed(cause=SERVERS_OWN, summary="503", evidence={"host": "h"}),
        Failed(cause=network_causes.REFUSED, summary="no host told"),
        Undecided(summary="who knows", evidence={"host": "h"}),
        Passed(summary="fine", evidence={"host": "h"}),
    ],
)
def test_what_no_administrator_can_mend_is_not_asked_for(finding: Finding) -> None:
    left = CheckResult(id="ice.turn", title="", outcome=Skipped(because="init"))
    assert rows(report(ran("endpoint.reach", finding), ran("local.link", finding), left)) == ()


def test_each_rule_stands_once() -> None:
    twice = report(relays(relay("turn:h", "reach", "a"), relay("turn:h:3478?transport=udp", "reach", "b")))
    assert len(rows(twice)) == 1


def test_a_cell_that_a_spreadsheet_would_run_is_quoted() -> None:
    told = report(relays(relay("turn:h", "reach", '=cmd|"x",1')))
    assert render_csv(told, Style()).splitlines()[1] == 'h,3478,UDP,media,"\'=cmd|""x"",1",'


def test_a_name_that_is_not_found_is_no_door() -> None:
    nobody = report(
        relays(relay("turn:h", "resolve", "the name does not exist (x)"), relay("turn:h:1", "resolve", "y"))
    )
    assert rows(nobody) == ()
    assert render_text(nobody, Style()) == (
        "h cannot be looked up (the name does not exist): mend that first, then run this again.\n"
    )
    silent = relay("turn:h", "resolve", "no answer (6.0 s; this machine asks 192.0.2.1, 192.0.2.2)")
    asked = rows(report(relays(silent)))
    assert [(row.host, row.port, row.protocol, row.purpose) for row in asked] == [
        ("192.0.2.1", 53, "UDP", "DNS"),
        ("192.0.2.1", 53, "TCP", "DNS"),
        ("192.0.2.2", 53, "UDP", "DNS"),
        ("192.0.2.2", 53, "TCP", "DNS"),
    ]
    assert "h cannot be looked up (no answer): mend that too." in render_text(report(relays(silent)), Style())


def test_tls_that_gets_no_answer_is_no_closed_port() -> None:
    [row] = rows(report(relays(relay("turns:h", "tls", "no answer (3.0 s)"))))
    assert row.seen.startswith("TLS gets no answer though TCP connects")


@pytest.mark.parametrize(
    "failure",
    [
        "certificate expired (on 2026-11-20 18:22:10 UTC)",
        "certificate is for another name (for portal.test)",
        "certificate not yet valid",
        "this machine has no route there (ENETUNREACH)",
    ],
)
def test_what_no_rule_mends_is_no_rule(failure: str) -> None:
    assert rows(report(relays(relay("turns:h", "tls", failure)))) == ()


@pytest.mark.parametrize(
    "failure", ["certificate's issuer is not trusted (issued by Corp CA)", "certificate is self-signed"]
)
def test_inspection_is_asked_to_leave_media_alone(failure: str) -> None:
    [row] = rows(report(relays(relay("turns:h:443", "tls", failure))))
    assert (row.port, row.protocol, row.seen) == (443, "TCP", f"exempt from TLS inspection: {failure}")
    init = Warned(cause=tls_causes.INTERCEPTED, summary="by Corp CA", evidence={"host": "h"})
    [row] = rows(report(ran("endpoint.reach", init)))
    assert row.seen == "exempt from TLS inspection: by Corp CA"
    other = Failed(cause=tls_causes.WRONG_NAME, summary="for localhost", evidence={"host": "h"})
    assert rows(report(ran("endpoint.reach", other))) == ()


def test_a_door_that_opens_over_one_family_needs_no_rule() -> None:
    works, lost = relay("turn:h", "ok", None), relay("turn:h", "reach", "no answer (3.0 s)")
    assert rows(report(relays(lost, works))) == ()
    assert rows(report(relays(relay("turn:h:443", "ok", None), lost)))[0].port == 3478


def test_addresses_stand_below_the_names() -> None:
    v4 = {**relay("turn:turn-in.100ms.live", "reach", "no answer"), "addresses": ["192.0.2.7", "192.0.2.8"]}
    v6 = {**v4, "addresses": ["2001:db8::7"]}
    init = Failed(
        cause=network_causes.REFUSED, summary="refused", evidence={"host": "init.test", "address": "192.0.2.1"}
    )
    proxied = Failed(
        cause=network_causes.REFUSED,
        summary="refused",
        evidence={"host": "p.test", "address": "10.0.0.1", "proxy": "x"},
    )
    told = report(ran("endpoint.reach", init), ran("signalling.connect", proxied), relays(v4, v6))
    text = render_text(told, Style())
    assert "  init.test  192.0.2.1\n  turn-in.100ms.live  192.0.2.7, 192.0.2.8, 2001:db8::7\n" in text
    assert "10.0.0.1" not in text
    assert text.count("turn-in.100ms.live  3478") == 1
    assert "UDP 443, 3478 and 41000-65535" in text
    assert "41000" not in render_text(report(ran("endpoint.reach", init)), Style())
    assert render_csv(told, Style()).splitlines()[3] == (
        "turn-in.100ms.live,3478,UDP,media,no answer,192.0.2.7 192.0.2.8 2001:db8::7"
    )


def test_before_a_sign_in_nothing_is_asked_for() -> None:
    portal = Failed(cause=local_causes.CAPTIVE_PORTAL, summary="this network sends plain HTTP to portal.hotel.test")
    told = report(ran("local.portal", portal), relays(relay("turn:h", "reach", "no answer")))
    assert rows(told) == ()
    assert render_text(told, Style()).startswith("This network sends plain HTTP to portal.hotel.test.\nSign in first")
    assert render_csv(told, Style()) == "host,port,protocol,purpose,seen,addresses\n"


def test_as_text_hosts_and_ports_stand_below_each_other() -> None:
    told = report(relays(relay("turn:h:1", "reach", "a"), relay("turn:longer.test:44300", "reach", "b")))
    first, second = render_text(told, Style()).splitlines()[2:]
    assert first.index("media") == second.index("media")
    assert render_text(report(), Style()).startswith("Nothing to ask for")
