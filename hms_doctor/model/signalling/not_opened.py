"""Why no websocket came about, judged; and what the server's own no over it means."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.causes import signalling as causes
from hms_doctor.model.causes.cause import Cause
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Undecided
from hms_doctor.model.init.server_words import code_for
from hms_doctor.model.network.own_host import addressed
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.websocket import (
    BadUrl,
    HandshakeLost,
    HandshakeSilent,
    NotDialled,
    NotOpened,
    NotWebsocket,
    RequestSwallowed,
    UpgradeRefused,
)

_UNDECIDABLE: Final = frozenset({Kind.CUT_OFF, Kind.PROXY_LOGIN_FOREIGN, Kind.PROXY_UNUSABLE})
_CONNECTING: Final[Mapping[Kind, Cause]] = {
    Kind.REFUSED: causes.REFUSED,
    Kind.RESET: causes.REFUSED,
    Kind.CLOSED: causes.REFUSED,
    Kind.SILENT: causes.SILENT,
}
_SPEAKS_OF_UPGRADE: Final = ("upgrade", "websocket")
_OK = range(200, 300)
_BAD_REQUEST = 400
_UPGRADE_REQUIRED = 426
_OLD_HTTP = 505  # a proxy hands the request on as HTTP/1.0, which knows no upgrade
_TELLING: Final = ("server", "via", "location", "content-type", "www-authenticate", "retry-after", "cf-ray", "x-cache")
"""Headers of a refusal that tell who refused."""


def judge_not_opened(host: str, not_opened: NotOpened) -> Finding:
    """Say what stands between here and an open websocket; ``host`` as the user knows it."""
    evidence = {"host": host, **({"proxy": not_opened.via} if not_opened.via else {})}
    match not_opened.outcome:
        case BadUrl(why=why):
            return Failed(cause=causes.BAD_URL, summary=f"init names {host!r} as signalling server: {why}")
        case NotDialled(failure=failure, address=address):
            return _not_reached(host, failure, {**evidence, **({"address": address} if address else {})})
        case UpgradeRefused() as refused:
            return _refused(host, refused, evidence)
        case HandshakeSilent() | RequestSwallowed() as silent:
            return _silent(host, silent, evidence)
        case HandshakeLost(failure=failure):
            summary = f"{host} was reached, but the connection ended at the websocket upgrade: {failure}"
            return Failed(
                cause=causes.DROPPED, summary=summary, action=_action(causes.DROPPED, host), evidence=evidence
            )
        case NotWebsocket(detail=detail):
            summary = f"{host} answers the websocket upgrade with something else: {detail}"
            return Failed(cause=causes.NOT_WEBSOCKET, summary=summary, evidence=evidence)


def judge_fault(host: str, fault: ServerFault) -> Failed:
    """Pass on the server's own no, with its code where the pages know it."""
    said = fault.text[:200] or "no text"
    code = f"code {fault.code}" if fault.code else "no code"
    return Failed(
        cause=causes.SERVER_FAULT,
        summary=f"{host} refuses with {code}: {said}",
        evidence={"host": host, "code": fault.code, "message": said, "via": fault.via},
        word=code_for(fault.text, fault.code),
    )


def _cut_off(host: str, failure: Failure, evidence: Mapping[str, str]) -> Undecided:
    return Undecided(
        summary=f"we could not tell whether {host} can be reached: {failure.operation.value}: {failure}",
        evidence=dict(evidence),
    )


def _silent(host: str, silent: HandshakeSilent | RequestSwallowed, evidence: Mapping[str, str]) -> Finding:
    if isinstance(silent, RequestSwallowed):
        seen = f"large packets vanish on the way to {host}: small requests are answered, and none that fills a packet"
        return Failed(cause=causes.LARGE_PACKETS, summary=seen, evidence={**evidence, "confidence": "high"})
    if silent.failure.kind is Kind.CUT_OFF:
        return _cut_off(host, silent.failure, evidence)
    told = "began to answer the websocket upgrade and stopped" if silent.begun else "does not answer the upgrade"
    summary = f"{host} {told}: {silent.failure}"
    return Failed(cause=causes.SILENT, summary=summary, action=_action(causes.SILENT, host), evidence=dict(evidence))


def _not_reached(host: str, failure: Failure, evidence: Mapping[str, str]) -> Finding:
    if failure.kind in _UNDECIDABLE:
        return _cut_off(host, failure, evidence)
    match failure.operation:
        case Operation.RESOLVE:
            cause = causes.UNRESOLVED
        case Operation.PROXY:
            cause = causes.PROXY
        case Operation.TLS if failure.kind not in _CONNECTING:
            cause = causes.TLS
        case _:
            cause = _CONNECTING.get(failure.kind, causes.UNREACHABLE)
    summary = f"no connection to {host}{_step(failure)}: {failure}"
    return Failed(cause=cause, summary=summary, action=_action(cause, host), evidence=dict(evidence))


def _step(failure: Failure) -> str:
    return {Operation.RESOLVE: " (DNS)", Operation.TLS: " (TLS)"}.get(failure.operation, "")


def _action(cause: Cause, host: str) -> str:
    """Name the host and port that init gave, where they are not 100ms's own."""
    name, _, port = host.rpartition(":")
    return addressed(cause.action, name, int(port)) if name and port.isdecimal() else addressed(cause.action, host)


def _refused(host: str, refused: UpgradeRefused, evidence: Mapping[str, str]) -> Failed:
    told = {name: value for name, value in refused.headers.items() if name in _TELLING}
    status = f"{refused.status} {refused.reason}".strip()
    stripped = _lost_its_upgrade(refused)
    by = refused.headers.get("via") or refused.headers.get("server")
    meaning = "as if no websocket had been asked for" if stripped else "and refuses the websocket"
    cause = causes.UPGRADE_STRIPPED if stripped else causes.UPGRADE_REFUSED
    return Failed(
        cause=cause,
        action=_action(cause, host),
        summary=f"{host} answers {status}, {meaning}" + (f" ({by} answered)" if by else ""),
        evidence={
            **evidence,
            "status": refused.status,
            "reason": refused.reason,
            "body": refused.body,
            "headers": told,
        },
    )


def _lost_its_upgrade(refused: UpgradeRefused) -> bool:
    """Whether the server seems to have got a plain request: a page, or a complaint that the upgrade is missing."""
    if refused.status in {*_OK, _UPGRADE_REQUIRED, _OLD_HTTP}:
        return True
    body = refused.body.lower()
    return refused.status == _BAD_REQUEST and any(word in body for word in _SPEAKS_OF_UPGRADE)
