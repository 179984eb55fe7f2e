"""The unconnected UDP sockets of NAT behaviour discovery: they hear from whoever is let in."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from hms_doctor.model.failure import Failure, Operation
from hms_doctor.model.ice.nat import Endpoint
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.connect import sockaddr
from hms_doctor.wire.connection.resolve import FAMILIES, Address
from hms_doctor.wire.nat.talk import Outgoing

_MOST_QUEUED = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A datagram, on which of the sockets, from where, and when on the event loop's clock."""

    socket: int
    data: bytes
    origin: Endpoint
    at: float


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, number: int, take: Callable[[Heard], None], failed: Callable[[Exception], None]) -> None:
        self._number = number
        self._take = take
        self._failed = failed
        self.gone = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        origin = Endpoint(ip=str(addr[0]).partition("%")[0], port=addr[1])
        self._take(Heard(socket=self._number, data=data, origin=origin, at=asyncio.get_running_loop().time()))

    def error_received(self, exc: Exception) -> None:
        self._failed(exc)

    def connection_lost(self, _exc: Exception | None) -> None:
        self.gone.set()


class NatSockets:
    """Sockets that send from one address of ours, numbered from 0."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._transports: list[asyncio.DatagramTransport] = []
        self._ears: list[_Ear] = []
        self._arrived: list[Heard] = []
        self._news = asyncio.Event()
        self._failures: list[Failure] = []
        self._sent = 0

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What the system said against sending, where it let nothing out at all."""
        return tuple(self._failures) if len(self._failures) >= self._sent else ()

    async def add(self, source: str) -> Endpoint:
        """Open one more; raises OSError."""
        sock = socket.socket(FAMILIES[self._family], socket.SOCK_DGRAM)
        try:
            sock.settimeout(0)
            sock.bind((source, 0))
        except OSError:
            sock.close()
            raise
        ear = _Ear(len(self._ears), self._take, self._failed)
        transport, _ear = await asyncio.get_running_loop().create_datagram_endpoint(lambda: ear, sock=sock)
        self._transports.append(transport)
        self._ears.append(ear)
        return Endpoint(ip=source, port=sock.getsockname()[1])

    def send(self, out: Outgoing) -> None:
        """Send at once; what the system says against it is kept as a failure."""
        self._sent += 1
        target = sockaddr(Address(family=self._family, ip=out.to.ip), out.to.port)
        self._transports[out.socket].sendto(out.data, target)

    async def hear(self) -> None:
        """Wait for the next datagram on any of them; ``backlog`` gives it."""
        self._news.clear()
        await self._news.wait()

    async def backlog(self) -> list[Heard]:
        """Give what has come in, also while this process was kept from running: that must not count as silence."""
        known = -1
        while known < len(self._arrived):
            known = len(self._arrived)
            for _turn in range(2):  # the loop reads one datagram a turn, after it has woken us
                await asyncio.sleep(0)
        backlog, self._arrived = self._arrived, []
        return backlog

    async def aclose(self) -> None:
        """Close all of them."""
        for transport in self._transports:
            transport.abort()
        for ear in self._ears:
            await ear.gone.wait()

    def _take(self, heard: Heard) -> None:
        if len(self._arrived) < _MOST_QUEUED:  # a flood is dropped, as a full socket buffer would
            self._arrived.append(heard)
            self._news.set()

    def _failed(self, error: Exception) -> None:
        self._failures.append(classify(Operation.BINDING, error))


@asynccontextmanager
async def nat_sockets(family: Family) -> AsyncIterator[NatSockets]:
    """Give sockets that are closed at the end."""
    sockets = NatSockets(family)
    try:
        yield sockets
    finally:
        await sockets.aclose()


def source_for(family: Family, server: Endpoint) -> str:
    """Give the address from which this machine sends to a server; nothing is sent to find out. Raises OSError."""
    with socket.socket(FAMILIES[family], socket.SOCK_DGRAM) as probe:
        probe.connect(sockaddr(Address(family=family, ip=server.ip), server.port))
        return str(probe.getsockname()[0])
