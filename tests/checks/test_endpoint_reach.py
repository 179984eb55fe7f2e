from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from net_lab import Authority, answer, closed_port, closing, mute, name_server, saying, trusting
from ws_servers import BRIEF, PATIENT, Handler, a_context, serving

from hms_doctor.checks.endpoint_reach import CHECK, Arrived, Observation, Stopped, diagnose
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned, code_of
from hms_doctor.model.network.server import CertificateFacts, EndpointUrl, NoTls, ServerTime, TlsFacts
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy, Nameserver, NoProxy, Settings
from hms_doctor.model.vantage import AS_AN_APP, Family, ProxyUse, TrustUse, Vantage
from hms_doctor.wire.connection.dial import DialFailed
from hms_doctor.wire.connection.public_view import Intercepted, NotCompared, PubliclyTrusted, PublicView
from hms_doctor.wire.http.reach import NotReached, Reached
from hms_doctor.wire.http.second_look import Insight

INIT = EndpointUrl(url="https://init.test", host="init.test", port=443)
OURS = EndpointUrl(url="https://prod-init.100ms.live", host="prod-init.100ms.live", port=443)
CERTIFICATE = CertificateFacts(issuer="Zscaler CA", subject="x", names=("init.test",), not_before=0, not_after=1e9)
REFUSED = Failure(operation=Operation.CONNECT, kind=Kind.REFUSED, detail="ECONNREFUSED")
MISSING = Failure(operation=Operation.RESOLVE, kind=Kind.NO_ADDRESS)


def arrived(
    public: PublicView,
    endpoint: EndpointUrl = INIT,
    platform: Platform = Platform.ANY,
    families: Mapping[Family, float | Failure] | None = None,
    *,
    via: str = "",
) -> Arrived:
    return Arrived(
        reached=Reached(endpoint=endpoint, vantage=AS_AN_APP, address="192.0.2.1", via=via),
        platform=platform,
        tls=TlsFacts(version="TLS 1.3", cipher="AES", trust="the system's store", ms=1.0, certificate=CERTIFICATE),
        steps={"tls_ms": 1.0},
        public=public,
        families=families or {},
    )


def stopped(failure: Failure, insight: Insight = Insight.NONE, via: str = "", **families: float | Failure) -> Stopped:
    failed = DialFailed(failure=failure, address="192.0.2.1", via=via, steps={"resolve_ms": 1.0})
    return Stopped(
        not_reached=NotReached(endpoint=INIT, failed=failed),
        insight=insight,
        families={Family(name): result for name, result in families.items()},
    )


def test_a_good_way_is_told_in_one_line() -> None:
    [finding] = diagnose(arrived(PubliclyTrusted(), families={Family.IPV4: 12.34, Family.IPV6: MISSING}))
    assert isinstance(finding, Passed)
    assert finding.summary == "192.0.2.1, TLS 1.3, no proxy"
    assert finding.evidence["public_roots"] == "vouch for it too"
    assert finding.evidence["ipv4"] == "12.3 ms"
    assert finding.evidence["ipv6"] == "the name has no address"
    assert finding.evidence["trust"] == "the system's store"
    assert finding.evidence["certificate_issuer"] == "Zscaler CA"


@pytest.mark.parametrize("via", ["", "proxy.test:3128"])
@pytest.mark.parametrize(
    ("took", "told"),
    [
        (1999.0, ""),
        (3000.0, "took 3.0 s: its DNS server is slow"),
        (5010.0, "took 5.0 s: a DNS server of this machine"),
    ],
)
def test_names_that_take_seconds_warn(via: str, took: float, told: str) -> None:
    findings = list(diagnose(replace(arrived(PubliclyTrusted(), via=via), steps={"resolve_ms": took})))
    assert any(isinstance(f, Warned) and f.cause.id == "dns.slow" for f in findings) is bool(told)
    if told:
        assert f"looking up {via or 'init.test'} {told}" in findings[0].summary


def test_a_proxy_and_a_missing_tls_are_told() -> None:
    [finding] = diagnose(replace(arrived(NotCompared(why="x"), via="proxy.test:3128"), tls=NoTls()))
    assert finding.summary == "192.0.2.1, no TLS, by the proxy proxy.test:3128"
    assert finding.evidence["public_roots"] == "not compared: x"


def test_a_family_that_fails_is_a_note_while_the_other_works() -> None:
    _, note = diagnose(arrived(PubliclyTrusted(), families={Family.IPV4: 1.0, Family.IPV6: REFUSED}))
    assert isinstance(note, Passed)
    assert note.summary.startswith("IPv6 does not get there (connection refused")


@pytest.mark.parametrize("platform", list(Platform))
@pytest.mark.parametrize(("endpoint", "words"), [(OURS, "is intercepted by Filter CA"), (INIT, "or the certificate")])
def test_an_issuer_that_only_this_machine_trusts(platform: Platform, endpoint: EndpointUrl, words: str) -> None:
    finding, passed = diagnose(arrived(Intercepted(issuer="Filter CA"), endpoint, platform))
    assert isinstance(passed, Passed)
    assert isinstance(finding, Warned | Failed)
    assert finding.cause.id == "tls.intercepted"
    assert words in finding.summary
    no_user_roots = platform in {Platform.ANDROID, Platform.FLUTTER, Platform.REACT_NATIVE}
    assert isinstance(finding, Failed) is no_user_roots
    assert code_of(finding, platform) == (2003 if no_user_roots else 0)


@pytest.mark.parametrize(
    ("observation", "cause"),
    [
        (stopped(REFUSED), "tcp.refused"),
        (stopped(replace(REFUSED, kind=Kind.UNREACHABLE), Insight.NAT64), "tcp.nat64_literal"),
        (stopped(replace(REFUSED, kind=Kind.NO_NETWORK), Insight.IPV6_ALONE), "tcp.nat64_literal"),
        (stopped(Failure(operation=Operation.TLS, kind=Kind.SILENT), Insight.PLAIN_HTTP), "tls.protocol"),
        (stopped(Failure(operation=Operation.TLS, kind=Kind.SILENT)), "tls.silent"),
        (stopped(Failure(operation=Operation.PROXY, kind=Kind.PROXY_AUTH)), "proxy.auth"),
    ],
)
def test_a_way_that_ends(observation: Stopped, cause: str) -> None:
    [finding] = diagnose(observation)
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert code_of(finding, Platform.ANY) == 2003


@pytest.mark.parametrize(
    ("operation", "kind", "again"),
    [
        (Operation.RESOLVE, Kind.SILENT, False),  # whoever looks names up has asked more than once
        (Operation.RESOLVE, Kind.NXDOMAIN, True),
        (Operation.CONNECT, Kind.SILENT, True),
        (Operation.HTTP, Kind.SILENT, False),
    ],
)
def test_what_is_worth_a_second_look(operation: Operation, kind: Kind, again: bool) -> None:
    assert CHECK.worth_repeating(stopped(Failure(operation=operation, kind=kind))) is again
    assert not CHECK.worth_repeating(arrived(PubliclyTrusted()))


@pytest.mark.parametrize("kind", [Kind.CUT_OFF, Kind.PROXY_LOGIN_FOREIGN, Kind.PROXY_UNUSABLE])
def test_what_is_ours_is_no_verdict_on_the_network(kind: Kind) -> None:
    [finding] = diagnose(stopped(Failure(operation=Operation.PROXY, kind=kind)))
    assert isinstance(finding, Undecided)


@pytest.mark.parametrize(
    ("observation", "experiments"),
    [
        (arrived(PubliclyTrusted()), []),
        (stopped(REFUSED), []),
        (stopped(REFUSED, via="p:1"), [Vantage(proxy=ProxyUse.DIRECT)]),
        (
            replace(stopped(MISSING), others_to_ask=("192.0.2.1", "192.0.2.2")),
            [Vantage(resolver="192.0.2.1"), Vantage(resolver="192.0.2.2")],
        ),
        (stopped(REFUSED, ipv4=REFUSED, ipv6=MISSING), []),
        (stopped(REFUSED, ipv4=REFUSED, ipv6=1.0), [Vantage(family=Family.IPV4), Vantage(family=Family.IPV6)]),
        (
            stopped(Failure(operation=Operation.TLS, kind=Kind.TLS_UNKNOWN_ISSUER)),
            [Vantage(trust=TrustUse.PUBLIC)],
        ),
    ],
)
def test_what_would_tell_more(observation: Observation, experiments: list[Vantage]) -> None:
    assert list(CHECK.experiments(observation)) == experiments


async def examined(
    settings: Settings, endpoint: EndpointUrl, seconds: float = PATIENT, vantage: Vantage = AS_AN_APP
) -> Snapshot:
    async with a_context(seconds, settings) as ctx:
        looking = replace(ctx, vantage=vantage)
        return [snapshot async for snapshot in CHECK.examine(looking, Facts([endpoint]))][-1]


def at(port: int, host: str = "127.0.0.1") -> EndpointUrl:
    return EndpointUrl(url=f"https://{host}:{port}", host=host, port=port)


def cause_of(finding: Finding) -> str:
    assert isinstance(finding, Failed | Warned), finding
    return finding.cause.id


async def test_the_connection_is_kept_for_init(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with serving(mute, authority.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts([at(port)]))]
        [reached] = snapshot.facts
        assert isinstance(reached, Reached)
        [spare] = reached.spare
        assert not spare.stream.writer.is_closing()
        assert list(snapshot.measurements) == ["resolve_ms", "connect_ms", "tls_ms"]
        assert not snapshot.worth_repeating
    assert spare.stream.writer.is_closing()


async def test_both_families_are_looked_at(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    records = {("init.test", "A"): ("127.0.0.1",), ("init.test", "AAAA"): ("::1",)}
    async with name_server(records) as dns_port, serving(mute, authority.server(("init.test",))) as port:
        settings = trusting(authority, resolver=Nameserver(host="127.0.0.1", port=dns_port))
        snapshot = await examined(settings, at(port, "init.test"))
        alone = await examined(settings, at(port, "init.test"), vantage=Vantage(family=Family.IPV6))
    assert "ms" in str(snapshot.findings[0].evidence["ipv4"])
    assert "IPv6 does not get there (connection refused" in snapshot.findings[1].summary
    assert cause_of(alone.findings[0]) == "tcp.refused"


async def test_a_refusal_on_both_families_names_the_experiments() -> None:
    records = {("init.test", "A"): ("127.0.0.1",), ("init.test", "AAAA"): ("::1",)}
    with closed_port() as port:
        async with name_server(records) as dns_port:
            settings = Settings(proxy=NoProxy(), resolver=Nameserver(host="127.0.0.1", port=dns_port))
            snapshot = await examined(settings, at(port, "init.test"))
    assert cause_of(snapshot.findings[0]) == "tcp.refused"
    assert snapshot.experiments == (Vantage(family=Family.IPV4), Vantage(family=Family.IPV6))
    assert snapshot.worth_repeating
    [not_reached] = snapshot.facts
    assert isinstance(not_reached, NotReached)


async def test_an_expired_certificate_brings_the_servers_clock(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    dated = saying(answer("200 OK", b"", "Date: Sat, 21 Nov 2026 18:22:10 GMT"))
    async with serving(dated, authority.server(ends=-1)) as port:
        snapshot = await examined(trusting(authority), at(port))
    assert cause_of(snapshot.findings[0]) == "tls.expired"
    assert "issued by test CA" in snapshot.findings[0].summary
    not_reached, time = snapshot.facts
    assert isinstance(not_reached, NotReached)
    assert isinstance(time, ServerTime)


@pytest.mark.parametrize(
    ("handler", "seconds", "cause"),
    [(closing, PATIENT, "tcp.closed"), (mute, BRIEF, "tls.silent")],
)
async def test_a_server_without_tls(handler: Handler, seconds: float, cause: str) -> None:
    async with serving(handler) as port:
        snapshot = await examined(Settings(proxy=NoProxy()), at(port), seconds)
    assert cause_of(snapshot.findings[0]) == cause


async def test_a_server_that_waits_for_plain_http_is_found_out() -> None:
    async with serving(saying(answer("404 Not Found"))) as port:
        snapshot = await examined(Settings(proxy=NoProxy()), at(port), BRIEF)
    assert cause_of(snapshot.findings[0]) == "tls.protocol"
    assert "answers HTTP in the clear" in snapshot.findings[0].summary


async def test_a_private_issuer_is_told_beside_a_working_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system trusts the issuer here by OpenSSL's own variable; the public roots do not."""
    from hms_doctor.wire.connection.tls import client_context

    authority = Authority(tmp_path, name="Filter CA")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca_file))
    client_context.cache_clear()
    records = {("init.test", "A"): ("127.0.0.1",)}
    async with name_server(records) as dns_port, serving(mute, authority.server(("init.test",))) as port:
        resolver = Nameserver(host="127.0.0.1", port=dns_port)
        on_any = await examined(Settings(proxy=NoProxy(), resolver=resolver), at(port, "init.test"))
        on_android = await examined(
            Settings(proxy=NoProxy(), resolver=resolver, platform=Platform.ANDROID), at(port, "init.test")
        )
    client_context.cache_clear()
    assert isinstance(on_any.findings[0], Warned)
    assert "Filter CA" in on_any.findings[0].summary
    assert isinstance(on_android.findings[0], Failed)
    assert isinstance(on_android.facts[0], Reached)


async def test_a_proxy_that_refuses(tmp_path: Path) -> None:
    async with serving(saying(b"HTTP/1.1 403 Filtered\r\n\r\n")) as port:
        fixed = FixedProxy(url=Secret(f"http://jane:hunter2@127.0.0.1:{port}"))
        snapshot = await examined(trusting(Authority(tmp_path), proxy=fixed), at(443, "init.test"))
    assert cause_of(snapshot.findings[0]) == "proxy.refused"
    assert "403 Filtered" in snapshot.findings[0].summary
    assert "hunter2" not in str(snapshot)
    assert snapshot.experiments == (Vantage(proxy=ProxyUse.DIRECT),)
