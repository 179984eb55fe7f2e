"""Moments and durations as people read and write them."""

import re
import time
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400
YEAR: Final = 31556952
"""Seconds in a mean Gregorian year."""

_UNITS = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_PIECE: Final = r"(\d{1,9})\s*([smhdw])\s*"
_LAST_SECOND: Final = 253402300799  # 9999-12-31 23:59:59: later years do not fit into a date people read


class BadDurationError(ValueError):
    """A text that is no duration; the message says how to write one."""


def parse_duration(text: str) -> int:
    """Read ``90s``, ``10m``, ``24h``, ``7d``, ``1h30m`` as whole seconds; raises BadDurationError, also for zero."""
    seconds = end = 0
    for piece in re.finditer(_PIECE, text.strip().lower()):
        if piece.start() != end:
            break
        seconds += int(piece[1]) * _UNITS[piece[2]]
        end = piece.end()
    if end != len(text.strip()) or not seconds:
        raise BadDurationError(f"{text[:40]!r} is no duration; write it as 10m, 24h, 7d or 1h30m")
    return seconds


def duration_words(seconds: float) -> str:
    """Say a duration with its two largest units: ``42 s``, ``4 min``, ``3 h 12 min``, ``5 days 2 h``, ``54 years``."""
    whole = int(min(abs(seconds), 1e15))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < 2 * DAY:
        return _two(whole, HOUR, "h", MINUTE, "min")
    if whole < 60 * DAY:
        return _two(whole, DAY, "days", HOUR, "h")
    if whole < 2 * YEAR:
        return f"{whole // DAY} days"
    return f"{whole // YEAR} years"


def _two(whole: int, large: int, large_name: str, small: int, small_name: str) -> str:
    rest = whole % large // small
    return f"{whole // large} {large_name}" + (f" {rest} {small_name}" if rest else "")


def utc_words(seconds: float) -> str:
    """Say a moment (seconds since 1970 UTC) as ``2026-11-21 18:22:10 UTC``, where the calendar has it."""
    if not 0 <= seconds <= _LAST_SECOND:
        return "outside the calendar"
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def away_words(moment: float, now: float) -> str:
    """Say how far a moment is away: ``in 4 min``, ``3 h 12 min ago``, ``now``."""
    words = duration_words(moment - now)
    if words == "0 s":
        return "now"
    return f"in {words}" if moment > now else f"{words} ago"
