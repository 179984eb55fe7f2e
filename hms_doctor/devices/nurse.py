"""The process that device children are forked from: Python starts and loads once, however many kinds are looked at.

It only forks and tells pids and ends; whatever hangs or crashes does so in a child of its own. Native libraries are
loaded in the children alone, so that no lock or thread of theirs is there to be forked.
"""

import atexit
import ctypes  # noqa: F401 - what every child loads is loaded here, once
import gc
import os
import select
import signal
import socket
import sys

from hms_doctor.devices import child
from hms_doctor.platforms import linux  # noqa: F401 - the same
from hms_doctor.platforms.processes import die_with, lead_group, leave_no_core

assert sys.platform != "win32"  # noqa: S101 - mypy reads no further there

_STDIN = 0
_SELDOM = 50_000


def main() -> None:
    """Fork a child for each request on stdin, a socket; end when its other end is closed.

    A request is one byte with four descriptors: the child's three streams, and a pipe on which this process tells the
    pid, and later the exit status (negative: a signal), a line each.
    """
    leave_no_core()
    gc.set_threshold(_SELDOM)
    gc.freeze()  # a child that looks for garbage would copy every page of ours
    if Nurse(socket.socket(fileno=os.dup(_STDIN))).tend():
        child.main()
        sys.stderr.flush()
        atexit._run_exitfuncs()  # noqa: SLF001 - what libraries left to be done, and nothing else
        os._exit(0)  # taking down all that was loaded takes longer than most looks


class Nurse:
    """Forks, and tells how each child ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._born: dict[int, int] = {}  # pid → where its end is told
        self._bell, self._rope = os.pipe()  # rung by SIGCHLD
        os.set_blocking(self._rope, False)
        signal.signal(signal.SIGCHLD, _wake)
        signal.set_wakeup_fd(self._rope)

    def tend(self) -> bool:
        """Serve until nobody is left who could ask; true in a child that was just forked."""
        asked = self._control.fileno()
        while True:
            ready, _, _ = select.select([asked, self._bell], [], [])
            if self._bell in ready:
                os.read(self._bell, 512)
                self._reap()
            if asked in ready:
                word, descriptors, _, _ = socket.recv_fds(self._control, 1, 4)
                if not word:
                    return False
                if self._fork(*descriptors):
                    return True

    def _fork(self, stdin: int, stdout: int, stderr: int, told: int) -> bool:
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            die_with(parent)
            self._forget(told)
            lead_group(0)
            for target, descriptor in enumerate((stdin, stdout, stderr)):
                os.dup2(descriptor, target)
                os.close(descriptor)
            return True
        for descriptor in (stdin, stdout, stderr):
            os.close(descriptor)
        lead_group(pid)
        self._born[pid] = told
        _tell(told, pid)
        return False

    def _forget(self, told: int) -> None:
        """Leave a child nothing of what it was forked from."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in (told, *self._born.values(), self._bell, self._rope):
            os.close(descriptor)
        self._control.close()

    def _reap(self) -> None:
        while self._born:
            pid, how = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            told = self._born.pop(pid)
            _tell(told, os.waitstatus_to_exitcode(how))
            os.close(told)


def _wake(_number: int, _frame: object) -> None: ...


def _tell(told: int, number: int) -> None:
    try:
        os.write(told, b"%d\n" % number)
    except BrokenPipeError:  # who asked has gone
        return
