"""The run, live on a terminal's stderr: one line a running check; what is through stays where it is."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TextIO

from hms_doctor.model.events import CheckEnded, CheckStarted, CheckWaiting, Event, Observer, RunEnded, unwatched
from hms_doctor.model.finding import CheckResult, Status
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.clean import clean
from hms_doctor.model.vantage import on_ci
from hms_doctor.reporters.layout import Role, ascii_only, cells
from hms_doctor.reporters.style import Style, style_for
from hms_doctor.reporters.words import GLYPH, seconds

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_PATIENCE: Final = 2.0
"""Seconds after which a person wants to know what is waited for."""
_TURNS: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ASCII_TURNS: Final = "|/-\\"
_RICH: Final = {Role.GOOD: "green", Role.CARE: "yellow", Role.BAD: "red", Role.DIM: "dim"}
_ROLES: Final = {
    Status.PASS: Role.GOOD,
    Status.WARN: Role.CARE,
    Status.FAIL: Role.BAD,
    Status.INCONCLUSIVE: Role.CARE,
    Status.SKIP: Role.DIM,
}


@contextmanager
def watching(stream: TextIO, environ: Mapping[str, str]) -> Iterator[Observer]:
    """Give an observer that shows the run while it lasts; off a terminal and on CI it shows nothing.

    Its lines make way for the report, or stay where the report goes elsewhere.
    """
    if not stream.isatty() or on_ci(environ) or environ.get("TERM") == "dumb":
        yield unwatched
        return
    from rich.live import Live

    style = style_for(stream, environ)
    console = _console(stream, style)
    board = Board(unicode=style.unicode, clock=time.monotonic)
    live = Live(
        get_renderable=lambda: board.text(room=console.height - 1, width=console.width),
        console=console,
        refresh_per_second=8,
        transient=sys.stdout.isatty(),
        redirect_stdout=False,
        redirect_stderr=False,
        vertical_overflow="visible",
    )
    with live:
        # However this process ends, the cursor was never away.
        console.show_cursor(show=True)
        yield board.listen


def _console(stream: TextIO, style: Style) -> "Console":
    from rich.console import Console

    return Console(
        file=stream, force_terminal=True, color_system="standard", no_color=not style.colour, highlight=False
    )


@dataclass(frozen=True, kw_only=True)
class Running:
    """A check that looks: since when, and what it waits for; ``gives_up`` is on its own scale of seconds."""

    since: float
    what: str = ""
    gives_up: float = 0.0


class Board:
    """What is known of the run by now; checks stay in the order in which they began."""

    def __init__(self, *, unicode: bool, clock: Callable[[], float]) -> None:
        self._unicode = unicode
        self._clock = clock
        self._checks: dict[str, Running | CheckResult] = {}

    def listen(self, event: Event) -> None:
        """Take in what the runner tells; it is hostile text like any other."""
        match clean(event, ()):
            case CheckStarted(id=check_id):
                self._checks[check_id] = Running(since=self._clock())
            case CheckWaiting() as waiting:
                self._wait(waiting)
            case CheckEnded(result=result) if result.id in self._checks:
                self._checks[result.id] = result
            case CheckEnded() | RunEnded():
                pass

    def _wait(self, waiting: CheckWaiting) -> None:
        running = self._checks.get(waiting.id)
        if isinstance(running, Running):
            gives_up = self._clock() - running.since + waiting.gives_up_in
            self._checks[waiting.id] = replace(running, what=waiting.what, gives_up=gives_up)

    def text(self, *, room: int, width: int) -> "Text":
        """Give the board in at most so many lines; on a low terminal the first that are through make way."""
        from rich.text import Text

        shown = dict(self._checks)
        through = [check_id for check_id, state in shown.items() if isinstance(state, CheckResult)]
        for check_id in through[: max(0, len(shown) - room)]:
            del shown[check_id]
        lines = [self._line(check_id, state, width) for check_id, state in shown.items()]
        return Text("\n").join(lines[-room:])

    def _line(self, check_id: str, state: Running | CheckResult, width: int) -> "Text":
        from rich.text import Text

        name = max(map(cells, self._checks))
        role, glyph, told = _ended(state) if isinstance(state, CheckResult) else self._running(state)
        line = f" {glyph} {check_id:<{name}}  {told}"
        text = Text(line if self._unicode else ascii_only(line), no_wrap=True)
        text.truncate(width, overflow="ellipsis" if self._unicode else "crop")
        text.stylize(_RICH[role], 0, 2)
        return text

    def _running(self, running: Running) -> tuple[Role, str, str]:
        elapsed = self._clock() - running.since
        turns = _TURNS if self._unicode else _ASCII_TURNS
        told = seconds(elapsed * 1000)
        if elapsed >= _PATIENCE and running.what:
            told += f"  waiting for {running.what} until {running.gives_up:.0f} s"
        return Role.DIM, turns[int(elapsed * 8) % len(turns)], told


def _ended(result: CheckResult) -> tuple[Role, str, str]:
    return _ROLES[result.status], GLYPH[result.status], result.summary
