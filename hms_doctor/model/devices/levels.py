"""How loud recorded sound is: figures over its samples, which are kept nowhere.

0 dBFS is full scale, so that a sine which touches full scale has an RMS of -3.01 dBFS. Figures after testrtc's
(src/js/mictest.js): more than six samples in a row at full scale are a clip.
"""

import math
import re
from array import array
from collections.abc import Iterable
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass

SILENCE: Final = -200.0
"""dBFS that stand for no sound at all, in place of minus infinity."""
_FULL_SCALE: Final = 32767 / 32768
"""The loudest that 16 bits can say upwards; as a float it lies just below 1."""
_CLIP: Final = re.compile(rb"\x01{7,}")
_MONO: Final = 1 / 65536


@dataclass(frozen=True, kw_only=True)
class Level:
    """One channel, or all of them together."""

    rms: float  # dBFS, of the sound alone: an offset is no sound
    peak: float  # dBFS, of the samples as they came
    zeros: float  # share of samples that are exactly 0
    clips: int  # runs of more than six samples at full scale
    offset: float  # the mean, as a share of full scale


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Recorded sound as a whole, and each of its channels."""

    frames: int
    rate: int  # frames a second, as promised
    overall: Level
    channels: tuple[Level, ...]
    is_mono: bool  # several channels that all say the same


def levels(samples: "array[float]", channels: int, rate: int) -> Levels:
    """Measure interleaved samples (full scale 1.0, type ``f``); a frame that is cut off is left out.

    What is no number counts as 0: a server may send anything.
    """
    frames = len(samples) // channels
    parts = [_numbers(samples[number : frames * channels : channels]) for number in range(channels)]
    each = tuple(_level(part) for part in parts)
    return Levels(
        frames=frames, rate=rate, overall=_together(each), channels=each, is_mono=frames > 0 and _are_alike(parts)
    )


def dbfs(amplitude: float) -> float:
    """Give an amplitude (full scale 1.0) in dBFS, ``SILENCE`` at the least."""
    return max(SILENCE, 20 * math.log10(amplitude)) if amplitude > 0 else SILENCE


def _numbers(samples: "array[float]") -> list[float]:
    numbers = samples.tolist()
    if math.isfinite(sum(numbers)):
        return numbers
    return [number if math.isfinite(number) else 0.0 for number in numbers]


def _level(samples: list[float]) -> Level:
    count = len(samples)
    if not count:
        return Level(rms=SILENCE, peak=SILENCE, zeros=1.0, clips=0, offset=0.0)
    mean = sum(samples) / count
    length = math.hypot(*samples)  # the root of the sum of squares, in half the time of a sum over products
    highest, lowest = max(samples), min(samples)
    peak = max(highest, -lowest)
    return Level(
        rms=dbfs(math.sqrt(max(0.0, length * length / count - mean * mean))),
        peak=dbfs(peak),
        zeros=samples.count(0.0) / count,
        clips=_clips(samples) if peak >= _FULL_SCALE else 0,
        offset=mean,
    )


def _clips(samples: list[float]) -> int:
    # One byte a sample, so that a pattern finds the runs: a loop over 96 000 samples would take ten times as long.
    return len(_CLIP.findall(bytes(map(_FULL_SCALE.__le__, map(abs, samples)))))


def _together(each: Iterable[Level]) -> Level:
    parts = tuple(each)
    power = sum(10 ** (part.rms / 10) for part in parts) / len(parts)
    return Level(
        rms=dbfs(math.sqrt(power)),
        peak=max(part.peak for part in parts),
        zeros=sum(part.zeros for part in parts) / len(parts),
        clips=sum(part.clips for part in parts),
        offset=max((part.offset for part in parts), key=abs),
    )


def _are_alike(parts: list[list[float]]) -> bool:
    first, *others = parts
    return bool(others) and all(other == first or _are_near(first, other) for other in others)


def _are_near(one: list[float], other: list[float]) -> bool:
    # Two microphones differ within the first few samples, and then the rest need not be gone through.
    return all(abs(left - right) <= _MONO for left, right in zip(one, other, strict=True))
