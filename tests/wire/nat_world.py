"""A STUN server with two addresses and two ports behind a NAT of any kind, played on loopback (RFC 5780)."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum

from ice_helpers import message_in, reply

from hms_doctor.model.ice.nat import Endpoint
from hms_doctor.wire.stun.message import Attribute, Class, SocketAddress, pack_address

FIRST, SECOND = "127.0.0.2", "127.0.0.3"
OUTSIDE = "198.51.100.2"


class Mapping(Enum):
    """What decides the port that a NAT gives a socket."""

    NONE = "no NAT"
    EIM = "the socket"
    ADM = "the socket and the address written to"
    APDM = "the socket, the address and the port written to"


class Filtering(Enum):
    """Whose packets a NAT lets in."""

    EIF = "anybody's"
    ADF = "those of addresses written to"
    APDF = "those of addresses and ports written to"


class Second(Enum):
    """What the server does about its second address."""

    WORKS = "it is there"
    UNTOLD = "it has none and refuses to answer from elsewhere"
    IGNORED = "it knows nothing of RFC 5780"
    DEAD = "it tells one where nothing answers"


@dataclass
class World:
    """Everything that was sent, and what is answered; ``rtt`` in seconds."""

    mapping: Mapping = Mapping.EIM
    filtering: Filtering = Filtering.APDF
    second: Second = Second.WORKS
    rtt: float = 0.0
    lose: int = 0  # that many packets of ours are lost first
    mute: frozenset[Endpoint] = frozenset()
    other: SocketAddress | None = None  # what the server tells instead of the truth
    ports: tuple[int, int] = (0, 0)
    sent: list[tuple[Endpoint, Endpoint]] = field(default_factory=list)  # from, to
    socks: dict[Endpoint, socket.socket] = field(default_factory=dict)

    @property
    def server(self) -> Endpoint:
        return Endpoint(ip=FIRST, port=self.ports[0])

    @property
    def url(self) -> str:
        return f"stun:{self.server}"

    def receive(self, at: Endpoint, client: Endpoint, data: bytes) -> None:
        self.sent.append((client, at))
        if len(self.sent) <= self.lose or at in self.mute or (self.second is Second.DEAD and at.ip == SECOND):
            return
        change = message_in(data).value(Attribute.CHANGE_REQUEST)[3:]
        origin, answer = self._answer(at, client, data, change[0] if change else 0)
        if self._lets_in(client, origin):
            asyncio.get_running_loop().call_later(self.rtt, self._send, origin, answer, client)

    def _send(self, origin: Endpoint, data: bytes, client: Endpoint) -> None:
        if self.socks[origin].fileno() >= 0:
            self.socks[origin].sendto(data, (client.ip, client.port))

    def _answer(self, at: Endpoint, client: Endpoint, data: bytes, change: int) -> tuple[Endpoint, bytes]:
        if change and self.second is Second.UNTOLD:
            return at, reply(data, Class.ERROR, (Attribute.ERROR_CODE, bytes([0, 0, 4, 20])))
        honoured = change and self.second is not Second.IGNORED
        port = (self._other_port(at) if change & 2 else at.port) if honoured else at.port
        origin = Endpoint(ip=(SECOND if at.ip == FIRST else FIRST) if honoured and change & 4 else at.ip, port=port)
        mapped = pack_address(self._mapped(client, at), message_in(data).transaction)
        told = [(Attribute.XOR_MAPPED_ADDRESS, mapped)]
        if self.second in {Second.WORKS, Second.DEAD}:
            other = self.other or SocketAddress(ip=SECOND if at.ip == FIRST else FIRST, port=self._other_port(at))
            told.append((Attribute.OTHER_ADDRESS, plain(other)))
        return origin, reply(data, Class.SUCCESS, *told)

    def _other_port(self, at: Endpoint) -> int:
        return self.ports[1] if at.port == self.ports[0] else self.ports[0]

    def _mapped(self, client: Endpoint, at: Endpoint) -> SocketAddress:
        by = {Mapping.NONE: 0, Mapping.EIM: 0, Mapping.ADM: at.ip == SECOND, Mapping.APDM: list(self.socks).index(at)}
        if self.mapping is Mapping.NONE:
            return SocketAddress(ip=client.ip, port=client.port)
        return SocketAddress(ip=OUTSIDE, port=(client.port + int(by[self.mapping])) % 65536)

    def _lets_in(self, client: Endpoint, origin: Endpoint) -> bool:
        written_to = {to for sender, to in self.sent if sender == client}
        match self.filtering:
            case Filtering.EIF:
                return True
            case Filtering.ADF:
                return origin.ip in {to.ip for to in written_to}
            case Filtering.APDF:
                return origin in written_to


def plain(address: SocketAddress) -> bytes:
    """Write an address that is not XORed."""
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address.ip else socket.AF_INET, address.ip)
    return bytes([0, 1 if len(packed) == 4 else 2]) + address.port.to_bytes(2, "big") + packed


@asynccontextmanager
async def at_work(world: World, addresses: Iterable[str] = (FIRST, SECOND)) -> AsyncIterator[World]:
    """Open the server's ports on all its addresses."""
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        for number in range(2):
            port = 0
            for ip in addresses:
                sock = stack.enter_context(
                    socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_DGRAM)
                )
                sock.settimeout(0)
                sock.bind((ip, port))
                port = sock.getsockname()[1]
                at = Endpoint(ip=ip, port=port)
                world.socks[at] = sock
                loop.add_reader(sock, _take, world, at, sock)
                stack.callback(loop.remove_reader, sock)
            world.ports = (port, 0) if number == 0 else (world.ports[0], port)
        yield world


def _take(world: World, at: Endpoint, sock: socket.socket) -> None:
    data, address = sock.recvfrom(2048)
    world.receive(at, Endpoint(ip=address[0], port=address[1]), data)
