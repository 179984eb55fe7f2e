"""What the parts of one simulator share: the scenario, the certificates, the tasks and the things to close."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import field

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.authority import Authority
from hms_doctor.simulator.crowd import Crowd
from hms_doctor.simulator.scenario import Scenario
from hms_doctor.simulator.switching import OnSwitch, Playing


def _nothing() -> None: ...


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One running simulator as its parts see it; ``stack`` is closed at the end, after every task is gone."""

    playing: Playing
    crowd: Crowd  # who is in the room
    authority: Authority
    bind: str  # the address that everything listens on
    stack: AsyncExitStack
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def scenario(self) -> Scenario:
        """What is played now to everyone of whom nothing else was said; read it at each use."""
        return self.playing.everyones

    def scenario_for(self, peer: str) -> Scenario:
        """Give what is played now to the peer of this name or peer id; read it at each use."""
        return self.playing.to(peer)

    def on_switch(self, listener: OnSwitch) -> Callable[[], None]:
        """Call this after each switch, at once and in the loop's thread; gives what takes it off again."""
        return self.playing.on_switch(listener)

    def now(self) -> float:
        """Seconds since 1970 UTC on the server's clock."""
        return time.time() + self.scenario.clock_offset

    def spawn(self, work: Coroutine[None, None, None], last: Callable[[], None] = _nothing) -> None:
        """Run this beside everything else; it is cancelled at the end, and ``last`` is done even if it never began."""
        task = asyncio.create_task(work)
        task.add_done_callback(lambda _task: last())
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or not task.exception():
            self.tasks.discard(task)

    async def stop(self) -> None:
        """Cancel every task and wait for it; a task that ended in an exception (a bug of ours) raises it here."""
        for task in self.tasks:
            task.cancel()
        ended = await asyncio.gather(*self.tasks, return_exceptions=True)
        self.tasks.clear()
        # An aborted transport closes its socket in the loop's next rounds.
        for _round in range(3):
            await asyncio.sleep(0)
        for result in ended:
            if isinstance(result, Exception):
                raise result
