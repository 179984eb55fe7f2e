"""What the tests of STUN and TURN share: a context, and servers on loopback that misbehave on purpose."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from hms_doctor.model.check import Context
from hms_doctor.model.ice.relays import RelayRow
from hms_doctor.model.ice.servers import IceServer, IceServers
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import CaFile, Nameserver, NoProxy, ProxyChoice, Settings, SystemTrust
from hms_doctor.simulator import Simulator
from hms_doctor.wire.stun.message import (
    Attribute,
    Class,
    Message,
    Method,
    SocketAddress,
    encode,
    long_term_key,
    pack_address,
    parse,
)
from hms_doctor.wire.turn.sweep import sweep

Answer: TypeAlias = Callable[[bytes], Iterable[bytes]]
Serve: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def context(
    *, seconds: float = 20.0, ca_file: Path | None = None, proxy: ProxyChoice | None = None, nameserver: str = ""
) -> AsyncIterator[Context]:
    host, _, port = nameserver.partition(" ")
    settings = Settings(
        proxy=proxy or NoProxy(),
        trust=CaFile(path=str(ca_file)) if ca_file else SystemTrust(),
        resolver=Nameserver(host=host, port=int(port)) if nameserver else Settings().resolver,
    )
    async with AsyncExitStack() as stack:
        yield Context(settings=settings, deadline=time.monotonic() + seconds, stack=stack)


@asynccontextmanager
async def at(simulator: Simulator, *, seconds: float = 20.0) -> AsyncIterator[Context]:
    """Give a context that trusts the simulator and asks its name server."""
    host, port = simulator.nameserver
    async with context(seconds=seconds, ca_file=simulator.ca_file, nameserver=f"{host} {port}") as ctx:
        yield ctx


def listed(*urls: str, username: str = "hms", credential: str = "pass") -> IceServers:
    server = IceServer(urls=urls, username=username, credential=Secret(credential))
    return IceServers(servers=(server,), origin="the command line")


async def final_rows(ctx: Context, servers: IceServers, now: float = 0.0) -> tuple[RelayRow, ...]:
    return [rows async for rows in sweep(ctx, servers, now or time.time())][-1]


def message_in(data: bytes) -> Message:
    parsed = parse(data)
    assert isinstance(parsed, Message), parsed
    return parsed


def reply(data: bytes, kind: Class, *attributes: tuple[Attribute, bytes], key: bytes = b"") -> bytes:
    """Answer a request in its own transaction."""
    asked = message_in(data)
    return encode(Message(method=asked.method, kind=kind, transaction=asked.transaction, attributes=attributes), key)


def error(code: int, reason: str = "") -> tuple[Attribute, bytes]:
    return Attribute.ERROR_CODE, bytes([0, 0, code // 100, code % 100]) + reason.encode()


def challenge(data: bytes, nonce: bytes = b"n", code: int = 401) -> bytes:
    """Say 401 as every TURN server does to the first request."""
    return reply(data, Class.ERROR, error(code, "Unauthorized"), (Attribute.REALM, b"r"), (Attribute.NONCE, nonce))


def granted(data: bytes, *attributes: tuple[Attribute, bytes]) -> bytes:
    """Grant what a client with the listed login asks."""
    return reply(data, Class.SUCCESS, *attributes, key=long_term_key("hms", "r", Secret("pass")))


def relayed(data: bytes) -> tuple[Attribute, bytes]:
    address = SocketAddress(ip="127.0.0.1", port=9)
    return Attribute.XOR_RELAYED_ADDRESS, pack_address(address, message_in(data).transaction)


def is_signed(data: bytes) -> bool:
    return message_in(data).has(Attribute.MESSAGE_INTEGRITY)


def is_delete(data: bytes) -> bool:
    message = message_in(data)
    return message.method == Method.REFRESH and message.value(Attribute.LIFETIME) == bytes(4)


@dataclass
class Heard:
    """A UDP or TCP server on loopback and everything it was sent."""

    port: int
    messages: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def udp_server(answer: Answer, host: str = "127.0.0.1") -> AsyncIterator[Heard]:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        sock.settimeout(0)
        heard = Heard(port=sock.getsockname()[1])

        async def serve() -> None:
            while True:
                data, address = await loop.sock_recvfrom(sock, 65536)
                heard.messages.append(data)
                for reply in answer(data):
                    sock.sendto(reply, address)

        task = asyncio.create_task(serve())
        try:
            yield heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def tcp_server(serve: Serve) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        try:
            await serve(reader, writer)
        finally:
            writer.transport.abort()
            tasks.discard(task)

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
        for _round in range(3):
            await asyncio.sleep(0)


def closed_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def closed_tcp_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
