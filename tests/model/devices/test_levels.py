"""Figures over samples whose truth is known."""

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.devices.levels import SILENCE, dbfs, levels
from hms_doctor.model.devices.pace import pace

RATE = 48_000


def sine(peak: float, hertz: float = 997.0, frames: int = RATE, offset: float = 0.0) -> list[float]:
    return [offset + peak * math.sin(math.tau * hertz * number / RATE) for number in range(frames)]


def interleaved(*channels: list[float]) -> "array[float]":
    return array("f", (sample for frame in zip(*channels, strict=True) for sample in frame))


@pytest.mark.parametrize("peak", [1.0, 0.5, 0.01, 0.0001])
def test_a_sine_is_three_decibels_below_its_peak(peak: float) -> None:
    heard = levels(interleaved(sine(peak)), 1, RATE)
    assert heard.overall.peak == pytest.approx(20 * math.log10(peak), abs=0.01)
    assert heard.overall.rms == pytest.approx(20 * math.log10(peak) - 3.01, abs=0.01)
    assert (heard.frames, heard.rate, heard.is_mono) == (RATE, RATE, False)


def test_each_channel_has_its_own_figures() -> None:
    heard = levels(interleaved(sine(0.5), [0.0] * RATE), 2, RATE)
    left, right = heard.channels
    assert (round(left.rms, 2), right.rms, right.peak, right.zeros) == (-9.03, SILENCE, SILENCE, 1.0)
    assert heard.overall.rms == pytest.approx(-12.04, abs=0.01)
    assert heard.overall.zeros == pytest.approx(0.5, abs=0.01)
    assert not heard.is_mono


def test_silence_is_the_floor_and_no_infinity() -> None:
    heard = levels(array("f", [0.0, -0.0] * 100), 2, RATE)
    assert (heard.overall.rms, heard.overall.peak, heard.overall.zeros) == (SILENCE, SILENCE, 1.0)
    assert heard.is_mono
    assert dbfs(0.0) == dbfs(1e-30) == SILENCE


def test_no_frames_are_silent_too() -> None:
    heard = levels(array("f", [0.5]), 2, RATE)
    assert (heard.frames, heard.overall.rms, heard.is_mono) == (0, SILENCE, False)


@pytest.mark.parametrize(("run", "clips"), [(6, 0), (7, 1), (700, 1)])
@pytest.mark.parametrize("full", [1.0, -1.0, 32767 / 32768, 1.5])
def test_more_than_six_samples_at_full_scale_are_a_clip(run: int, clips: int, full: float) -> None:
    assert levels(array("f", [0.1, *[full] * run, 0.1]), 1, RATE).overall.clips == clips


def test_clips_are_counted_as_runs() -> None:
    heard = levels(array("f", [*[1.0] * 9, 0.5] * 5), 1, RATE)
    assert heard.overall.clips == 5
    assert levels(array("f", [0.9999] * 99), 1, RATE).overall.clips == 0


def test_an_offset_is_told_and_is_no_sound() -> None:
    heard = levels(interleaved(sine(0.1, offset=-0.2), sine(0.1, offset=0.1)), 2, RATE)
    assert [channel.offset for channel in heard.channels] == pytest.approx([-0.2, 0.1], abs=1e-4)
    assert heard.overall.offset == pytest.approx(-0.2, abs=1e-4)
    assert heard.overall.rms == pytest.approx(-23.01, abs=0.01)
    assert levels(array("f", [0.25] * 100), 1, RATE).overall.rms == SILENCE


@pytest.mark.parametrize(("difference", "is_mono"), [(0.0, True), (1 / 70_000, True), (1 / 60_000, False)])
def test_channels_that_say_the_same_are_mono(difference: float, is_mono: bool) -> None:
    quiet = sine(0.001, frames=480)
    assert levels(interleaved(quiet, [sample + difference for sample in quiet]), 2, RATE).is_mono is is_mono


def test_what_is_no_number_counts_as_nothing() -> None:
    heard = levels(array("f", [math.nan, math.inf, -math.inf, 0.5]), 1, RATE)
    assert heard.overall.peak == pytest.approx(-6.02, abs=0.01)
    assert heard.overall.zeros == 0.75


@given(st.lists(st.floats(width=32), max_size=40), st.integers(1, 3))
def test_any_samples_have_finite_figures(samples: list[float], channels: int) -> None:
    heard = levels(array("f", samples), channels, RATE)
    for level in (heard.overall, *heard.channels):
        assert SILENCE <= level.rms < 1000
        assert SILENCE <= level.peak < 1000
        assert 0 <= level.zeros <= 1
        assert math.isfinite(level.offset)


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.2])
def test_the_pace_is_told_by_punctual_blocks(speed: float) -> None:
    late = [0.0, 0.2, 0.03, 0.5]  # seconds by which a busy machine sees a block too late
    arrivals = [number * 0.05 / speed + late[number % 4] for number in range(40)]
    assert pace(arrivals, 0.05) == pytest.approx(speed, rel=0.01)


@pytest.mark.parametrize("arrivals", [[], [1.0], [1.0, 1.05]])
def test_too_few_blocks_tell_no_pace(arrivals: list[float]) -> None:
    assert pace(arrivals, 0.05) == 1.0


def test_blocks_that_come_all_at_once_are_no_division_by_zero() -> None:
    assert pace([1.0] * 40, 0.05) > 10
