"""What can go wrong with the signalling websocket."""

import json

from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import (
    Change,
    configured,
    having,
    lacking,
    named,
    opening,
    signalling_at,
    signalling_port,
    together,
    upgrade,
    without_pongs,
)
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.faults.codes import pushed_error
from hms_doctor.simulator.scenario import SIGNAL_NAME, Certificate, DnsAnswer, Listener, TlsScript, UpgradeSilent
from hms_doctor.simulator.steps import CloseFrame, Pause, Say, SayBytes, SayPolicy, SayRoomState, Sever

_CONNECT = "signalling.connect"
_HOLD = "signalling.hold"
_LOST_CODE = 1003
_HTML = "text/html; charset=utf-8"


def _fault(
    name: str, cause: str, summary: str, apply: Change, *, check: str = _CONNECT, code: int = _LOST_CODE
) -> Fault:
    return Fault(name=name, code=code, check=check, cause=cause, summary=summary, apply=apply)


def _unresolved(answer: DnsAnswer) -> Change:
    return together(signalling_at(SIGNAL_NAME), named(SIGNAL_NAME, answer))


def _port(listener: Listener) -> Change:
    return signalling_port(TlsScript(listener=listener))


def _shown(certificate: Certificate) -> Change:
    return signalling_port(TlsScript(certificate=certificate))


def _upgrade(status: int, message: str) -> Change:
    return upgrade(Answer(status=status, body=json.dumps({"code": status, "message": message}).encode()))


_PORTS = (
    _fault("ws-refused", "websocket.refused", "nothing listens on the signalling port", _port(Listener.REFUSED)),
    _fault("ws-dropped", "websocket.silent", "connections to the signalling port are dropped", _port(Listener.DROPPED)),
    _fault("ws-reset", "websocket.refused", "connections to signalling are reset", _port(Listener.RESET)),
    _fault("ws-closed", "websocket.refused", "connections to signalling are closed at once", _port(Listener.CLOSED)),
    _fault(
        "ws-silent",
        "websocket.silent",
        "the signalling port takes connections and says nothing",
        _port(Listener.SILENT),
    ),
    _fault(
        "ws-nxdomain",
        "websocket.unresolved",
        "the signalling server's name does not exist",
        _unresolved(DnsAnswer.NXDOMAIN),
    ),
    _fault(
        "ws-dns-silent",
        "websocket.unresolved",
        "the name server does not answer for signalling",
        _unresolved(DnsAnswer.SILENT),
    ),
    _fault(
        "ws-tls-expired", "websocket.tls", "the signalling server's certificate expired", _shown(Certificate.EXPIRED)
    ),
    _fault(
        "ws-tls-wrong-name",
        "websocket.tls",
        "the signalling server's certificate is for another host",
        _shown(Certificate.WRONG_NAME),
    ),
    _fault(
        "ws-tls-intercepted",
        "websocket.tls",
        "a proxy shows its own certificate for signalling",
        _shown(Certificate.INTERCEPTED),
    ),
    _fault("ws-plain-http", "websocket.tls", "the signalling port speaks without TLS", _port(Listener.PLAIN)),
)

_UPGRADES = (
    _fault("ws-401", "websocket.upgrade.refused", "the upgrade is answered with 401", _upgrade(401, "unauthorized")),
    _fault("ws-403", "websocket.upgrade.refused", "the upgrade is answered with 403", _upgrade(403, "forbidden")),
    _fault("ws-404", "websocket.upgrade.refused", "the upgrade is answered with 404", _upgrade(404, "not found")),
    _fault("ws-503", "websocket.upgrade.refused", "the upgrade is answered with 503", _upgrade(503, "unavailable")),
    _fault(
        "ws-stripped",
        "websocket.upgrade.stripped",
        "a proxy takes the Upgrade header away: the answer is 200",
        upgrade(Answer(status=200, body=b"<html>ok</html>", content_type=_HTML)),
    ),
    _fault("ws-upgrade-silent", "websocket.silent", "the upgrade is never answered", upgrade(UpgradeSilent())),
)

_TALK = (
    _fault(
        "ws-closes-1000",
        "websocket.closed_early",
        "signalling closes at once with 1000",
        opening(CloseFrame(code=1000)),
    ),
    _fault(
        "ws-closes-1011",
        "websocket.closed_early",
        "signalling closes at once with 1011",
        opening(CloseFrame(code=1011, reason="internal error")),
    ),
    _fault(
        "ws-closes-4401",
        "websocket.closed_early",
        "signalling closes at once with 4401",
        opening(CloseFrame(code=4401, reason="unauthorized")),
    ),
    _fault("ws-severed", "websocket.closed_early", "signalling is cut before the policy", opening(Sever())),
    _fault("ws-no-policy", "websocket.no_policy", "signalling never sends the policy", opening(SayRoomState())),
    _fault(
        "ws-mute",
        "websocket.no_policy",
        "signalling opens and says nothing at all",
        together(opening(), without_pongs()),
    ),
    _fault(
        "ws-garbage",
        "websocket.garbage",
        "signalling says what is no JSON",
        opening(Say(text="<html>"), SayBytes(data=b"\x00\xff")),
    ),
    _fault(
        "ws-policy-malformed",
        "websocket.garbage",
        "the policy names no role",
        opening(SayPolicy(reshape=lacking("name", "known_roles"))),
    ),
    _fault("ws-no-pong", "websocket.no_pong", "signalling leaves pings unanswered", without_pongs(), check=_HOLD),
    _fault(
        "ws-cut",
        "websocket.lost",
        "the signalling connection breaks off after the policy",
        opening(SayPolicy(), SayRoomState(), Pause(seconds=0.2), Sever()),
        check=_HOLD,
    ),
    _fault(
        "ws-error-500",
        "signalling.server_fault",
        "the server pushes error 500",
        opening(pushed_error(500, "sfu join failed")),
    ),
    _fault(
        "ws-role-refused",
        "signalling.server_fault",
        "the server pushes error 40108",
        opening(pushed_error(40108, "invalid role")),
        code=40108,
    ),
    _fault(
        "role-unknown",
        "signalling.role_unknown",
        "the policy does not hold the role that it gives",
        opening(SayPolicy(reshape=having(name="speaker")), SayRoomState()),
        code=40108,
    ),
    _fault(
        "role-differs",
        "role.differs",
        "the server gives another role than the token's",
        opening(SayPolicy(reshape=having(name="guest")), SayRoomState()),
        code=0,
    ),
)

_NAMED = (
    _fault(
        "account-disabled",
        "account.disabled",
        "the account is disabled: init names a signalling server that does not exist",
        configured(having(endpoint="wss://account-disabled-us/v2/ws")),
        check="init",
    ),
    _fault(
        "ws-bad-url",
        "init.malformed",
        "init names a signalling server with https:// in place of wss://",
        configured(having(endpoint="https://127.0.0.1/v2/ws")),
        check="init",
        code=2003,
    ),
)

FAULTS = (*_PORTS, *_UPGRADES, *_TALK, *_NAMED)
