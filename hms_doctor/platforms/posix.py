"""Calls that only some systems have, each with what it gives where there is none."""

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hms_doctor.model.devices.surveys import Here
from hms_doctor.platforms.seat import these_walls, this_seat

_FORMER_USER = ("SUDO_UID", "PKEXEC_UID")


def errno_name(error: OSError) -> str:
    """Give the symbolic name of an error, like ``EACCES``."""
    return errno.errorcode.get(error.errno or 0, str(error.errno))


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Open a device node without waiting for whoever holds it (a PCM would wait without ``O_NONBLOCK``)."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def ioctl(descriptor: int, request: int, argument: bytearray) -> None:
    """Ask a driver; it answers in the argument. Raises OSError."""
    if sys.platform == "win32":
        raise OSError(errno.ENOTTY, "no ioctl on Windows")
    else:  # noqa: RET506 - mypy follows the platform through if and else
        import fcntl

        fcntl.ioctl(descriptor, request, argument)


def here() -> Here:
    """Give where and as whom this process runs."""
    seat = this_seat(os.environ)
    if sys.platform == "win32":
        return Here(seat=seat, user="", is_root=False, groups=(), member_of=())
    else:  # noqa: RET505
        import grp

        user = user_name(user_id())
        return Here(
            seat=seat,
            user=user,
            is_root=user_id() == 0,
            groups=tuple(group_name(gid) for gid in sorted({os.getegid(), *os.getgroups()})),
            member_of=tuple(group.gr_name for group in grp.getgrall() if user in group.gr_mem),
            walls=these_walls(os.environ),
            by_sudo=user_id() == 0 and any(os.environ.get(name, "0") != "0" for name in _FORMER_USER),
        )


def user_id() -> int:
    """Give the number of the effective user, 0 where users have none."""
    if sys.platform == "win32":
        return 0
    else:  # noqa: RET505
        return os.geteuid()


def user_name(number: int) -> str:
    """Give a user's name, or the number where the database has none."""
    if sys.platform == "win32":
        return ""
    else:  # noqa: RET505
        import pwd

        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:  # a container may run as a uid without a name
            return str(number)


def group_name(gid: int) -> str:
    """Give a group's name, or its number where the database has none."""
    if sys.platform == "win32":
        return str(gid)
    else:  # noqa: RET505
        import grp

        try:
            return grp.getgrgid(gid).gr_name
        except KeyError:
            return str(gid)


def group_of(path: Path) -> str:
    """Give the name of the group that owns a node, empty where there is no node."""
    try:
        return group_name(path.stat().st_gid)
    except OSError:
        return ""


def accepts(path: Path, patience: float) -> bool:
    """Whether somebody listens at a socket of the file system."""
    if sys.platform == "win32":
        return False
    else:  # noqa: RET505
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(patience)
            try:
                probe.connect(str(path))
            except OSError:
                return False
        return True
