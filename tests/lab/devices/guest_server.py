"""Owns the guest of one test run: boots it, passes orders on to it, and ends with the run, however that ends.

Usage: python guest_server.py FOLDER PID [SOURCE]    FOLDER gets the socket; PID is the process that is the run.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import guest_build
import guest_pack

LONGEST: Final = 2400.0
"""Seconds that a guest may live, whatever it does."""
BOOT_WITHIN: Final = 150.0
_PROCESSOR: Final = "qemu64,+rdrand"
"""A plain one: emulating wide vectors costs more than they give."""
_MOST: Final = 8 << 20


def accelerator() -> str:
    """Choose KVM only where it runs a stock kernel: KVM_PVM takes a minute and gets nowhere."""
    usable = os.access("/dev/kvm", os.R_OK | os.W_OK) and not Path("/sys/module/kvm_pvm").exists()
    return "kvm" if usable else "tcg,thread=multi"


def command(channel: int, console: Path, disks: tuple[Path, ...]) -> list[str]:
    """Give qemu's command line: it dies with the server, has a console, one channel and read-only disks."""
    built = guest_build.folder()
    words = [
        "setpriv",
        "--pdeathsig",
        "KILL",
        "qemu-system-x86_64",
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-no-reboot",
    ]
    words += ["-machine", "q35", "-accel", accelerator(), "-cpu", _PROCESSOR, "-smp", "2", "-m", "1024"]
    words += ["-kernel", str(built / "vmlinux"), "-initrd", str(built / "initrd")]
    words += ["-append", "console=ttyS0 quiet panic=-1 mitigations=off norandmaps random.trust_cpu=on"]
    words += ["-serial", f"file:{console}", "-device", "virtio-serial", "-chardev", f"socket,id=lab,fd={channel}"]
    words += ["-device", "virtserialport,chardev=lab,name=hms.lab"]
    for number, disk in enumerate(disks):
        words += ["-drive", f"file={disk},if=none,format=raw,readonly=on,id=disk{number}"]
        words += ["-device", f"virtio-blk-pci,drive=disk{number}"]
    return words


class Server:
    """Numbers the orders of all clients anew, so that each answer finds its client; hands out leases, one at a time."""

    def __init__(
        self, from_guest: asyncio.StreamReader, to_guest: asyncio.StreamWriter, boot: float, machine: int, told: Path
    ) -> None:
        self._from_guest = from_guest
        self._to_guest = to_guest
        self._waiting: dict[int, Callable[[dict[str, object]], None]] = {}
        self._count = 0
        self._leases: dict[str, asyncio.Lock] = {}
        self._machine = machine
        self._told = told
        self._held = 0
        self._since = (0.0, 0.0)
        self._figures = {"boot": boot, "busy": 0.0, "waited": 0.0, "rows": 0.0}

    async def listen(self) -> None:
        """Pass answers on until the guest is gone."""
        while line := await self._from_guest.readline():
            told = json.loads(line)
            waiting = self._waiting.pop(told.pop("id"), None)
            if waiting:
                waiting(told)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client; its leases end with it."""
        held: list[str] = []
        try:
            while line := await reader.readline():
                await self._obey(json.loads(line), writer, held)
        finally:
            for name in held:
                self._release(name, counts=False)
            writer.close()

    async def _obey(self, order: dict[str, object], writer: asyncio.StreamWriter, held: list[str]) -> None:
        name = str(order.get("of", ""))
        match order["do"]:
            case "lease":
                await self._lease(name)
                held.append(name)
                _tell(writer, {})
            case "release":
                held.remove(name)
                self._release(name, counts=bool(order.get("counts")))
                _tell(writer, self._figures)
            case _:
                self._count += 1
                self._waiting[self._count] = lambda told: _tell(writer, told)
                self._to_guest.write(json.dumps({**order, "id": self._count}).encode() + b"\n")

    async def _lease(self, name: str) -> None:
        await self._leases.setdefault(name, asyncio.Lock()).acquire()
        if not self._held:
            self._since = (time.monotonic(), waited(self._machine))
        self._held += 1

    def _release(self, name: str, *, counts: bool) -> None:
        self._held -= 1
        if not self._held:
            took, waits = time.monotonic() - self._since[0], waited(self._machine) - self._since[1]
            self._figures |= {"last": took, "last waited": waits}
            if counts:
                self._figures["rows"] += 1
                self._figures["busy"] += took
                self._figures["waited"] += waits
            self._told.write_text(figures_told(self._figures), encoding="utf-8")
        self._leases[name].release()


def figures_told(figures: dict[str, float]) -> str:
    """Say in a line what the guest cost so far."""
    waits = f", of which it waited {figures['waited']:.0f} s for a processor" if figures["waited"] >= 1 else ""
    return f"guest: ready after {figures['boot']:.0f} s, {figures['rows']:.0f} rows in {figures['busy']:.0f} s{waits}"


def waited(pid: int) -> float:
    """Give the seconds for which threads of a process could have run and had no processor, 0 where none counts that."""
    found = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text().split()[1]) for path in found) / 1e9


def _tell(writer: asyncio.StreamWriter, told: dict[str, object] | dict[str, float]) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(told).encode() + b"\n")


@asynccontextmanager
async def guest(folder: Path, source: Path) -> AsyncIterator[tuple[socket.socket, int]]:
    """Boot a guest; give our end of its channel, on which it says first that it is ready, and qemu's pid."""
    ours, its = socket.socketpair()
    disks = (guest_build.folder() / "root.sqfs", guest_pack.site(), guest_pack.code(folder, source))
    words = command(its.fileno(), folder / "console", disks)
    with (folder / "qemu").open("wb") as noise:
        machine = subprocess.Popen(  # noqa: ASYNC220 - nothing else happens yet
            words, pass_fds=(its.fileno(),), stdin=subprocess.DEVNULL, stdout=noise, stderr=noise,
            start_new_session=True,
        )  # fmt: skip
    its.close()
    try:
        yield ours, machine.pid
    finally:
        machine.kill()
        machine.wait()
        ours.close()


async def main(folder: Path, run: int, source: Path) -> None:
    """Serve until the run is over, the guest is gone or time is up."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_reader(os.pidfd_open(run), over.set)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    began = time.monotonic()
    async with guest(folder, source) as (channel, machine):
        reader, writer = await asyncio.open_connection(sock=channel, limit=_MOST)
        tasks = [
            asyncio.ensure_future(over.wait()),
            asyncio.ensure_future(_served(reader, writer, folder, (began, machine))),
        ]
        await asyncio.wait(tasks, timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
    (folder / "socket").unlink(missing_ok=True)
    if over.is_set():
        shutil.rmtree(folder, ignore_errors=True)


async def _served(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, folder: Path, started: tuple[float, int]
) -> None:
    async with asyncio.timeout(BOOT_WITHIN):
        await reader.readline()
    server = Server(reader, writer, time.monotonic() - started[0], started[1], folder / "figures")
    hidden = folder / "socket.new"
    async with await asyncio.start_unix_server(server.serve, hidden, limit=_MOST):
        hidden.rename(folder / "socket")
        await server.listen()


if __name__ == "__main__":
    at, of = Path(sys.argv[1]), sys.argv[3:]
    asyncio.run(main(at, int(sys.argv[2]), Path(of[0]) if of else guest_pack.ROOT))
