"""The tone that is played, and what may and may not be taken for it."""

import math
import random
import time
from array import array
from collections.abc import Callable
from itertools import pairwise

import pytest

from hms_doctor.model.devices.tone import PEAK, RATE, SECONDS, TONES, Heard, NotHeard, heard, pattern

BEFORE = 0.5
TOTAL = 2.6
SLOW = 12_000
Make = Callable[[random.Random, int], list[float]]


def slowed(samples: "array[float]") -> list[float]:
    """Give the pattern at a quarter of its rate, as a microphone of that rate would have it."""
    return [sum(samples[at : at + RATE // SLOW]) / (RATE // SLOW) for at in range(0, len(samples), RATE // SLOW)]


def recording(noise: list[float], *, after: float, gain: float = 1.0) -> "array[float]":
    out = array("f", noise)
    first = round((BEFORE + after) * SLOW)
    for number, sample in enumerate(slowed(pattern())):
        out[first + number] += gain * sample
    return out


def scaled(samples: list[float], rms: float) -> list[float]:
    now = math.sqrt(sum(sample * sample for sample in samples) / len(samples))
    return [sample * rms / now for sample in samples]


def silence(_rng: random.Random, count: int) -> list[float]:
    return [0.0] * count


def white(rng: random.Random, count: int) -> list[float]:
    return [rng.gauss(0, 0.1) for _ in range(count)]


def hum(rng: random.Random, count: int) -> list[float]:
    """Mains with every harmonic up to 2 kHz."""
    mains = rng.choice((50, 60))
    partials = [(mains * n, rng.uniform(0.01, 0.1), rng.uniform(0, 6)) for n in range(1, 2000 // mains)]
    return [
        sum(loud * math.sin(math.tau * hertz * at / SLOW + phase) for hertz, loud, phase in partials)
        for at in range(count)
    ]


def speech(rng: random.Random, count: int) -> list[float]:
    """Vowels of one voice with three formants each, breath and pauses, in pieces of 80 to 450 ms."""
    out: list[float] = []
    voice = rng.uniform(85, 260)
    while len(out) < count:
        out += _syllable(rng, voice, round(rng.uniform(0.08, 0.45) * SLOW))
    return scaled(out[:count], 0.1)


def _syllable(rng: random.Random, voice: float, length: int) -> list[float]:
    kind = rng.random()
    swell = [math.sqrt(math.sin(math.pi * (at + 1) / (length + 1))) for at in range(length)]
    if kind > 0.85:
        return [0.0] * length
    if kind > 0.65:
        return [rng.gauss(0, 0.5) * loud for loud in swell]
    pitch, glide = voice * 2 ** rng.uniform(-0.3, 0.3), rng.uniform(-0.15, 0.15) / 0.3
    formants = ((rng.uniform(300, 800), 1.0), (rng.uniform(900, 2300), 0.7), (rng.uniform(2400, 3000), 0.3))
    louds = [
        0.02 + sum(gain / (1 + ((pitch * n - centre) / 110) ** 2) for centre, gain in formants)
        for n in range(1, int(3200 / pitch))
    ]
    phases = [math.tau * pitch * (at / SLOW + glide * (at / SLOW) ** 2 / 2) for at in range(length)]
    return [swell[at] * sum(loud * math.sin(n * phases[at]) for n, loud in enumerate(louds, 1)) for at in range(length)]


def melody(rng: random.Random, count: int) -> list[float]:
    """Two voices of plucked notes, as long as the pattern's tones: what is most like it."""
    out = [0.0] * count
    length = round(0.35 * SLOW)
    for start in [start for start in range(0, count, length) for _ in range(2)]:
        hertz, fade = 440 * 2 ** (rng.randrange(-24, 24) / 12), rng.uniform(0.5, 4)
        for at in range(min(length, count - start)):
            turn = math.tau * hertz * at / SLOW
            out[start + at] += math.exp(-fade * at / SLOW) * (math.sin(turn) + math.sin(2 * turn) / 2)
    return scaled(out, 0.1)


def test_the_pattern_is_short_soft_and_modest() -> None:
    tone = pattern()
    assert len(tone) == round(SECONDS * RATE) == round(1.05 * RATE)
    assert max(map(abs, tone)) == pytest.approx(PEAK, abs=1e-4)
    assert 20 * math.log10(PEAK) == pytest.approx(-20.0)
    steps = [abs(after - before) for before, after in pairwise(tone)]
    assert max(steps) < PEAK * math.tau * max(TONES) / RATE * 1.05  # no click: never steeper than the sine itself
    assert all(500 <= hertz <= 2000 for hertz in TONES)


@pytest.mark.parametrize("mains", [50, 60])
def test_no_tone_lies_on_a_harmonic_of_the_mains(mains: int) -> None:
    assert all(min(hertz % mains, mains - hertz % mains) >= 20 for hertz in TONES)


@pytest.mark.parametrize(("after", "gain"), [(0.0, 1.0), (0.1037, 0.01), (0.661, 2.0), (1.0, 1.0)])
def test_delay_and_gain_are_told_exactly(after: float, gain: float) -> None:
    told = heard(recording([0.0] * round(TOTAL * SLOW), after=after, gain=gain), SLOW, BEFORE)
    assert isinstance(told, Heard)
    assert told.delay_ms == pytest.approx(after * 1000, abs=2.5)
    assert told.gain_db == pytest.approx(20 * math.log10(gain), abs=0.5)
    assert told.margin_db > 30


@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_any_usual_rate_will_do(rate: int) -> None:
    tone = pattern()
    samples = array("f", [0.0] * round(TOTAL * rate))
    for number in range(int(SECONDS * rate) - 1):
        samples[round(0.9 * rate) + number] = tone[round(number * RATE / rate)]
    began = time.process_time()
    told = heard(samples, rate, BEFORE)
    assert time.process_time() - began < 1.0  # 0.1 s alone on the machine
    assert isinstance(told, Heard)
    assert told.delay_ms == pytest.approx(400, abs=3)


@pytest.mark.parametrize("make", [white, hum, speech, melody])
def test_it_is_heard_ten_decibels_below_what_else_there_is(make: Make) -> None:
    rng = random.Random(7)
    rms = PEAK / math.sqrt(2) * math.sqrt(10)
    for after in (0.05, 0.35):
        noise = scaled(make(rng, round(TOTAL * SLOW)), rms)
        told = heard(recording(noise, after=after), SLOW, BEFORE)
        assert isinstance(told, Heard), told
        assert told.delay_ms == pytest.approx(after * 1000, abs=40)
        assert told.gain_db == pytest.approx(0, abs=3)


@pytest.mark.parametrize(("make", "seconds"), [(silence, 3), (white, 8), (hum, 3), (speech, 16), (melody, 10)])
def test_nothing_else_is_taken_for_it(make: Make, seconds: int) -> None:
    """A hundred starts are tried in each second, as many as in a whole recording of a real run."""
    told = heard(array("f", make(random.Random(11), seconds * SLOW)), SLOW, BEFORE)
    assert isinstance(told, NotHeard), told
    assert told.margin_db < 13


def test_the_tones_in_another_order_are_not_the_pattern() -> None:
    tone = slowed(pattern())
    third = len(tone) // 3
    backwards = [*tone[2 * third :], *tone[third : 2 * third], *tone[:third]]
    samples = array("f", [0.0] * SLOW + backwards + [0.0] * SLOW)
    assert isinstance(heard(samples, SLOW, BEFORE), NotHeard)


def test_a_pattern_that_ended_before_the_playing_began_is_not_ours() -> None:
    samples = array("f", slowed(pattern()) + [0.0] * (2 * SLOW))
    assert isinstance(heard(samples, SLOW, SECONDS + 0.3), NotHeard)


def test_a_pattern_with_an_echo_is_heard() -> None:
    """A hall: every later 50 ms bring back 70 % of what was."""
    dry = recording([0.0] * round(TOTAL * SLOW), after=0.2, gain=0.1)
    hop = SLOW // 20
    for at in range(hop, len(dry)):
        dry[at] += 0.7 * dry[at - hop]
    assert isinstance(heard(dry, SLOW, BEFORE), Heard)


@pytest.mark.parametrize("samples", [[], [0.5], [float("nan")] * 40000, [float("inf")] * 40000, [3e38, -3e38] * 20000])
def test_what_no_microphone_sends_is_no_tone(samples: list[float]) -> None:
    assert isinstance(heard(array("f", samples), SLOW, BEFORE), NotHeard)
