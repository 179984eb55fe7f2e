"""Has all rows seen, many at once: a loop in a thread of its own with the simulators, the browsers and the rows."""

import asyncio
import shutil
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack
from typing import Final, Self

from oracle_browser import Driver, driver
from oracle_judge import is_well
from oracle_row import Machine, Row, Seen, Settles
from oracle_seeing import Stage, scenario_of, see

from hms_doctor.simulator import Simulator
from hms_doctor.simulator.scenario import Certificate

AT_ONCE: Final = {True: 5, False: 8}
"""Rows at a time, of those in a room, where pictures are sent, and of the others, which cost next to nothing."""
AGAIN_AT_ONCE: Final = 4
"""A row that other work kept from the processor tells nothing; an SDK that changed says the same again."""
_LONGEST_BESIDES: Final = 60.0
"""Seconds that a row may take beyond those that it is watched."""


class Farm:
    """Sees every row once; ``seen`` waits for one of them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {row.name: row for row in rows}
        self._results: dict[str, Future[Seen]] = {name: Future() for name in self._rows}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="oracle")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(60)

    def seen(self, row: Row, longest: float) -> Seen:
        """Give what came of a row; raises what went wrong on our side, TimeoutError after ``longest`` seconds."""
        return self._results[row.name].result(longest)

    def _run(self) -> None:
        try:
            asyncio.run(self._main())
        except Exception as error:  # noqa: BLE001 - every test that waits must be told
            for result in self._results.values():
                if not result.done():
                    result.set_exception(RuntimeError(f"the oracle's browser or simulator failed: {error!r}"))

    async def _main(self) -> None:
        async with AsyncExitStack() as stack:
            simulators = [
                await stack.enter_async_context(Simulator(scenario_of(row.fault))) for row in self._rows.values()
            ]
            driven = await stack.enter_async_context(driver())
            browsers = {
                bare: await _launched(driven, simulators, bare=bare)
                for bare in {row.machine is Machine.NO_DEVICES for row in self._rows.values()}
            }
            stages = {
                name: Stage(simulator=simulator, driver=driven, browser=browsers[row.machine is Machine.NO_DEVICES])
                for (name, row), simulator in zip(self._rows.items(), simulators, strict=True)
            }
            work = asyncio.create_task(self._see_all(stages))
            stack.push_async_callback(_cancelled, work)
            await asyncio.to_thread(self._over.wait)

    async def _see_all(self, stages: Mapping[str, Stage]) -> None:
        """See the rows, the longest first, and once more, when it is quieter, those that were not as expected."""
        slots = {in_room: asyncio.Semaphore(most) for in_room, most in AT_ONCE.items()}
        rows = sorted(self._rows.values(), key=lambda row: -row.watch)
        tries = [self._try(row, stages[row.name], slots[row.settles is Settles.RESOLVES]) for row in rows]
        again = [row for row, settled in zip(rows, await asyncio.gather(*tries), strict=True) if not settled]
        slot = asyncio.Semaphore(AGAIN_AT_ONCE)
        await asyncio.gather(*(self._try(row, stages[row.name], slot, last=True) for row in again))

    async def _try(self, row: Row, stage: Stage, slot: asyncio.Semaphore, *, last: bool = False) -> bool:
        """See a row; whether that settles it."""
        try:
            async with slot, asyncio.timeout(row.watch + _LONGEST_BESIDES):
                seen = await see(row, stage)
        except Exception as error:  # noqa: BLE001 - the row's own test raises it
            if last:
                self._results[row.name].set_exception(error)
            return last
        if last or is_well(row, seen):
            self._results[row.name].set_result(seen)
            return True
        return False


async def _launched(driven: Driver, simulators: Sequence[Simulator], *, bare: bool) -> int:
    executable = shutil.which("chromium")
    trusted = ",".join(simulator.spki for simulator in simulators if _is_trusted(simulator))
    told = await driven.ask("launch", executable=executable, spki=trusted, devices=not bare)
    number = told["browser"]
    assert isinstance(number, int)
    return number


def _is_trusted(simulator: Simulator) -> bool:
    """Whether the browser is told to trust the certificate: not where the fault is that it cannot."""
    return simulator.scenario.tls.certificate is Certificate.GOOD


async def _cancelled(work: asyncio.Task[None]) -> None:
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
