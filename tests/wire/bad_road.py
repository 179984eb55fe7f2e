"""A road between a client and a TURN server on loopback that delays, loses and dies as it is told."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

HERE = "127.0.0.1"
_CHANNEL = 1  # the two leading bits of channel data


@dataclass(kw_only=True)
class BadRoad:
    """What happens on the way, each way; ``carried`` counts what clients sent through a relay."""

    delay: float = 0.0
    jitter: float = 0.0
    loss: float = 0.0  # of channel data alone: requests are repeated, which would blur the count
    dies_after: tuple[int, ...] = ()  # packets that the first, second, … client's road carries; later roads are whole
    port: int = 0
    carried: int = 0
    lost: int = 0
    clients: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(1))

    def fate(self, data: bytes) -> tuple[float, ...]:
        if data[0] >> 6 == _CHANNEL and self.dice.random() < self.loss:
            self.lost += 1
            return ()
        return (self.delay + self.dice.random() * self.jitter,)

    def life(self) -> float:
        self.clients += 1
        return self.dies_after[self.clients - 1] if self.clients <= len(self.dies_after) else float("inf")


@dataclass(eq=False)
class _Lane:
    """One client's way to the server and back, on sockets that the loop watches."""

    road: BadRoad
    front: socket.socket
    client: tuple[str, int]
    server: int

    def __post_init__(self) -> None:
        self.life = self.road.life()
        self.loop = asyncio.get_running_loop()
        self.sock = _udp_socket()
        self.sock.connect((HERE, self.server))
        self.loop.add_reader(self.sock, self._home)

    def forward(self, data: bytes) -> None:
        if data[0] >> 6 == _CHANNEL:
            self.road.carried += 1
            self.life -= 1
        if self.life > 0:
            for delay in self.road.fate(data):
                self.loop.call_later(delay, self._send, self.sock, data)

    def _home(self) -> None:
        with suppress(OSError):
            data = self.sock.recv(65536)
            for delay in self.road.fate(data) if self.life > 0 else ():
                self.loop.call_later(delay, self._send, self.front, data)

    def _send(self, sock: socket.socket, data: bytes) -> None:
        with suppress(OSError):
            sock.sendto(data, self.client) if sock is self.front else sock.send(data)

    def close(self) -> None:
        self.loop.remove_reader(self.sock)
        self.sock.close()


def _udp_socket() -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(0)
    return sock


@asynccontextmanager
async def bad_road(road: BadRoad, server: int) -> AsyncIterator[BadRoad]:
    """Lead datagrams for ``road.port`` to the server's port."""
    loop = asyncio.get_running_loop()
    front = _udp_socket()
    front.bind((HERE, 0))
    road.port = front.getsockname()[1]
    lanes: dict[tuple[str, int], _Lane] = {}

    def receive() -> None:
        with suppress(OSError):
            data, client = front.recvfrom(65536)
            if client not in lanes:
                lanes[client] = _Lane(road, front, client, server)
            lanes[client].forward(data)

    loop.add_reader(front, receive)
    try:
        yield road
    finally:
        loop.remove_reader(front)
        front.close()
        for lane in lanes.values():
            lane.close()


@asynccontextmanager
async def cut_stream(server: int, after: tuple[int, ...]) -> AsyncIterator[int]:
    """Lead connections to a server's port, and cut the first, second, … after so many bytes; later ones live."""
    tasks: set[asyncio.Task[None]] = set()
    lives = list(after)

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        far_reader, far_writer = await asyncio.open_connection(HERE, server)
        back = asyncio.create_task(_pump(far_reader, writer, float("inf")))
        try:
            await _pump(reader, far_writer, lives.pop(0) if lives else float("inf"))
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
            writer.transport.abort()
            far_writer.transport.abort()
            tasks.discard(task)

    listening = await asyncio.start_server(meet, HERE, 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await listening.wait_closed()
        for _round in range(3):
            await asyncio.sleep(0)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, life: float) -> None:
    with suppress(OSError):
        while life > 0 and (data := await reader.read(4096)):
            life -= len(data)
            writer.write(data)
            await writer.drain()
