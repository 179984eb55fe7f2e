"""Bandwidth through a relay: rising rates, the same bytes up and down, until one does not come back."""

import asyncio
import secrets
import struct
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.media import Load, NoLoad, Step
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.units import Seconds
from hms_doctor.wire.media.relayed import Proved, through
from hms_doctor.wire.stamps import stamp
from hms_doctor.wire.turn.track import Track

RATES: Final = (100_000, 300_000, 500_000, 700_000, 1_200_000, 2_500_000)
"""Bits a second each way: 100ms's own bands of preview, then what 540p and 720p take."""
LASTS: Final = 8.0
"""Seconds that all steps take together."""
ENOUGH: Final = 0.9
"""The share of a step that must come back in time for the next to be tried."""
HEADERS: Final = 4 + 8 + 20
"""Bytes of channel, UDP and IPv4 headers: a packet is counted as the way to a relay over UDP carries it."""
_LARGEST: Final = 1192
"""Bytes that every path carries in one packet."""
_SMALLEST: Final = 160
_TICK: Final = 0.01
_MOST_SAVED_UP: Final = 0.05
"""Seconds of sending that are made up for after our own loop stood still: more would be a burst of our making."""
_MOST_UNDER_WAY: Final = 0.5
"""Seconds of sending that may be under way beyond a round trip: what more is sent only fills queues."""
_HEADER: Final = struct.Struct("!II")


@dataclass(frozen=True, kw_only=True, slots=True)
class Climb:
    """Which rates, in bits a second, and how many seconds for all."""

    rates: tuple[int, ...] = RATES
    lasts: float = LASTS


AS_A_CALL: Final = Climb()


async def load(ctx: Context, proved: Proved, climb: Climb = AS_A_CALL) -> Load | NoLoad:
    """Load a path, for half of the run's time that is left at most."""
    path, lasts = proved.path, min(climb.lasts, ctx.remaining() / 2)
    ctx.waiting(f"bandwidth through {path.host}:{path.port}/{path.transport.value}", lasts)
    steps = await through(ctx, proved, 1, partial(_climb, proved.rtt_ms / 1000, replace(climb, lasts=lasts)))
    return Load(path=path, steps=steps) if isinstance(steps, tuple) else NoLoad()


async def _climb(rtt: float, climb: Climb, track: Track) -> tuple[Step, ...]:
    return await run_load(track, rtt, climb)


async def run_load(track: Track, rtt: float, climb: Climb) -> tuple[Step, ...]:
    """Climb while what was sent comes back in time; ``rtt`` is the path's round trip in seconds without load."""
    return await _Load(track, rtt, climb).run()


class _Load:
    def __init__(self, track: Track, rtt: float, climb: Climb) -> None:
        self._track, self._climb = track, climb
        self._rtt = rtt
        self._grace = 1.5 * rtt + 0.05
        self._tag = secrets.randbits(32)
        self._filling = secrets.token_bytes(_LARGEST)
        self._next = 0
        self._under_way: dict[int, int] = {}  # bytes by packet, of the step that runs
        self._back = 0
        self._in_time = 0.0
        self._came_back = asyncio.Event()

    async def run(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        lasts = max(self._climb.lasts / len(self._climb.rates) - self._grace, self._grace)
        receiving = asyncio.create_task(self._receive())
        try:
            for rate in self._climb.rates:
                step = await self._step(rate, lasts)
                steps.append(step)
                if receiving.done() or not _held(step, rate):
                    break
        finally:
            receiving.cancel()
            await asyncio.gather(receiving, return_exceptions=True)
        return tuple(steps)

    async def _step(self, rate: int, lasts: float) -> Step:
        """Send at one rate, then let what is under way come home."""
        self._under_way.clear()
        self._back = 0
        began = stamp()
        self._in_time = began + lasts + self._grace
        sent = await self._send(rate / 8, began + lasts)
        lasted = stamp() - began
        with suppress(TimeoutError):
            async with asyncio.timeout(self._in_time - stamp()):
                await self._homecoming()
        return Step(lasted=Seconds(lasted), sent_bytes=sent, came_back_bytes=self._back)

    async def _homecoming(self) -> None:
        while self._under_way:
            self._came_back.clear()
            await self._came_back.wait()

    async def _send(self, bytes_a_second: float, until: float) -> int:
        size = int(min(_LARGEST, max(_SMALLEST, bytes_a_second * 2 * _TICK)))
        most = bytes_a_second * (self._rtt + _MOST_UNDER_WAY)
        sent, saved, last = 0, float(size), stamp()
        while last < until:
            under_way = sum(self._under_way.values())
            while saved >= size and under_way + size <= most:
                self._send_one(size)
                sent, saved, under_way = sent + size, saved - size, under_way + size
            await asyncio.sleep(_TICK)
            now = stamp()
            saved = min(saved + (now - last) * bytes_a_second, size + bytes_a_second * _MOST_SAVED_UP)
            last = now
        return sent

    def _send_one(self, size: int) -> None:
        self._next += 1
        self._under_way[self._next] = size
        self._track.send((_HEADER.pack(self._tag, self._next) + self._filling)[: size - HEADERS])

    async def _receive(self) -> None:
        while True:
            arrival = await self._track.receive()
            if isinstance(arrival, Failure):
                if self._track.is_stream:
                    return
                continue
            if len(arrival.data) < _HEADER.size or arrival.at > self._in_time:
                continue
            tag, number = _HEADER.unpack_from(arrival.data)
            if tag == self._tag:
                self._back += self._under_way.pop(number, 0)
                self._came_back.set()


def _held(step: Step, rate: int) -> bool:
    planned = rate / 8 * step.lasted
    return step.came_back_bytes >= ENOUGH * step.sent_bytes >= ENOUGH * ENOUGH * planned
