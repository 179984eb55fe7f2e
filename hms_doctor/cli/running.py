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
    """Run an order; Ctrl-C ends it with the report of what was seen by then."""
    interrupt = asyncio.Event()
    with _on_interrupt(interrupt.set), output.progress() as observer:
        return await execute(replace(order, on_event=observer, interrupt=interrupt))


@contextmanager
def _on_interrupt(act: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C end the run politely and a second one end it at once, also while the report is told."""
    loop = asyncio.get_running_loop()
    pressed: list[int] = []

    def pressed_again(number: int, _frame: object) -> None:
        pressed.append(number)
        if len(pressed) > 1:
            os._exit(130)
        loop.call_soon_threadsafe(act)

    before = signal.signal(signal.SIGINT, pressed_again)
    try:
        yield
    finally:
        if not pressed:
            signal.signal(signal.SIGINT, before)


def warn(sentence: str) -> None:
    """Tell the user something beside the report, on stderr."""
    typer.echo(f"hms-doctor: {sentence}", err=True)
