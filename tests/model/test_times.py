"""Durations and moments in people's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.times import BadDurationError, away_words, duration_words, parse_duration, utc_words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10m", 600), ("24h", 86400), ("7d", 604800), ("90s", 90), ("1h30m", 5400), (" 2 H ", 7200), ("1w", 604800)],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "24", "h", "0h", "-1h", "1.5h", "10x", "1h!", "!1h", "1e9d", "9" * 10 + "h", "٣h!"]
)
def test_what_is_no_duration_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(BadDurationError, match="write it as 10m, 24h, 7d"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (42, "42 s"),
        (240, "4 min"),
        (3600, "1 h"),
        (11520, "3 h 12 min"),
        (86220, "23 h 57 min"),
        (86400, "24 h"),
        (5 * 86400 + 7200, "5 days 2 h"),
        (5 * 86400, "5 days"),
        (90 * 86400, "90 days"),
        (54 * 31556952 + 5, "54 years"),
        (-240, "4 min"),
    ],
)
def test_durations_are_said_in_their_two_largest_units(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def test_a_moment_is_said_in_utc() -> None:
    assert utc_words(1795285330) == "2026-11-21 18:22:10 UTC"


@pytest.mark.parametrize("seconds", [-1, 1e18, 253402300800, float("inf"), float("nan")])
def test_a_moment_outside_the_calendar_is_said_to_be_so(seconds: float) -> None:
    assert utc_words(seconds) == "outside the calendar"


@pytest.mark.parametrize(("moment", "words"), [(340, "in 4 min"), (-140, "4 min ago"), (100.2, "now")])
def test_distances_have_a_direction(moment: float, words: str) -> None:
    assert away_words(moment, 100) == words


@given(st.integers(1, 10**9))
def test_every_whole_number_of_seconds_can_be_written(seconds: int) -> None:
    assert parse_duration(f"{seconds // 3600 % 10**6}h{seconds % 3600 // 60}m{seconds % 60}s") == (
        seconds // 3600 % 10**6 * 3600 + seconds % 3600
    )


@given(st.floats(allow_nan=False))
def test_no_number_of_seconds_is_too_odd_to_be_said(seconds: float) -> None:
    assert duration_words(seconds)
    assert utc_words(seconds)
