"""The relays that the simulated TURN server lends: one UDP socket each, for as long as it was granted."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.ports import bound
from hms_doctor.simulator.scenario import Relaying

SocketName: TypeAlias = tuple[str, int]
Send: TypeAlias = Callable[[bytes], None]
_DATAGRAM: Final = 65536


@dataclass(frozen=True, eq=False)
class Client:
    """Who talks to the server over one 5-tuple; ``key`` tells the clients apart."""

    key: object
    address: SocketName
    send: Send


@dataclass(kw_only=True, eq=False)
class Relay:
    """One allocation: whose it is, which peers may come through, which channels stand for peers."""

    client: Client
    sock: socket.socket
    transaction: bytes
    permitted: set[str] = field(default_factory=set)
    channels: dict[int, SocketName] = field(default_factory=dict)
    renewed: asyncio.Event = field(default_factory=asyncio.Event)
    lasts_until: float = 0.0  # on the loop's clock

    @property
    def address(self) -> SocketName:
        """Where peers send to."""
        ip, port = self.sock.getsockname()[:2]
        return str(ip), int(port)

    def forward(self, payload: bytes, peer: SocketName) -> None:
        """Send to a peer that has a permission; others get nothing (RFC 8656 section 11.3)."""
        if peer[0] in self.permitted:
            with suppress(OSError):
                self.sock.sendto(payload, peer)


TIRES_AFTER: Final = {Relaying.TIRES: 150, Relaying.TIRES_OF_UDP: 60}
"""Packets of all clients together: more than it takes to prove some relays, fewer than a second of calls has."""
RESTED_AFTER: Final = 3.0
"""Seconds without a packet."""


class Endurance:
    """How long packets are carried, all clients taken together."""

    def __init__(self, relaying: Callable[[], Relaying]) -> None:
        self._relaying = relaying  # asked for every packet, since it can be switched
        self._carried = 0
        self._last = 0.0

    def carries(self, client: Client) -> bool:
        """Whether this packet is carried."""
        over_udp = isinstance(client.key, tuple)
        match relaying := self._relaying():
            case Relaying.FORWARDS:
                return True
            case Relaying.DROPS:
                return False
            case Relaying.TIRES:
                return self._is_fresh(relaying)
            case Relaying.TIRES_OF_UDP:
                return not over_udp or self._is_fresh(relaying)

    def _is_fresh(self, relaying: Relaying) -> bool:
        now = asyncio.get_running_loop().time()
        self._carried = 1 if now - self._last > RESTED_AFTER else self._carried + 1
        self._last = now
        return self._carried <= TIRES_AFTER[relaying]


def lend(ground: Ground, client: Client, transaction: bytes, seconds: float) -> Relay:
    """Open a relay on the simulator's address."""
    sock = bound(ground.bind, 0, socket.SOCK_DGRAM)
    relay = Relay(client=client, sock=sock, transaction=transaction)
    renew(relay, seconds)
    return relay


def renew(relay: Relay, seconds: float) -> None:
    """Let a relay live this long from now; zero seconds end it."""
    relay.lasts_until = asyncio.get_running_loop().time() + seconds
    relay.renewed.set()


async def keep(relay: Relay, deliver: Callable[[Relay, bytes, SocketName], None], forget: Callable[[], None]) -> None:
    """Carry what peers send to the client until the relay ends, then close its socket."""
    receiving = asyncio.create_task(_receive(relay, deliver))
    try:
        await _outlast(relay)
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        relay.sock.close()
        forget()


async def _outlast(relay: Relay) -> None:
    loop = asyncio.get_running_loop()
    while loop.time() < relay.lasts_until:
        relay.renewed.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(relay.lasts_until):
                await relay.renewed.wait()


async def _receive(relay: Relay, deliver: Callable[[Relay, bytes, SocketName], None]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        with suppress(ConnectionError):
            payload, peer = await loop.sock_recvfrom(relay.sock, _DATAGRAM)
            if peer[0] in relay.permitted:
                deliver(relay, payload, (peer[0], peer[1]))
