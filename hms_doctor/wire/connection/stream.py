"""A connection that was dialled: bytes both ways, and a close that never hangs."""

import asyncio
import socket
import ssl
from contextlib import suppress
from dataclasses import field
from types import TracebackType
from typing import Self, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret

CLOSING = 0.2
"""Seconds that a peer has to agree to a close; then the connection is cut."""


@dataclass(frozen=True, kw_only=True)
class Straight:
    """What is written reaches the server as it is (a tunnel through a proxy included)."""


@dataclass(frozen=True, kw_only=True)
class Forwarded:
    """A proxy reads plain HTTP requests here: they need the absolute form (RFC 9112, 3.2.2) and its login."""

    authorization: Secret = Secret("")


Manner: TypeAlias = Straight | Forwarded


@dataclass(kw_only=True, eq=False)
class Stream:
    """One connection; ``async with`` closes it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    manner: Manner = field(default_factory=Straight)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def start_tls(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Speak TLS from here on; raises ``OSError`` (``ssl.SSLError`` is one), ``TimeoutError``, ``ValueError``."""
        async with asyncio.timeout(seconds):
            await self.writer.start_tls(context, server_hostname=host)

    async def aclose(self) -> None:
        """Close, politely for a moment, then at once; a second call does nothing."""
        if self.writer.transport.is_closing():
            return
        self.writer.close()
        # With TLS our close_notify is on its way; nobody has to wait a round trip for the peer's (RFC 8446, 6.1).
        if not self.writer.get_extra_info("ssl_object") or self.writer.transport.get_write_buffer_size():
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await self.writer.wait_closed()
                    return
        await self.abort()

    async def abort(self) -> None:
        """Cut the connection and let the loop close its socket."""
        self.writer.transport.abort()
        for _layer in range(3):  # TLS in TLS in TCP: each layer ends in a turn of its own
            await asyncio.sleep(0)


async def open_stream(sock: socket.socket) -> Stream:
    """Make a stream of a connected, non-blocking socket, which it owns from here on."""
    reader, writer = await asyncio.open_connection(sock=sock)
    return Stream(reader=reader, writer=writer)
