"""Synthetic media: a quiet tone and a small moving picture, made as they are sent, from no file and no device."""

import array
import asyncio
import math
from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from hms_doctor.wire.media.heartbeat import LATE
from hms_doctor.wire.stamps import stamp

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack
    from av import AudioFrame, VideoFrame

RATE: Final = 48_000  # Hz, as Opus takes it
_SAMPLES: Final = 960  # 20 ms
_TONE: Final = 400  # Hz: eight whole waves in a frame, so one frame repeats without a click
_LOUDNESS: Final = 330  # of 32767: -40 dBFS, and yet no silence that discontinuous transmission would leave out
WIDTH: Final = 320
HEIGHT: Final = 180
PICTURES: Final = 15  # a second
_VIDEO_CLOCK: Final = 90_000
_MOST_LATE: Final = 1000


class Pace:
    """Frames in real time: waits for each frame's moment, counts them, and notes those that came late."""

    def __init__(self, seconds: float) -> None:
        self.made = 0
        self._every = seconds
        self._began = 0.0
        self._late: deque[tuple[float, float]] = deque(maxlen=_MOST_LATE)

    async def next(self) -> int:
        """Wait for the next frame's moment; gives its number from 0."""
        self._began = self._began or stamp()
        due = self._began + self.made * self._every
        await asyncio.sleep(due - stamp())
        late = stamp() - due
        if late > LATE:
            self._late.append((due, late))
        self.made += 1
        return self.made - 1

    def late_after(self, moment: float) -> tuple[float, ...]:
        """Give by how many seconds frames were late that were due after a moment by ``stamps``."""
        return tuple(late for due, late in self._late if due >= moment)


def make_track(kind: str, pace: Pace) -> "MediaStreamTrack":
    """Make a track of ``audio`` or ``video``; ``pace`` counts what it gave."""
    from aiortc import MediaStreamTrack

    media = kind

    class Synthetic(MediaStreamTrack):
        """Ends when the sender stops it."""

        kind = media

        async def recv(self) -> "AudioFrame | VideoFrame":
            """Give the next frame, in time."""
            number = await pace.next()
            return _sound(number) if media == "audio" else _picture(number)

    return Synthetic()


def make_pace(kind: str) -> Pace:
    """Give the pace of a kind of media."""
    return Pace(_SAMPLES / RATE if kind == "audio" else 1 / PICTURES)


_WAVE: Final = array.array(
    "h", (round(_LOUDNESS * math.sin(2 * math.pi * _TONE * n / RATE)) for n in range(_SAMPLES) for _channel in range(2))
).tobytes()


def _sound(number: int) -> "AudioFrame":
    from av import AudioFrame

    frame = AudioFrame(format="s16", layout="stereo", samples=_SAMPLES)
    frame.planes[0].update(_WAVE)
    frame.sample_rate, frame.pts, frame.time_base = RATE, number * _SAMPLES, Fraction(1, RATE)
    return frame


_SHADES: Final = bytes(range(64, 192)) * (2 + 2 * WIDTH * HEIGHT // 128)


def _picture(number: int) -> "VideoFrame":
    from av import VideoFrame

    frame = VideoFrame(width=WIDTH, height=HEIGHT, format="yuv420p")
    for plane in frame.planes:
        plane.update(_SHADES[number % 128 : number % 128 + plane.buffer_size])
    frame.pts, frame.time_base = number * _VIDEO_CLOCK // PICTURES, Fraction(1, _VIDEO_CLOCK)
    return frame
