"""Voice without a voice: packets as Opus makes them, at its pace, through a relay and back."""

import asyncio
import secrets
import struct
from contextlib import suppress
from dataclasses import replace
from statistics import median
from typing import Final, TypeAlias

from hms_doctor.model.failure import LEAST_SILENCE, Failure, Operation, silence
from hms_doctor.model.ice.media import Echo, PacedLoop
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.units import Seconds
from hms_doctor.wire.media.heartbeat import Heartbeat
from hms_doctor.wire.stamps import stamp
from hms_doctor.wire.turn.line import Packet
from hms_doctor.wire.turn.track import Track

OPUS_PAYLOAD: Final = 160
"""Bytes of Opus at 64 kbit/s in 20 ms; with the RTP header 172."""
SAMPLES: Final = 960
"""Of 20 ms at 48 kHz: RFC 7587 section 4.1."""
STRAGGLING: Final = 0.3
"""Seconds that the last packets have at least."""
STREAM_STRAGGLING: Final = 1.0
"""The same on a stream, where a packet lost on the way is sent again after 0.2 s (RFC 6298, as Linux has it)."""
AFTER_A_STALL: Final = 0.02
"""Seconds for what came in while this machine stood still, and was not read when the time was over."""
DEAD: Final = 0.25
"""The share of the packets, the last of all, that must be missing for a path to be dead: of two seconds half a one."""
_HEADER: Final = struct.Struct("!BBHII")
_VERSION_2: Final = 0x80
_OPUS: Final = 111  # the dynamic type that browsers give it


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How many packets, and how many seconds apart."""

    packets: int = 100
    interval: float = 0.02


@dataclass(frozen=True, kw_only=True)
class Died:
    """Packets passed, if any, and then none did any more."""

    loop: PacedLoop
    failure: Failure


Run: TypeAlias = PacedLoop | Died


async def run_loop(track: Track, pace: Pace, trip: float = 0.0) -> Run:
    """Send on an absolute schedule and note what comes back, until all has or the stragglers' time is over.

    ``trip`` is the round trip in seconds as it was before, for a loop that ends before its first packet is back.
    """
    return await _Loop(track, pace, trip).run()


class _Loop:
    def __init__(self, track: Track, pace: Pace, trip: float) -> None:
        self._track, self._pace, self._trip = track, pace, trip
        self._source = secrets.randbits(32)
        self._voice = secrets.token_bytes(OPUS_PAYLOAD)
        self._left: list[float] = []
        self._echoes: list[Echo] = []
        self._missing = set(range(pace.packets))
        self._all_back = asyncio.Event()
        self._failures: list[Failure] = []

    async def run(self) -> Run:
        async with Heartbeat() as heart:
            self._began = stamp()
            receiving = asyncio.create_task(self._receive())
            try:
                await self._send(receiving)
                with suppress(TimeoutError):
                    async with asyncio.timeout(0 if receiving.done() else self._straggling()):
                        await self._all_back.wait()
                if not (self._all_back.is_set() or receiving.done()):
                    await asyncio.sleep(AFTER_A_STALL)
            finally:
                receiving.cancel()
                await asyncio.gather(receiving, return_exceptions=True)
            loop = PacedLoop(
                interval=Seconds(self._pace.interval),
                left_at=tuple(Seconds(at) for at in self._left),
                echoes=tuple(self._echoes),
                stalls=heart.stalls(self._began),
            )
        return self._judged(loop)

    async def _send(self, receiving: "asyncio.Task[None]") -> None:
        """Send each packet when it is due, counted from the first: a late one makes no later one late."""
        for number in range(self._pace.packets):
            wait = self._began + number * self._pace.interval - stamp()
            if wait > 0:
                await asyncio.sleep(wait)
            if receiving.done():
                return
            self._left.append(stamp() - self._began)
            self._track.send(self._packet(number))

    def _packet(self, number: int) -> bytes:
        """RTP (RFC 3550 section 5.1), so that whoever looks into packets on the way takes it for voice."""
        return _HEADER.pack(_VERSION_2, _OPUS, number, number * SAMPLES, self._source) + self._voice

    async def _receive(self) -> None:
        """Hear until the stream's end; what ICMP says of datagrams need not be the last word."""
        while not (self._failures and self._track.is_stream):
            arrival = await self._track.receive()
            if isinstance(arrival, Failure):
                self._failures.append(arrival)
            else:
                self._hear(arrival)

    def _hear(self, packet: Packet) -> None:
        if len(packet.data) != _HEADER.size + OPUS_PAYLOAD or packet.data[_HEADER.size :] != self._voice:
            return
        number: int = _HEADER.unpack_from(packet.data)[2]
        if packet.data != self._packet(number) or number >= len(self._left):
            return
        self._echoes.append(Echo(number=number, at=Seconds(packet.at - self._began)))
        self._missing.discard(number)
        if not self._missing:
            self._all_back.set()

    def _straggling(self) -> float:
        trips = [echo.at - self._left[echo.number] for echo in self._echoes]
        least = STREAM_STRAGGLING if self._track.is_stream else STRAGGLING
        return max(least, 3 * self._trip, 3 * median(trips) if trips else 0.0)

    def _judged(self, loop: PacedLoop) -> Run:
        """Tell a path that died from one that loses packets."""
        if self._failures and self._track.is_stream:
            return Died(loop=loop, failure=replace(self._failures[0], operation=Operation.ECHO))
        last = max((echo.number for echo in loop.echoes), default=-1)
        quiet = stamp() - self._began - max((echo.at for echo in loop.echoes), default=0.0)
        if self._pace.packets - 1 - last < DEAD * self._pace.packets:
            return loop
        silent = silence(Operation.ECHO, max(LEAST_SILENCE, quiet))
        return Died(loop=loop, failure=next(iter(self._failures), silent))
