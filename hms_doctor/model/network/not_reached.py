"""Why the init endpoint was not reached, judged: the same table for every look at it."""

from collections.abc import Mapping
from dataclasses import field, replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from hms_doctor.model.causes import network, tls
from hms_doctor.model.causes.cause import Audience, Cause
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Undecided
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.not_reached_words import not_reached_words, rejected_words
from hms_doctor.model.network.own_host import addressed, is_of_100ms
from hms_doctor.model.network.server import CertificateFacts, NoCertificate
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import DIAGNOSTICS_TOKEN_URL, PRODUCTION_AUTH_ENDPOINT, PRODUCTION_ENDPOINT
from hms_doctor.model.times import utc_words


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A connection that failed: to whom, how far, and what was learnt."""

    host: str
    port: int
    failure: Failure
    address: str = ""
    via: str = ""
    certificate: CertificateFacts | NoCertificate = field(default_factory=NoCertificate)
    each: Mapping[str, Failure] = field(default_factory=dict)


_RESOLVE: Final[Mapping[Kind, Cause]] = {
    Kind.NXDOMAIN: network.NXDOMAIN,
    Kind.NO_ADDRESS: network.NO_ADDRESS,
    Kind.SILENT: network.DNS_SILENT,
}
_CONNECT: Final[Mapping[Kind, Cause]] = {
    Kind.REFUSED: network.REFUSED,
    Kind.SILENT: network.TCP_SILENT,
    Kind.RESET: network.RESET,
    Kind.UNREACHABLE: network.UNREACHABLE,
    Kind.NO_NETWORK: network.UNREACHABLE,
    Kind.NOT_PERMITTED: network.NOT_PERMITTED,
    Kind.PROHIBITED: network.PROHIBITED,
}
_PROXY: Final[Mapping[Kind, Cause]] = {
    Kind.PROXY_AUTH: network.PROXY_AUTH,
    Kind.PROXY_REFUSED: network.PROXY_REFUSED,
    Kind.PROXY_UPSTREAM: network.PROXY_UPSTREAM,
    Kind.PROXY_PROTOCOL: network.PROXY_PROTOCOL,
    Kind.TLS_PROTOCOL: network.PROXY_PROTOCOL,
    Kind.CLOSED: network.PROXY_PROTOCOL,
    Kind.SILENT: network.PROXY_SILENT,
}
_TLS: Final[Mapping[Kind, Cause]] = {
    Kind.TLS_EXPIRED: tls.EXPIRED,
    Kind.TLS_NOT_YET_VALID: tls.NOT_YET_VALID,
    Kind.TLS_WRONG_NAME: tls.WRONG_NAME,
    Kind.TLS_SELF_SIGNED: tls.SELF_SIGNED,
    Kind.TLS_REJECTED: tls.REJECTED,
    Kind.TLS_PROTOCOL: tls.PROTOCOL,
    Kind.RESET: network.RESET,
    Kind.CLOSED: network.CLOSED,
    Kind.SILENT: tls.SILENT,
}
_OURS: Final = frozenset({Kind.CUT_OFF, Kind.PROXY_LOGIN_FOREIGN, Kind.PROXY_UNUSABLE})


def judge_not_reached(attempt: Attempt) -> Finding:
    """Name the cause of a failed connection; what only says something about us is undecided."""
    summary = _summary(attempt)
    if attempt.failure.kind in _OURS:
        question = f"we could not tell whether {summary.replace('cannot', 'can', 1)}"
        return Undecided(summary=question, action=_way_out(attempt), evidence=evidence(attempt))
    cause = _addressed_cause(_cause(attempt), attempt.host)
    action = _own_action(attempt, cause)
    return Failed(cause=cause, summary=summary, action=action, evidence=evidence(attempt))


def _cause(attempt: Attempt) -> Cause:
    kind = attempt.failure.kind
    if _is_filtered(attempt):
        return network.DNS_FILTERED
    match attempt.failure.operation:
        case Operation.RESOLVE:
            return _RESOLVE.get(kind, network.SERVFAIL)
        case Operation.PROXY:
            return _PROXY.get(kind, network.PROXY_UNREACHABLE)
        case Operation.TLS if kind is Kind.TLS_UNKNOWN_ISSUER:
            return tls.INTERCEPTED if _looks_intercepted(attempt) else tls.UNKNOWN_ISSUER
        case Operation.TLS:
            return _TLS.get(kind, tls.HANDSHAKE)
        case _:
            return _CONNECT.get(kind, network.TCP_OTHER)


_INSPECTORS: Final = (
    "proxy", "firewall", "gateway", "inspect", "intercept", "decrypt", "filter", "antivirus", "web shield", "endpoint",
    "zscaler", "netskope", "fortinet", "fortigate", "palo alto", "blue coat", "bluecoat", "symantec web", "forcepoint",
    "websense", "cisco umbrella", "check point", "checkpoint", "sophos", "barracuda", "untangle", "smoothwall",
    "lightspeed", "securly", "goguardian", "contentkeeper", "kaspersky", "avast", "avg ", "bitdefender", "eset ",
    "mcafee", "adguard", "squid", "mitmproxy", "charles", "fiddler", "burp", "portswigger", "cloudflare for teams",
)  # fmt: skip
"""Words in the names of issuers that inspect TLS."""


def _looks_intercepted(attempt: Attempt) -> bool:
    """100ms's own hosts have public certificates; elsewhere the issuer's name tells, where it does."""
    if is_of_100ms(attempt.host):
        return True
    issuer = attempt.certificate.issuer.lower() if isinstance(attempt.certificate, CertificateFacts) else ""
    return any(word in issuer for word in _INSPECTORS)


def _addressed_cause(cause: Cause, host: str) -> Cause:
    """Who wrote down a name that nobody knows may have misspelt it; 100ms's own hosts are spelt right."""
    misspelt = cause in (network.NXDOMAIN, network.NO_ADDRESS) and host not in _WELL_KNOWN
    return replace(cause, audience=Audience.APP_DEVELOPER) if misspelt else cause


_WELL_KNOWN: Final = frozenset(
    urlsplit(url).hostname for url in (PRODUCTION_ENDPOINT, PRODUCTION_AUTH_ENDPOINT, DIAGNOSTICS_TOKEN_URL)
)


def _is_filtered(attempt: Attempt) -> bool:
    """DNS filters give the unspecified address for what they block, or this machine's own; no server is there."""
    if attempt.via or _ip(attempt.host):
        return False
    return any(a.is_unspecified or (a.is_loopback and is_of_100ms(attempt.host)) for a in _ip(attempt.address))


def _ip(text: str) -> tuple[IPv4Address | IPv6Address, ...]:
    try:
        return (ip_address(text.partition("%")[0]),)
    except ValueError:
        return ()


def _own_action(attempt: Attempt, cause: Cause) -> str:
    if cause is network.PROXY_AUTH and "was not taken" in attempt.failure.detail:
        return "Correct the user and the password in the proxy's URL (HTTPS_PROXY or --proxy)."
    return addressed(cause.action, attempt.host, attempt.port)


def _summary(attempt: Attempt) -> str:
    if _is_filtered(attempt):
        return f"{attempt.host} cannot be reached: its name stands for {attempt.address} here, where no server is"
    intercepted = _cause(attempt) is tls.INTERCEPTED
    certificate = (
        rejected_words(attempt.host, attempt.failure, attempt.certificate, intercepted=intercepted)
        if attempt.failure.operation is Operation.TLS
        else ""
    )
    return not_reached_words(
        attempt.host,
        attempt.port,
        attempt.failure,
        address=attempt.address,
        via=attempt.via,
        certificate=certificate,
    )


def _way_out(attempt: Attempt) -> str:
    match attempt.failure.kind:
        case Kind.PROXY_LOGIN_FOREIGN:
            return "Run this on a network without that proxy, or through a local helper that logs in to it (cntlm, px)."
        case Kind.PROXY_UNUSABLE:
            return "Correct HTTPS_PROXY, ALL_PROXY or --proxy; usable are http://, https:// and socks5://."
        case _:
            return "Give the run more time with --timeout."


def evidence(attempt: Attempt) -> JsonObject:
    """Give what was learnt, for people who want all of it."""
    failure = attempt.failure
    told: dict[str, str | int | dict[str, str] | list[str]] = {
        "host": attempt.host,
        "port": attempt.port,
        "step": failure.operation.value,
        "failure": str(failure),
    }
    if attempt.address:
        told["address"] = attempt.address
    if attempt.via:
        told["proxy"] = attempt.via
    if len(attempt.each) > 1:
        told["addresses"] = {ip: str(why) for ip, why in attempt.each.items()}
    if isinstance(attempt.certificate, CertificateFacts):
        told |= certificate_evidence(attempt.certificate)
    return told


def certificate_evidence(certificate: CertificateFacts) -> dict[str, str | list[str]]:
    """Give a certificate's words as evidence."""
    return {
        "certificate_issuer": certificate.issuer,
        "certificate_subject": certificate.subject,
        "certificate_names": list(certificate.names),
        "certificate_valid": f"{utc_words(certificate.not_before)} to {utc_words(certificate.not_after)}",
    }
