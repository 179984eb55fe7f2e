"""From an order to an exit code: run it, show it live, print the report, write the files."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import typer

from hms_doctor.cli.output import Output
from hms_doctor.model.report.report import Report
from hms_doctor.runner import Order, execute


def run_and_report(order: Order, output: Output) -> int:
    """Run an order in an event loop of its own and tell the report as asked."""
    return output.tell(asyncio.run(run_order(order, output)))


async def run_order(order: Order, output: Output) -> Report:
    """Run an order; Ctrl-C, SIGTERM and SIGHUP end it with the report of what was seen by then."""
    interrupt = asyncio.Event()
    with _on_interrupt(interrupt.set), output.progress() as observer:
        return await execute(replace(order, on_event=observer, interrupt=interrupt))


@contextmanager
def _on_interrupt(act: Callable[[], None]) -> Iterator[None]:
    """Let the first signal end the run politely, and a Ctrl-C after it at once, also while the report is told.

    A second SIGTERM is no hurry: `timeout` of coreutils sends two, and a relay that is not given back counts against
    the user's quota for ten minutes.
    """
    loop = asyncio.get_running_loop()
    pressed: list[int] = []

    def end(number: int, _frame: object) -> None:
        if pressed and number == signal.SIGINT:
            os._exit(130)
        if not pressed:
            loop.call_soon_threadsafe(act)
        pressed.append(number)

    before = {number: signal.signal(number, end) for number in endings()}
    try:
        yield
    finally:
        if not pressed:
            for number, handler in before.items():
                signal.signal(number, handler)


def endings() -> Iterator[int]:
    """Give Ctrl-C, and what else ends a program, except where `nohup` or its like had it ignored."""
    yield signal.SIGINT
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            yield number


def warn(sentence: str) -> None:
    """Tell the user something beside the report, on stderr."""
    typer.echo(f"hms-doctor: {sentence}", err=True)
