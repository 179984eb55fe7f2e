"""Width, colour and characters follow the stream and the environment."""

import io
import os
import pty
import struct
import termios
from collections.abc import Iterator, Mapping
from fcntl import ioctl
from typing import TextIO

import pytest

from hms_doctor.reporters import Style, Verbosity, style_for
from hms_doctor.reporters.style import NARROWEST, NO_TERMINAL, can_write


class Screen(io.StringIO):
    """A stream that says it is a terminal and has no size."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal() -> Iterator[TextIO]:
    """Give a real terminal of 93 columns."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 93, 0, 0))
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        yield stream
    os.close(ours)


@pytest.mark.parametrize(
    ("environ", "is_terminal", "colour"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour(environ: Mapping[str, str], is_terminal: bool, colour: bool) -> None:
    assert style_for(Screen() if is_terminal else io.StringIO(), environ).colour is colour


@pytest.mark.parametrize(
    ("environ", "width"),
    [
        ({"COLUMNS": "90"}, 90),
        ({"COLUMNS": "20"}, NARROWEST),
        ({"COLUMNS": "90", "CI": "true"}, NO_TERMINAL),
        ({"COLUMNS": "200", "CI": "1"}, 200),
        ({"CI": "true"}, NO_TERMINAL),
    ],
)
def test_width(environ: Mapping[str, str], width: int) -> None:
    assert style_for(io.StringIO(), environ).width == width


@pytest.mark.parametrize("columns", ["", "0", "-5", "wide", "²"])
def test_a_width_that_is_none_is_passed_over(columns: str, terminal: TextIO) -> None:
    assert style_for(terminal, {"COLUMNS": columns}).width == 93


def test_a_pipe_into_a_pager_is_as_wide_as_the_terminal_behind_stderr(
    terminal: TextIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", terminal)
    assert style_for(io.StringIO(), {}).width == 93


def test_without_any_terminal_lines_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert style_for(io.StringIO(), {}).width == NO_TERMINAL


@pytest.mark.parametrize(
    ("encoding", "able"), [("utf-8", True), ("cp1252", False), ("ascii", False), ("latin-1", False)]
)
def test_characters_follow_the_encoding(encoding: str, able: bool) -> None:
    with io.TextIOWrapper(io.BytesIO(), encoding=encoding) as stream:
        assert style_for(stream, {}).unicode is able


def test_a_stream_without_encoding_gets_ascii() -> None:
    assert not can_write(io.StringIO(), "✓")
    assert can_write(io.StringIO(), "+")


def test_verbosity_is_handed_on() -> None:
    assert style_for(io.StringIO(), {}, Verbosity.QUIET).verbosity is Verbosity.QUIET
    assert Style().verbosity is Verbosity.NORMAL
