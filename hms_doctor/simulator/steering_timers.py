"""When things happen: the clock on the wall and the loop's timers, in one place for what plays faults in time."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, TypeAlias

Cancel: TypeAlias = Callable[[], None]


class Timers(Protocol):
    """What a timeline needs of the world."""

    def now(self) -> float:
        """Seconds since 1970 UTC on this machine's clock."""

    def later(self, seconds: float, act: Callable[[], None]) -> Cancel:
        """Act once after so many seconds, unless it is cancelled before."""


class LoopTimers:
    """The timers of the running loop."""

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return time.time()

    def later(self, seconds: float, act: Callable[[], None]) -> Cancel:
        """Act once after so many seconds."""
        return asyncio.get_running_loop().call_later(seconds, act).cancel
