"""A device child that another process forked for us, as asyncio shows a child of its own."""

import asyncio
import errno
import os
from functools import partial
from io import FileIO
from typing import Final

from hms_doctor.devices.hearing import Hearing

_KILLED: Final = -9


class Forked(asyncio.SubprocessTransport):
    """Its pid and its end are told by the process that forked it, a number on a line each."""

    def __init__(self, hearing: Hearing) -> None:
        super().__init__()
        self._hearing = hearing
        self._pipes: list[asyncio.BaseTransport] = []
        self._born: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._ended: int | None = None

    async def connect(self, ends: tuple[int, ...]) -> None:
        """Take our ends of the three streams and of the pipe with the numbers, and wait for the birth.

        Raises OSError where the process that forks is gone.
        """
        files = [os.fdopen(end, "wb" if n == 0 else "rb", 0) for n, end in enumerate(ends)]
        try:
            await self._take(*files)
        except BaseException:  # called off: what no transport has yet is closed by nobody else
            self.close()
            for file in files:
                file.close()
            raise

    async def _take(self, stdin: FileIO, *others: FileIO) -> None:
        loop = asyncio.get_running_loop()
        *streams, told = others
        self._pipes.append((await loop.connect_write_pipe(asyncio.BaseProtocol, stdin))[0])
        for number, stream in enumerate(streams, 1):
            pipe, _ = await loop.connect_read_pipe(partial(_Stream, self._hearing, number), stream)
            self._pipes.append(pipe)
        self._pipes.append((await loop.connect_read_pipe(partial(_Numbers, self), told))[0])
        await self._born

    def note(self, number: int) -> None:
        """Take what is told: the pid, then the exit status."""
        if not self._born.done():
            self._born.set_result(number)
        elif self._ended is None:
            self._ended = number
            self._hearing.process_exited()

    def lost(self) -> None:
        """Note that the process that forks is gone, which takes its children with it."""
        if self._born.done():
            self.note(_KILLED)
        else:
            self._born.set_exception(OSError(errno.ECHILD, os.strerror(errno.ECHILD)))

    def get_pid(self) -> int:
        """Give the child's pid, which leads a process group."""
        return self._born.result()

    def get_returncode(self) -> int | None:
        """Give the exit status, negative for a signal, None while it runs."""
        return self._ended

    def get_pipe_transport(self, fd: int) -> asyncio.BaseTransport | None:
        """Give the transport to the child's stdin (0)."""
        return self._pipes[fd] if fd == 0 else None

    def close(self) -> None:
        """Close every pipe."""
        for pipe in self._pipes:
            pipe.close()


class _Stream(asyncio.Protocol):
    def __init__(self, hearing: Hearing, descriptor: int) -> None:
        self._hearing, self._descriptor = hearing, descriptor

    def data_received(self, data: bytes) -> None:
        self._hearing.pipe_data_received(self._descriptor, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._hearing.pipe_connection_lost(self._descriptor, exc)


class _Numbers(asyncio.Protocol):
    def __init__(self, forked: Forked) -> None:
        self._forked, self._rest = forked, b""

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._forked.note(int(line))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._forked.lost()
