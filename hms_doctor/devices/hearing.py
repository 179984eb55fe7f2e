"""What a child process writes: its answers line by line, and the last of its noise."""

import asyncio
from typing import Final

from hms_doctor.model.devices.codec import MalformedError

MOST_SAID: Final = 4 << 20
"""Bytes of answers; the fullest survey has some ten thousand."""
_NOISE: Final = 2000
_STDIN, _STDOUT = 0, 1
_TOO_MUCH: Final = b"\0"


class Hearing(asyncio.SubprocessProtocol):
    """Takes both streams as they come: an unread pipe would stop the child, and its noise must reach no terminal."""

    def __init__(self, most: int = MOST_SAID) -> None:
        self._most = most
        self.exited = asyncio.Event()
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        self._rest = b""
        self._noise = b""
        self._heard = 0

    @property
    def noise(self) -> str:
        """The end of what the child wrote to stderr."""
        return self._noise.decode("utf-8", "replace").strip()

    def ask(self, transport: asyncio.SubprocessTransport, line: bytes) -> None:
        """Write the question; stdin stays open, its end tells the child that we are gone."""
        stdin = transport.get_pipe_transport(_STDIN)
        if isinstance(stdin, asyncio.WriteTransport):
            stdin.write(line)

    async def line(self) -> bytes:
        """Wait for the next line; empty when the child has closed its end."""
        line = await self._lines.get()
        if line == _TOO_MUCH:
            raise MalformedError("the answer is too long")
        return line

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep whole lines of stdout, and the tail of stderr."""
        if fd != _STDOUT:
            self._noise = (self._noise + data)[-_NOISE:]
            return
        self._heard += len(data)
        if self._heard > self._most:
            self._rest = b""
            self._lines.put_nowait(_TOO_MUCH)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._lines.put_nowait(line + b"\n")

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Note the end of the answers."""
        if fd == _STDOUT:
            self._lines.put_nowait(b"")

    def process_exited(self) -> None:
        """Note the end of the process."""
        self.exited.set()
