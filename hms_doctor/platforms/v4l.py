"""Linux cameras, by the kernel's own words: sysfs, ``open`` and ioctls that disturb nobody (V4L2, videodev2.h)."""

import os
import re
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.cameras import CameraLook, CameraNode, CameraOpened, NotVideo, Unanswered
from hms_doctor.model.devices.surveys import HolderUnseen, NotOpened
from hms_doctor.platforms.acl import let_in
from hms_doctor.platforms.files import names_in, text_of
from hms_doctor.platforms.holders import streaming_holder
from hms_doctor.platforms.posix import errno_name, group_of, ioctl, opened
from hms_doctor.platforms.roots import Roots
from hms_doctor.platforms.v4l_formats import formats_of
from hms_doctor.platforms.v4l_structs import (
    QUERYCAP,
    REQBUFS,
    SIZE_OF_CAPABILITY,
    asking_buffers,
    kind_of,
    parse_capability,
)

_NAME: Final = re.compile(r"video\d+")
_SUBDEVICE: Final = re.compile(r"v4l-subdev\d+")
_MOST_NODES: Final = 64
_LONGEST_NAME: Final = 100
PATIENCE: Final = 2.5
"""Seconds for all nodes together: a driver that hangs keeps nobody from telling of the others."""


def camera_nodes(roots: Roots, patience: float = PATIENCE) -> Iterator[CameraNode]:
    """Look at every video node that /dev or sysfs has; a device's nodes one after the other, the devices at once."""
    until = time.monotonic() + patience
    nodes = [_unopened(name, roots, patience) for name in _nodes(roots)]
    looks: dict[str, CameraNode] = {}
    by_device: dict[str, list[CameraNode]] = {}
    for node in nodes:
        by_device.setdefault(_device(Path(node.path).name, roots), []).append(node)
    threads = [
        threading.Thread(target=_look_at, args=(of_one, roots, looks), daemon=True) for of_one in by_device.values()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    for node in nodes:
        yield looks.get(node.path, node)


def _nodes(roots: Roots) -> list[str]:
    folders = (_known(roots), roots.dev)
    names = {name for folder in folders for name in names_in(folder) if _NAME.fullmatch(name)}
    return sorted(names, key=lambda name: int(name.removeprefix("video")))[:_MOST_NODES]


def _known(roots: Roots) -> Path:
    return roots.sys / "class" / "video4linux"


def _device(name: str, roots: Roots) -> str:
    """Name the device that a node belongs to (``1-8:1.0``), itself where sysfs does not tell."""
    try:
        return str((_known(roots) / name / "device").readlink())
    except OSError:
        return name


def _unopened(name: str, roots: Roots, patience: float) -> CameraNode:
    """Tell what sysfs and the file system know of a node."""
    path, known = roots.dev / name, _known(roots) / name
    index = text_of(known / "index").strip()
    return CameraNode(
        path=str(path),
        name=text_of(known / "name").strip()[:_LONGEST_NAME] or name,
        group=group_of(path),
        look=Unanswered(seconds=patience),
        holder=HolderUnseen(),
        acl=tuple(let_in(path)),
        mode=_mode(path),
        index=int(index) if index.isdecimal() else 0,
        in_pipeline=_in_pipeline(name, roots),
    )


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def _in_pipeline(name: str, roots: Roots) -> bool:
    siblings = (other for other in names_in(_known(roots)) if _SUBDEVICE.fullmatch(other))
    return any(_device(other, roots) == _device(name, roots) for other in siblings)


def _look_at(nodes: list[CameraNode], roots: Roots, looks: dict[str, CameraNode]) -> None:
    for node in nodes:
        path = Path(node.path)
        look = _look(path)
        seen = replace(node, look=look)
        looks[node.path] = replace(seen, holder=streaming_holder(path, roots.proc)) if is_busy(look) else seen


def is_busy(look: CameraLook) -> bool:
    """Whether the driver says that somebody else streams."""
    match look:
        case CameraOpened():
            return look.buffers == "EBUSY"
        case NotOpened():
            return look.errno == "EBUSY"
        case NotVideo() | Unanswered():
            return False


def _look(path: Path) -> CameraLook:
    try:
        with opened(path, os.O_RDWR) as descriptor:
            return _ask(descriptor)
    except OSError as error:
        return NotOpened(errno=errno_name(error))


def _ask(descriptor: int) -> CameraOpened | NotVideo:
    answer = bytearray(SIZE_OF_CAPABILITY)
    try:
        ioctl(descriptor, QUERYCAP, answer)
    except OSError as error:
        return NotVideo(errno=errno_name(error))
    camera = parse_capability(bytes(answer))
    if not camera.captures or camera.media_controller:
        return camera
    kind = kind_of(bytes(answer))
    return replace(camera, buffers=_buffers(descriptor, kind), formats=tuple(formats_of(descriptor, kind)))


def _buffers(descriptor: int, kind: int) -> str:
    """Ask for one buffer and give it back; the driver refuses with EBUSY while another program streams."""
    try:
        for count in (1, 0):
            ioctl(descriptor, REQBUFS, asking_buffers(count, kind))
    except OSError as error:
        return errno_name(error)
    return ""
