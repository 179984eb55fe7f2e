"""TCP and UDP ports that do what a script says: serve, stay silent, refuse, drop, reset, close."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from hms_doctor.simulator.garble import GARBLED_HANDSHAKE
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.scenario import Certificate, Listener, TlsScript

Serve: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Meet: TypeAlias = Callable[[socket.socket], Awaitable[None]]
_AT_ONCE = struct.pack("ii", 1, 0)
_FAREWELL = 0.2


def bound(address: str, port: int = 0, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """Give a non-blocking socket bound to this address and port (0: any that is free)."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Only a socket that names TCP has its small packets sent at once by asyncio (TCP_NODELAY).
    opened = socket.socket(family, kind, socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else 0)
    try:
        if kind == socket.SOCK_STREAM:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address, port))
    except BaseException:
        opened.close()
        raise
    opened.settimeout(0)
    return opened


def port_of(opened: socket.socket) -> int:
    """Give the port that a socket is bound to."""
    port: int = opened.getsockname()[1]
    return port


def reserve(ground: Ground, port: int = 0) -> socket.socket:
    """Take a TCP port (0: any that is free) without listening on it yet."""
    return ground.stack.enter_context(bound(ground.bind, port))


def open_port(ground: Ground, script: TlsScript, serve: Serve) -> int:
    """Open a TCP port that does what the script says, and give its number."""
    reserved = reserve(ground)
    play(ground, script, serve, reserved)
    return port_of(reserved)


def play(ground: Ground, script: TlsScript, serve: Serve, reserved: socket.socket) -> None:
    """Let a reserved port do what the script says."""
    match script.listener:
        case Listener.REFUSED:
            pass  # bound and not listening: nobody else gets the port, and every attempt is refused
        case Listener.DROPPED:
            _fill(ground, reserved)
        case Listener.TLS | Listener.PLAIN | Listener.SILENT | Listener.RESET | Listener.CLOSED:
            reserved.listen(128)
            ground.spawn(_accept(ground, reserved, _meeting(ground, script, serve)))


def open_black_hole(ground: Ground) -> int:
    """Open a UDP port that swallows everything, and give its number."""
    return port_of(ground.stack.enter_context(bound(ground.bind, 0, socket.SOCK_DGRAM)))


def _fill(ground: Ground, listening: socket.socket) -> None:
    """Fill the queue of a port that nobody accepts from: the kernel then drops every further SYN."""
    listening.listen(0)
    for _attempt in range(4):
        filler = ground.stack.enter_context(bound(ground.bind))
        filler.connect_ex(listening.getsockname())


async def _accept(ground: Ground, listening: socket.socket, meet: Meet) -> None:
    loop = asyncio.get_running_loop()
    while True:
        connection, _address = await loop.sock_accept(listening)
        ground.spawn(_meet(connection, meet), connection.close)


async def _meet(connection: socket.socket, meet: Meet) -> None:
    """Serve one connection; whatever the peer does to it is no error of ours."""
    with connection:
        try:
            await meet(connection)
        except (OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return


def _meeting(ground: Ground, script: TlsScript, serve: Serve) -> Meet:
    match script:
        case TlsScript(listener=Listener.RESET):
            return _reset
        case TlsScript(listener=Listener.CLOSED):
            return _close
        case TlsScript(listener=Listener.SILENT):
            return _swallow
        case TlsScript(listener=Listener.PLAIN):
            return _Streams(serve, None)
        case TlsScript(certificate=Certificate.GARBAGE):
            return _garble
        case _:
            return _Streams(serve, ground.authority.context(script))


async def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)


async def _close(_connection: socket.socket) -> None: ...


async def _swallow(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while await loop.sock_recv(connection, 65536):
        pass


async def _garble(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_recv(connection, 65536)
    await loop.sock_sendall(connection, GARBLED_HANDSHAKE)
    await _swallow(connection)


class _Streams:
    """Serve over streams, with TLS where a context is given."""

    def __init__(self, serve: Serve, context: ssl.SSLContext | None) -> None:
        self._serve = serve
        self._context = context

    async def __call__(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _protocol = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=self._context)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await self._serve(reader, writer)
            writer.close()
            async with asyncio.timeout(_FAREWELL):
                await writer.wait_closed()
        except TimeoutError:
            return
        finally:
            transport.abort()


def reset(writer: asyncio.StreamWriter) -> None:
    """Reset a connection that is being served (SO_LINGER of zero seconds)."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    writer.transport.abort()
