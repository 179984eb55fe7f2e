"""How a device child's Python is started: isolated, quiet, without secrets; ahead of its use where that saves time."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.platforms.processes import kill_group, own_group

FORKS: Final[bool] = sys.platform.startswith("linux")
"""macOS's frameworks break in a process that was forked and not executed anew; Windows forks none."""
_QUIET: Final = {
    "OPENCV_LOG_LEVEL": "OFF",
    "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT": "5",
    "OPENCV_AVFOUNDATION_SKIP_AUTH": "1",
}
"""No log lines; 5 s instead of 10 for a picture; no permission dialogue that nobody asked for."""


def child_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a child: libraries kept quiet, and no token or secret (``HMS_*``) of the run."""
    return {name: value for name, value in environ.items() if not name.startswith("HMS_")} | _QUIET


def command(module: str) -> tuple[str, ...]:
    """Give the command that runs the ``main`` of a module, isolated (-I) from the environment's PYTHON variables.

    It still finds what the parent finds.
    """
    boot = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {module} import main; main()"
    return sys.executable, "-I", "-c", boot, json.dumps([str(Path(entry).absolute()) for entry in sys.path])


@dataclass(frozen=True, kw_only=True)
class Cradle:
    """The process that forks children (``nurse``), and the socket over which it is asked."""

    process: "subprocess.Popen[bytes]"
    control: socket.socket


_READY: Final[list[Cradle]] = []


@contextmanager
def prepared() -> Iterator[None]:
    """Start the process now, for a run that will look at devices soon: it loads while the caller does."""
    if FORKS:
        with suppress(OSError):
            _READY.append(_started())
    try:
        yield
    finally:
        while _READY:
            cradle = _READY.pop()
            cradle.control.close()
            kill_group(cradle.process.pid)  # nobody asked it for anything, and it may still be loading
            cradle.process.wait()


def claimed() -> Cradle:
    """Give the process that was started ahead, else a new one; raises OSError."""
    return _READY.pop() if _READY else _started()


def _started() -> Cradle:
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 - this program itself
                command("hms_doctor.devices.nurse"),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=child_environment(os.environ),
                **own_group(),
            )
        except OSError:
            ours.close()
            raise
    return Cradle(process=process, control=ours)
