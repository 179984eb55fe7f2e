"""Keys of the terminal, one by one and unechoed; the terminal is left as it was."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO


def is_keyboard(stream: TextIO | None) -> bool:
    """Whether keys can be had from a stream one by one (POSIX terminals)."""
    return sys.platform != "win32" and stream is not None and stream.isatty()


def is_anothers(descriptor: int) -> bool:
    """Whether this is a terminal with another program in the foreground (POSIX: job control)."""
    if sys.platform == "win32":
        return False
    else:  # noqa: RET505 - what the other system lacks is read by mypy only in a branch of its own
        try:
            return os.isatty(descriptor) and os.tcgetpgrp(descriptor) != os.getpgrp()
        except OSError:
            return False


@contextmanager
def keys(stream: TextIO | None, pressed: Callable[[str], None]) -> Iterator[None]:
    """Tell of what is pressed while an event loop runs; Ctrl-C stays a signal. Without a keyboard nothing is told."""
    if sys.platform == "win32" or stream is None or not stream.isatty():
        yield
    else:
        import termios
        import tty

        descriptor, loop = stream.fileno(), asyncio.get_running_loop()
        before = termios.tcgetattr(descriptor)

        def read() -> None:
            with suppress(OSError):
                for key in os.read(descriptor, 64).decode("utf-8", "replace"):
                    pressed(key)

        tty.setcbreak(descriptor, termios.TCSANOW)
        loop.add_reader(descriptor, read)
        try:
            yield
        finally:
            loop.remove_reader(descriptor)
            with suppress(termios.error):  # the terminal is gone
                termios.tcsetattr(descriptor, termios.TCSANOW, before)
