"""A second UDP socket of ours: its address as a server sees it, and what relays send to it."""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.wire.stamps import stamp
from hms_doctor.wire.stun.message import Attribute, Class, Message, SocketAddress, address_in, parse
from hms_doctor.wire.turn.line import RESENT_AFTER
from hms_doctor.wire.turn.talk import Login, Talk

_MOST_QUEUED: Final = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class FromAfar:
    """A datagram, who sent it, and when it came in, see ``stamps``."""

    data: bytes
    source: SocketAddress
    at: float


class _Arrivals(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.queue: asyncio.Queue[FromAfar] = asyncio.Queue(_MOST_QUEUED)
        self.gone = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        at = stamp()
        if not self.queue.full():
            self.queue.put_nowait(FromAfar(data=data, source=SocketAddress(ip=addr[0], port=addr[1]), at=at))

    def connection_lost(self, _exc: Exception | None) -> None:
        self.gone.set()


class OwnSocket:
    """An unconnected socket: several servers and a relay send to it. Who opened it calls ``aclose``."""

    def __init__(self, transport: asyncio.DatagramTransport, arrivals: _Arrivals) -> None:
        self._transport = transport
        self._arrivals = arrivals

    def send(self, data: bytes, to: SocketAddress) -> None:
        """Send one datagram, without waiting; what cannot leave is lost."""
        self._transport.sendto(data, (to.ip, to.port))

    async def receive(self) -> FromAfar:
        """Wait for a datagram from anybody."""
        return await self._arrivals.queue.get()

    async def reflexive(self, doors: Sequence[SocketAddress], seconds: float) -> tuple[SocketAddress, ...]:
        """Ask all doors from which address they see this socket; one address, or none when nobody answered in time."""
        talk = Talk(Login(username="", credential=Secret("")))
        requests = [(door, talk.binding()) for door in doors]
        began = asyncio.get_running_loop().time()
        for until in (*(after for after in RESENT_AFTER if after < seconds), seconds):
            for door, request in requests:
                self.send(request.wire, door)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(began + until):
                    return (await self._seen_as({request.transaction for _door, request in requests}),)
        return ()

    async def _seen_as(self, transactions: set[bytes]) -> SocketAddress:
        while True:
            message = parse((await self.receive()).data)
            if isinstance(message, Message) and message.kind is Class.SUCCESS and message.transaction in transactions:
                seen = address_in(message, Attribute.XOR_MAPPED_ADDRESS)
                if isinstance(seen, SocketAddress):
                    return seen

    async def aclose(self) -> None:
        """Close the socket."""
        self._transport.abort()
        await self._arrivals.gone.wait()


async def open_own_socket(version: int) -> OwnSocket:
    """Open a UDP socket of an IP version that this machine has."""
    sock = socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_DGRAM)  # noqa: PLR2004
    sock.settimeout(0)
    sock.bind(("", 0))
    return OwnSocket(*await asyncio.get_running_loop().create_datagram_endpoint(_Arrivals, sock=sock))


def version_of(address: SocketAddress) -> int:
    """Give 4 or 6."""
    return ip_address(address.ip).version
