"""When something happened, finely enough for a round trip."""

import asyncio
import time
from typing import Final

TICK: Final = time.get_clock_info("monotonic").resolution
"""Seconds between two readings of the event loop's clock: nothing on Unix, 0.0156 on Windows before Python 3.13."""
_COARSE: Final = 0.001


def stamp() -> float:
    """Give the event loop's time in seconds, or that of a finer clock where this one is coarse; for differences."""
    return asyncio.get_running_loop().time() if TICK < _COARSE else time.perf_counter()
