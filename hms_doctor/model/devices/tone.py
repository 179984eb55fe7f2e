"""Three tones to play, and whether a recording holds them.

Each tone is looked for by one bin of a Fourier transform as long as the tone itself, some 3 Hz wide: noise and speech
spread their power over hundreds of such bins. It counts where it stands out from the frequencies beside it at the same
time (noise, speech) and from its own frequency at other times (hum, a whistle), and is steady (no plucked string is).
All three must, in their order.
"""

import cmath
import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from operator import mul
from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass

RATE: Final = 48_000
"""Samples a second of what is played."""
TONES: Final = (870.0, 1170.0, 1470.0)
"""Hz: a fourth and a major third, and 20 Hz or more away from every harmonic of 50 and 60 Hz mains."""
TONE_SECONDS: Final = 0.35
SECONDS: Final = TONE_SECONDS * len(TONES)
PEAK: Final = 0.1
"""Of full scale: -20 dBFS."""
_RAMP_SECONDS: Final = 0.02
_ENOUGH: Final = 14.0
"""dB by which the tones must stand out together. Of 1200 stretches of speech and 1000 of music none reaches 12; a
pattern 10 dB below speech never had less than 14.9."""
_EACH: Final = 5.0
"""dB by which every single tone must."""
_STEADY: Final = 0.3
"""What the weakest third of a tone must have of its strongest."""
_STEP: Final = 0.01
"""Seconds from one start that is tried to the next."""
_STEPS: Final = 35
"""That a tone lasts."""
_THIRDS: Final = ((1, 12), (12, 23), (23, 34))
_BESIDE: Final = (-80.0, -60.0, -40.0, -20.0, 20.0, 40.0, 60.0, 80.0)
"""Hz: whole bins away, where a tone of that length has no power of its own."""
_SLOWEST: Final = 12_000
"""Samples a second that are enough for the highest tone."""
_PIECES: Final = 4
"""In a step: what is in a piece is mixed down once, and every frequency near a tone is made of pieces."""
_EARLY: Final = 5
"""Steps before the playing began at which a tone may seem to begin."""
_LOUDEST: Final = 8.0
"""Full scale is 1; a float may say more."""
_NOTHING: Final = 1e-9
"""The power of a bin that holds no sound: two digital silences are alike."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """All three tones came."""

    delay_ms: float  # from the moment that the caller named
    gain_db: float  # of the recorded tones over the played ones
    margin_db: float  # by which the tones stand out


@dataclass(frozen=True, kw_only=True)
class NotHeard:
    """The tones did not come, or something else was as loud."""

    margin_db: float


Heeded: TypeAlias = Heard | NotHeard


def pattern() -> "array[float]":
    """Give the three tones one after the other: mono, full scale 1.0, type ``f``, ``RATE`` samples a second."""
    ramp = round(RATE * _RAMP_SECONDS)
    rising = [0.5 - 0.5 * math.cos(math.pi * step / ramp) for step in range(ramp)]
    envelope = [*rising, *[1.0] * (round(RATE * TONE_SECONDS) - 2 * ramp), *reversed(rising)]
    sine = (
        PEAK * loud * math.sin(math.tau * tone * step / RATE) for tone in TONES for step, loud in enumerate(envelope)
    )
    return array("f", sine)


def heard(recorded: "array[float]", rate: int, began: float) -> Heeded:
    """Look for the pattern in one channel; ``began``: seconds into the recording at which the playing began.

    What came before that is compared with, so half a second of it sharpens the ear.
    """
    ear = _Ear(recorded, rate)
    first = max(0, int(began / _STEP) - _EARLY)
    starts = range(first, ear.steps - len(TONES) * _STEPS + 1)
    best = max(starts, key=ear.margin, default=None)
    margin = 0.0 if best is None else ear.margin(best)
    if best is None or margin < _ENOUGH:
        return NotHeard(margin_db=margin)
    at, strength = ear.peak(best)
    return Heard(delay_ms=(at * _STEP - began) * 1000, gain_db=20 * math.log10(strength / PEAK), margin_db=margin)


class _Ear:
    """A recording, taken apart by frequency and by steps of 10 ms."""

    def __init__(self, recorded: "array[float]", rate: int) -> None:
        fewer = max(1, rate // _SLOWEST)
        samples = _thinned(_sane(recorded), fewer)
        self._rate = rate / fewer
        self.steps = int(len(samples) / self._rate / _STEP)
        self._edges = [round(number * self._rate * _STEP / _PIECES) for number in range(self.steps * _PIECES + 1)]
        self._sums: dict[float, list[complex]] = {}
        for tone in TONES:
            self._sums |= self._summed(tone, self._pieces(samples, tone))
        self.margin = cache(self._margin)

    def _pieces(self, samples: "array[float]", tone: float) -> list[complex]:
        """Give the bin of each piece of 2.5 ms, wide enough for the frequencies beside a tone as well."""
        turn = math.tau * tone / self._rate
        longest = round(self._rate * _STEP / _PIECES) + 1
        cosines = [math.cos(turn * number) for number in range(longest)]
        sines = [math.sin(turn * number) for number in range(longest)]
        pieces = ((start, samples[start:end]) for start, end in pairwise(self._edges))
        return [
            complex(sum(map(mul, piece, cosines)), sum(map(mul, piece, sines))) * cmath.rect(1.0, turn * start)
            for start, piece in pieces
        ]

    def _summed(self, tone: float, pieces: list[complex]) -> Iterator[tuple[float, list[complex]]]:
        """Give by frequency the bin of all up to each step: the difference of two is the bin of what lies between."""
        for beside in (0.0, *_BESIDE):
            turn = math.tau * beside / self._rate
            turned = (piece * cmath.rect(1.0, turn * start) for start, piece in zip(self._edges, pieces, strict=False))
            yield tone + beside, list(accumulate(turned, initial=0j))[::_PIECES]

    def _bin(self, hertz: float, start: int, end: int) -> float:
        bins = self._sums[hertz]
        return abs(bins[end] - bins[start])

    def _power(self, hertz: float, start: int) -> float:
        return max(self._bin(hertz, start, start + _STEPS) ** 2, _NOTHING)

    def _margin(self, start: int) -> float:
        """Give by how many dB the tones stand out if the pattern began at a step; little where one of them does not."""
        margins = [self._standing_out(tone, start, number) for number, tone in enumerate(TONES)]
        steady = all(self._is_steady(tone, start + number * _STEPS) for number, tone in enumerate(TONES))
        return _mean(margins) if min(margins) > _EACH and steady else min(*margins, _EACH)

    def _standing_out(self, tone: float, start: int, number: int) -> float:
        mine = start + number * _STEPS
        beside = _median(self._power(hertz, mine) for hertz in _around(tone))
        apart = [self._power(tone, other) for other in self._elsewhere(start, mine)]
        return 10 * math.log10(self._power(tone, mine) / max(beside, _mean(apart)))

    def _elsewhere(self, start: int, mine: int) -> Iterator[int]:
        """Give times at which a tone should not sound; what directly follows it may hold its echo."""
        for slot in range(-2, len(TONES)):
            other = start + slot * _STEPS
            if other >= 0 and (other < mine or other > mine + _STEPS):
                yield other

    def _is_steady(self, tone: float, mine: int) -> bool:
        thirds = [self._bin(tone, mine + begin, mine + end) for begin, end in _THIRDS]
        return min(thirds) > _STEADY * max(thirds)

    def peak(self, start: int) -> tuple[float, float]:
        """Give the step near one at which the pattern begins, to a fraction, and the amplitude of its tones there."""
        near = range(max(1, start - _STEPS // 2), start + _STEPS // 2)
        best = max(near, key=self._amplitude)
        before, here, after = (self._amplitude(step) for step in (best - 1, best, best + 1))
        # Of two stretches of equal length the shared part grows and shrinks in a straight line.
        slope = here - min(before, after)
        shift = (after - before) / (2 * slope) if slope > 0 else 0.0
        loud = (TONE_SECONDS - _RAMP_SECONDS) / TONE_SECONDS * _STEPS * _STEP * self._rate / 2
        return best + shift, here / loud

    def _amplitude(self, start: int) -> float:
        """Give the middle one of the tones' amplitudes: a room swallows one frequency and doubles another."""
        last = self.steps - _STEPS
        places = (min(last, start + number * _STEPS) for number in range(len(TONES)))
        return _median(self._bin(tone, at, at + _STEPS) for tone, at in zip(TONES, places, strict=True))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _median(values: Iterable[float]) -> float:
    # The library's takes longer to load, in a process that mostly plays nothing, than all the rest of this module.
    ranked = sorted(values)
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else _mean(ranked[half - 1 : half + 1])


def _around(tone: float) -> Iterator[float]:
    return (tone + offset for offset in _BESIDE)


def _sane(samples: "array[float]") -> "array[float]":
    """Keep what no microphone sends from spoiling the sums: a server may send anything."""
    if math.isfinite(sum(samples)) and not any(
        abs(edge) > _LOUDEST for edge in (min(samples, default=0.0), max(samples, default=0.0))
    ):
        return samples
    return array("f", (max(-_LOUDEST, min(_LOUDEST, sample)) if math.isfinite(sample) else 0.0 for sample in samples))


def _thinned(samples: "array[float]", fewer: int) -> "array[float]":
    """Take the mean of every few samples, which is a low-pass of its own, zero where it would fold onto the tones."""
    if fewer == 1:
        return samples
    parts = [samples[number::fewer] for number in range(fewer)]
    return array("f", (sum(few) / fewer for few in zip(*parts, strict=False)))
