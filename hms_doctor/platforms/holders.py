"""Which program has a device open, as far as this user may see."""

import os
from pathlib import Path

from hms_doctor.model.devices.surveys import Holder, HolderSeen, HolderUnseen
from hms_doctor.platforms.files import names_in, text_of


def program(proc: Path, pid: int) -> Holder:
    """Name a process; a thread's id gives its process, whose name is the program's and not the thread's.

    The kernel notes the thread that opened a PCM (``owner_pid``), and sound servers name their threads after cards.
    """
    status = text_of(proc / str(pid) / "status")
    main = next((line.split()[1] for line in status.splitlines() if line.startswith("Tgid:")), str(pid))
    name = text_of(proc / main / "comm").strip()
    return Holder(name=name or "another program", pid=int(main))


def holder_of(node: Path, proc: Path) -> HolderSeen:
    """Find a process that has the node open; those of other users show theirs only to root."""
    for name in names_in(proc):
        if name.isdecimal() and int(name) != os.getpid() and _has_open(proc / name / "fd", node):
            return program(proc, int(name))
    return HolderUnseen()


def _has_open(descriptors: Path, node: Path) -> bool:
    return any(_target(descriptors / name) == node for name in names_in(descriptors))


def _target(link: Path) -> Path:
    try:
        return link.readlink()
    except OSError:
        return link
