"""Which program has a device open, as far as this user may see."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.apps import app_name
from hms_doctor.model.devices.surveys import Holder, HolderSeen, HolderUnseen
from hms_doctor.platforms.files import names_in, text_of

_PATIENCE: Final = 0.5
"""Seconds for all of ``/proc``: a server has thousands of processes, and the name is only a comfort."""
_MOST_DESCRIPTORS: Final = 2000
_IDLE: Final = frozenset({"pipewire", "wireplumber"})
"""They keep every camera open, and stream only for others."""


def program(proc: Path, pid: int) -> Holder:
    """Name a process; a thread's id gives its process, whose name is the program's and not the thread's.

    The kernel notes the thread that opened a PCM (``owner_pid``), and sound servers name their threads after cards.
    """
    status = text_of(proc / str(pid) / "status")
    main = next((line.split()[1] for line in status.splitlines() if line.startswith("Tgid:")), str(pid))
    name = text_of(proc / main / "comm").strip()
    return Holder(name=name or "another program", pid=int(main))


def streaming_holder(node: Path, proc: Path) -> HolderSeen:
    """Find the program that streams from a camera: it has the node open, and the driver's buffers mapped.

    Mapped buffers show as the node in ``/proc/PID/maps``; where no holder has any (it reads, or brings buffers of its
    own), one that streams for nobody (PipeWire) comes last.
    """
    found = list(_holders(node, proc, time.monotonic() + _PATIENCE))
    if not found:
        return HolderUnseen()
    holder = min(found, key=lambda holder: (not _has_mapped(proc, holder.pid, node), holder.name in _IDLE))
    return Holder(name=app_name(holder.name), pid=holder.pid)


def _has_mapped(proc: Path, pid: int, node: Path) -> bool:
    return any(line.endswith(f" {node}") for line in text_of(proc / str(pid) / "maps").splitlines())


def _holders(node: Path, proc: Path, until: float) -> Iterator[Holder]:
    """Look at the youngest processes first: they are apps rather than services."""
    for pid in sorted((int(name) for name in names_in(proc) if name.isdecimal()), reverse=True):
        if time.monotonic() > until:
            return
        if pid != os.getpid() and _has_open(proc / str(pid) / "fd", node):
            yield program(proc, pid)


def _has_open(descriptors: Path, node: Path) -> bool:
    wanted = str(node)
    return any(_target(f"{descriptors}/{name}") == wanted for name in names_in(descriptors)[:_MOST_DESCRIPTORS])


def _target(link: str) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115 - a Path for each of a hundred thousand descriptors takes seconds
    except OSError:
        return ""
