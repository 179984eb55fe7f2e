"""On a terminal lower than the report, the verdict and what to do stand below the table as well."""

import fcntl
import os
import pty
import struct
import termios

from samples import udp_blocked

from hms_doctor.reporters.style import Style, style_for
from hms_doctor.reporters.table import render


def test_a_low_terminal_sees_the_verdict_again() -> None:
    report = udp_blocked()
    whole = render(report, Style(width=80))
    low = render(report, Style(width=80, height=24))
    first, second = whole.splitlines()[:2]
    assert low.startswith(whole)
    assert low.removeprefix(whole).splitlines()[:3] == ["", first, second]


def test_a_high_terminal_and_a_file_say_it_once() -> None:
    report = udp_blocked()
    assert render(report, Style(width=80, height=200)) == render(report, Style(width=80))


def test_the_height_is_the_terminals_and_a_pipe_has_none() -> None:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    read, write = os.pipe()
    with open(follower, "w") as terminal, open(write, "w") as pipe:  # noqa: PTH123 - descriptors have no path
        assert style_for(terminal, {}).height == 24
        assert style_for(pipe, {}).height == 0
    os.close(leader)
    os.close(read)
