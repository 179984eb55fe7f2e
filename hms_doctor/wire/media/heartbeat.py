"""Whether our own event loop ran on time: what a busy machine does must not be blamed on the network."""

import asyncio
from types import TracebackType
from typing import Final, Self

from hms_doctor.model.ice.media import Stall
from hms_doctor.model.units import Seconds
from hms_doctor.wire.stamps import TICK, stamp

BEAT: Final = 0.005
LATE: Final = 0.005
"""Seconds of lateness that count: timers of event loops are a millisecond or two late by themselves."""
_MOST_KEPT: Final = 1000


class Heartbeat:
    """Beats while ``async with`` lasts; ``stalls`` has every beat that came late."""

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            due = stamp() + BEAT
            await asyncio.sleep(BEAT)
            late = stamp() - due
            if late > LATE + TICK and len(self._late) < _MOST_KEPT:
                self._late.append((due, late))

    def stalls(self, since: float) -> tuple[Stall, ...]:
        """Give the stalls after a moment by ``stamps``, timed from there."""
        return tuple(Stall(at=Seconds(due - since), lasted=Seconds(late)) for due, late in self._late if due >= since)
