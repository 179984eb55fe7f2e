"""The ways to a STUN or TURN server: a connected UDP socket, or a dialled stream."""

import asyncio
import socket
from abc import ABC, abstractmethod
from typing import Final, TypeAlias

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.connect import sockaddr
from hms_doctor.wire.connection.resolve import FAMILIES, Address
from hms_doctor.wire.connection.stream import Stream
from hms_doctor.wire.stamps import stamp
from hms_doctor.wire.stun.framing import Deframer, NeedMore, NotStun

RESENT_AFTER: Final = (0.25, 0.75, 1.5)
"""Seconds after the first send at which a datagram is sent again (RFC 8489 section 6.2.1, with a shorter RTO)."""
_MOST_QUEUED: Final = 256
_READ_SIZE: Final = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class Packet:
    """A datagram or a frame, and when it came in, see ``stamps``."""

    data: bytes
    at: float


Arrival: TypeAlias = Packet | Failure


class Line(ABC):
    """Sends and receives whole messages; who opened it calls ``aclose``."""

    resent_after: tuple[float, ...] = ()
    """When an unanswered request is sent again; streams lose nothing."""
    source: str = ""
    """Our own address on this line."""

    @abstractmethod
    def send(self, data: bytes) -> None:
        """Send at once, without waiting."""

    @abstractmethod
    async def receive(self) -> Arrival:
        """Wait for the next message, or for the line's end."""

    @abstractmethod
    async def aclose(self) -> None:
        """Close at once; never waits for the peer."""


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.arrived: asyncio.Queue[Arrival] = asyncio.Queue(_MOST_QUEUED)
        self.gone = asyncio.Event()

    def datagram_received(self, data: bytes, _addr: object) -> None:
        self._take(Packet(data=data, at=stamp()))

    def error_received(self, exc: Exception) -> None:
        self._take(classify(Operation.BINDING, exc))

    def connection_lost(self, _exc: Exception | None) -> None:
        self.gone.set()

    def _take(self, arrival: Arrival) -> None:
        if not self.arrived.full():  # a flood is dropped, as a full socket buffer would
            self.arrived.put_nowait(arrival)


class DatagramLine(Line):
    """A connected UDP socket: only that tells an ICMP refusal (RFC 1122 section 4.1.3.3)."""

    resent_after = RESENT_AFTER

    def __init__(self, transport: asyncio.DatagramTransport, datagrams: _Datagrams) -> None:
        self._transport = transport
        self._datagrams = datagrams
        self.source = _host_of(transport.get_extra_info("sockname"))

    def send(self, data: bytes) -> None:
        """Send one datagram; what ICMP says of it comes in as an arrival."""
        self._transport.sendto(data)

    async def receive(self) -> Arrival:
        """Wait for a datagram or an ICMP message."""
        return await self._datagrams.arrived.get()

    async def aclose(self) -> None:
        """Close the socket."""
        self._transport.abort()
        await self._datagrams.gone.wait()


class StreamLine(Line):
    """TURN over TCP or TLS (RFC 8656 section 3.1)."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._deframer = Deframer()
        self.source = _host_of(stream.writer.get_extra_info("sockname"))

    def send(self, data: bytes) -> None:
        """Write one frame; the kernel sends it in its own time."""
        self._stream.writer.write(data)

    async def receive(self) -> Arrival:
        """Wait for a whole frame, or for the end of the stream."""
        while True:
            match self._deframer.next():
                case bytes() as frame:
                    return Packet(data=frame, at=stamp())
                case NotStun(why=why):
                    return Failure(operation=Operation.CHALLENGE, kind=Kind.MALFORMED, detail=why)
                case NeedMore():
                    try:
                        data = await self._stream.reader.read(_READ_SIZE)
                    except OSError as error:
                        return classify(Operation.CHALLENGE, error)
                    if not data:
                        return Failure(operation=Operation.CHALLENGE, kind=Kind.CLOSED)
                    self._deframer.feed(data)

    async def aclose(self) -> None:
        """Cut the connection: an answer that matters has been waited for."""
        await self._stream.abort()


def _host_of(sockname: object) -> str:
    return str(sockname[0]) if isinstance(sockname, tuple) and sockname else ""


async def open_datagrams(address: Address, port: int) -> DatagramLine | Failure:
    """Open a UDP socket to one address; without a route that fails at once."""
    sock = socket.socket(FAMILIES[address.family], socket.SOCK_DGRAM)
    try:
        sock.settimeout(0)
        sock.connect(sockaddr(address, port))
    except OSError as error:
        sock.close()
        return classify(Operation.CONNECT, error)
    loop = asyncio.get_running_loop()
    return DatagramLine(*await loop.create_datagram_endpoint(_Datagrams, sock=sock))
