import asyncio
from collections.abc import Callable

import pytest
from net_lab import closing, mute, relay, resetting, saying
from ws_servers import BRIEF, Reader, Writer, a_context, read_head, serving

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.settings import NoProxy, Settings
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.connection.proxy import Proxy, parse_proxy
from hms_doctor.wire.connection.stream import Stream
from hms_doctor.wire.connection.tunnel import tunnel

Handle = Callable[[Reader, Writer], object]


async def asked(
    port: int, url: str = "http://proxy.test", host: str = "init.test", to: int = 443, seconds: float = 5.0
) -> str | Failure:
    """Ask for a tunnel and give what the far end greets with, or the failure."""
    proxy = parse_proxy(url)
    assert isinstance(proxy, Proxy)
    async with a_context(BRIEF, Settings(proxy=NoProxy())) as ctx:
        dialled = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="turn"))
        assert isinstance(dialled, Dialled)
        async with dialled.stream:
            through = await tunnel(dialled.stream, proxy, host, to, seconds)
            if isinstance(through, Stream):
                return (await through.reader.read(100)).decode()
            assert through.operation is Operation.PROXY
            return through


def failed(answer: str | Failure) -> Failure:
    assert isinstance(answer, Failure), answer
    return answer


@pytest.mark.parametrize("status", ["200 Connection established", "200", "299 Odd"])
async def test_a_tunnel_is_open_after_a_2xx(status: str) -> None:
    async with serving(saying(f"HTTP/1.1 {status}\r\nVia: x\r\n\r\nhello".encode())) as port:
        assert await asked(port) == "hello"


async def test_an_ipv6_target_stands_in_brackets() -> None:
    heads: list[str] = []

    async def proxy(reader: Reader, writer: Writer) -> None:
        heads.append(await read_head(reader))
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n")

    async with serving(proxy) as port:
        await asked(port, host="2001:db8::1", to=3478)
    assert heads == ["CONNECT [2001:db8::1]:3478 HTTP/1.1\r\nHost: [2001:db8::1]:3478\r\n\r\n"]


@pytest.mark.parametrize(
    ("answer", "url", "kind", "detail"),
    [
        ("403 Filtered", "http://p", Kind.PROXY_REFUSED, "403 Filtered"),
        ("404 Not Found", "http://p", Kind.PROXY_REFUSED, "404 Not Found"),
        ("302 Found", "http://p", Kind.PROXY_REFUSED, "302 Found"),
        ("502 Bad Gateway", "http://p", Kind.PROXY_UPSTREAM, "502 Bad Gateway"),
        ("503", "http://p", Kind.PROXY_UPSTREAM, "503"),
        ("504 Gateway Timeout", "http://p", Kind.PROXY_UPSTREAM, "504 Gateway Timeout"),
        ("401 Unauthorized", "http://u:p@p", Kind.PROXY_AUTH, "401 Unauthorized, the login was not taken"),
        ("407 Who", "http://p", Kind.PROXY_AUTH, "407 Who, no login was given"),
        ("407 Who\r\nProxy-Authenticate: Basic realm=x", "http://u:p@p", Kind.PROXY_AUTH, "407 Who, the login was not"),
        (
            "407 Who\r\nProxy-Authenticate: Negotiate\r\nproxy-authenticate: NTLM",
            "http://u:p@p",
            Kind.PROXY_LOGIN_FOREIGN,
            "negotiate, ntlm",
        ),
        (
            "407 Who\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: Basic realm=x",
            "http://p",
            Kind.PROXY_AUTH,
            "no login",
        ),
    ],
)
async def test_why_a_proxy_says_no(answer: str, url: str, kind: Kind, detail: str) -> None:
    async with serving(saying(f"HTTP/1.1 {answer}\r\n\r\n".encode())) as port:
        failure = failed(await asked(port, url))
    assert failure.kind is kind
    assert detail in failure.detail


@pytest.mark.parametrize(
    "raw",
    [b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"HTTP/1.1 two hundred\r\n\r\n", b"\r\n\r\n", b"HTTP/1.1 " + b"9" * 70000],
)
async def test_what_is_no_http_proxy(raw: bytes) -> None:
    async with serving(saying(raw)) as port:
        assert failed(await asked(port)).kind is Kind.PROXY_PROTOCOL


@pytest.mark.parametrize(
    ("handler", "kind"),
    [(mute, Kind.SILENT), (resetting, Kind.RESET), (closing, Kind.CLOSED)],
    ids=["mute", "resetting", "closing"],
)
async def test_a_proxy_that_does_not_answer(handler: Handle, kind: Kind) -> None:
    async with serving(handler) as port:  # type: ignore[arg-type]
        assert failed(await asked(port, seconds=1.05)).kind is kind


# SOCKS 5


def socks(reply: int = 0, *, method: int = 0, login: int = 0, asked_for: list[bytes] | None = None) -> Handle:
    """Speak SOCKS 5 as a server: choose a method, judge the login, give the reply, then greet or relay."""

    async def handler(reader: Reader, writer: Writer) -> None:
        seen = [] if asked_for is None else asked_for
        _, count = await reader.readexactly(2)
        seen.append(await reader.readexactly(count))
        writer.write(bytes([5, method]))
        if method == 2:
            _, length = await reader.readexactly(2)
            user = await reader.readexactly(length)
            [length] = await reader.readexactly(1)
            seen.append(user + b":" + await reader.readexactly(length))
            writer.write(bytes([1, login]))
        head = await reader.readexactly(4)
        length = {1: 4, 4: 16}.get(head[3]) or (await reader.readexactly(1))[0]
        seen.append(head[3:] + await reader.readexactly(length + 2))
        bound = b"\x03\x04here\x00\x00" if head[3] == 3 else b"\x01\x00\x00\x00\x00\x00\x00"
        writer.write(bytes([5, reply, 0]) + bound)
        if not reply:
            writer.write(b"hello")
        await writer.drain()
        await reader.read()

    return handler


async def test_socks_passes_the_name_on() -> None:
    seen: list[bytes] = []
    async with serving(socks(asked_for=seen)) as port:  # type: ignore[arg-type]
        assert await asked(port, "socks5://p") == "hello"
    assert seen == [b"\x00", b"\x03init.test\x01\xbb"]


@pytest.mark.parametrize(
    ("host", "sent"),
    [
        ("192.0.2.1", b"\x01\xc0\x00\x02\x01\x01\xbb"),
        ("2001:db8::1", b"\x04\x20\x01\x0d\xb8" + b"\x00" * 11 + b"\x01\x01\xbb"),
        ("müller.test", b"\x03xn--mller-kva.test\x01\xbb"),
    ],
)
async def test_socks_addresses(host: str, sent: bytes) -> None:
    seen: list[bytes] = []
    async with serving(socks(asked_for=seen)) as port:  # type: ignore[arg-type]
        assert await asked(port, "socks5h://p", host) == "hello"
    assert seen[-1] == sent


async def test_socks_logs_in() -> None:
    seen: list[bytes] = []
    async with serving(socks(method=2, asked_for=seen)) as port:  # type: ignore[arg-type]
        assert await asked(port, "socks5://jane:s3cret@p") == "hello"
    assert seen[:2] == [b"\x00\x02", b"jane:s3cret"]


@pytest.mark.parametrize(
    ("server", "url", "kind", "detail"),
    [
        (socks(method=0xFF), "socks5://p", Kind.PROXY_AUTH, "no login was given"),
        (socks(method=0xFF), "socks5://u:p@p", Kind.PROXY_AUTH, "the login was not wanted"),
        (socks(method=2, login=1), "socks5://u:p@p", Kind.PROXY_AUTH, "the login was not taken"),
        (socks(1), "socks5://p", Kind.PROXY_UPSTREAM, "SOCKS reply 1, general failure"),
        (socks(2), "socks5://p", Kind.PROXY_REFUSED, "SOCKS reply 2, not allowed"),
        (socks(5), "socks5://p", Kind.PROXY_UPSTREAM, "SOCKS reply 5, connection refused"),
        (socks(99), "socks5://p", Kind.PROXY_REFUSED, "SOCKS reply 99, refused"),
    ],
)
async def test_why_socks_says_no(server: Handle, url: str, kind: Kind, detail: str) -> None:
    async with serving(server) as port:  # type: ignore[arg-type]
        failure = failed(await asked(port, url))
    assert failure.kind is kind
    assert detail in failure.detail


@pytest.mark.parametrize("answers", [[b"HT"], [b"\x05\x00", b"HTTP/1.1 400"]])
async def test_what_is_no_socks_proxy(answers: list[bytes]) -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        for answer in answers:
            await reader.read(100)
            writer.write(answer)
        await reader.read()

    async with serving(handler) as port:
        assert failed(await asked(port, "socks5://p")) == Failure(
            operation=Operation.PROXY, kind=Kind.PROXY_PROTOCOL, detail="not SOCKS 5"
        )


async def test_a_relay_carries_both_ways() -> None:
    """The lab's own relay, on which the tests of tunnels stand."""

    async def echo(reader: Reader, writer: Writer) -> None:
        while data := await reader.read(100):
            writer.write(data)

    async def forward(reader: Reader, writer: Writer) -> None:
        await relay(reader, writer, "127.0.0.1", port)

    async with serving(echo) as port, serving(forward) as front:
        reader, writer = await asyncio.open_connection("127.0.0.1", front)
        writer.write(b"ping")
        assert await reader.readexactly(4) == b"ping"
        writer.transport.abort()
        await asyncio.sleep(0)
