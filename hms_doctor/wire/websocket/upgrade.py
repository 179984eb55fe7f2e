"""From a dialled stream to an open websocket: the URL, the upgrade, and every way in which it fails (RFC 6455, 4)."""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from hms_doctor import __version__
from hms_doctor.model.failure import Failure, Kind, Operation, silence
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.model.signalling.websocket import (
    BadUrl,
    HandshakeLost,
    HandshakeSilent,
    NotWebsocket,
    Unopened,
    UpgradeRefused,
)
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.stream import Stream
from hms_doctor.wire.websocket.open_websocket import LARGEST_MESSAGE, Websocket

LARGEST_HEAD: Final = 2**16
LONGEST_QUOTE: Final = 200
_MOST_HEADERS = 24
_CHUNK = 2**12
_LONGEST_BODY = 0.5
"""Seconds for the body of a refusal; the status is what counts."""
_STATUS_LINE = re.compile(rb"HTTP/\d\.\d (\d{3})(?: ([^\r\n]*))?\r\n")
_SILENCED = logging.Logger("silenced")  # noqa: LOG001 - the library's own would show the URL, and in it the token
_SILENCED.disabled = True


@dataclass(frozen=True, kw_only=True)
class WebsocketUrl:
    """Where to connect and what to ask for; the query carries the token."""

    secure: bool
    host: str
    port: int
    path: str
    query: Secret


def websocket_url(url: str, query: Mapping[str, str]) -> WebsocketUrl | BadUrl:
    """Add these to a URL's own query, as the SDK's ``searchParams.set`` does; never raises."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as problem:
        return BadUrl(why=str(problem)[:LONGEST_QUOTE])
    if parts.scheme not in {"ws", "wss"}:
        return BadUrl(why=f"its scheme is {parts.scheme[:20]!r}" if parts.scheme else "it has no scheme")
    if not host or port == 0:
        return BadUrl(why="it names no host" if not host else "port 0 cannot be reached")
    if not url.isascii() or not url.isprintable() or " " in url:
        return BadUrl(why="it holds characters that no URL may hold")
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in query]
    secure = parts.scheme == "wss"
    return WebsocketUrl(
        secure=secure,
        host=host,
        port=port or (443 if secure else 80),
        path=parts.path,
        query=Secret(urlencode([*kept, *query.items()])),
    )


async def upgrade(stream: Stream, url: WebsocketUrl, patience: float) -> Websocket | Unopened:
    """Ask for the upgrade and read the answer within ``patience`` seconds."""
    from websockets.client import ClientProtocol
    from websockets.uri import WebSocketURI

    uri = WebSocketURI(url.secure, url.host, url.port, url.path, url.query.reveal())
    protocol = ClientProtocol(uri, max_size=LARGEST_MESSAGE, logger=_SILENCED)
    request = protocol.connect()
    request.headers["User-Agent"] = f"hms-doctor/{__version__}"
    protocol.send_request(request)
    answer = await _exchange(stream, b"".join(protocol.data_to_send()), patience)
    if not isinstance(answer, bytes):
        return answer
    status = _STATUS_LINE.match(answer)
    if status is None:
        return NotWebsocket(detail=f"the answer is not HTTP: {_head(answer[:LONGEST_QUOTE].decode('latin-1'))!r}")
    if status[1] != b"101":
        return await _refusal(stream, answer)
    protocol.receive_data(answer)
    if protocol.handshake_exc is not None:
        return NotWebsocket(detail=_head(str(protocol.handshake_exc)))
    opened = Websocket(stream, protocol)
    await opened.start(patience)
    return opened


async def _exchange(stream: Stream, request: bytes, patience: float) -> bytes | Unopened:
    head = bytearray()
    try:
        async with asyncio.timeout(patience):
            stream.writer.write(request)
            await stream.writer.drain()
            while not _is_settled(head):
                data = await stream.reader.read(_CHUNK)
                if not data:
                    return _broken_off(head)
                head += data
    except TimeoutError:
        return HandshakeSilent(failure=silence(Operation.UPGRADE, patience), begun=bool(head))
    except OSError as problem:
        return HandshakeLost(failure=classify(Operation.UPGRADE, problem))
    if len(head) > LARGEST_HEAD and b"\r\n\r\n" not in head:
        return NotWebsocket(detail=f"its headers do not end within {LARGEST_HEAD} bytes")
    return bytes(head)


def _is_settled(head: bytearray) -> bool:
    """Whether more bytes would change nothing: the head is whole, too large, or not HTTP at all."""
    return b"\r\n\r\n" in head or len(head) > LARGEST_HEAD or not head.startswith(b"HTTP/"[: len(head)])


def _broken_off(head: bytearray) -> Unopened:
    if head:
        return NotWebsocket(detail="the answer broke off in its headers")
    return HandshakeLost(failure=Failure(operation=Operation.UPGRADE, kind=Kind.CLOSED))


async def _refusal(stream: Stream, answer: bytes) -> UpgradeRefused:
    head, _, body = answer.partition(b"\r\n\r\n")
    status_line, *lines = head.decode("latin-1").split("\r\n")
    _, status, *reason = status_line.split(" ", 2)
    pairs = [line.partition(":") for line in lines[:_MOST_HEADERS]]
    return UpgradeRefused(
        status=int(status),
        reason=_head(" ".join(reason)),
        headers={_head(name).lower(): _head(value.strip()) for name, _, value in pairs},
        body=_head(await _body(stream, body)),
    )


async def _body(stream: Stream, begun: bytes) -> str:
    """Give the head of a refusal's body, whatever of it comes at once."""
    body = bytearray(begun)
    try:
        async with asyncio.timeout(_LONGEST_BODY):
            while len(body) < _CHUNK and (data := await stream.reader.read(_CHUNK)):
                body += data
    except OSError:  # a time-out is one, too
        pass
    return body.decode("utf-8", "replace").strip()


def _head(text: str) -> str:
    return text[:LONGEST_QUOTE]
