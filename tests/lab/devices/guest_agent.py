"""Runs in the guest as its first process: starts what the host asks for, with the command line already loaded.

One line of JSON asks (``Order``), one answers. ``hms-doctor`` is no new interpreter but a fork of
this one, which loaded the package at boot: starting Python under emulation costs more than most rows.
"""

import gc
import grp
import importlib
import json
import os
import pwd
import select
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, TypedDict

_MOUNTS: Final = (
    ("devpts", "/dev/pts", "gid=5,mode=620"),
    *(("tmpfs", path, "mode=1777") for path in ("/run", "/tmp", "/dev/shm")),  # noqa: S108 - the guest's own
)
_PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"
_NOBODY = _RUNS = -1  # in place of who waits for a job in the background, and of a status


class Order(TypedDict):
    """What the host asks for; ``do`` is run, start (in the background) or end (a started one)."""

    id: int
    do: str
    argv: list[str]
    user: str
    groups: list[str]
    env: dict[str, str]
    stdin: str
    seconds: float
    pid: int  # of end
    signal: int  # of end


@dataclass
class Job:
    """A process that was started; ``id`` is the order that waits for its end."""

    id: int
    pid: int
    out: int
    err: int
    began: float
    until: float
    late: bool = False
    status: int = _RUNS


def main() -> None:
    """Bring the system up, say so, and serve until the host is gone."""
    _mount()
    subprocess.run(("/lib/systemd/systemd-udevd", "--daemon"), check=True)
    _preload()
    names = Path("/sys/class/virtio-ports").glob("*/name")
    [port] = [path.parent.name for path in names if path.read_text().strip() == "hms.lab"]
    Agent(os.open(f"/dev/{port}", os.O_RDWR | os.O_CLOEXEC)).serve()


def _mount() -> None:
    for kind, path, options in _MOUNTS:
        Path(path).mkdir(exist_ok=True)
        subprocess.run(("/bin/busybox", "mount", "-t", kind, "-o", options, kind, path), check=True)
    subprocess.run(("/bin/busybox", "ifconfig", "lo", "up"), check=True)
    os.umask(0o022)


def _preload() -> None:
    sys.path[:0] = ["/opt/code", "/opt/site"]
    sys.dont_write_bytecode = True
    for name in Path("/opt/code/preload.txt").read_text().split():
        try:
            importlib.import_module(name)
        except ImportError:
            continue  # what the host loaded and the guest has no use for
    gc.collect()
    gc.freeze()


class Agent:
    """Answers in the order in which things end; it never waits for one of them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._jobs: dict[int, Job] = {}
        self._rest = b""

    def serve(self) -> None:
        """Serve for ever; a child's end wakes us up, since we are also who orphans fall to."""
        woken, wakes = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(wakes)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        poll = select.poll()
        poll.register(self._port, select.POLLIN)
        poll.register(woken, select.POLLIN)
        self._tell(0, {"ready": float(Path("/proc/uptime").read_text().split()[0])})
        while True:
            ready = {descriptor for descriptor, _ in poll.poll(self._patience())}
            if self._port in ready:
                self._read()
            if woken in ready:
                os.read(woken, 65536)
            self._reap()
            self._overdue()

    def _patience(self) -> float:
        runs = (job.until for job in self._jobs.values() if job.status == _RUNS and not job.late)
        soonest = min(runs, default=time.monotonic() + 60)
        return max(0.0, soonest - time.monotonic()) * 1000 + 1

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid in self._jobs:
                self._jobs[pid].status = status
                self._tell_the_end(self._jobs[pid])

    def _read(self) -> None:
        piece = os.read(self._port, 65536)
        *lines, self._rest = (self._rest + piece).split(b"\n")
        for line in lines:
            order: Order = json.loads(line)
            try:
                self._obey(order)
            except (OSError, KeyError) as error:
                self._tell(order["id"], {"refused": f"{type(error).__name__}: {error}"})

    def _obey(self, order: Order) -> None:
        match order["do"]:
            case "run":
                self._start(order, order["id"])
            case "start":
                self._tell(order["id"], {"pid": self._start(order, _NOBODY).pid})
            case "end":
                job = self._jobs[order["pid"]]
                job.id = order["id"]
                job.until = time.monotonic() + order["seconds"]
                if job.status == _RUNS:
                    _kill(job.pid, order["signal"])
                self._tell_the_end(job)
            case unknown:
                self._tell(order["id"], {"refused": f"what is {unknown}?"})

    def _start(self, order: Order, waiting: int) -> Job:
        out, err = os.memfd_create("out"), os.memfd_create("err")
        pid = os.fork()
        if pid == 0:
            _become(order, out, err)
        now = time.monotonic()
        job = Job(waiting, pid, out, err, now, now + order["seconds"])
        self._jobs[pid] = job
        return job

    def _overdue(self) -> None:
        for job in self._jobs.values():
            if not job.late and job.status == _RUNS and time.monotonic() > job.until:
                job.late = True
                _kill(job.pid, signal.SIGKILL)

    def _tell_the_end(self, job: Job) -> None:
        if job.status == _RUNS or job.id == _NOBODY:
            return
        told = {
            "code": os.waitstatus_to_exitcode(job.status),
            "out": _content(job.out),
            "err": _content(job.err),
            "seconds": time.monotonic() - job.began,
            "late": job.late,
        }
        del self._jobs[job.pid]
        for descriptor in (job.out, job.err):
            os.close(descriptor)
        self._tell(job.id, told)

    def _tell(self, number: int, told: dict[str, object]) -> None:
        line = json.dumps({"id": number, **told}).encode() + b"\n"
        while line:
            line = line[os.write(self._port, line) :]


def _kill(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return


def _content(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0).decode("utf-8", "replace")


def _become(order: Order, out: int, err: int) -> NoReturn:
    """Turn this fork into what was asked for; it never comes back."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        stdin = os.memfd_create("in")
        os.pwrite(stdin, order["stdin"].encode(), 0)
        for number, descriptor in enumerate((stdin, out, err)):
            os.dup2(descriptor, number)
        user = pwd.getpwnam(order["user"])
        os.setgroups([user.pw_gid, *(grp.getgrnam(name).gr_gid for name in order["groups"])])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        os.chdir(user.pw_dir)
        environment = {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": user.pw_dir, "USER": user.pw_name, **order["env"]}
        if order["argv"][0] != "hms-doctor":
            os.execvpe(order["argv"][0], order["argv"], environment)  # noqa: S606 - the tests' own commands
        os.environ.clear()
        os.environ.update(environment)
        os._exit(_doctor(order["argv"]))
    except BaseException:  # noqa: BLE001 - a fork that came back would be a second first process
        os.write(2, traceback.format_exc().encode())
    os._exit(71)


def _doctor(argv: list[str]) -> int:
    sys.argv = argv
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate(("r", "w", "w"))
    )
    code: object = 0
    try:
        importlib.import_module("hms_doctor.__main__").main()
    except SystemExit as ended:
        code = ended.code
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


if __name__ == "__main__":
    main()
