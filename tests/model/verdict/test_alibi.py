"""What works beside a root cause."""

from dataclasses import replace

import pytest
from helpers_runner import cause

from hms_doctor.model.causes import Scope
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran
from hms_doctor.model.verdict.alibi import alibis

PAGE = Passed(summary="no portal seen: http://init.test/ answers 404", evidence={"status": 404})
UNASKED = Passed(summary="none: the endpoint was reached")
REACHED = Passed(summary="192.0.2.1, TLS 1.3", evidence={"address": "192.0.2.1"})
RELAYED = Passed(summary="relay over UDP at 40 ms", evidence={"udp": "alive"})
ENTERED = Passed(summary="in the room as host, alone", evidence={"role": "host"})


def told(cause_id: str, check: str, *findings: Finding, scope: Scope = Scope.NETWORK) -> list[str]:
    results = {check: CheckResult(id=check, title=check, outcome=Ran(findings=findings))}
    return list(alibis(replace(cause(cause_id), scope=scope), results))


@pytest.mark.parametrize(
    ("cause_id", "check", "finding", "words"),
    [
        ("tcp.silent", "local.portal", PAGE, "answers 404, so the name and the way there are right: it is this port"),
        ("tls.silent", "local.portal", PAGE, "small packets pass"),
        ("websocket.silent", "endpoint.reach", REACHED, "so the network as a whole works"),
        ("turn.no_answer", "endpoint.reach", REACHED, "192.0.2.1, TLS 1.3, so the network as a whole works"),
        ("room.ice.publish", "ice.verdict", RELAYED, "relay over UDP at 40 ms, so it is the media server's own ports"),
        ("room.ice.subscribe", "signalling.join", ENTERED, "in the room as host, alone, so signalling works"),
        ("room.dtls.stuck", "signalling.join", ENTERED, "so signalling works"),
    ],
)
def test_what_was_reached_is_told(cause_id: str, check: str, finding: Finding, words: str) -> None:
    [alibi] = told(cause_id, check, finding)
    assert alibi.startswith(f"{check}: ")
    assert words in alibi


@pytest.mark.parametrize(
    ("cause_id", "check", "finding"),
    [
        ("tcp.silent", "local.portal", UNASKED),
        ("tls.expired", "local.portal", PAGE),
        ("turn.no_answer", "endpoint.reach", Failed(cause=cause("x"), summary="x", evidence={"address": "192.0.2.1"})),
        ("turn.no_answer", "init", REACHED),
        ("camera.busy", "endpoint.reach", REACHED),
    ],
)
def test_what_proves_nothing_is_not(cause_id: str, check: str, finding: Finding) -> None:
    assert told(cause_id, check, finding) == []


def test_of_what_is_no_networks_fault_nothing_is_told() -> None:
    assert told("turn.credentials.wrong", "endpoint.reach", REACHED, scope=Scope.APP) == []
