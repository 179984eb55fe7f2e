"""Linux cameras, by the kernel's own words: sysfs, ``open`` and two ioctls that disturb nobody (V4L2, videodev2.h)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from struct import pack_into, unpack_from
from typing import Final

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, NotVideo
from hms_doctor.model.devices.surveys import HolderUnseen, NotOpened
from hms_doctor.platforms.files import names_in, text_of
from hms_doctor.platforms.holders import holder_of
from hms_doctor.platforms.posix import errno_name, group_of, ioctl, opened
from hms_doctor.platforms.roots import Roots

_QUERYCAP: Final = 0x80685600
_REQBUFS: Final = 0xC0145608
_CAPTURE: Final = 0x00000001
_CAPTURE_MPLANE: Final = 0x00001000
_MEMORY_TO_MEMORY: Final = 0x0000C000
_IO_MC: Final = 0x20000000
_HAS_DEVICE_CAPS: Final = 0x80000000
_MMAP: Final = 1
_SIZE_OF_CAPABILITY: Final = 104
_SIZE_OF_REQUEST: Final = 20
_NAME: Final = re.compile(r"video\d+")


def camera_nodes(roots: Roots) -> Iterator[CameraNode]:
    """Look at every video node that /dev or sysfs has."""
    known = roots.sys / "class" / "video4linux"
    names = {name for folder in (known, roots.dev) for name in _names(folder)}
    for name in sorted(names, key=lambda name: int(name.removeprefix("video"))):
        yield _node(roots.dev / name, known / name / "name", roots)


def _names(folder: Path) -> list[str]:
    return [name for name in names_in(folder) if _NAME.fullmatch(name)]


def _node(path: Path, named: Path, roots: Roots) -> CameraNode:
    look = _look(path)
    return CameraNode(
        path=str(path),
        name=text_of(named).strip() or path.name,
        group=group_of(path),
        look=look,
        holder=holder_of(path, roots.proc) if is_busy(look) else HolderUnseen(),
    )


def is_busy(look: CameraOpened | NotOpened | NotVideo) -> bool:
    """Whether the driver says that somebody else streams."""
    match look:
        case CameraOpened():
            return look.buffers == "EBUSY"
        case NotOpened():
            return look.errno == "EBUSY"
        case NotVideo():
            return False


def _look(path: Path) -> CameraOpened | NotOpened | NotVideo:
    try:
        with opened(path, os.O_RDWR) as descriptor:
            return _ask(descriptor)
    except OSError as error:
        return NotOpened(errno=errno_name(error))


def _ask(descriptor: int) -> CameraOpened | NotVideo:
    answer = bytearray(_SIZE_OF_CAPABILITY)
    try:
        ioctl(descriptor, _QUERYCAP, answer)
    except OSError as error:
        return NotVideo(errno=errno_name(error))
    opened_camera = parse_capability(bytes(answer))
    if not opened_camera.captures or opened_camera.media_controller:
        return opened_camera
    many_planes = bool(_device_caps(bytes(answer)) & _CAPTURE_MPLANE)
    return CameraOpened(
        driver=opened_camera.driver,
        bus=opened_camera.bus,
        captures=True,
        media_controller=False,
        buffers=_buffers(descriptor, 9 if many_planes else 1),
    )


def _buffers(descriptor: int, kind: int) -> str:
    """Ask for one buffer and give it back; the driver refuses with EBUSY while another program streams."""
    try:
        for count in (1, 0):
            request = bytearray(_SIZE_OF_REQUEST)
            pack_into("=III", request, 0, count, kind, _MMAP)
            ioctl(descriptor, _REQBUFS, request)
    except OSError as error:
        return errno_name(error)
    return ""


def parse_capability(answer: bytes) -> CameraOpened:
    """Read ``struct v4l2_capability`` (104 bytes); ``buffers`` is left empty."""
    driver, _card, bus = (text.split(b"\0")[0].decode("utf-8", "replace") for text in unpack_from("16s32s32s", answer))
    caps = _device_caps(answer)
    captures = bool(caps & (_CAPTURE | _CAPTURE_MPLANE)) and not caps & _MEMORY_TO_MEMORY
    return CameraOpened(driver=driver, bus=bus, captures=captures, media_controller=bool(caps & _IO_MC), buffers="")


def _device_caps(answer: bytes) -> int:
    of_all_nodes, of_this_node = unpack_from("=II", answer, 84)
    return int(of_this_node if of_all_nodes & _HAS_DEVICE_CAPS else of_all_nodes)
