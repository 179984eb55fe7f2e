"""What a network's administrator has to open: only the rows that failed here, as host, port and protocol."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hms_doctor.model.causes import Audience, Cause, Scope
from hms_doctor.model.failure import Kind
from hms_doctor.model.finding import CheckResult, Failed, Warned
from hms_doctor.model.ice.urls import IceUrl, Transport, parse_ice_url
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.report.report import Report

BLOCKED_STAGES = ("resolve", "reach", "tls")
"""How far a blocked path came; whoever got further was answered by a server, which no firewall rule mends."""


@dataclass(frozen=True, kw_only=True, order=True)
class Row:
    """One rule to ask for."""

    host: str
    port: int
    protocol: str  # "TCP" or "UDP"
    purpose: str
    seen: str  # what happened when it was tried


def rows(report: Report) -> tuple[Row, ...]:
    """Give the rules that this run shows to be missing, each once, in the order in which they were tried."""
    found: dict[tuple[str, int, str], Row] = {}
    for result in report.checks:
        for row in (*_relays(result), *_servers(result, _endpoint_port(report))):
            found.setdefault((row.host, row.port, row.protocol), row)
    return tuple(found.values())


def _relays(result: CheckResult) -> Iterator[Row]:
    if result.id != "ice.turn":
        return
    for finding in result.findings:
        for row in _objects(finding.evidence.get("rows")):
            yield from _relay(row)


def _relay(row: JsonObject) -> Iterator[Row]:
    url = parse_ice_url(str(row.get("url")))
    if isinstance(url, IceUrl) and row.get("failure") and row.get("stage") in BLOCKED_STAGES:
        if Kind.IPV6_ALONE.value in str(row["failure"]):
            return  # no rule makes a way for IPv4 where there is none
        protocol = "UDP" if url.transport is Transport.UDP else "TCP"
        yield Row(host=url.host, port=url.port, protocol=protocol, purpose="media", seen=str(row["failure"]))


_HTTPS = 443
_SERVERS: Mapping[str, str] = {
    "endpoint.reach": "init",
    "init": "init",
    "signalling.connect": "signalling",
    "signalling.hold": "signalling",
}


def _endpoint_port(report: Report) -> int:
    read = [
        finding.evidence.get("port")
        for result in report.checks
        if result.id == "endpoint.url"
        for finding in result.findings
    ]
    return next((port for port in read if isinstance(port, int)), _HTTPS)


def _servers(result: CheckResult, endpoint_port: int) -> Iterator[Row]:
    """Give a row for whatever a network's administrator, and nobody else, can mend."""
    for finding in result.findings if result.id in _SERVERS else ():
        if not isinstance(finding, Failed | Warned) or not _is_the_networks(finding.cause):
            continue
        named = finding.evidence.get("host")
        if isinstance(named, str):
            host, own_port = _apart(named)
            port = endpoint_port if _SERVERS[result.id] == "init" else own_port
            yield Row(host=host, port=port, protocol="TCP", purpose=_SERVERS[result.id], seen=finding.summary)


def _is_the_networks(cause: Cause) -> bool:
    return cause.audience is Audience.ADMINISTRATOR and cause.scope is Scope.NETWORK


def _apart(host: str) -> tuple[str, int]:
    """Read ``host``, ``host:port`` or ``[IPv6]:port``; 443 where no port is told."""
    name, _, port = host.rpartition(":")
    if not port.isdecimal() or (":" in name and not name.endswith("]")):
        return host.strip("[]"), _HTTPS
    return name.strip("[]"), int(port)


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (item for item in value if isinstance(item, Mapping))
