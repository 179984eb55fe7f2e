"""The structures with which Video4Linux streams (videodev2.h), read and written as bytes; pure.

Native sizes and alignment: unions with pointers begin at 8 bytes on 64-bit machines, at 4 on others.
"""

from struct import calcsize, pack, pack_into, unpack_from
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.platforms.v4l_structs import ASKS, CAPTURE, CAPTURE_MPLANE, WRITES, rates, request

_CAP_TIME_PER_FRAME: Final = 0x1000
_FORMAT: Final = "@I0L"
_AT: Final = calcsize(_FORMAT)
_BUFFER: Final = "@5I2l16s2IL3I0L"
_PLANE: Final = "@2IL12I"
_MMAP: Final = 1
_MOST_PLANES: Final = 8
_EXTENDED: Final = 0xFEEDCAFE
_FULL_RANGE: Final = 1
_JPEG_COLOURS: Final = 7
_RANGE_BY_DEFAULT: Final = 0
_SIZE_OF_FORMAT: Final = _AT + 200
_SIZE_OF_PARM: Final = 204
_SIZE_OF_BUFFER: Final = calcsize(_BUFFER)
_SIZE_OF_PLANE: Final = calcsize(_PLANE)
ALL_PLANES: Final = _MOST_PLANES * _SIZE_OF_PLANE
G_FMT: Final = request(ASKS, 4, _SIZE_OF_FORMAT)
S_FMT: Final = request(ASKS, 5, _SIZE_OF_FORMAT)
QUERYBUF: Final = request(ASKS, 9, _SIZE_OF_BUFFER)
QBUF: Final = request(ASKS, 15, _SIZE_OF_BUFFER)
DQBUF: Final = request(ASKS, 17, _SIZE_OF_BUFFER)
STREAMON: Final = request(WRITES, 18, 4)
STREAMOFF: Final = request(WRITES, 19, 4)
G_PARM: Final = request(ASKS, 21, _SIZE_OF_PARM)
S_PARM: Final = request(ASKS, 22, _SIZE_OF_PARM)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a driver delivers: ``line`` is the bytes from one row to the next, ``full_range`` whether black is 0."""

    code: int
    width: int
    height: int
    line: int
    full_range: bool


def code_of(pixels: str) -> int:
    """Give the number of a pixel format by its four letters."""
    return int.from_bytes(pixels.ljust(4).encode("latin-1"), "little")


def asking_frame(kind: int) -> bytearray:
    """Give a ``struct v4l2_format`` that asks for the format that is set."""
    return bytearray(pack(f"{_FORMAT}200x", kind))


def with_frame(now: bytes, code: int, size: tuple[int, int]) -> bytearray:
    """Give a ``struct v4l2_format`` like the one that is set, of another size and pixel format (0: the same)."""
    wanted = bytearray(now)
    same = unpack_from("=I", now, _AT + 8)[0]
    pack_into("=4I", wanted, _AT, *size, code or same, 0)
    if unpack_from("=I", now)[0] == CAPTURE:
        pack_into("=2I", wanted, _AT + 16, 0, 0)  # bytesperline and sizeimage: the driver's to say
    else:
        pack_into("=2I", wanted, _AT + 20, 0, 0)
    return wanted


def frame_in(now: bytes) -> Frame:
    """Read a ``struct v4l2_format`` with one plane or with several (the first has the brightness)."""
    width, height, code, _field = unpack_from("=4I", now, _AT)
    if unpack_from("=I", now)[0] == CAPTURE_MPLANE:
        colours, _size, line = unpack_from("=3I", now, _AT + 16)
        told = unpack_from("=B", now, _AT + 183)[0]
    else:
        line, _size, colours, private = unpack_from("=4I", now, _AT + 16)
        told = unpack_from("=I", now, _AT + 40)[0] if private == _EXTENDED else _RANGE_BY_DEFAULT
    full = told == _FULL_RANGE or (told == _RANGE_BY_DEFAULT and colours == _JPEG_COLOURS)
    return Frame(code=code, width=width, height=height, line=line, full_range=full)


def asking_pace(kind: int) -> bytearray:
    """Give a ``struct v4l2_streamparm`` that asks for the frame interval that is set."""
    return bytearray(pack("=I200x", kind))


def with_pace(now: bytes, rate: int) -> bytearray:
    """Give a ``struct v4l2_streamparm`` that wants so many pictures a second."""
    wanted = bytearray(now)
    pack_into("=2I", wanted, 12, 1, rate)
    return wanted


def pace_in(now: bytes) -> float:
    """Read the pictures a second of a ``struct v4l2_streamparm``; 0 where the driver does not tell."""
    capability, _mode, numerator, denominator = unpack_from("=4I", now, 4)
    return next(iter(rates(numerator, denominator)), 0.0) if capability & _CAP_TIME_PER_FRAME else 0.0


@dataclass(frozen=True, kw_only=True)
class Buffer:
    """A ``struct v4l2_buffer``; the time is in seconds on a clock of the driver's."""

    index: int
    used: int
    flags: int
    time: float
    sequence: int
    place: int  # offset for mmap, or the address of the planes
    length: int  # bytes, or how many planes


def asking_buffer(index: int, kind: int, planes: int = 0) -> bytearray:
    """Give a ``struct v4l2_buffer``; ``planes`` is the address of an array of eight ``struct v4l2_plane``."""
    count = _MOST_PLANES if planes else 0
    return bytearray(pack(_BUFFER, index, kind, 0, 0, 0, 0, 0, bytes(16), 0, _MMAP, planes, count, 0, 0))


def buffer_in(answer: bytes) -> Buffer:
    """Read a ``struct v4l2_buffer``."""
    index, _, used, flags, _, seconds, micro, _, sequence, _, place, length, *_ = unpack_from(_BUFFER, answer)
    time = seconds + micro / 1e6
    return Buffer(index=index, used=used, flags=flags, time=time, sequence=sequence, place=place, length=length)


@dataclass(frozen=True, kw_only=True)
class Plane:
    """A ``struct v4l2_plane``."""

    used: int
    length: int
    place: int  # offset for mmap
    skip: int  # bytes before the picture


def planes_in(array: bytes, count: int) -> tuple[Plane, ...]:
    """Read so many of an array of ``struct v4l2_plane``."""
    told = (
        unpack_from(_PLANE, array, number * _SIZE_OF_PLANE)
        for number in range(min(count, len(array) // _SIZE_OF_PLANE))
    )
    return tuple(Plane(used=used, length=length, place=place, skip=skip) for used, length, place, skip, *_ in told)
