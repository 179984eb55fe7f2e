import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from net_lab import (
    Authority,
    ConnectProxy,
    closed_port,
    closing,
    mute,
    name_server,
    relay,
    resetting,
    saying,
    self_signed,
    trusting,
)
from ws_servers import BRIEF, PATIENT, Reader, Writer, a_context, serving

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.network.server import CertificateFacts, NoCertificate, NoTls, TlsFacts
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import CaFile, FixedProxy, Nameserver, NoProxy, Settings
from hms_doctor.model.vantage import Family, ProxyUse, TrustUse, Vantage
from hms_doctor.wire.connection.dial import (
    DialFailed,
    Dialled,
    Protocol,
    Target,
    dial,
    dial_each_family,
    dial_unverified,
)
from hms_doctor.wire.connection.stream import Forwarded


async def hello(_reader: Reader, writer: Writer) -> None:
    """Greet, then wait to be hung up on."""
    writer.write(b"hello")
    await writer.drain()
    await _reader.read()


def to(port: int, protocol: Protocol = "https", host: str = "127.0.0.1") -> Target:
    return Target(host=host, port=port, protocol=protocol)


@asynccontextmanager
async def dialling(settings: Settings, target: Target, seconds: float = PATIENT) -> AsyncIterator[Dialled]:
    async with a_context(seconds, settings) as ctx:
        dialled = await dial(ctx, target)
        assert isinstance(dialled, Dialled), dialled
        async with dialled.stream:
            yield dialled


async def failing(settings: Settings, target: Target, seconds: float = PATIENT) -> DialFailed:
    async with a_context(seconds, settings) as ctx:
        dialled = await dial(ctx, target)
    assert isinstance(dialled, DialFailed), dialled
    return dialled


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


async def test_tls_is_dialled_in_timed_steps(authority: Authority) -> None:
    async with serving(hello, authority.server()) as port, dialling(trusting(authority), to(port)) as dialled:
        assert await dialled.stream.reader.readexactly(5) == b"hello"
        assert dialled.address == "127.0.0.1"
        assert dialled.family is Family.IPV4
        assert dialled.via == ""
        assert list(dialled.steps) == ["resolve_ms", "connect_ms", "tls_ms"]
        assert isinstance(dialled.tls, TlsFacts)
        assert dialled.tls.version == "TLS 1.3"
        assert dialled.tls.cipher.startswith("TLS_")
        assert dialled.tls.trust == f"the file {authority.ca_file}"
        assert isinstance(dialled.tls.certificate, CertificateFacts)
        assert dialled.tls.certificate.issuer == "test CA, Test Works"
        assert set(dialled.tls.certificate.names) == {"127.0.0.1", "localhost"}
        assert dialled.tls.certificate.not_before < dialled.tls.certificate.not_after


@pytest.mark.parametrize("protocol", ["http", "ws", "turn"])
async def test_no_tls_where_none_is_spoken(protocol: Protocol) -> None:
    async with serving(hello) as port, dialling(Settings(proxy=NoProxy()), to(port, protocol)) as dialled:
        assert await dialled.stream.reader.readexactly(5) == b"hello"
        assert dialled.tls == NoTls()
        assert list(dialled.steps) == ["resolve_ms", "connect_ms"]


@pytest.mark.parametrize(("protocol", "alpn"), [("https", "http/1.1"), ("wss", "http/1.1"), ("turns", None)])
async def test_web_protocols_say_what_they_will_speak(authority: Authority, protocol: Protocol, alpn: str) -> None:
    server = authority.server()
    server.set_alpn_protocols(["h2", "http/1.1"])
    async with serving(hello, server) as port, dialling(trusting(authority), to(port, protocol)) as dialled:
        spoken = dialled.stream.writer.get_extra_info("ssl_object")
        assert isinstance(spoken, ssl.SSLObject)
        assert spoken.selected_alpn_protocol() == alpn


async def test_a_name_is_looked_up_and_told_to_tls(authority: Authority) -> None:
    records = {("a.test", "A"): ("127.0.0.1",), ("a.test", "AAAA"): ()}
    async with name_server(records) as dns_port, serving(hello, authority.server(("a.test",))) as port:
        settings = trusting(authority, resolver=Nameserver(host="127.0.0.1", port=dns_port))
        async with dialling(settings, to(port, host="a.test")) as dialled:
            assert dialled.address == "127.0.0.1"


async def test_the_vantage_chooses_the_port(authority: Authority) -> None:
    async with serving(hello, authority.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        dialled = await dial(replace(ctx, vantage=Vantage(port=port)), to(9))
        assert isinstance(dialled, Dialled)
        await dialled.stream.aclose()


async def test_an_unknown_name_fails_at_resolve() -> None:
    async with name_server({}) as port:
        resolver = Nameserver(host="127.0.0.1", port=port)
        failed = await failing(Settings(proxy=NoProxy(), resolver=resolver), to(443, host="a.test"))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.RESOLVE, Kind.NXDOMAIN)
    assert failed.steps == {}
    assert failed.address == ""


async def test_a_closed_port_fails_at_connect() -> None:
    with closed_port() as port:
        failed = await failing(Settings(proxy=NoProxy()), to(port))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.CONNECT, Kind.REFUSED)
    assert failed.address == "127.0.0.1"
    assert list(failed.steps) == ["resolve_ms"]
    assert failed.certificate == NoCertificate()


@pytest.mark.parametrize(
    ("names", "begins", "ends", "kind"),
    [
        (("127.0.0.1",), -10, -1, Kind.TLS_EXPIRED),
        (("127.0.0.1",), 1, 10, Kind.TLS_NOT_YET_VALID),
        (("elsewhere.test",), -10, 10, Kind.TLS_WRONG_NAME),
    ],
)
async def test_a_certificate_that_is_rejected_is_read(
    authority: Authority, names: tuple[str, ...], begins: int, ends: int, kind: Kind
) -> None:
    async with serving(mute, authority.server(names, begins, ends)) as port:
        failed = await failing(trusting(authority), to(port))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.TLS, kind)
    assert isinstance(failed.certificate, CertificateFacts)
    assert failed.certificate.issuer == "test CA, Test Works"
    assert failed.certificate.names == names
    assert list(failed.steps) == ["resolve_ms", "connect_ms"]


async def test_an_issuer_that_nobody_knows(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, name="Filter Root")
    async with serving(mute, stranger.server()) as port:
        failed = await failing(trusting(authority), to(port))
    assert failed.failure.kind is Kind.TLS_UNKNOWN_ISSUER
    assert isinstance(failed.certificate, CertificateFacts)
    assert failed.certificate.issuer == "Filter Root, Test Works"


async def test_a_certificate_signed_by_itself(authority: Authority, tmp_path: Path) -> None:
    async with serving(mute, self_signed(tmp_path)) as port:
        failed = await failing(trusting(authority), to(port))
    assert failed.failure.kind is Kind.TLS_SELF_SIGNED


async def test_public_roots_alone_do_not_know_our_authority(authority: Authority) -> None:
    async with serving(mute, authority.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        failed = await dial(replace(ctx, vantage=Vantage(trust=TrustUse.PUBLIC)), to(port))
    assert isinstance(failed, DialFailed)
    assert failed.failure.kind is Kind.TLS_UNKNOWN_ISSUER


async def test_a_server_that_speaks_http_in_the_clear(authority: Authority) -> None:
    async def refuse(reader: Reader, writer: Writer) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async with serving(refuse) as port:
        failed = await failing(trusting(authority), to(port))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.TLS, Kind.TLS_PROTOCOL)


@pytest.mark.parametrize(("handler", "kind"), [(resetting, Kind.RESET), (closing, Kind.CLOSED)])
async def test_a_connection_that_ends_in_the_handshake(authority: Authority, handler: object, kind: Kind) -> None:
    assert callable(handler)
    async with serving(handler) as port:
        failed = await failing(trusting(authority), to(port))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.TLS, kind)


async def test_a_handshake_that_is_left_unanswered(authority: Authority) -> None:
    async with serving(mute) as port:
        failed = await failing(trusting(authority), to(port), BRIEF)
    assert (failed.failure.operation, failed.failure.kind) == (Operation.TLS, Kind.SILENT)


async def test_a_look_that_is_called_off_leaves_nothing_open(authority: Authority) -> None:
    hung_up = asyncio.Event()

    async def listen(reader: Reader, _writer: Writer) -> None:
        began.set()
        await reader.read()
        hung_up.set()

    began = asyncio.Event()
    async with serving(listen) as port, a_context(PATIENT, trusting(authority)) as ctx:
        look = asyncio.ensure_future(dial(ctx, to(port)))
        await began.wait()
        look.cancel()
        await asyncio.gather(look, return_exceptions=True)
        await asyncio.wait_for(hung_up.wait(), 5)
    assert look.cancelled()


async def test_a_server_that_shows_its_bad_certificate_only_once(authority: Authority) -> None:
    count = 0

    async def front(reader: Reader, writer: Writer) -> None:
        nonlocal count
        count += 1
        if count == 1:
            await relay(reader, writer, "127.0.0.1", port)

    async with serving(mute, authority.server(ends=-1)) as port, serving(front) as front_port:
        failed = await failing(trusting(authority), to(front_port))
    assert failed.failure.kind is Kind.TLS_EXPIRED
    assert failed.certificate == NoCertificate(reason="a second look at it failed")


async def test_versions_that_have_nothing_in_common(authority: Authority) -> None:
    old = authority.server()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    old.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    young = trusting(authority)
    async with serving(mute, old) as port, dialling(young, to(port)) as dialled:
        assert isinstance(dialled.tls, TlsFacts)
        assert dialled.tls.version == "TLS 1.2"


async def test_a_ca_file_that_is_none() -> None:
    settings = Settings(proxy=NoProxy(), trust=CaFile(path="/nowhere/ca.pem"))
    async with serving(mute) as port:
        failed = await failing(settings, to(port))
    assert failed.failure.kind is Kind.OTHER
    assert "trusted certificates cannot be read" in failed.failure.detail


async def test_an_unverified_look_reads_and_sends_nothing(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, name="Stranger")
    received: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(reader: Reader, _writer: Writer) -> None:
        received.put_nowait(await reader.read())

    async with serving(listen, stranger.server()) as port, a_context(PATIENT, trusting(authority)) as ctx:
        dialled = await dial_unverified(ctx, to(port))
        assert isinstance(dialled, Dialled)
        await dialled.stream.aclose()
        assert isinstance(dialled.tls, TlsFacts)
        assert isinstance(dialled.tls.certificate, CertificateFacts)
        await failing(trusting(authority), to(port))
        assert await received.get() + await received.get() == b""


# Each family


async def families(ctx: Context, target: Target) -> Mapping[Family, float | Failure]:
    return await dial_each_family(ctx, target)


async def test_each_family_is_tried_alone() -> None:
    records = {("a.test", "A"): ("127.0.0.1",), ("a.test", "AAAA"): ("::1",)}
    async with name_server(records) as dns_port, serving(mute) as port:
        settings = Settings(proxy=NoProxy(), resolver=Nameserver(host="127.0.0.1", port=dns_port))
        async with a_context(PATIENT, settings) as ctx:
            results = await families(ctx, to(port, host="a.test"))
    assert isinstance(results[Family.IPV4], float)
    refused = results[Family.IPV6]
    assert isinstance(refused, Failure)
    assert (refused.operation, refused.kind) == (Operation.CONNECT, Kind.REFUSED)


async def test_a_family_without_address_is_told_as_missing() -> None:
    records = {("a.test", "A"): ("127.0.0.1",), ("a.test", "AAAA"): ()}
    async with name_server(records) as dns_port, serving(mute) as port:
        settings = Settings(proxy=NoProxy(), resolver=Nameserver(host="127.0.0.1", port=dns_port))
        async with a_context(PATIENT, settings) as ctx:
            results = await families(ctx, to(port, host="a.test"))
            nothing = await families(ctx, to(port, host="unknown.test"))
    missing = results[Family.IPV6]
    assert isinstance(missing, Failure)
    assert missing.operation is Operation.RESOLVE
    assert nothing == {}


async def test_families_are_not_tried_past_a_proxy() -> None:
    settings = Settings(proxy=FixedProxy(url=Secret("http://proxy.test:3128")))
    async with a_context(PATIENT, settings) as ctx:
        assert await families(ctx, to(443, host="a.test")) == {}


# A proxy never stands before loopback, so targets have names here, for which the test's proxy goes to loopback.


async def test_tls_goes_through_a_tunnel_and_the_proxy_looks_the_name_up(authority: Authority) -> None:
    proxy = ConnectProxy()
    async with serving(hello, authority.server(("init.test",))) as port, serving(proxy) as proxy_port:
        fixed = FixedProxy(url=Secret(f"http://jane:hunter2@127.0.0.1:{proxy_port}"))
        async with dialling(trusting(authority, proxy=fixed), to(port, host="init.test")) as dialled:
            assert await dialled.stream.reader.readexactly(5) == b"hello"
            assert dialled.via == f"127.0.0.1:{proxy_port}"
            assert list(dialled.steps) == ["resolve_ms", "connect_ms", "proxy_ms", "tls_ms"]
            assert "hunter2" not in repr(dialled)
    [head] = proxy.heads
    assert head.startswith(f"CONNECT init.test:{port} HTTP/1.1\r\nHost: init.test:{port}\r\n")
    assert head.endswith("Proxy-Authorization: Basic amFuZTpodW50ZXIy\r\n\r\n")


@pytest.mark.parametrize("protocol", ["ws", "turn"])
async def test_what_is_not_http_is_tunnelled_in_the_clear_too(protocol: Protocol) -> None:
    proxy = ConnectProxy()
    async with serving(hello) as port, serving(proxy) as proxy_port:
        settings = Settings(proxy=FixedProxy(url=Secret(f"http://127.0.0.1:{proxy_port}")))
        async with dialling(settings, to(port, protocol, "turn.test")) as dialled:
            assert await dialled.stream.reader.readexactly(5) == b"hello"
    assert proxy.heads[0].startswith(f"CONNECT turn.test:{port} ")


async def test_plain_http_is_left_to_the_proxy_to_forward() -> None:
    proxy = ConnectProxy()
    async with serving(proxy) as proxy_port:
        settings = Settings(proxy=FixedProxy(url=Secret(f"http://jane:hunter2@127.0.0.1:{proxy_port}")))
        async with dialling(settings, to(80, "http", "portal.test")) as dialled:
            assert isinstance(dialled.stream.manner, Forwarded)
            assert dialled.stream.manner.authorization.reveal() == "Basic amFuZTpodW50ZXIy"
            assert "hunter2" not in repr(dialled.stream.manner)
    assert proxy.heads == []


async def test_a_proxy_that_is_not_there() -> None:
    with closed_port() as port:
        settings = Settings(proxy=FixedProxy(url=Secret(f"http://127.0.0.1:{port}")))
        failed = await failing(settings, to(443, host="init.test"))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.PROXY, Kind.REFUSED)
    assert failed.via == f"127.0.0.1:{port}"


async def test_a_proxy_whose_name_is_unknown() -> None:
    async with name_server({}) as port:
        fixed = FixedProxy(url=Secret("http://proxy.test:3128"))
        settings = Settings(proxy=fixed, resolver=Nameserver(host="127.0.0.1", port=port))
        failed = await failing(settings, to(443, host="init.test"))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.PROXY, Kind.NXDOMAIN)


async def test_a_proxy_that_cannot_be_used() -> None:
    failed = await failing(Settings(proxy=FixedProxy(url=Secret("quic://u:hunter2@p.test"))), to(443, host="init.test"))
    assert failed.failure.kind is Kind.PROXY_UNUSABLE
    assert "hunter2" not in repr(failed)


async def test_a_refused_tunnel_is_told_with_its_status() -> None:
    async with serving(saying(b"HTTP/1.1 403 Filtered\r\n\r\n")) as port:
        settings = Settings(proxy=FixedProxy(url=Secret(f"http://127.0.0.1:{port}")))
        failed = await failing(settings, to(443, host="init.test"))
    assert failed.failure == Failure(operation=Operation.PROXY, kind=Kind.PROXY_REFUSED, detail="403 Filtered")
    assert list(failed.steps) == ["resolve_ms", "connect_ms", "proxy_ms"]


async def test_the_vantage_goes_past_the_proxy(authority: Authority) -> None:
    records = {("init.test", "A"): ("127.0.0.1",)}
    async with name_server(records) as dns_port, serving(hello, authority.server(("init.test",))) as port:
        fixed = FixedProxy(url=Secret("http://nowhere.test:3128"))
        settings = trusting(authority, proxy=fixed, resolver=Nameserver(host="127.0.0.1", port=dns_port))
        async with a_context(PATIENT, settings) as ctx:
            direct = replace(ctx, vantage=Vantage(proxy=ProxyUse.DIRECT))
            dialled = await dial(direct, to(port, host="init.test"))
            assert isinstance(dialled, Dialled)
            assert dialled.via == ""
            await dialled.stream.aclose()


async def test_an_https_proxy_has_tls_around_the_tunnel(authority: Authority) -> None:
    proxy = ConnectProxy()
    origin, around = authority.server(("init.test",)), authority.server()
    async with serving(hello, origin) as port, serving(proxy, around) as proxy_port:
        fixed = FixedProxy(url=Secret(f"https://127.0.0.1:{proxy_port}"))
        async with dialling(trusting(authority, proxy=fixed), to(port, host="init.test")) as dialled:
            assert await dialled.stream.reader.readexactly(5) == b"hello"
            assert isinstance(dialled.tls, TlsFacts)
            assert isinstance(dialled.tls.certificate, CertificateFacts)
            assert dialled.tls.certificate.names == ("init.test",)


async def test_an_https_proxy_that_nobody_trusts(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, name="stranger")
    async with serving(ConnectProxy(), stranger.server()) as proxy_port:
        fixed = FixedProxy(url=Secret(f"https://127.0.0.1:{proxy_port}"))
        failed = await failing(trusting(authority, proxy=fixed), to(443, host="init.test"))
    assert (failed.failure.operation, failed.failure.kind) == (Operation.PROXY, Kind.TLS_UNKNOWN_ISSUER)
