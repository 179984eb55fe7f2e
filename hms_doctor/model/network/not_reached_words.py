"""A failed connection in one sentence, fit to stand on top of a report."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.network.server import CertificateFacts, NoCertificate
from hms_doctor.model.times import utc_words

_NAMES: Final[Mapping[Kind, str]] = {
    Kind.NXDOMAIN: "its name does not exist",
    Kind.NO_ADDRESS: "its name has no address",
    Kind.SERVFAIL: "the DNS server answers with an error",
    Kind.UNRESOLVED: "no DNS server gives its address",
    Kind.SILENT: "no DNS server answers",
}
_MOST_NAMES: Final = 2


def not_reached_words(
    host: str, port: int, failure: Failure, *, address: str = "", via: str = "", certificate: str = ""
) -> str:
    """Say who cannot be reached and what is in the way; ``certificate`` is the sentence on one that was rejected."""
    by = f" through the proxy {via}" if via else ""
    if certificate:
        return f"{certificate}{by}"
    known = "" if via else address  # behind a proxy it is the proxy's
    return f"{host} cannot be reached{by}: {_obstacle(_at(host, port, known), failure)}"


def _at(host: str, port: int, address: str) -> str:
    return f"port {port}" if address in {"", host} else f"{address} port {port}"


_TLS: Final[Mapping[Kind, str]] = {
    Kind.TLS_PROTOCOL: "{at} does not speak TLS",
    Kind.SILENT: "{at} is open, but TLS gets no answer",
    Kind.TLS_HANDSHAKE: "the TLS handshake at {at} fails",
}


def _obstacle(at: str, failure: Failure) -> str:
    detail = f" ({failure.detail})" if failure.detail else ""
    match failure.operation:
        case Operation.RESOLVE:
            return _NAMES.get(failure.kind, f"DNS gives a {failure.kind.value}") + detail
        case Operation.CONNECT:
            return f"{failure.kind.value} at {at}{detail}"
        case Operation.TLS:
            otherwise = f"{failure.kind.value} in the TLS handshake at {{at}}"
            return _TLS.get(failure.kind, otherwise).format(at=at) + detail
        case _:
            return str(failure)


_REJECTED: Final[Mapping[Kind, str]] = {
    Kind.TLS_EXPIRED: "the certificate of {host}, issued by {issuer}, expired{ends}",
    Kind.TLS_NOT_YET_VALID: "the certificate of {host}, issued by {issuer}, is not valid yet{begins}",
    Kind.TLS_WRONG_NAME: "{host} shows a certificate for {names}, issued by {issuer}",
    Kind.TLS_UNKNOWN_ISSUER: "the certificate of {host} is issued by {issuer}, which this machine does not trust",
    Kind.TLS_SELF_SIGNED: "{host} shows a self-signed certificate for {names}",
    Kind.TLS_REJECTED: "the certificate of {host} is not accepted: {detail}",
}
_INTERCEPTED: Final = "TLS to {host} is intercepted by {issuer}, which this machine does not trust"


def rejected_words(
    host: str, failure: Failure, certificate: CertificateFacts | NoCertificate, *, intercepted: bool
) -> str:
    """Say in one sentence what is wrong with a certificate; empty where no certificate is in question."""
    issuer, names, begins, ends = _told(certificate)
    sentence = _INTERCEPTED if intercepted else _REJECTED.get(failure.kind, "")
    detail = failure.detail or "no reason is given"
    return sentence.format(host=host, issuer=issuer, names=names, begins=begins, ends=ends, detail=detail)


def _told(certificate: CertificateFacts | NoCertificate) -> tuple[str, str, str, str]:
    """Give the issuer, the names, and when it begins and ends, each as it fits into a sentence."""
    match certificate:
        case CertificateFacts(issuer=issuer, not_before=begins, not_after=ends):
            return issuer, _for_whom(certificate), f", only from {utc_words(begins)}", f" at {utc_words(ends)}"
        case NoCertificate():
            return "an unknown issuer", "another name", "", ""


def _for_whom(certificate: CertificateFacts) -> str:
    more = len(certificate.names) - _MOST_NAMES
    named = ", ".join(certificate.names[:_MOST_NAMES]) or certificate.subject
    return f"{named} and {more} more" if more > 0 else named
