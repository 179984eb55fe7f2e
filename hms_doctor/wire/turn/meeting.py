"""A relay and a second UDP socket of ours, brought together by connectivity checks from both sides."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TypeAlias

from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.relays import Allocated, Proof
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.stamps import stamp
from hms_doctor.wire.stun.framing import (
    OWN_SOCKET_CHANNEL,
    REMAPPED_CHANNEL,
    ChannelData,
    as_channel_data,
    channel_data,
)
from hms_doctor.wire.stun.message import Attribute, Class, Message, SocketAddress, address_in, parse
from hms_doctor.wire.turn.connectivity import Asked, NotOurs, pair
from hms_doctor.wire.turn.line import Arrival, Line, Packet
from hms_doctor.wire.turn.own_socket import OwnSocket, open_own_socket, version_of
from hms_doctor.wire.turn.relay import Relay
from hms_doctor.wire.turn.track import Track

CHECKS: Final = 5
CHECK_SPACING: Final = 0.005
AGAIN_AFTER: Final = 0.25
"""Seconds until all checks are sent once more: by then both NATs are open."""
SETTLES_AFTER: Final = 0.2
"""Seconds after the second socket was first heard from elsewhere: what the relay sent at the same time has come, or
never will."""
PATIENCE: Final = 1.0
_DATA_INDICATION: Final = 0x007
_DATA: Final = 0x0013
"""RFC 8656 section 18.4."""


class OwnTrack(Track):
    """Out through the relay, and back to the second socket without it."""

    proof = Proof.OWN_SOCKET

    def __init__(self, line: Line, channel: int, own: OwnSocket, relay: SocketAddress) -> None:
        self._line = line
        self._channel = channel
        self._own = own
        self._relay = relay

    def send(self, payload: bytes) -> None:
        """Let the relay send to the second socket."""
        self._line.send(channel_data(payload, self._channel))

    async def receive(self) -> Arrival:
        """Wait for what the relay sent; a line that ends shows as silence here."""
        while True:
            arrival = await self._own.receive()
            if arrival.source == self._relay:
                return Packet(data=arrival.data, at=arrival.at)

    async def aclose(self) -> None:
        """Close the second socket; the line is the relay's."""
        await self._own.aclose()


@dataclass(frozen=True, kw_only=True)
class Met:
    """Packets went both ways; who asked for the meeting closes the track."""

    track: OwnTrack
    sent: int
    rtts_ms: tuple[float, ...]  # out through the relay, back without it


@dataclass(frozen=True, kw_only=True)
class NotMet:
    """They could not be brought together, and why."""

    why: str


Meeting: TypeAlias = Met | NotMet
_NO_DOOR: Final = NotMet(why="no server tells a second socket's address over UDP")


async def meet(relay: Relay, address: SocketAddress, doors: Sequence[SocketAddress]) -> Meeting:
    """Bring a relay and a new socket together, where a server answers over UDP at one of the doors."""
    usable = _usable(doors, address)
    if not usable:
        return _NO_DOOR
    own = await open_own_socket(version_of(address))
    met: Meeting = _NO_DOOR
    try:
        met = await _introduce(relay, address, own, usable)
    finally:
        if isinstance(met, NotMet):
            await own.aclose()
    return met


def _usable(doors: Sequence[SocketAddress], address: SocketAddress) -> tuple[SocketAddress, ...]:
    """Give the doors of the relay's family: a server met over IPv6 lends IPv4 relays, mostly at its own address."""
    same = [door for door in doors if version_of(door) == version_of(address)]
    beside = [SocketAddress(ip=address.ip, port=door.port) for door in doors]
    return tuple(dict.fromkeys((*same, *beside)))


async def _introduce(relay: Relay, address: SocketAddress, own: OwnSocket, doors: Sequence[SocketAddress]) -> Meeting:
    for seen in await own.reflexive(doors, relay.session.ctx.patience(PATIENCE)):
        first = _Exchange(relay, address, own, seen, OWN_SOCKET_CHANNEL)
        met = await first.hold()
        if isinstance(met, NotMet) and first.elsewhere:
            return await _Exchange(relay, address, own, first.elsewhere[0], REMAPPED_CHANNEL).hold()
        return met
    return _NO_DOOR


class _Exchange:
    """Checks from both sides, and their answers, until each side has heard the other."""

    def __init__(self, relay: Relay, address: SocketAddress, own: OwnSocket, peer: SocketAddress, channel: int) -> None:
        self._relay, self._address = relay, address
        self._own, self._peer, self._channel = own, peer, channel
        self._track = OwnTrack(relay.session.line, channel, own, address)
        self._near, self._far = pair()
        self._open: dict[bytes, float] = {}  # checks on their way, by transaction
        self._sent = 0
        self._rtts: list[float] = []
        self._heard_back = False
        self._changed = asyncio.Event()
        self._has_settled = False
        self.elsewhere: list[SocketAddress] = []  # from where else the relay heard the second socket

    async def hold(self) -> Meeting:
        let_in = await self._relay.let_in(self._peer, self._channel)
        if isinstance(let_in, Allocated):
            return NotMet(why=let_in.why)
        tasks = [asyncio.create_task(side) for side in (self._listen_near(), self._listen_far(), self._ask())]
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._relay.session.ctx.patience(PATIENCE)):
                    await self._over()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if not (self._rtts and (self._heard_back or self.elsewhere)):
            return NotMet(why="no packet passed between the relay and a second socket")
        return Met(track=self._track, sent=self._sent, rtts_ms=tuple(self._rtts))

    async def _over(self) -> None:
        while not (self._has_settled or (self._heard_back and len(self._rtts) >= CHECKS)):
            await self._changed.wait()
            self._changed.clear()

    def _settle(self) -> None:
        self._has_settled = True
        self._changed.set()

    async def _ask(self) -> None:
        while True:
            for _number in range(CHECKS):
                transaction, check = self._near.check()
                self._own.send(self._far.check()[1], self._address)
                self._open[transaction] = stamp()
                self._sent += 1
                self._track.send(check)
                await asyncio.sleep(CHECK_SPACING)
            await asyncio.sleep(AGAIN_AFTER)

    async def _listen_far(self) -> None:
        """At the second socket: what the relay sends to it."""
        while not isinstance(packet := await self._track.receive(), Failure):
            heard = self._far.hear(packet.data, self._address)
            if isinstance(heard, Asked):
                self._own.send(heard.answer, self._address)
                if heard.transaction in self._open:
                    self._rtts.append(1000 * (packet.at - self._open.pop(heard.transaction)))
                    self._changed.set()

    async def _listen_near(self) -> None:
        """At the relay: what the second socket sends to it, be it from where a NAT puts it."""
        while not isinstance(arrival := await self._relay.session.line.receive(), Failure):
            data = as_channel_data(arrival.data, self._channel)
            source, payload = (
                (self._peer, data.payload) if isinstance(data, ChannelData) else _indicated(arrival.data, self._peer)
            )
            heard = self._near.hear(payload, source)
            if isinstance(heard, NotOurs):
                continue
            if source != self._peer:
                if not self.elsewhere:
                    asyncio.get_running_loop().call_later(SETTLES_AFTER, self._settle)
                self.elsewhere.append(source)
                continue
            if isinstance(heard, Asked):
                self._track.send(heard.answer)
            self._heard_back = True
            self._changed.set()


def _indicated(data: bytes, fallback: SocketAddress) -> tuple[SocketAddress, bytes]:
    """Read a Data indication (RFC 8656 section 11.4): who sent what to the relay; no bytes where it is none."""
    message = parse(data)
    if not isinstance(message, Message) or message.kind is not Class.INDICATION or message.method != _DATA_INDICATION:
        return fallback, b""
    source = address_in(message, Attribute.XOR_PEER_ADDRESS)
    payload = next((value for number, value in message.attributes if number == _DATA), b"")
    return (source, payload) if isinstance(source, SocketAddress) else (fallback, b"")
