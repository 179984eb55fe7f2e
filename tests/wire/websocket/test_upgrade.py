import asyncio
import logging

import pytest
from ws_servers import BRIEF, TOKEN, Handler, Reader, Writer, a_context, accept, frame, read_head, serving

from hms_doctor.model.failure import Kind
from hms_doctor.model.signalling.websocket import (
    BadUrl,
    HandshakeLost,
    HandshakeSilent,
    NotWebsocket,
    Unopened,
    UpgradeRefused,
)
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.websocket.open_websocket import Text, Websocket
from hms_doctor.wire.websocket.upgrade import LARGEST_HEAD, WebsocketUrl, upgrade, websocket_url


async def ask(handler: Handler, seconds: float = 8.0) -> Websocket | Unopened:
    """Dial a server with this handler and ask for the upgrade; what is open is closed again."""
    async with serving(handler) as port, a_context(seconds) as ctx:
        url = websocket_url(f"ws://127.0.0.1:{port}/v2/ws?a=1", {"token": TOKEN.reveal()})
        dialled = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="ws"))
        assert isinstance(url, WebsocketUrl)
        assert isinstance(dialled, Dialled)
        try:
            opened = await upgrade(dialled.stream, url, ctx.patience())
            if isinstance(opened, Websocket):
                await opened.aclose()
            return opened
        finally:
            await dialled.stream.aclose()


def says(answer: bytes) -> Handler:
    async def handler(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(answer)
        await writer.drain()
        writer.write_eof()
        await reader.read()

    return handler


async def test_the_request_is_that_of_the_sdk() -> None:
    heads: list[str] = []

    async def handler(reader: Reader, writer: Writer) -> None:
        heads.append(await accept(reader, writer))
        await reader.read()

    assert isinstance(await ask(handler), Websocket)
    line, *headers = heads[0].split("\r\n")
    names = {header.split(":")[0] for header in headers if header}
    assert line == f"GET /v2/ws?a=1&token={TOKEN.reveal()} HTTP/1.1"
    assert "Sec-WebSocket-Protocol" not in names
    assert "Authorization" not in names
    assert any(header.startswith("User-Agent: hms-doctor/") for header in headers)


async def test_frames_that_come_with_the_handshake_are_not_lost() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer, frame("at once"))
        await reader.read()

    async with serving(handler) as port, a_context() as ctx:
        url = websocket_url(f"ws://127.0.0.1:{port}/", {})
        dialled = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="ws"))
        assert isinstance(url, WebsocketUrl)
        assert isinstance(dialled, Dialled)
        opened = await upgrade(dialled.stream, url, ctx.patience())
        assert isinstance(opened, Websocket)
        async with opened:
            assert await opened.receive(1.0) == Text(text="at once")


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nno", 403, "no"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>\xff</html>", 200, "<html>\ufffd</html>"),
        (b"HTTP/1.0 426 Upgrade Required\r\n\r\n", 426, ""),
        (b"HTTP/1.1 503\r\n\r\n", 503, ""),
        (b"HTTP/1.1 301 Moved\r\nLocation: https://elsewhere\r\n\r\n", 301, ""),
    ],
)
async def test_a_refusal_keeps_status_and_body(answer: bytes, status: int, body: str) -> None:
    refused = await ask(says(answer))
    assert isinstance(refused, UpgradeRefused)
    assert (refused.status, refused.body) == (status, body)


async def test_of_a_refusal_only_the_head_is_kept() -> None:
    headers = b"".join(b"X-%d: %s\r\n" % (number, b"v" * 900) for number in range(60))
    refused = await ask(says(b"HTTP/1.1 401 " + b"r" * 900 + b"\r\n" + headers + b"\r\n" + b"b" * 9000))
    assert isinstance(refused, UpgradeRefused)
    assert (len(refused.reason), len(refused.headers), len(refused.body)) == (200, 24, 200)
    assert all(len(value) <= 200 for value in refused.headers.values())


async def test_a_body_that_never_ends_does_not_hold_up_the_status() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 5000\r\n\r\nbegun")
        await reader.read()

    refused = await ask(handler)
    assert isinstance(refused, UpgradeRefused)
    assert refused.body == "begun"


ACCEPTED = b"HTTP/1.1 101 Switching Protocols\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x16\x03\x01\x00",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 ABC OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbroken",
        ACCEPTED + b"\r\n",
        ACCEPTED + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        ACCEPTED + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
        ACCEPTED + b"no colon\r\n\r\n",
        ACCEPTED + b"".join(b"X: y\r\n" for _ in range(300)) + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (LARGEST_HEAD + 1),
    ],
)
async def test_what_is_no_handshake_is_said_to_be_none(answer: bytes) -> None:
    assert isinstance(await ask(says(answer)), NotWebsocket)


async def test_an_end_before_the_answer() -> None:
    lost = await ask(says(b""))
    assert isinstance(lost, HandshakeLost)
    assert lost.failure.kind is Kind.CLOSED


async def test_a_reset_at_the_upgrade() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.transport.abort()

    lost = await ask(handler)
    assert isinstance(lost, HandshakeLost)


async def silent(reader: Reader, _writer: Writer) -> None:
    await read_head(reader)
    await reader.read()


async def slow_loris(reader: Reader, writer: Writer) -> None:
    await read_head(reader)
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(("handler", "begun"), [(silent, False), (slow_loris, True)])
async def test_silence_at_the_upgrade(handler: Handler, begun: bool) -> None:
    quiet = await ask(handler, seconds=BRIEF)
    assert isinstance(quiet, HandshakeSilent)
    assert quiet.begun is begun
    assert quiet.failure.kind is Kind.SILENT


async def test_nothing_of_the_token_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer)
        await reader.read()

    with caplog.at_level(logging.DEBUG):
        opened = await ask(handler)
    refused = await ask(says(b"HTTP/1.1 401 no\r\n\r\n"))
    shown = caplog.text + repr(opened) + repr(refused)
    assert not any(part in shown for part in TOKEN.reveal().split("."))
    assert "websockets" not in {record.name.split(".")[0] for record in caplog.records}


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("wss://prod-in2.100ms.live/v2/ws", "prod-in2.100ms.live", 443, "/v2/ws"),
        ("WS://Example.org", "example.org", 80, ""),
        ("wss://[::1]:8443/ws", "::1", 8443, "/ws"),
        ("wss://user:pass@example.org/ws", "example.org", 443, "/ws"),
    ],
)
def test_a_url_is_taken_apart(url: str, host: str, port: int, path: str) -> None:
    parts = websocket_url(url, {"token": "t"})
    assert isinstance(parts, WebsocketUrl)
    assert (parts.host, parts.port, parts.path) == (host, port, path)
    assert parts.secure == url.lower().startswith("wss")


def test_an_existing_query_is_kept_and_ours_wins() -> None:
    parts = websocket_url("wss://h/ws?region=in&token=old&empty=", {"token": "a b", "peer": "p"})
    assert isinstance(parts, WebsocketUrl)
    assert parts.query.reveal() == "region=in&empty=&token=a+b&peer=p"
    assert "a+b" not in repr(parts)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "garbage",
        "https://h/ws",
        "wss://",
        "wss://h:99999/",
        "wss://h:x/",
        "wss://[::1/",
        "wss://h:0/",
        "wss://ü/",
        "wss://h/a b",
    ],
)
def test_a_url_that_opens_nothing_is_said_to_be_bad(url: str) -> None:
    bad = websocket_url(url, {"token": TOKEN.reveal()})
    assert isinstance(bad, BadUrl)
    assert bad.why
