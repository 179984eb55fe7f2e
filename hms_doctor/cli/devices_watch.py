"""``hms-doctor devices --watch``: a microphone's level, live, until it is enough."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, aclosing, contextmanager, suppress
from dataclasses import replace
from typing import Final

from hms_doctor.cli.device_flags import MICROPHONE, DeviceFlags, wish_of
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.output import make_output, stdout_style
from hms_doctor.cli.request import Limits, devices_order, sensible_timeout
from hms_doctor.cli.running import endings, run_and_report, warn
from hms_doctor.cli.stdout import say
from hms_doctor.devices.watched import Sound, watched
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.levels import Level
from hms_doctor.model.devices.look import Look, NothingSeen
from hms_doctor.model.devices.play_choice import listener
from hms_doctor.model.devices.playings import Unheeded
from hms_doctor.model.devices.recordings import LeftAlone
from hms_doctor.model.devices.sound_verdicts import judge
from hms_doctor.model.devices.surveys import NotTried
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.devices.words import MICROPHONE as WORDS
from hms_doctor.model.finding import Undecided, code_of, severity, status_of
from hms_doctor.model.settings import Selection
from hms_doctor.model.vantage import on_ci
from hms_doctor.platforms.keyboard import is_keyboard, keys
from hms_doctor.reporters.meter import DRAWN, Tally, drawn, ended, heading, summary, tallied
from hms_doctor.reporters.style import can_write

_USUAL_WIDTH: Final = 80
_FRAME_SECONDS: Final = 0.045
"""Between two drawings at least: a server sends several levels at a time, and an eye sees twenty a second."""
_OTHERS: Final = (
    "--test",
    "--play",
    "--camera",
    "--deep",
    "--only",
    "--skip",
    "--require",
    "--format",
    "--output",
    "--share",
)
_FAILED: Final = 1
_UNDECIDED: Final = 3


def watch(flags: DeviceFlags, limits: Limits, others: Sequence[object]) -> int:
    """Show the meter until Ctrl-C, ``q``, the time-out, or the microphone's end; give the exit code.

    Raises UsageError where nobody watches, and for a flag that has no meaning here (``others``, in ``_OTHERS``' order).
    """
    if wrong := next((name for name, given in zip(_OTHERS, others, strict=True) if given), ""):
        raise UsageError(f"--watch shows one microphone and nothing else: drop {wrong}")
    if not sys.stdout.isatty() or on_ci(os.environ):
        raise UsageError("--watch draws on a terminal, and there is none here: use --test, which records two seconds")
    seconds = None if limits.timeout is None else sensible_timeout(limits.timeout)
    screen = _Screen()
    last = asyncio.run(_shown(screen, replace(wish_of(flags, deep=False), watches=True), seconds))
    if last is not None and not screen.began:
        return _without(last, flags, limits)
    say(f"{screen.end()}\n")
    return 0 if last is None else _gone(last, limits.platform, screen)


class _Screen:
    """The terminal: a heading, and below it a line that is drawn over and over."""

    def __init__(self) -> None:
        style = stdout_style()
        self.style = style
        self._bars = replace(style, unicode=style.unicode and can_write(sys.stdout, DRAWN))
        self._tally = Tally()
        self._drawn = 0.0
        self.began = 0.0

    def name(self, look: Look[Sound]) -> None:
        """Head the meter with the microphone's name."""
        way = None if isinstance(look.seen, NothingSeen) else listener(look.seen, look.wish.microphone)
        if way is None or isinstance(way, Unheeded) or self.began:
            return
        self.began = time.monotonic()
        say(heading(way.name, "q or Ctrl-C" if is_keyboard(sys.stdin) else "Ctrl-C", _width(), self.style))
        self._draw()

    def take(self, level: Level) -> None:
        """Show a level."""
        self._tally = tallied(self._tally, level, time.monotonic())
        self._draw()

    def end(self) -> str:
        """Leave the meter where it is, and sum up below it."""
        lasted = time.monotonic() - self.began if self.began else 0.0
        return f"\n{summary(self._tally, lasted)}"

    def _draw(self) -> None:
        now = time.monotonic()
        if now - self._drawn > _FRAME_SECONDS:
            self._drawn = now
            say(drawn(self._tally, now, _width(), self._bars))


def _width() -> int:
    """Ask each time: a window changes its size."""
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _USUAL_WIDTH
    except OSError:
        return _USUAL_WIDTH


async def _shown(screen: _Screen, wish: DeviceWish, seconds: float | None) -> Look[Sound] | None:
    """Show the meter; give the last look where it ended by itself, None where that was wished for."""
    over = asyncio.Event()
    with _politely(over.set), keys(sys.stdin, lambda key: over.set() if key in "qQ" else None):
        async with AsyncExitStack() as stack:
            showing = asyncio.ensure_future(_show(screen, wish, stack))
            enough = asyncio.ensure_future(over.wait())
            await asyncio.wait({showing, enough}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if showing.done():
                enough.cancel()
                return showing.result()
            for task in (showing, enough):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
    return None


async def _show(screen: _Screen, wish: DeviceWish, stack: AsyncExitStack) -> Look[Sound] | None:
    last: Look[Sound] | None = None
    async with aclosing(watched(wish, stack)) as told:
        async for each in told:
            if isinstance(each, Level):
                screen.take(each)
            else:
                last = each
                screen.name(each)
    return last


@contextmanager
def _politely(act: Callable[[], None]) -> Iterator[None]:
    """Take every signal that ends a program as a wish to end: the terminal has to be put back first."""
    loop = asyncio.get_running_loop()

    def end(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(act)

    before = {number: signal.signal(number, end) for number in endings()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _without(last: Look[Sound], flags: DeviceFlags, limits: Limits) -> int:
    """Tell why there is nothing to show, as a run without a meter tells it."""
    outcome = NotTried() if isinstance(last.seen, NothingSeen) else last.seen.recording
    if isinstance(outcome, LeftAlone):
        warn(f"{outcome.name} is a Bluetooth microphone, left alone until it is named: --microphone with its name")
        return _FAILED
    looked = DeviceFlags(test=not isinstance(outcome, NotTried), microphone=flags.microphone)
    order = devices_order(Selection(only=(MICROPHONE,)), replace(limits, devices=looked))
    output = make_output("table", None, verbose=False, quiet=False, share=False)
    return run_and_report(order, output) or _FAILED


def _gone(last: Look[Sound], platform: Platform, screen: _Screen) -> int:
    """Tell how a microphone that was shown went away."""
    found = max(judge(last, WORDS), key=lambda finding: severity(status_of(finding)))
    say(ended(found, code_of(found, platform), screen.style))
    return _UNDECIDED if isinstance(found, Undecided) else _FAILED
