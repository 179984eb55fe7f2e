"""Processes that must not outlive us: groups of their own, killed as a whole, and death with the parent."""

import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, TypedDict

_PR_SET_PDEATHSIG: Final = 1
"""prctl(2)"""
GRACE: Final = 0.5
"""Seconds in which a process that was asked to end puts back what it changed."""


class Spawn(TypedDict, total=False):
    """The arguments of ``subprocess.Popen`` that give a child a group of its own."""

    start_new_session: bool
    creationflags: int


def own_group() -> Spawn:
    """Give what makes a child the head of a group (and keeps Ctrl-C and the terminal from it)."""
    if sys.platform == "win32":
        import subprocess

        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    else:  # noqa: RET505 - the type checker leaves out the other system's half
        return {"start_new_session": True}


def lead_group(pid: int) -> None:
    """Make a forked child (0: this one) the head of a group; parent and child both do, so that neither is too early."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)


def send_descriptors(control: socket.socket, descriptors: Sequence[int]) -> None:
    """Hand descriptors to the process at the other end of a socket, with one byte. Raises OSError."""
    if sys.platform == "win32":
        raise OSError(errno.ENOTSUP, "Windows hands no descriptors over")
    else:  # noqa: RET506 - mypy follows the platform through if and else
        socket.send_fds(control, [b"+"], descriptors)


def kill_group(pid: int) -> None:
    """Kill a child and whatever it started; one that is gone already is no error."""
    try:
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)  # TerminateProcess
        else:
            os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def ending(returncode: int) -> str:
    """Say how a process ended: a signal's name (POSIX) or its exit status."""
    if sys.platform != "win32" and -returncode in tuple(signal.Signals):
        return signal.Signals(-returncode).name
    return f"exit status {returncode & 0xFFFFFFFF:#x}" if abs(returncode) > 255 else f"exit status {returncode}"  # noqa: PLR2004


def die_with_parent(lifeline: int) -> None:
    """End this process when its parent ends, however that ends.

    ``lifeline`` is the read end of a pipe whose other end only the parent holds. On Linux the kernel kills us as well:
    a hang in native code that keeps Python's lock would keep the watching thread from running.
    """
    if sys.platform != "win32":
        _ask_kernel_for(signal.SIGKILL)
    threading.Thread(target=_wait_for_the_end, args=(lifeline,), daemon=True).start()


def die_with(parent: int) -> None:
    """Have a child that was just forked die with its parent (Linux), also one that has died in between."""
    if sys.platform != "win32":
        _ask_kernel_for(signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def die_with_me() -> Callable[[], None] | None:
    """Give what a child of ours does before it becomes another program: ask the kernel (Linux) to kill it after us."""
    if sys.platform == "linux":
        import ctypes

        kernel = ctypes.CDLL(None)  # loaded here: after the fork nothing may be
        return lambda: kernel.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) and None
    else:  # noqa: RET505
        return None


def _wait_for_the_end(lifeline: int) -> None:
    while os.read(lifeline, 1):
        pass
    if sys.platform != "win32":
        os.kill(os.getpid(), signal.SIGTERM)  # ends us at once, unless something has to be put back first
        time.sleep(GRACE)
    os._exit(1)


@contextmanager
def ending_gently() -> Iterator[None]:
    """Turn a first SIGTERM, from whoever asks us to end, into ``SystemExit``: what was changed is put back on the way.

    Nothing but Python and the kernel may run inside: a native library that hangs would have to be killed.
    """
    _ask_kernel_for(signal.SIGTERM)
    before = signal.signal(signal.SIGTERM, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        _ask_kernel_for(getattr(signal, "SIGKILL", signal.SIGTERM))


def _end(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)
    raise SystemExit(1)


def _ask_kernel_for(number: int) -> None:
    """Have this process sent a signal when its parent dies (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def ask_to_end(pid: int) -> None:
    """Ask a child and whatever it started to end; see ``ending_gently`` (nothing on Windows)."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGTERM)


def leave_no_core() -> None:
    """A crash of a native library leaves no core file behind."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
