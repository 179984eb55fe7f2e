"""A small HTTP server on loopback that answers what it is told to, one connection after the other."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from hms_doctor.model.check import Context
from hms_doctor.model.settings import Settings


def answer(status: int, body: object) -> bytes:
    """An HTTP answer; a body that is no text is sent as JSON."""
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return b"HTTP/1.1 %d Whatever\r\ncontent-length: %d\r\n\r\n%s" % (status, len(raw), raw)


@dataclass
class Service:
    """What the server is, and what it was asked."""

    url: str = ""
    asked: list[bytes] = field(default_factory=list)


@contextlib.asynccontextmanager
async def serving(*answers: bytes) -> AsyncIterator[Service]:
    """Serve the answers in turn, the last one for ever; an empty one hangs up, ``b"hush"`` stays silent."""
    service, left = Service(), list(answers)
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            service.asked.append(head + await reader.readexactly(length))
            told = left.pop(0) if len(left) > 1 else left[0]
            if told == b"hush":
                await reader.read()
            writer.write(told)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    service.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2/token"
    try:
        yield service
    finally:
        for writer in writers:
            writer.close()
        server.close()
        await server.wait_closed()


@contextlib.asynccontextmanager
async def context(settings: Settings, seconds: float = 20.0) -> AsyncIterator[Context]:
    """A run's context with so many seconds left."""
    async with AsyncExitStack() as stack:
        yield Context(settings=settings, deadline=time.monotonic() + seconds, stack=stack)
