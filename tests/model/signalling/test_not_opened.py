import pytest

from hms_doctor.model.causes import NO_CODE, Platform, every_cause
from hms_doctor.model.failure import Failure, Kind, Operation, silence
from hms_doctor.model.finding import Failed, Undecided, code_of
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.not_opened import judge_fault, judge_not_opened
from hms_doctor.model.signalling.websocket import (
    BadUrl,
    HandshakeLost,
    HandshakeSilent,
    NotDialled,
    NotOpened,
    NotWebsocket,
    RequestSwallowed,
    Unopened,
    UpgradeRefused,
)

HOST = "prod-in2.100ms.live"
RESET = Failure(operation=Operation.UPGRADE, kind=Kind.RESET)


def not_dialled(operation: Operation, kind: Kind) -> NotDialled:
    return NotDialled(failure=Failure(operation=operation, kind=kind))


@pytest.mark.parametrize(
    ("outcome", "cause", "web"),
    [
        (BadUrl(why="it has no scheme"), "websocket.bad_url", 1003),
        (not_dialled(Operation.RESOLVE, Kind.NXDOMAIN), "websocket.unresolved", 1000),
        (not_dialled(Operation.RESOLVE, Kind.SILENT), "websocket.unresolved", 1000),
        (not_dialled(Operation.CONNECT, Kind.REFUSED), "websocket.refused", 1000),
        (not_dialled(Operation.CONNECT, Kind.RESET), "websocket.refused", 1000),
        (not_dialled(Operation.CONNECT, Kind.SILENT), "websocket.silent", 1000),
        (not_dialled(Operation.CONNECT, Kind.NO_NETWORK), "websocket.unreachable", 1000),
        (not_dialled(Operation.CONNECT, Kind.NOT_PERMITTED), "websocket.unreachable", 1000),
        (not_dialled(Operation.TLS, Kind.TLS_EXPIRED), "websocket.tls", 1000),
        (not_dialled(Operation.TLS, Kind.TLS_PROTOCOL), "websocket.tls", 1000),
        (not_dialled(Operation.TLS, Kind.CLOSED), "websocket.refused", 1000),
        (not_dialled(Operation.TLS, Kind.RESET), "websocket.refused", 1000),
        (not_dialled(Operation.TLS, Kind.SILENT), "websocket.silent", 1000),
        (not_dialled(Operation.PROXY, Kind.PROXY_REFUSED), "websocket.proxy", 1000),
        (not_dialled(Operation.PROXY, Kind.PROXY_AUTH), "websocket.proxy", 1000),
        (UpgradeRefused(status=401), "websocket.upgrade.refused", 1000),
        (UpgradeRefused(status=403), "websocket.upgrade.refused", 1000),
        (UpgradeRefused(status=404), "websocket.upgrade.refused", 1000),
        (UpgradeRefused(status=400, body="bad token"), "websocket.upgrade.refused", 1000),
        (UpgradeRefused(status=302), "websocket.upgrade.refused", 1000),
        (UpgradeRefused(status=503), "websocket.upgrade.refused", 1000),
        (UpgradeRefused(status=200, body="<html>"), "websocket.upgrade.stripped", 1000),
        (UpgradeRefused(status=426), "websocket.upgrade.stripped", 1000),
        (UpgradeRefused(status=505), "websocket.upgrade.stripped", 1000),
        (UpgradeRefused(status=400, body='Can "Upgrade" only to "WebSocket".'), "websocket.upgrade.stripped", 1000),
        (HandshakeSilent(failure=silence(Operation.UPGRADE, 3.0)), "websocket.silent", 1000),
        (HandshakeSilent(failure=silence(Operation.UPGRADE, 3.0), begun=True), "websocket.silent", 1000),
        (RequestSwallowed(failure=silence(Operation.UPGRADE, 3.0)), "websocket.large_packets", 1000),
        (HandshakeLost(failure=RESET), "websocket.upgrade.dropped", 1006),
        (NotWebsocket(detail="SSH"), "websocket.upgrade.malformed", 1000),
    ],
)  # fmt: skip
def test_what_stands_between(outcome: BadUrl | NotDialled | Unopened, cause: str, web: int) -> None:
    finding = judge_not_opened(HOST, NotOpened(outcome=outcome))
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert code_of(finding, Platform.ANY) == 1003
    assert code_of(finding, Platform.WEB) == web
    assert HOST in finding.summary


@pytest.mark.parametrize(
    "outcome",
    [
        not_dialled(Operation.CONNECT, Kind.CUT_OFF),
        not_dialled(Operation.PROXY, Kind.PROXY_LOGIN_FOREIGN),
        not_dialled(Operation.PROXY, Kind.PROXY_UNUSABLE),
        HandshakeSilent(failure=silence(Operation.UPGRADE, 0.2)),
    ],
)
def test_what_is_ours_is_undecided(outcome: NotDialled | Unopened) -> None:
    assert isinstance(judge_not_opened(HOST, NotOpened(outcome=outcome)), Undecided)


def test_a_refusal_names_who_answered_and_what_was_said() -> None:
    headers = {"via": "1.1 corp-proxy", "server": "nginx", "set-cookie": "s=1", "content-type": "text/html"}
    refused = UpgradeRefused(status=200, reason="OK", headers=headers, body="<html>")
    finding = judge_not_opened(HOST, NotOpened(outcome=refused, via="10.0.0.1:3128"))
    assert "corp-proxy" in finding.summary
    assert finding.evidence["proxy"] == "10.0.0.1:3128"
    assert finding.evidence["status"] == 200
    assert finding.evidence["headers"] == {key: headers[key] for key in ("via", "server", "content-type")}


@pytest.mark.parametrize(
    ("code", "text", "word", "shown"),
    [
        (40109, "bad jwt", 40109, 40109),
        (41001, "", 41001, 41001),
        (401, "signature is invalid", 40109, 40109),
        (500, "sfu join failed", NO_CODE, 1003),
        (0, "", NO_CODE, 1003),
    ],
)
def test_the_servers_no_is_passed_on(code: int, text: str, word: int, shown: int) -> None:
    finding = judge_fault(HOST, ServerFault(code=code, text=text, via="on-error"))
    assert finding.word == word
    assert code_of(finding, Platform.ANY) == shown
    assert finding.evidence["code"] == code


def test_a_servers_novel_is_cut() -> None:
    assert len(judge_fault(HOST, ServerFault(code=1, text="x" * 9999, via="on-error")).summary) < 300


def test_every_signalling_cause_has_a_code_of_the_pages() -> None:
    ours = [cause for cause in every_cause().values() if cause.id.startswith(("websocket.", "signalling.", "role."))]
    assert len(ours) >= 19
    assert {cause.code for cause in ours} == {1003, 40108}
