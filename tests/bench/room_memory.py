"""What a join takes of memory, and what the simulator takes while twenty peers signal: real programs, sampled."""

import asyncio
import json
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import websockets.asyncio.client as ws
from run import DOCTOR, ENVIRONMENT

_READY_WITHIN = 60.0
_EVERY = 0.01
_PEERS = 20


@dataclass(frozen=True)
class Site:
    """A simulator that runs as a user runs it."""

    pid: int
    origin: str
    ca_file: str
    token: str


@contextmanager
def simulated() -> Iterator[Site]:
    """Have ``hms-doctor simulate`` run."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready.json")
        process = subprocess.Popen(
            (*DOCTOR, "simulate", "--ready-file", str(ready)),
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            told = _told(process, ready)
            yield Site(process.pid, str(told["init_endpoint"]), str(told["ca_file"]), str(told["tokens"]["host"]))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


def _told(process: "subprocess.Popen[bytes]", ready: Path) -> "dict[str, dict[str, str]]":
    until = time.monotonic() + _READY_WITHIN
    while not ready.exists():
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    told = json.loads(ready.read_text(encoding="utf-8"))
    assert isinstance(told, dict)
    return told


def peak_of_a_join() -> tuple[float, float]:
    """Give a whole ``check --join``'s peak in MB: of its largest process, and of all its processes at one time.

    What processes share (a fork's pages, libraries) counts in each of them.
    """
    with simulated() as site, tempfile.TemporaryDirectory() as folder:
        token = Path(folder, "token")
        token.write_text(site.token, encoding="utf-8")
        where = ("--endpoint", site.origin, "--token-file", str(token), "--ca-file", site.ca_file)
        process = subprocess.Popen(
            (*DOCTOR, "check", "--join", *where, "--proxy", "none", "--format", "json"),
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        alone = together = 0.0
        while process.poll() is None:
            sizes = [_resident(pid, "VmRSS") for pid in _family(process.pid)]
            alone = max(alone, _resident(process.pid, "VmHWM"), *sizes)
            together = max(together, sum(sizes))
            time.sleep(_EVERY)
        assert process.stdout
        report = json.loads(process.stdout.read())
        process.stdout.close()
    [media] = [check for check in report["checks"] if check["id"] == "room.media"]
    assert media["status"] in {"pass", "warn"}, report["headline"]
    return alone, together


def _family(pid: int) -> list[int]:
    """Give a process and all its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return [pid]
    return [pid, *(member for child in children for member in _family(int(child)))]


def _resident(pid: int, figure: str) -> float:
    """Give a figure of a process's status in MB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(figure)), 0.0)


def crowd_of_twenty() -> tuple[float, float]:
    """Give what the simulator takes in MB, before and with twenty peers in its room that only signal."""
    with simulated() as site:
        before = _resident(site.pid, "VmRSS")
        return before, asyncio.run(_crowd(site))


async def _crowd(site: Site) -> float:

    trust = ssl.create_default_context(cafile=site.ca_file)
    host = site.origin.removeprefix("https://")
    async with AsyncExitStack() as stack:
        for number in range(_PEERS):
            url = f"wss://{host}/v2/ws?peer={uuid.uuid4()}&token={site.token}"
            socket = await stack.enter_async_context(ws.connect(url, ssl=trust, proxy=None))
            await _joined(socket, f"peer {number}")
        return _resident(site.pid, "VmHWM")


async def _joined(socket: "ws.ClientConnection", name: str) -> None:
    """Join without an offer, as the SDK does for a role that neither sends nor receives."""
    wish = {"method": "join", "params": {"name": name, "data": ""}, "id": "1", "jsonrpc": "2.0"}
    await socket.send(json.dumps(wish))
    async with asyncio.timeout(10):
        async for text in socket:
            told = json.loads(text)
            if told.get("id") == "1":
                assert "result" in told, text
                return
    sys.exit("the simulator hung up")
