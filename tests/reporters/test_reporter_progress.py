"""Progress on a real terminal: what is shown, what stays, and that the cursor is never left hidden."""

import io
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

import pytest
from samples import CAMERA, FORMAT, SAMPLES, skipped

from hms_doctor.model.events import CheckEnded, CheckStarted, CheckWaiting, Event, RunEnded, unwatched
from hms_doctor.model.finding import CheckResult, Passed, Ran
from hms_doctor.reporters.progress import Board, watching

HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"


class Time:
    """A clock that goes when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def board(clock: Time) -> Board:
    return Board(unicode=True, clock=clock)


def lines(board: Board, room: int = 20, width: int = 80) -> list[str]:
    return board.text(room=room, width=width).plain.splitlines()


def start(board: Board, *check_ids: str) -> None:
    for check_id in check_ids:
        board.listen(CheckStarted(id=check_id, title="t"))


def test_a_running_check_shows_how_long(board: Board, clock: Time) -> None:
    start(board, "init")
    clock.now += 1.3
    assert re.fullmatch(r" . init  1\.3 s", lines(board)[0])


def test_after_two_seconds_it_shows_what_it_waits_for_and_until_when(board: Board, clock: Time) -> None:
    start(board, "ice.turn")
    clock.now += 1.0
    board.listen(CheckWaiting(id="ice.turn", what="turn-in.100ms.live:3478/udp", gives_up_in=4.0))
    assert "waiting" not in lines(board)[0]
    clock.now += 1.0
    assert lines(board)[0].endswith("ice.turn  2.0 s  waiting for turn-in.100ms.live:3478/udp until 5 s")


def test_what_is_through_stays_where_it_is(board: Board) -> None:
    start(board, "token.format", "init", "devices.camera")
    board.listen(CheckEnded(result=CAMERA))
    board.listen(CheckEnded(result=FORMAT))
    board.listen(RunEnded())
    first, second, third = lines(board)
    assert first == " ✓ token.format    3 segments, HS256"
    assert " init " in second
    assert third == " ✓ devices.camera  Integrated Camera, 1280×720, free"


def test_a_check_that_never_began_is_not_shown(board: Board) -> None:
    board.listen(CheckEnded(result=skipped("init", "t", "x")))
    board.listen(CheckWaiting(id="init", what="x", gives_up_in=1))
    assert lines(board) == []


def test_on_a_low_terminal_what_runs_is_seen(board: Board) -> None:
    start(board, *(f"check.{n}" for n in range(10)), "init")
    for n in range(10):
        board.listen(CheckEnded(result=CheckResult(id=f"check.{n}", title="t", outcome=Ran(findings=()))))
    assert [line.split()[1] for line in lines(board, room=3)] == ["check.8", "check.9", "init"]


def test_more_running_than_lines(board: Board) -> None:
    start(board, *(f"check.{n}" for n in range(10)))
    assert len(lines(board, room=4)) == 4


def test_a_line_is_one_line_at_any_width(board: Board) -> None:
    start(board, "init")
    said = Passed(summary="内蔵 [bold]" + "long " * 40 + "\x1b[31m\n")
    board.listen(CheckEnded(result=CheckResult(id="init", title="t", outcome=Ran(findings=(said,)))))
    [line] = lines(board, width=30)
    assert line.startswith(" ✓ init  内蔵 [bold]long")
    assert line.endswith("…")
    [line] = lines(board, width=400)
    assert line.endswith(r"\x1b[31m\n")


def test_a_secret_shaped_text_is_not_shown_live_either(board: Board, clock: Time) -> None:
    start(board, "init")
    board.listen(CheckWaiting(id="init", what="wss://h/ws?token=eyJhbGciOiJIUzI1NiJ9.e30.sig", gives_up_in=9))
    clock.now += 3
    assert "waiting for wss://h/ws?token=… until 9 s" in lines(board)[0]


def test_ascii_where_the_terminal_knows_no_more(clock: Time) -> None:
    board = Board(unicode=False, clock=clock)
    start(board, "token.format", "init")
    board.listen(CheckEnded(result=FORMAT))
    assert lines(board)[0] == " + token.format  3 segments, HS256"
    assert lines(board)[1].isascii()


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"TERM": "dumb"}])
def test_ci_and_dumb_terminals_see_nothing(environ: Mapping[str, str]) -> None:
    screen = Screen()
    with watching(screen, environ) as observer:
        assert observer is unwatched
        observer(CheckStarted(id="init", title="t"))
    assert screen.getvalue() == ""


def test_a_pipe_sees_nothing() -> None:
    pipe = io.StringIO()
    with watching(pipe, {}) as observer:
        observer(CheckStarted(id="init", title="t"))
        observer(CheckEnded(result=FORMAT))
    assert pipe.getvalue() == ""


def tell(screen: Screen, environ: Mapping[str, str], events: list[Event]) -> str:
    with watching(screen, environ) as observer:
        for event in events:
            observer(event)
    return screen.getvalue()


EVENTS: list[Event] = [CheckStarted(id="token.format", title="t"), CheckEnded(result=FORMAT), RunEnded()]


def test_the_lines_stay_where_the_report_goes_elsewhere() -> None:
    shown = tell(Screen(), {}, EVENTS)
    assert "token.format  " in shown
    assert shown.rstrip("\n\x1b[?25h").endswith("HS256")


def test_the_lines_make_way_for_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Screen())
    assert tell(Screen(), {}, EVENTS).endswith("\x1b[2K")


@pytest.mark.parametrize(("environ", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_as_asked(environ: Mapping[str, str], coloured: bool) -> None:
    assert bool(re.search(r"\x1b\[3\dm", tell(Screen(), environ, EVENTS))) is coloured


SCRIPT = """
import os, sys, time
from hms_doctor.model.events import CheckStarted
from hms_doctor.reporters.progress import watching
with watching(sys.stderr, os.environ) as observer:
    observer(CheckStarted(id="init", title="t"))
    print("ready", flush=True)
    if sys.argv[1] == "exit":
        os._exit(130)
    time.sleep(30)
"""


@contextmanager
def on_a_terminal(how: str) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run the script with stderr on a terminal of its own."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environ = {**os.environ, "TERM": "xterm", "PYTHONPATH": str(Path(__file__).parents[2])}
    environ.pop("CI", None)
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, how],
        stdout=subprocess.PIPE,
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        env=environ,
    )
    os.close(theirs)
    try:
        with child:
            yield child, ours
            child.kill()
    finally:
        os.close(ours)


def everything_from(terminal: int, child: "subprocess.Popen[bytes]") -> bytes:
    """Read what a terminal shows until its program is gone."""
    seen, patience = b"", time.monotonic() + 20
    while time.monotonic() < patience:
        readable, _, _ = select.select([terminal], [], [], 0.1)
        try:
            seen += os.read(terminal, 65536) if readable else b""
        except OSError:
            break
        if child.poll() is not None and not readable:
            break
    return seen


@pytest.mark.parametrize("how", ["ctrl-c", "exit"])
def test_the_cursor_is_there_however_the_process_ends(how: str) -> None:
    with on_a_terminal(how) as (child, terminal):
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        if how == "ctrl-c":
            child.send_signal(signal.SIGINT)
        seen = everything_from(terminal, child)
    assert SHOW in seen
    assert seen.rindex(SHOW) > seen.rfind(HIDE)


def test_every_status_has_its_glyph(board: Board) -> None:
    for sample in SAMPLES.values():
        for result in sample.checks:
            start(board, result.id)
            board.listen(CheckEnded(result=result))
    assert {line[1] for line in lines(board, room=99)} == set("✓✗!?–")
