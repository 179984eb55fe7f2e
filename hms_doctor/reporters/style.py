"""How a report may look where it is going: how wide, in colour or not, in which characters, how much of it."""

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TextIO

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import on_ci

NARROWEST: Final = 40
NO_TERMINAL: Final = 120
"""Cells a line may have where nobody's terminal says so: log viewers of CI services scroll, they do not wrap."""
_NEEDED: Final = "✓✗–·×…“é"


class Verbosity(StrEnum):
    """How much is told."""

    QUIET = "quiet"  # the first line only
    NORMAL = "normal"
    VERBOSE = "verbose"  # evidence and timings too


@dataclass(frozen=True, kw_only=True)
class Style:
    """What a reporter may use; the default suits a file."""

    width: int = NO_TERMINAL  # cells
    height: int = 0  # lines that a person sees at once; 0 where nothing scrolls away
    colour: bool = False
    unicode: bool = True
    verbosity: Verbosity = Verbosity.NORMAL


def style_for(stream: TextIO, environ: Mapping[str, str], verbosity: Verbosity = Verbosity.NORMAL) -> Style:
    """Ask a stream and the environment (``NO_COLOR``, ``FORCE_COLOR``, ``TERM``, ``COLUMNS``, ``CI``)."""
    return Style(
        width=_width(stream, environ),
        height=_height(stream),
        colour=_colour(stream, environ),
        unicode=can_write(stream, _NEEDED),
        verbosity=verbosity,
    )


def can_write(stream: TextIO, text: str) -> bool:
    """Whether the stream's encoding has all of these characters."""
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """NO_COLOR (no-color.org: set and not empty) beats FORCE_COLOR, which beats what the stream is."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in {"", "0", "false"}:
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def _width(stream: TextIO, environ: Mapping[str, str]) -> int:
    least = NO_TERMINAL if on_ci(environ) else NARROWEST
    wished = environ.get("COLUMNS", "")
    return max(least, int(wished) if wished.isdecimal() and int(wished) else _terminal_width(stream))


def _height(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).lines if stream.isatty() else 0
    except (OSError, ValueError):
        return 0


def _terminal_width(stream: TextIO) -> int:
    """Ask the terminal; a pipe into a pager ends in the one that stderr still shows."""
    for each in (stream, sys.stderr):
        try:
            return os.get_terminal_size(each.fileno()).columns or NO_TERMINAL
        except (OSError, ValueError, AttributeError):
            continue
    return NO_TERMINAL
