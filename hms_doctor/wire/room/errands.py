"""Work that goes on beside the checks while we are in the room."""

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import suppress


async def quietly(work: Awaitable[None]) -> None:
    """Do the last that can be done; that it fails changes nothing any more."""
    with suppress(Exception):
        await work


class Errands:
    """Background tasks of one stay: each is called off at its end at the latest."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[None, None, None]) -> None:
        """Do this beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def call_off(self) -> None:
        """Begin to end all of them."""
        for task in self._tasks:
            task.cancel()

    async def ended(self) -> None:
        """Wait until all have ended, whatever in."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: "asyncio.Task[None]") -> None:
        if task.cancelled() or not task.exception():
            self._tasks.discard(task)
