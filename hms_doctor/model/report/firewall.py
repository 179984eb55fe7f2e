"""What a network's administrator has to open: only the rows that failed here, as host, port and protocol."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from hms_doctor.model.causes import Audience, Cause, Scope
from hms_doctor.model.failure import ASKED, Kind
from hms_doctor.model.finding import CheckResult, Failed, Warned
from hms_doctor.model.ice.urls import IceUrl, Transport, parse_ice_url
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.report.report import Report

BLOCKED_STAGES = ("reach", "tls")
"""How far a blocked path came; whoever got further was answered by a server, which no firewall rule mends."""
UNRESOLVED_STAGE = "resolve"
DNS_PORT = 53


@dataclass(frozen=True, kw_only=True, order=True)
class Row:
    """One rule to ask for."""

    host: str
    port: int
    protocol: str  # "TCP" or "UDP"
    purpose: str
    seen: str  # what happened when it was tried
    addresses: tuple[str, ...] = ()  # what the host's name stands for now

    @property
    def door(self) -> tuple[str, int, str]:
        """What a rule is about."""
        return self.host, self.port, self.protocol


def rows(report: Report) -> tuple[Row, ...]:
    """Give the rules that this run shows to be missing, each once, in the order in which they were tried.

    None while the network wants a sign-in: until then it blocks everything.
    """
    if sign_in(report):
        return ()
    found: dict[tuple[str, int, str], Row] = {}
    for result in report.checks:
        for row in (*_relays(result), *_servers(result, _endpoint_port(report))):
            first = found.setdefault(row.door, row)
            addresses = tuple(dict.fromkeys((*first.addresses, *row.addresses)))
            found[row.door] = replace(first, addresses=addresses)
    return tuple(found.values())


def sign_in(report: Report) -> str:
    """Say how a captive portal shows itself; empty where there is none."""
    troubles = (f for result in report.checks for f in result.findings if isinstance(f, Failed | Warned))
    return next((trouble.summary for trouble in troubles if trouble.cause.id == "portal.captive"), "")


def _relays(result: CheckResult) -> Iterator[Row]:
    if result.id != "ice.turn":
        return
    every = [*_objects_in(result)]
    told = [row for row in every if row.get("stage") != UNRESOLVED_STAGE]
    yield from (row for each in every if each not in told for row in _name_servers(each))
    passed = {door for row in told if row.get("stage") not in BLOCKED_STAGES for door in _doors(row)}
    for row in told:
        seen, found = _blocked(str(row.get("stage")), str(row.get("failure") or "")), row.get("addresses")
        addresses = tuple(str(ip) for ip in found) if isinstance(found, list | tuple) else ()
        for host, port, protocol in _doors(row):
            if seen and (host, port, protocol) not in passed:
                yield Row(host=host, port=port, protocol=protocol, purpose="media", seen=seen, addresses=addresses)


def _name_servers(row: JsonObject) -> Iterator[Row]:
    """Give the doors of name servers that stay silent; what others say of a name is no firewall's doing."""
    failure = str(row.get("failure"))
    for host, _port, _protocol in _doors(row) if failure.startswith(Kind.SILENT.value) else ():
        for server in filter(None, failure.partition(ASKED)[2].strip(")").split(", ")):
            for protocol in ("UDP", "TCP"):
                seen = f"no answer about {host}"
                yield Row(host=server, port=DNS_PORT, protocol=protocol, purpose="DNS", seen=seen)


def unresolved(report: Report) -> tuple[str, ...]:
    """Say which relays' names were not found, and why: no door was tried there."""
    found: dict[str, str] = {}
    for result in report.checks:
        for row in _objects_in(result) if result.id == "ice.turn" else ():
            for host, _port, _protocol in _doors(row) if row.get("stage") == UNRESOLVED_STAGE else ():
                found.setdefault(host, f"{host} cannot be looked up ({str(row.get('failure')).partition(' (')[0]})")
    return tuple(found.values())


def _objects_in(result: CheckResult) -> Iterator[JsonObject]:
    for finding in result.findings:
        yield from _objects(finding.evidence.get("rows"))


def _doors(row: JsonObject) -> Iterator[tuple[str, int, str]]:
    url = parse_ice_url(str(row.get("url")))
    if isinstance(url, IceUrl):
        yield url.host, url.port, "UDP" if url.transport is Transport.UDP else "TCP"


EXEMPT = "exempt from TLS inspection"
_INSPECTED = (Kind.TLS_UNKNOWN_ISSUER, Kind.TLS_SELF_SIGNED)
_OTHERS = (Kind.TLS_EXPIRED, Kind.TLS_NOT_YET_VALID, Kind.TLS_WRONG_NAME, Kind.TLS_REJECTED, Kind.NO_NETWORK)
"""No rule mends a server's own certificate, nor an address family that this machine does not have."""


def _blocked(stage: str, failure: str) -> str:
    """Say what to ask the administrator about, empty where there is nothing."""
    if stage == "tls" and failure.startswith(Kind.SILENT.value):
        return "TLS gets no answer though TCP connects: inspection cuts it off, or large packets vanish (MTU)"
    if failure.startswith(tuple(kind.value for kind in _OTHERS)) or Kind.IPV6_ALONE.value in failure:
        return ""
    if failure.startswith(tuple(kind.value for kind in _INSPECTED)):
        return f"{EXEMPT}: {failure}"
    return failure


_INSPECTED_CAUSES = ("tls.unknown_issuer", "tls.self_signed", "tls.intercepted")
_CERTIFICATES = ("tls.expired", "tls.not_yet_valid", "tls.wrong_name", "tls.rejected")
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
            inspected = finding.cause.id in _INSPECTED_CAUSES
            yield Row(
                host=host,
                port=port,
                protocol="TCP",
                purpose=_SERVERS[result.id],
                seen=f"{EXEMPT}: {finding.summary}" if inspected else finding.summary,
                addresses=_address(finding.evidence),
            )


def _address(evidence: JsonObject) -> tuple[str, ...]:
    """Give the address that was tried; behind a proxy it is the proxy's."""
    address, proxy = evidence.get("address"), evidence.get("proxy")
    return (address,) if isinstance(address, str) and address and proxy in {None, "", "none"} else ()


def _is_the_networks(cause: Cause) -> bool:
    admins = cause.audience is Audience.ADMINISTRATOR and cause.scope is Scope.NETWORK
    return admins and cause.id not in _CERTIFICATES


def _apart(host: str) -> tuple[str, int]:
    """Read ``host``, ``host:port`` or ``[IPv6]:port``; 443 where no port is told."""
    name, _, port = host.rpartition(":")
    if not port.isdecimal() or (":" in name and not name.endswith("]")):
        return host.strip("[]"), _HTTPS
    return name.strip("[]"), int(port)


def _objects(value: JsonValue) -> Iterator[JsonObject]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from (item for item in value if isinstance(item, Mapping))
