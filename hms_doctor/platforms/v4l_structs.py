"""The structures in which Video4Linux tells of a node (videodev2.h), read and written as bytes; pure."""

from struct import pack, unpack_from
from typing import Final

from hms_doctor.model.devices.cameras import CameraOpened

CAPTURE, CAPTURE_MPLANE = 1, 9
"""V4L2_BUF_TYPE_VIDEO_CAPTURE, …_MPLANE."""
_CAP_CAPTURE: Final = 0x00000001
_CAP_CAPTURE_MPLANE: Final = 0x00001000
_CAP_MEMORY_TO_MEMORY: Final = 0x0000C000
_CAP_IO_MC: Final = 0x20000000
_CAP_DEVICE_CAPS: Final = 0x80000000
_IMAGE_PROCESSORS: Final = ("bcm2835-isp",)
"""Drivers of pipelines from before V4L2_CAP_IO_MC (Raspberry Pi): their nodes capture what an app puts in."""
_MMAP: Final = 1
WRITES, READS, ASKS = 1, 2, 3


def request(direction: int, number: int, size: int) -> int:
    """Give the number of an ioctl (``_IOW``, ``_IOR``, ``_IOWR``) of Video4Linux."""
    return direction << 30 | size << 16 | ord("V") << 8 | number


SIZE_OF_CAPABILITY: Final = 104
QUERYCAP: Final = request(READS, 0, SIZE_OF_CAPABILITY)
ENUM_FMT: Final = request(ASKS, 2, 64)
REQBUFS: Final = request(ASKS, 8, 20)
ENUM_FRAMESIZES: Final = request(ASKS, 74, 44)
ENUM_FRAMEINTERVALS: Final = request(ASKS, 75, 52)


def parse_capability(answer: bytes) -> CameraOpened:
    """Read ``struct v4l2_capability`` (104 bytes); ``buffers`` and ``formats`` are left empty."""
    driver, card, bus = (text.split(b"\0")[0].decode("utf-8", "replace") for text in unpack_from("16s32s32s", answer))
    caps = _device_caps(answer)
    captures = bool(caps & (_CAP_CAPTURE | _CAP_CAPTURE_MPLANE)) and not caps & _CAP_MEMORY_TO_MEMORY
    pipeline = bool(caps & _CAP_IO_MC) or driver in _IMAGE_PROCESSORS
    return CameraOpened(driver=driver, bus=bus, card=card, captures=captures, media_controller=pipeline, buffers="")


def kind_of(answer: bytes) -> int:
    """Give the buffer type of a node by its ``struct v4l2_capability``: with one plane or with several."""
    return CAPTURE_MPLANE if _device_caps(answer) & _CAP_CAPTURE_MPLANE else CAPTURE


def _device_caps(answer: bytes) -> int:
    of_all_nodes, of_this_node = unpack_from("=II", answer, 84)
    return int(of_this_node if of_all_nodes & _CAP_DEVICE_CAPS else of_all_nodes)


def letters(code: int) -> str:
    """Give a pixel format's four letters; what cannot be printed is shown as a question mark."""
    text = (code & 0x7FFFFFFF).to_bytes(4, "little").decode("latin-1")
    return "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in text).strip()


def asking_format(index: int, kind: int) -> bytearray:
    """Give a ``struct v4l2_fmtdesc`` that asks for the format of that number."""
    return bytearray(pack("=II56x", index, kind))


def code_in(answer: bytes) -> int:
    """Read the pixel format of a ``struct v4l2_fmtdesc``."""
    return int(unpack_from("=I", answer, 44)[0])


def asking_size(index: int, code: int) -> bytearray:
    """Give a ``struct v4l2_frmsizeenum`` that asks for the size of that number."""
    return bytearray(pack("=II36x", index, code))


def sizes_in(answer: bytes, asked: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Read a ``struct v4l2_frmsizeenum``: one size, or of a range (stepwise, continuous) its largest and that asked."""
    if unpack_from("=I", answer, 8)[0] == 1:
        width, height = unpack_from("=II", answer, 12)
        return ((width, height),)
    least_w, most_w, step_w, least_h, most_h, step_h = unpack_from("=6I", answer, 12)
    inside = _in_range(asked[0], least_w, most_w, step_w) and _in_range(asked[1], least_h, most_h, step_h)
    return ((most_w, most_h), asked) if inside and asked != (most_w, most_h) else ((most_w, most_h),)


def is_discrete(answer: bytes) -> bool:
    """Whether a size or an interval is one of a list; a range is told once (V4L2_FRMSIZE_TYPE_DISCRETE)."""
    at = 8 if len(answer) == 44 else 16  # noqa: PLR2004 - v4l2_frmsizeenum, else v4l2_frmivalenum
    return bool(unpack_from("=I", answer, at)[0] == 1)


def _in_range(value: int, least: int, most: int, step: int) -> bool:
    return least <= value <= most and (value - least) % max(step, 1) == 0


def asking_interval(index: int, code: int, size: tuple[int, int]) -> bytearray:
    """Give a ``struct v4l2_frmivalenum`` that asks for the frame interval of that number."""
    return bytearray(pack("=4I36x", index, code, *size))


def rates_in(answer: bytes) -> tuple[float, ...]:
    """Read a ``struct v4l2_frmivalenum`` as pictures a second: one, or of a range the highest and the lowest."""
    if is_discrete(answer):
        return rates(*unpack_from("=2I", answer, 20))
    shortest, longest = unpack_from("=2I", answer, 20), unpack_from("=2I", answer, 28)
    return tuple(dict.fromkeys(rates(*shortest) + rates(*longest)))


def rates(numerator: int, denominator: int) -> tuple[float, ...]:
    """Give the rate of a frame interval (``struct v4l2_fract``), none where it is no time."""
    return (round(denominator / numerator, 3),) if numerator and denominator else ()


def asking_buffers(count: int, kind: int) -> bytearray:
    """Give a ``struct v4l2_requestbuffers``."""
    return bytearray(pack("=III8x", count, kind, _MMAP))


def count_in(answer: bytes) -> int:
    """Read how many buffers a driver made."""
    return int(unpack_from("=I", answer)[0])
