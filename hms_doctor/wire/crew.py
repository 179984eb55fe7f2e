"""Probes that run side by side and fill one board, watched as it fills."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from types import TracebackType
from typing import Generic, Self, TypeAlias, TypeVar

Row = TypeVar("Row")
Place: TypeAlias = tuple[int, int]
"""Where a row stands: the URL's place in the list, then the address family's."""


class Crew(Generic[Row]):
    """Tasks and their rows; leaving ``async with`` cancels what still runs and waits for its farewells."""

    def __init__(self) -> None:
        self.board: dict[Place, Row] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def put(self, place: Place, row: Row) -> None:
        """Write a row, over an earlier one at the same place."""
        self.board[place] = row
        self._changed.set()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run a probe beside the others."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(lambda _task: self._changed.set())

    def rows(self) -> tuple[Row, ...]:
        """Give what is on the board, in the order of the list."""
        return tuple(row for _place, row in sorted(self.board.items(), key=lambda item: item[0]))

    async def snapshots(self) -> AsyncGenerator[tuple[Row, ...], None]:
        """Give the board whenever it has changed, until all probes have ended; a bug in one of them is raised."""
        told: tuple[Row, ...] = ()
        while self._tasks:
            await self._changed.wait()
            self._changed.clear()
            for task in [task for task in self._tasks if task.done()]:
                self._tasks.discard(task)
                task.result()
            if self.rows() != told:
                told = self.rows()
                yield told
