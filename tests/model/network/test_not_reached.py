"""The table from a failed connection to its cause."""

from dataclasses import replace

import pytest

from hms_doctor.model.causes.cause import Audience, Platform
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Undecided, action_of, code_of
from hms_doctor.model.network.not_reached import Attempt, judge_not_reached
from hms_doctor.model.network.server import CertificateFacts

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
        (RESOLVE, Kind.UNRESOLVED, "dns.servfail"),
        (RESOLVE, Kind.SILENT, "dns.silent"),
        (CONNECT, Kind.REFUSED, "tcp.refused"),
        (CONNECT, Kind.SILENT, "tcp.silent"),
        (CONNECT, Kind.RESET, "tcp.reset"),
        (CONNECT, Kind.UNREACHABLE, "tcp.unreachable"),
        (CONNECT, Kind.NO_NETWORK, "tcp.unreachable"),
        (CONNECT, Kind.NOT_PERMITTED, "tcp.not_permitted"),
        (CONNECT, Kind.PROHIBITED, "tcp.prohibited"),
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
    assert "init.test" in finding.summary
    assert len(finding.summary) < 130  # it stands on top of a report
    assert "100ms.live" not in action_of(finding)
    assert finding.evidence["step"] == operation.value


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Kind.CUT_OFF, "--timeout"), (Kind.PROXY_LOGIN_FOREIGN, "cntlm"), (Kind.PROXY_UNUSABLE, "--proxy")],
)
def test_what_says_something_about_us_alone(kind: Kind, words: str) -> None:
    finding = judge_not_reached(attempt(PROXY, kind, via="proxy.test:3128"))
    assert isinstance(finding, Undecided)
    whether = "we could not tell whether init.test can be reached through the proxy proxy.test:3128: "
    assert finding.summary.startswith(whether)
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
    assert finding.summary == "the certificate of init.test, issued by Some CA, expired at 2026-11-21 18:22:10 UTC"
    assert finding.evidence["certificate_issuer"] == "Some CA"
    assert finding.evidence["certificate_names"] == ["a.test", "b.test"]
    assert finding.evidence["address"] == "192.0.2.1"


def test_a_proxy_is_named() -> None:
    finding = judge_not_reached(attempt(PROXY, Kind.PROXY_REFUSED, via="proxy.test:3128", detail="403 Filtered"))
    assert finding.summary == (
        "init.test cannot be reached through the proxy proxy.test:3128: the proxy refused (403 Filtered)"
    )


def test_every_address_that_was_tried_is_evidence() -> None:
    refused = Failure(operation=CONNECT, kind=Kind.REFUSED)
    both = Attempt(host="init.test", port=443, failure=refused, each={"192.0.2.1": refused, "2001:db8::1": refused})
    finding = judge_not_reached(both)
    assert finding.evidence["addresses"] == {"192.0.2.1": "connection refused", "2001:db8::1": "connection refused"}


@pytest.mark.parametrize(
    ("operation", "kind", "detail", "words"),
    [
        (RESOLVE, Kind.NXDOMAIN, "NXDOMAIN", "init.test cannot be reached: its name does not exist (NXDOMAIN)"),
        (RESOLVE, Kind.SILENT, "6.0 s", "init.test cannot be reached: no DNS server answers (6.0 s)"),
        (RESOLVE, Kind.UNRESOLVED, "", "init.test cannot be reached: no DNS server gives its address"),
        (RESOLVE, Kind.MALFORMED, "", "init.test cannot be reached: DNS gives a malformed answer"),
        (CONNECT, Kind.SILENT, "3.0 s", "init.test cannot be reached: no answer at 192.0.2.1 port 443 (3.0 s)"),
        (
            TLS,
            Kind.SILENT,
            "3.0 s",
            "init.test cannot be reached: 192.0.2.1 port 443 is open, but TLS gets no answer (3.0 s)",
        ),
        (TLS, Kind.TLS_PROTOCOL, "", "init.test cannot be reached: 192.0.2.1 port 443 does not speak TLS"),
        (TLS, Kind.RESET, "", "connection reset in the TLS handshake at 192.0.2.1 port 443"),
        (
            TLS,
            Kind.TLS_UNKNOWN_ISSUER,
            "",
            "the certificate of init.test is issued by Some CA, which this machine does",
        ),
        (TLS, Kind.TLS_SELF_SIGNED, "", "init.test shows a self-signed certificate for a.test, b.test"),
        (TLS, Kind.TLS_WRONG_NAME, "", "init.test shows a certificate for a.test, b.test, issued by Some CA"),
        (TLS, Kind.TLS_NOT_YET_VALID, "", "is not valid yet, only from 1970-01-01 00:00:00 UTC"),
        (TLS, Kind.TLS_REJECTED, "weak key", "the certificate of init.test is not accepted: weak key"),
    ],
)
def test_the_sentence_says_what_is_in_the_way(operation: Operation, kind: Kind, detail: str, words: str) -> None:
    issuer = "" if operation is RESOLVE else "Some CA"
    assert words in judge_not_reached(attempt(operation, kind, issuer=issuer, detail=detail)).summary


def test_many_names_are_counted() -> None:
    facts = CertificateFacts(issuer="CA", subject="box", names=("a", "b", "c", "d"), not_before=0.0, not_after=1.0)
    shown = replace(attempt(TLS, Kind.TLS_WRONG_NAME), certificate=facts)
    assert judge_not_reached(shown).summary == "init.test shows a certificate for a, b and 2 more, issued by CA"
    unnamed = replace(shown, certificate=replace(facts, names=()))
    assert "for box, issued by CA" in judge_not_reached(unnamed).summary


def test_a_certificate_that_was_not_read_is_told_all_the_same() -> None:
    assert judge_not_reached(attempt(TLS, Kind.TLS_EXPIRED)).summary.endswith("issued by an unknown issuer, expired")


@pytest.mark.parametrize(
    ("host", "address", "via", "cause"),
    [
        ("init.test", "0.0.0.0", "", "dns.filtered"),
        ("init.test", "::", "", "dns.filtered"),
        ("prod-init.100ms.live", "127.0.0.1", "", "dns.filtered"),
        ("prod-init.100ms.live", "::1", "", "dns.filtered"),
        ("init.test", "127.0.0.1", "", "tcp.refused"),  # a backend of one's own may be here
        ("0.0.0.0", "0.0.0.0", "", "tcp.refused"),
        ("init.test", "0.0.0.0", "proxy.test:3128", "tcp.refused"),
        ("prod-init.100ms.live", "192.0.2.1", "", "tcp.refused"),
    ],
)
def test_an_address_that_only_a_filter_gives(host: str, address: str, via: str, cause: str) -> None:
    finding = judge_not_reached(replace(attempt(CONNECT, Kind.REFUSED, host=host, via=via), address=address))
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert (f"its name stands for {address} here" in finding.summary) == (cause == "dns.filtered")


def test_a_login_that_was_not_taken_is_to_be_corrected() -> None:
    wrong = judge_not_reached(attempt(PROXY, Kind.PROXY_AUTH, via="p:1", detail="407 No, the login was not taken"))
    assert action_of(wrong).startswith("Correct the user and the password")
    missing = judge_not_reached(attempt(PROXY, Kind.PROXY_AUTH, via="p:1", detail="407 No, no login was given"))
    assert action_of(missing).startswith("Put user and password")


def test_an_order_names_the_host_and_the_port_that_were_asked() -> None:
    finding = judge_not_reached(replace(attempt(CONNECT, Kind.SILENT), port=8443))
    assert "Allow TCP 8443 to init.test in the firewall" in action_of(finding)


@pytest.mark.parametrize("kind", [Kind.NXDOMAIN, Kind.NO_ADDRESS])
@pytest.mark.parametrize(
    ("host", "audience"),
    [
        ("prod-init.100ms.live", Audience.ADMINISTRATOR),
        ("auth.100ms.live", Audience.ADMINISTRATOR),
        ("prod-inti.100ms.live", Audience.APP_DEVELOPER),
        ("init.test", Audience.APP_DEVELOPER),
    ],
)
def test_who_wrote_the_name_down_checks_its_spelling(kind: Kind, host: str, audience: Audience) -> None:
    finding = judge_not_reached(attempt(RESOLVE, kind, host=host))
    assert isinstance(finding, Failed)
    assert finding.cause.audience is audience
