"""Has all rows seen, many at once: a loop in a thread of its own with the simulators, the browsers and the rows."""

import asyncio
import shutil
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack
from typing import Final, Self

from oracle_browser import Driver, driver
from oracle_row import Machine, Row, Seen, Settles
from oracle_seeing import Stage, scenario_of, see

from hms_doctor.simulator import Simulator
from hms_doctor.simulator.scenario import Certificate

AT_ONCE: Final = {True: 5, False: 8}
"""Rows at a time, of those in a room, where pictures are sent, and of the others, which cost next to nothing."""
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
            slots = {in_room: asyncio.Semaphore(most) for in_room, most in AT_ONCE.items()}
            tasks = []
            played = zip(self._rows.values(), simulators, strict=True)
            for row, simulator in sorted(played, key=lambda one: -one[0].watch):  # the longest first
                browser = browsers[row.machine is Machine.NO_DEVICES]
                stage = Stage(simulator=simulator, driver=driven, browser=browser)
                tasks.append(asyncio.create_task(self._one(row, stage, slots[row.settles is Settles.RESOLVES])))
            stack.push_async_callback(_cancelled, tasks)
            await asyncio.to_thread(self._over.wait)

    async def _one(self, row: Row, stage: Stage, slots: asyncio.Semaphore) -> None:
        try:
            async with slots, asyncio.timeout(row.watch + _LONGEST_BESIDES):
                self._results[row.name].set_result(await see(row, stage))
        except Exception as error:  # noqa: BLE001 - the row's own test raises it
            self._results[row.name].set_exception(error)


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


async def _cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
