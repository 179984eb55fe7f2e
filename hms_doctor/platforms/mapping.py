"""A driver's buffers in our memory, and waiting for it to fill them."""

import errno
import mmap
import select
import sys


def mapped(descriptor: int, length: int, offset: int) -> mmap.mmap:
    """Map a driver's buffer, to be read alone. Raises OSError."""
    return mmap.mmap(descriptor, length, access=mmap.ACCESS_READ, offset=offset)


def has_come(descriptor: int, seconds: float) -> bool:
    """Wait until a buffer is full, at once where the driver gave up (``POLLERR``: the next call says why)."""
    if sys.platform == "win32":
        raise OSError(errno.ENOSYS, "no poll on Windows")
    else:  # noqa: RET506 - mypy follows the platform through if and else
        waiting = select.poll()
        waiting.register(descriptor, select.POLLIN)
        return bool(waiting.poll(max(0.0, seconds) * 1000))
