from dataclasses import replace
from pathlib import Path

import pytest
from net_lab import Authority, answer, closed_port, closing, mute, name_server, saying, self_signed, trusting
from ws_servers import HURRIED, PATIENT, TOKEN, Handler, Reader, Writer, a_context, read_head, serving

from hms_doctor.model.network.server import NoServerTime, ServerTime
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy, Nameserver, NoProxy, Settings, SystemTrust
from hms_doctor.model.vantage import TrustUse, Vantage
from hms_doctor.wire.connection.dial import Target
from hms_doctor.wire.connection.public_view import Intercepted, NotCompared, PubliclyTrusted, public_view
from hms_doctor.wire.connection.tls import client_context
from hms_doctor.wire.http.second_look import behind_nat64, speaks_plain_http, time_behind_bad_certificate

DATED = answer("404 Not Found", b"", "Date: Sat, 21 Nov 2026 18:22:10 GMT")


def to(port: int, host: str = "127.0.0.1") -> Target:
    return Target(host=host, port=port, protocol="https")


async def test_the_clock_behind_an_expired_certificate_is_read_without_a_token(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    heads: list[str] = []

    async def server(reader: Reader, writer: Writer) -> None:
        heads.append(await read_head(reader))
        writer.write(DATED)
        await reader.read()

    async with serving(server, authority.server(ends=-1)) as port, a_context(PATIENT, trusting(authority)) as ctx:
        told = await time_behind_bad_certificate(ctx, to(port))
    assert isinstance(told, ServerTime)
    assert (told.server, told.source) == (1795285330.5, "127.0.0.1")
    assert heads[0].startswith("HEAD / HTTP/1.1\r\n")
    assert "Authorization" not in heads[0]
    assert TOKEN.reveal() not in heads[0]


@pytest.mark.parametrize("handler", [mute, closing, saying(answer("200 OK"))])
async def test_a_server_that_tells_no_time(tmp_path: Path, handler: Handler) -> None:
    authority = Authority(tmp_path)
    async with serving(handler, authority.server(ends=-1)) as port, a_context(HURRIED, trusting(authority)) as ctx:
        assert await time_behind_bad_certificate(ctx, to(port)) == NoServerTime()


async def test_a_server_that_is_gone_tells_no_time() -> None:
    with closed_port() as port:
        async with a_context(PATIENT) as ctx:
            assert await time_behind_bad_certificate(ctx, to(port)) == NoServerTime()
            assert not await speaks_plain_http(ctx, to(port))


async def test_http_in_the_clear_is_told_from_silence() -> None:
    async with serving(saying(answer("400 Bad Request"))) as port, a_context(PATIENT) as ctx:
        assert await speaks_plain_http(ctx, to(port))
    async with serving(mute) as port, a_context(HURRIED) as ctx:
        assert not await speaks_plain_http(ctx, to(port))


@pytest.mark.parametrize(
    ("records", "host", "expected"),
    [
        ({("ipv4only.arpa", "AAAA"): ("64:ff9b::c000:aa",)}, "192.0.2.1", True),
        ({("ipv4only.arpa", "A"): ("192.0.0.170",), ("ipv4only.arpa", "AAAA"): ()}, "192.0.2.1", False),
        ({}, "192.0.2.1", False),
        ({("ipv4only.arpa", "AAAA"): ("64:ff9b::c000:aa",)}, "2001:db8::1", False),
        ({("ipv4only.arpa", "AAAA"): ("64:ff9b::c000:aa",)}, "init.test", False),
    ],
)
async def test_nat64_shows_itself_in_the_names(
    records: dict[tuple[str, str], tuple[str, ...]], host: str, expected: bool
) -> None:
    async with name_server(records) as port, a_context(PATIENT) as ctx:
        settings = Settings(proxy=NoProxy(), resolver=Nameserver(host="127.0.0.1", port=port))
        assert await behind_nat64(replace(ctx, settings=settings), host) is expected


# Who vouches: asked of names, since loopback is never asked.


async def viewed(server: Authority, settings: Settings, vantage: Vantage | None = None) -> object:
    records = {("init.test", "A"): ("127.0.0.1",)}
    async with name_server(records) as dns_port, serving(mute, server.server(("init.test",))) as port:
        settings = replace(settings, resolver=Nameserver(host="127.0.0.1", port=dns_port))
        async with a_context(PATIENT, settings) as ctx:
            view = await public_view(replace(ctx, vantage=vantage or ctx.vantage), to(port, "init.test"))
    return view


async def test_a_private_issuer_is_told(tmp_path: Path) -> None:
    view = await viewed(Authority(tmp_path, name="Filter CA"), Settings(proxy=NoProxy()))
    assert view == Intercepted(issuer="Filter CA, Test Works")


async def test_a_certificate_that_the_public_roots_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import certifi

    authority = Authority(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(authority.ca_file))
    client_context.cache_clear()
    assert await viewed(authority, Settings(proxy=NoProxy())) == PubliclyTrusted()
    client_context.cache_clear()


async def test_who_gave_a_ca_file_wants_no_comparison(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    assert isinstance(await viewed(authority, trusting(authority)), NotCompared)


async def test_loopback_and_public_looks_are_not_compared(tmp_path: Path) -> None:
    assert isinstance(
        await viewed(Authority(tmp_path), Settings(proxy=NoProxy()), Vantage(trust=TrustUse.PUBLIC)),
        NotCompared,
    )
    async with a_context(PATIENT, Settings(proxy=NoProxy(), trust=SystemTrust())) as ctx:
        assert isinstance(await public_view(ctx, to(9, "localhost")), NotCompared)


async def test_a_failure_that_says_nothing_of_the_issuer_is_no_comparison() -> None:
    settings = Settings(proxy=FixedProxy(url=Secret("quic://p.test")))
    async with a_context(PATIENT, settings) as ctx:
        view = await public_view(ctx, to(443, "init.test"))
    assert isinstance(view, NotCompared)
    assert "cannot use the proxy" in view.why


async def test_a_certificate_that_nobody_else_signed(tmp_path: Path) -> None:
    records = {("localhost.test", "A"): ("127.0.0.1",)}
    async with name_server(records) as dns_port, serving(mute, self_signed(tmp_path)) as port:
        settings = Settings(proxy=NoProxy(), resolver=Nameserver(host="127.0.0.1", port=dns_port))
        async with a_context(PATIENT, settings) as ctx:
            assert isinstance(await public_view(ctx, to(port, "localhost.test")), Intercepted)
