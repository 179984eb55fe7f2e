"""A soft tone as Opus packets: what a synthetic peer publishes."""

import asyncio
import math
from array import array
from functools import cache
from itertools import count, cycle
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hms_doctor.simulator.room.publication import Publication

RATE: Final = 48000
FRAME: Final = RATE // 50
"""Samples in a packet: 20 ms."""
_PITCH: Final = 400  # Hz: a second holds whole waves, so that it can be repeated
_LOUDNESS: Final = 3000  # of 32767
_SECOND: Final = 50  # packets


class Tone:
    """Sends one track's packets while somebody hears it."""

    def __init__(self, publication: "Publication") -> None:
        self._publication = publication
        self._task: asyncio.Task[None] | None = None
        publication.wanted = self._begin

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._play())

    async def _play(self) -> None:
        from aiortc.rtp import RtpPacket

        loop = asyncio.get_running_loop()
        began = loop.time()
        for number, payload in zip(count(), cycle(packets()), strict=False):
            if not self._publication.sinks:
                return
            packet = RtpPacket(sequence_number=number & 0xFFFF, timestamp=number * FRAME & 0xFFFFFFFF, payload=payload)
            self._publication.pass_on(packet)
            await asyncio.sleep(max(0.0, began + (number + 1) / 50 - loop.time()))

    async def aclose(self) -> None:
        """End it."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


@cache
def packets() -> tuple[bytes, ...]:
    """Give one second of the tone."""
    import av

    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = RATE, "stereo", av.AudioFormat("s16")
    encoder.bit_rate = 32000
    found: list[bytes] = []
    for number in range(_SECOND + 5):
        frame = av.AudioFrame(format="s16", layout="stereo", samples=FRAME)
        frame.planes[0].update(_samples(number))
        frame.sample_rate, frame.pts = RATE, number * FRAME
        found += [bytes(packet) for packet in encoder.encode(frame)]
    return tuple(found[-_SECOND:])


def _samples(frame: int) -> bytes:
    angles = (2 * math.pi * _PITCH * (frame * FRAME + sample) / RATE for sample in range(FRAME))
    return array("h", [value for angle in angles for value in 2 * (int(_LOUDNESS * math.sin(angle)),)]).tobytes()
