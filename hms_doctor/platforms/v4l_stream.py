"""A camera that streams, as an app lets it, and left as it was found (V4L2 streaming with mapped buffers)."""

import mmap
import os
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from struct import pack
from typing import Final

from hms_doctor.model.devices.modes import ASKED
from hms_doctor.model.devices.pictures import PictureMode
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.platforms import v4l_frames as frames
from hms_doctor.platforms import v4l_structs as structs
from hms_doctor.platforms.mapping import has_come, mapped
from hms_doctor.platforms.posix import errno_name, ioctl, opened

BUFFERS: Final = 4
_MOST_BUFFERS: Final = 32
_DAMAGED: Final = 0x40
_SECONDS: Final = 3.0
_RATE: Final = ASKED.fps
_UNWILLING: Final = ("EINVAL", "ENOTTY", "ENOTSUP")
_NAMES: Final = {
    structs.QUERYCAP: "VIDIOC_QUERYCAP",
    structs.REQBUFS: "VIDIOC_REQBUFS",
    frames.G_FMT: "VIDIOC_G_FMT",
    frames.S_FMT: "VIDIOC_S_FMT",
    frames.G_PARM: "VIDIOC_G_PARM",
    frames.S_PARM: "VIDIOC_S_PARM",
    frames.QUERYBUF: "VIDIOC_QUERYBUF",
    frames.QBUF: "VIDIOC_QBUF",
    frames.DQBUF: "VIDIOC_DQBUF",
    frames.STREAMON: "VIDIOC_STREAMON",
    frames.STREAMOFF: "VIDIOC_STREAMOFF",
}
Enters = Callable[[str, float], None]
"""Told the name of each step that a driver may hang in, and its deadline in seconds."""


class StepFailedError(Exception):
    """A call failed: ``step`` by V4L2's name, ``errno`` by its own."""

    def __init__(self, step: str, errno: str) -> None:
        super().__init__(f"{step}: {errno}")
        self.step, self.errno = step, errno


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A buffer that the driver filled, and a copy of its planes; the buffer is the driver's again."""

    sequence: int
    time: float
    whole: bool
    planes: tuple[bytes, ...]


class Stream:
    """An open camera.

    ``frame`` and ``pace`` (pictures a second, 0 where it is not told) are what the driver promised, ``started`` is when
    it was asked to stream, and ``left`` the errno of leaving it as it was, empty where that was done.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._maps: list[tuple[mmap.mmap, ...]] = []
        self.left = ""
        answer = self._ask(structs.QUERYCAP, bytearray(structs.SIZE_OF_CAPABILITY))
        self._kind = structs.kind_of(answer)
        self._format = self._ask(frames.G_FMT, frames.asking_frame(self._kind))
        self._interval = self._asked_pace()
        self.frame = frames.frame_in(self._format)
        self._befores: dict[int, bytes] = {}
        self.pace = 0.0
        self.started = 0.0

    def _ask(self, request: int, question: bytearray) -> bytes:
        try:
            ioctl(self._descriptor, request, question)
        except OSError as error:
            raise StepFailedError(_NAMES[request], errno_name(error)) from error
        return bytes(question)

    def _asked_pace(self) -> bytes:
        """Ask for the frame interval, nothing where the driver has none to tell."""
        try:
            return self._ask(frames.G_PARM, frames.asking_pace(self._kind))
        except StepFailedError:
            return b""

    def _pace_in(self, told: bytes) -> float:
        return frames.pace_in(told) if told else 0.0

    def set(self, mode: PictureMode, stack: ExitStack) -> None:
        """Set format and rate as a call does, nothing where they are so already; the stack puts them back."""
        stack.callback(self._put_back)
        code = frames.code_of(mode.pixels) if mode.pixels else self.frame.code
        if (self.frame.width, self.frame.height, self.frame.code) != (mode.width, mode.height, code):
            self._set_frame(frames.with_frame(self._format, code, (mode.width, mode.height)))
        pace = self._asked_pace()
        if self._pace_in(pace) not in {0.0, _RATE}:
            self._befores[frames.S_PARM] = self._interval
            pace = self._willing(frames.S_PARM, frames.with_pace(pace, round(_RATE))) or pace
        self.pace = self._pace_in(pace)

    def _set_frame(self, wanted: bytearray) -> None:
        self._befores |= {frames.S_FMT: self._format, frames.S_PARM: self._interval}
        now = self._willing(frames.S_FMT, wanted)
        if now:
            self.frame = frames.frame_in(now)
        else:
            self._befores.clear()

    def _willing(self, request: int, question: bytearray) -> bytes:
        """Ask for what a driver may have its own mind about; nothing where it does not take it at all."""
        try:
            return self._ask(request, question)
        except StepFailedError as failed:
            if failed.errno not in _UNWILLING:
                raise
            return b""

    def _put_back(self) -> None:
        """Put the format back, and then the rate, which a change of the format changes."""
        for request, before in self._befores.items():
            self._quietly(request, before)

    def _quietly(self, request: int, question: bytes) -> None:
        """Ask on the way out, where nothing is left to be done about a refusal but to tell."""
        try:
            if question:
                self._ask(request, bytearray(question))
        except StepFailedError as failed:
            self.left = self.left or failed.errno

    def map(self, stack: ExitStack) -> None:
        """Let the driver make buffers, map them and give them to it; the stack takes them away again."""
        stack.callback(self._quietly, structs.REQBUFS, bytes(structs.asking_buffers(0, self._kind)))
        count = structs.count_in(self._ask(structs.REQBUFS, structs.asking_buffers(BUFFERS, self._kind)))
        for index in range(min(count, _MOST_BUFFERS)):
            told, array_ = self._of_buffer(frames.QUERYBUF, index)
            places = [(plane.length, plane.place) for plane in frames.planes_in(array_, told.length)]
            self._maps.append(tuple(self._mapped(*place, stack) for place in places or [(told.length, told.place)]))
        for index in range(len(self._maps)):
            self._of_buffer(frames.QBUF, index)

    def _mapped(self, length: int, place: int, stack: ExitStack) -> mmap.mmap:
        try:
            return stack.enter_context(mapped(self._descriptor, length, place))
        except OSError as error:
            raise StepFailedError("mmap", errno_name(error)) from error
        except ValueError as error:
            raise StepFailedError("mmap", "EINVAL") from error

    def _of_buffer(self, request: int, index: int) -> tuple[frames.Buffer, bytes]:
        """Ask about a buffer, and give its planes where it has several."""
        planes = array("B", bytes(frames.ALL_PLANES if self._kind == structs.CAPTURE_MPLANE else 0))
        address = planes.buffer_info()[0] if planes else 0
        told = frames.buffer_in(self._ask(request, frames.asking_buffer(index, self._kind, address)))
        return told, planes.tobytes()

    def start(self, stack: ExitStack) -> None:
        """Begin to stream; the stack ends it."""
        kind = pack("=I", self._kind)
        stack.callback(self._quietly, frames.STREAMOFF, kind)
        self.started = time.monotonic()
        self._ask(frames.STREAMON, bytearray(kind))

    def has_come(self, seconds: float) -> bool:
        """Wait for a buffer; true as well where the driver gave up, which ``take`` then tells."""
        return has_come(self._descriptor, seconds)

    def take(self) -> Taken:
        """Copy the next full buffer and give it back to the driver."""
        told, array_ = self._of_buffer(frames.DQBUF, 0)
        if told.index >= len(self._maps):
            raise StepFailedError("VIDIOC_DQBUF", "EINVAL")
        maps = self._maps[told.index]
        parts = [(plane.skip, plane.used) for plane in frames.planes_in(array_, told.length)] or [(0, told.used)]
        planes = tuple(buffer[skip:used] for buffer, (skip, used) in zip(maps, parts, strict=False))
        self._of_buffer(frames.QBUF, told.index)
        whole = not told.flags & _DAMAGED and any(planes)
        return Taken(sequence=told.sequence, time=told.time, whole=whole, planes=planes)


@contextmanager
def streaming(path: Path, mode: PictureMode, enters: Enters) -> Iterator[Stream]:
    """Open a camera, set it as a call does, and let it stream; whatever happens but SIGKILL, it is left as it was.

    Raises ``StepFailedError``: nothing streams then.
    """
    with ExitStack() as stack:
        enters("Video4Linux", _SECONDS)
        try:
            descriptor = stack.enter_context(opened(path, os.O_RDWR))
        except OSError as error:
            raise StepFailedError("open", errno_name(error)) from error
        stream = Stream(descriptor)
        stream.set(mode, stack)
        stream.map(stack)
        enters("VIDIOC_STREAMON", _SECONDS)
        stream.start(stack)
        yield stream
        enters("VIDIOC_STREAMOFF", _SECONDS)
