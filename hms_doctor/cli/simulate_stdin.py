"""Lines typed to a running simulator: read when they are there, never waited for."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, TypeAlias

from hms_doctor.platforms.keyboard import is_anothers

Hear: TypeAlias = Callable[[str], None]
_PIECE: Final = 4096
_MOST: Final = 1 << 20  # of a file, which is read in one go
_LOOK_AGAIN: Final = 0.5


@contextmanager
def typed(hear: Hear) -> Iterator[None]:
    """Give each line of standard input to ``hear``, in the loop; a closed, empty or odd one is as good as none."""
    lines = _Lines(hear)
    try:
        number = sys.stdin.fileno() if sys.stdin else -1
    except (OSError, ValueError):  # a stand-in without a file
        number = -1
    if number < 0:
        yield
        return
    with _watched(asyncio.get_running_loop(), number, lines):
        yield


@contextmanager
def _watched(loop: asyncio.AbstractEventLoop, number: int, lines: "_Lines") -> Iterator[None]:
    watch = _Watch(loop, number, lines)
    try:
        watch.begin()
    except NotImplementedError:  # the loop of Windows; the thread ends with the process
        threading.Thread(target=_read_on, args=(loop, number, lines), daemon=True).start()
    except OSError:  # a file, or /dev/null: what it holds is there already
        _read_whole(number, lines)
    try:
        yield
    finally:
        watch.end()


class _Lines:
    """Cuts what comes into lines; one that is far too long counts as several."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._rest = b""

    def take(self, data: bytes) -> None:
        """Take what was read; nothing means the end, where a last line needs no line feed."""
        *whole, rest = (self._rest + data).split(b"\n")
        self._rest = rest
        if not data or len(rest) > _PIECE:
            whole, self._rest = [*whole, rest], b""
        for line in whole:
            self._hear(line.decode("utf-8", "replace").strip())


class _Watch:
    """Reads from a terminal, a pipe or a socket whenever there is something to read."""

    def __init__(self, loop: asyncio.AbstractEventLoop, number: int, lines: _Lines) -> None:
        self._loop = loop
        self._number = number
        self._lines = lines
        self._later: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """Watch it; raises OSError for what cannot be watched, NotImplementedError where nothing can."""
        self._loop.add_reader(self._number, self._read)

    def end(self) -> None:
        """Watch it no longer."""
        self._later()
        with suppress(OSError, NotImplementedError, ValueError):
            self._loop.remove_reader(self._number)

    def _read(self) -> None:
        if is_anothers(self._number):  # reading a terminal from the background would stop the whole program
            self.end()
            self._later = self._loop.call_later(_LOOK_AGAIN, self.begin).cancel
            return
        try:
            data = os.read(self._number, _PIECE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.end()
        self._lines.take(data)


def _read_whole(number: int, lines: _Lines) -> None:
    read, data = 0, b"more"
    while data and read < _MOST:
        try:
            data = os.read(number, _PIECE)
        except OSError:
            data = b""
        read += len(data)
        lines.take(data)


def _read_on(loop: asyncio.AbstractEventLoop, number: int, lines: _Lines) -> None:
    data = b"more"
    while data:
        try:
            data = os.read(number, _PIECE)
            loop.call_soon_threadsafe(lines.take, data)
        except (OSError, RuntimeError):  # the loop is closed: nobody listens any more
            return
