"""The guest as tests see it: one a run, booted by whoever needs it first, driven over a socket."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import guest_build

_SERVER: Final = Path(__file__).with_name("guest_server.py")
READY_WITHIN: Final = 170.0
LONGEST_COMMAND: Final = 30.0
_STARTED: Final[list["subprocess.Popen[bytes]"]] = []
"""Servers outlive the call that starts them: they end with the run."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """How a command of the guest ended."""

    code: int
    out: str
    err: str
    seconds: float
    late: bool  # it was killed when its time was up


@dataclass
class Lease:
    """A time with the guest; it counts among the rows' time unless it says otherwise."""

    counts: bool = True


def obstacle() -> str:
    """Say why there can be no guest here, empty where there can."""
    if sys.platform != "linux" or not shutil.which("qemu-system-x86_64"):
        return "needs qemu-system-x86 on Linux"
    if not shutil.which("mksquashfs"):
        return "needs squashfs-tools"
    return "" if guest_build.is_built() else f"no guest is built: run python {Path(guest_build.__file__).name}"


def the_run() -> int:
    """Give the process that is the whole test run: what starts the workers, where there are any."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


class Guest:
    """A client of the run's guest."""

    def __init__(self, source: str = "") -> None:
        folder = Path(tempfile.gettempdir(), f"hms-guest-{the_run()}")
        folder.mkdir(mode=0o700, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "socket").exists():
                _boot(folder, source)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(folder / "socket"))
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self.figures: Mapping[str, float] = {}

    def run(
        self, *argv: str, user: str = "root", groups: tuple[str, ...] = (), env: Mapping[str, str] | None = None,
        stdin: str = "", seconds: float = LONGEST_COMMAND,
    ) -> Done:  # fmt: skip
        """Run a program to its end; it is killed after ``seconds``."""
        return _done(self._ask("run", argv=argv, user=user, groups=groups, env=env or {}, stdin=stdin, seconds=seconds))

    def sh(self, script: str, seconds: float = LONGEST_COMMAND) -> str:
        """Have root's shell run a script that must succeed; give its output."""
        done = self.run("/bin/sh", "-ec", script, seconds=seconds)
        assert done.code == 0, f"{script[-300:]}: {done}"
        return done.out

    @contextmanager
    def running(self, *argv: str, user: str = "root", groups: tuple[str, ...] = ()) -> Iterator[int]:
        """Have a program run beside; gives its pid, and kills it."""
        told = self._ask("start", argv=argv, user=user, groups=groups, env={}, stdin="", seconds=120)
        pid = told["pid"]
        assert isinstance(pid, int)
        try:
            yield pid
        finally:
            self._ask("end", pid=pid, signal=9, seconds=5)

    @contextmanager
    def leased(self, name: str) -> Iterator["Lease"]:
        """Have a part of the guest to ourselves."""
        self._ask("lease", of=name)
        lease = Lease()
        try:
            yield lease
        finally:
            figures = self._ask("release", of=name, counts=lease.counts)
            self.figures = {name: figure for name, figure in figures.items() if isinstance(figure, float)}

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def _ask(self, do: str, **order: object) -> dict[str, object]:
        self._socket.sendall(json.dumps({"do": do, **order}).encode() + b"\n")
        line = self._lines.readline()
        assert line, "the guest is gone"
        told: dict[str, object] = json.loads(line)
        assert "refused" not in told, told
        return told


def _done(told: dict[str, object]) -> Done:
    code, out, err, seconds, late = (told[name] for name in ("code", "out", "err", "seconds", "late"))
    assert isinstance(code, int)
    assert isinstance(seconds, float)
    return Done(code=code, out=str(out), err=str(err), seconds=seconds, late=bool(late))


def _boot(folder: Path, source: str) -> None:
    with (folder / "server").open("wb") as noise:
        server = subprocess.Popen(
            (sys.executable, str(_SERVER), str(folder), str(the_run()), *((source,) if source else ())),
            stdin=subprocess.DEVNULL, stdout=noise, stderr=noise, start_new_session=True, cwd="/",
        )  # fmt: skip
    _STARTED.append(server)
    began = time.monotonic()
    while not (folder / "socket").exists():
        told = (folder / "server").read_text() + _tail(folder / "qemu") + _tail(folder / "console")
        assert server.poll() is None, f"the guest did not start: {told}"
        assert time.monotonic() - began < READY_WITHIN, f"the guest is not ready: {told}"
        time.sleep(0.05)


def _tail(path: Path) -> str:
    return path.read_text(errors="replace")[-2000:] if path.exists() else ""
