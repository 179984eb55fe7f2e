"""The parent's side of the process that device children are forked from: there from a run's first child to its last."""

import asyncio
import errno
import os
import subprocess
from contextlib import AsyncExitStack
from typing import Final
from weakref import WeakKeyDictionary

from hms_doctor.devices.cradle import Cradle, claimed
from hms_doctor.devices.forked import Forked
from hms_doctor.devices.hearing import Hearing
from hms_doctor.platforms.processes import kill_group, send_descriptors

START_SECONDS: Final = 10.0
"""A machine with other things to do may take long to start a Python."""
_END_SECONDS: Final = 1.0
_TICK: Final = 0.002


class Nursery:
    """One for a run."""

    def __init__(self) -> None:
        self._cradles: list[Cradle] = []
        self._guests = 0

    async def bear(self, hearing: Hearing, patience: float = START_SECONDS) -> Forked:
        """Have a child forked, for which ``leave`` is to be called in the end; raises OSError."""
        self._guests += 1
        forked = Forked(hearing)
        try:
            async with asyncio.timeout(patience):
                await forked.connect(self._ask())
        except BaseException as error:
            forked.close()
            await self.leave()
            if isinstance(error, TimeoutError):
                raise OSError(errno.ETIMEDOUT, f"no sign of life in {patience:.1f} s") from error
            raise
        return forked

    def _ask(self) -> tuple[int, ...]:
        """Give our ends of the child's three streams and of the pipe on which its pid and end are told."""
        if not self._cradles:
            self._cradles.append(claimed())
        ours, theirs = zip(*(_pipe(to_child=number == 0) for number in range(4)), strict=True)
        try:
            send_descriptors(self._cradles[0].control, theirs)
        finally:
            for end in theirs:
                os.close(end)
        return ours

    async def leave(self) -> None:
        """Say that a child is done with; after the last one the process that forked them ends."""
        self._guests -= 1
        while not self._guests and self._cradles:
            cradle = self._cradles.pop()
            cradle.control.close()
            await _ended(cradle.process)


async def _ended(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process is no more, and kill it where that takes long or nobody waits any longer."""
    clock = asyncio.get_running_loop().time
    until = clock() + _END_SECONDS
    try:
        while process.poll() is None and clock() < until:  # noqa: ASYNC110 - a process tells nobody that it ends
            await asyncio.sleep(_TICK)
    finally:
        if process.poll() is None:
            kill_group(process.pid)
            process.wait()


def _pipe(*, to_child: bool) -> tuple[int, int]:
    """Give our end and the child's."""
    read, write = os.pipe()
    return (write, read) if to_child else (read, write)


_NURSERIES: Final[WeakKeyDictionary[AsyncExitStack, Nursery]] = WeakKeyDictionary()


def nursery_of(run: AsyncExitStack) -> Nursery:
    """Give the nursery of a run, known by the stack that it closes at its end."""
    return _NURSERIES.setdefault(run, Nursery())
