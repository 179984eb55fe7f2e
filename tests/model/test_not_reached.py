"""The table from a failed connection to its cause."""

import pytest

from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Undecided, action_of, code_of
from hms_doctor.model.not_reached import Attempt, is_of_100ms, judge_not_reached
from hms_doctor.model.server import CertificateFacts

RESOLVE, CONNECT, PROXY, TLS = Operation.RESOLVE, Operation.CONNECT, Operation.PROXY, Operation.TLS


def attempt(
    operation: Operation, kind: Kind, *, host: str = "init.test", via: str = "", issuer: str = "", detail: str = ""
) -> Attempt:
    failure = Failure(operation=operation, kind=kind, detail=detail)
    if not issuer:
        return Attempt(host=host, port=443, failure=failure, via=via)
    certificate = CertificateFacts(
        issuer=issuer, subject="box", names=("a.test", "b.test"), not_before=0.0, not_after=1795285330.0
    )
    return Attempt(host=host, port=443, failure=failure, address="192.0.2.1", via=via, certificate=certificate)


@pytest.mark.parametrize(
    ("operation", "kind", "cause"),
    [
        (RESOLVE, Kind.NXDOMAIN, "dns.nxdomain"),
        (RESOLVE, Kind.NO_ADDRESS, "dns.no_address"),
        (RESOLVE, Kind.SERVFAIL, "dns.servfail"),
        (RESOLVE, Kind.MALFORMED, "dns.servfail"),
        (RESOLVE, Kind.SILENT, "dns.silent"),
        (CONNECT, Kind.REFUSED, "tcp.refused"),
        (CONNECT, Kind.SILENT, "tcp.silent"),
        (CONNECT, Kind.RESET, "tcp.reset"),
        (CONNECT, Kind.UNREACHABLE, "tcp.unreachable"),
        (CONNECT, Kind.NO_NETWORK, "tcp.unreachable"),
        (CONNECT, Kind.NOT_PERMITTED, "tcp.not_permitted"),
        (CONNECT, Kind.OTHER, "tcp.failed"),
        (PROXY, Kind.PROXY_AUTH, "proxy.auth"),
        (PROXY, Kind.PROXY_REFUSED, "proxy.refused"),
        (PROXY, Kind.PROXY_UPSTREAM, "proxy.upstream"),
        (PROXY, Kind.PROXY_PROTOCOL, "proxy.protocol"),
        (PROXY, Kind.TLS_PROTOCOL, "proxy.protocol"),
        (PROXY, Kind.CLOSED, "proxy.protocol"),
        (PROXY, Kind.SILENT, "proxy.silent"),
        (PROXY, Kind.REFUSED, "proxy.unreachable"),
        (PROXY, Kind.NXDOMAIN, "proxy.unreachable"),
        (PROXY, Kind.TLS_UNKNOWN_ISSUER, "proxy.unreachable"),
        (TLS, Kind.TLS_EXPIRED, "tls.expired"),
        (TLS, Kind.TLS_NOT_YET_VALID, "tls.not_yet_valid"),
        (TLS, Kind.TLS_WRONG_NAME, "tls.wrong_name"),
        (TLS, Kind.TLS_UNKNOWN_ISSUER, "tls.unknown_issuer"),
        (TLS, Kind.TLS_SELF_SIGNED, "tls.self_signed"),
        (TLS, Kind.TLS_REJECTED, "tls.rejected"),
        (TLS, Kind.TLS_PROTOCOL, "tls.protocol"),
        (TLS, Kind.TLS_HANDSHAKE, "tls.handshake"),
        (TLS, Kind.RESET, "tcp.reset"),
        (TLS, Kind.CLOSED, "tcp.closed"),
        (TLS, Kind.SILENT, "tls.silent"),
        (TLS, Kind.OTHER, "tls.handshake"),
    ],
)
def test_the_cause_of_a_failure(operation: Operation, kind: Kind, cause: str) -> None:
    finding = judge_not_reached(attempt(operation, kind))
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert {code_of(finding, platform) for platform in Platform} == {2003}
    assert action_of(finding)
    assert "init.test port 443" in finding.summary
    assert finding.evidence["step"] == operation.value


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Kind.CUT_OFF, "--timeout"), (Kind.PROXY_LOGIN_FOREIGN, "cntlm"), (Kind.PROXY_UNUSABLE, "--proxy")],
)
def test_what_says_something_about_us_alone(kind: Kind, words: str) -> None:
    finding = judge_not_reached(attempt(PROXY, kind, via="proxy.test:3128"))
    assert isinstance(finding, Undecided)
    assert finding.summary.startswith("we could not tell: ")
    assert words in finding.action
    assert finding.evidence["proxy"] == "proxy.test:3128"


@pytest.mark.parametrize(
    ("host", "issuer", "cause"),
    [
        ("prod-init.100ms.live", "", "tls.intercepted"),
        ("prod-init.100ms.live", "Some CA", "tls.intercepted"),
        ("init.test", "Zscaler Root CA, Zscaler Inc.", "tls.intercepted"),
        ("init.test", "FortiGate CA", "tls.intercepted"),
        ("init.test", "mitmproxy", "tls.intercepted"),
        ("init.test", "Avast Web/Mail Shield Root", "tls.intercepted"),
        ("init.test", "Example Works Internal CA", "tls.unknown_issuer"),
        ("not100ms.live", "Some CA", "tls.unknown_issuer"),
    ],
)
def test_an_inspected_connection_is_told_by_host_or_issuer(host: str, issuer: str, cause: str) -> None:
    finding = judge_not_reached(attempt(TLS, Kind.TLS_UNKNOWN_ISSUER, host=host, issuer=issuer))
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause


def test_a_certificate_is_told_with_its_issuer_and_dates() -> None:
    finding = judge_not_reached(attempt(TLS, Kind.TLS_EXPIRED, issuer="Some CA", detail="certificate has expired"))
    assert finding.summary == (
        "init.test port 443: the TLS handshake failed: certificate expired (certificate has expired); the certificate "
        "is for a.test, b.test, issued by Some CA, valid until 2026-11-21 18:22:10 UTC"
    )
    assert finding.evidence["certificate_issuer"] == "Some CA"
    assert finding.evidence["certificate_names"] == ["a.test", "b.test"]
    assert finding.evidence["address"] == "192.0.2.1"


def test_a_proxy_is_named() -> None:
    finding = judge_not_reached(attempt(PROXY, Kind.PROXY_REFUSED, via="proxy.test:3128", detail="403 Filtered"))
    assert finding.summary == (
        "init.test port 443 by the proxy proxy.test:3128: going through the proxy failed: "
        "the proxy refused (403 Filtered)"
    )


def test_every_address_that_was_tried_is_evidence() -> None:
    refused = Failure(operation=CONNECT, kind=Kind.REFUSED)
    both = Attempt(host="init.test", port=443, failure=refused, each={"192.0.2.1": refused, "2001:db8::1": refused})
    finding = judge_not_reached(both)
    assert finding.evidence["addresses"] == {"192.0.2.1": "connection refused", "2001:db8::1": "connection refused"}


def test_whose_hosts_are_100ms() -> None:
    assert [h for h in ("100ms.live", "a.100ms.live", "100ms.live.test", "x100ms.live") if is_of_100ms(h)] == [
        "100ms.live",
        "a.100ms.live",
    ]
