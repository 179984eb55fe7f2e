"""What a network's administrator has to open: only the rows that failed here, as host, port and protocol."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hms_doctor.model.finding import CheckResult, Failed, Warned
from hms_doctor.model.ice_urls import IceUrl, Transport, parse_ice_url
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.report import Report

BLOCKED_STAGES = ("resolve", "reach", "tls")
"""How far a blocked path came; whoever got further was answered by a server, which no firewall rule mends."""
_BLOCKED_GROUPS = ("dns.", "tcp.", "tls.", "proxy.", "websocket.unreachable", "websocket.refused", "websocket.silent")


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
        for row in (*_relays(result), *_servers(result)):
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
        protocol = "UDP" if url.transport is Transport.UDP else "TCP"
        yield Row(host=url.host, port=url.port, protocol=protocol, purpose="media", seen=str(row["failure"]))


_SERVERS: Mapping[str, str] = {"endpoint.reach": "init", "signalling.connect": "signalling"}


def _servers(result: CheckResult) -> Iterator[Row]:
    if result.id not in _SERVERS:
        return
    for finding in result.findings:
        if not isinstance(finding, Failed | Warned) or not finding.cause.id.startswith(_BLOCKED_GROUPS):
            continue
        host, port = finding.evidence.get("host"), finding.evidence.get("port", 443)
        if isinstance(host, str) and isinstance(port, int):
            name, _, own_port = host.rpartition(":")
            split = (name, int(own_port)) if name and own_port.isdecimal() else (host, port)
            yield Row(host=split[0], port=split[1], protocol="TCP", purpose=_SERVERS[result.id], seen=finding.summary)


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (item for item in value if isinstance(item, Mapping))
