"""``hms-doctor simulate``: the real program as a child process, its ready file and its end."""

import asyncio
import json
import os
import signal
import socket
import ssl
import stat
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 30


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@asynccontextmanager
async def child(*arguments: str, **env: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hms_doctor",
        "simulate",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **env},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def ended(process: asyncio.subprocess.Process) -> Ended:
    out, err = await asyncio.wait_for(process.communicate(), LONGEST)
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def run(*arguments: str) -> Ended:
    async with child(*arguments) as process:
        return await ended(process)


def peek(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def mode_of(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def inside(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def ready(file: Path, old: str = "") -> dict[str, object]:
    """Read the ready file as soon as it is there; it must be whole at its first sight."""
    for _ in range(LONGEST * 100):
        seen = peek(file)
        if seen != old:
            told: dict[str, object] = json.loads(seen)
            return told
        await asyncio.sleep(0.01)
    raise TimeoutError


def text(told: Mapping[str, object], name: str) -> str:
    value = told[name]
    assert isinstance(value, str)
    return value


def tokens(told: Mapping[str, object]) -> dict[str, str]:
    value = told["tokens"]
    assert isinstance(value, dict)
    return value


@pytest.fixture
def under_a_terminal() -> Iterator[None]:
    """Let a child meet SIGHUP as under a terminal: `nohup` would have it ignored, and the program heeds that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("under_a_terminal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_it_serves_tells_where_and_cleans_up(tmp_path: Path, number: signal.Signals) -> None:
    file, folder = tmp_path / "ready.json", tmp_path / "tmp"
    folder.mkdir()
    async with child("--ready-file", str(file), TMPDIR=str(folder), HMS_TOKEN="x", HTTPS_PROXY="http://x:1") as process:
        told = await ready(file)
        added = {"roles", "room_codes", "auth_endpoint", "media_address", "control_url"}
        assert set(told) == {"init_endpoint", "ca_file", "spki", "tokens", "ice_servers", "pid"} | added
        assert told["pid"] == process.pid
        assert mode_of(file) == 0o600
        context = ssl.create_default_context(cafile=text(told, "ca_file"))
        async with httpx.AsyncClient(verify=context, trust_env=False) as http:
            for role in ("host", "guest"):
                headers = {"Authorization": f"Bearer {tokens(told)[role]}"}
                answer = await http.get(f"{text(told, 'init_endpoint')}/init", headers=headers)
                assert answer.status_code == 200
                assert answer.json()["rtcConfiguration"]["ice_servers"] == told["ice_servers"]
        process.send_signal(number)
        done = await ended(process)
    assert (done.code, done.err) == (0, "")
    assert inside(folder) == []
    assert inside(tmp_path) == [folder]
    for part in (text(told, "init_endpoint"), text(told, "ca_file"), text(told, "spki"), *tokens(told).values()):
        assert part in done.out
    assert "hms-doctor check --endpoint" in done.out


async def test_a_fault_by_its_code_on_a_port_of_choice(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = tmp_path / "ready.json"
    async with child("40102", "--port", str(port), "--ready-file", str(file)) as process:
        told = await ready(file)
        assert text(told, "init_endpoint") == f"https://127.0.0.1:{port}"
        context = ssl.create_default_context(cafile=text(told, "ca_file"))
        async with httpx.AsyncClient(verify=context, trust_env=False) as http:
            answer = await http.get(f"{text(told, 'init_endpoint')}/init")
        assert (answer.status_code, answer.json()["code"]) == (401, 40102)
        taken = await run("--port", str(port))
        assert (taken.code, taken.out) == (2, "")
        assert f"port {port}" in taken.err
        process.send_signal(signal.SIGINT)
        assert "room-id-wrong" in (await ended(process)).out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["turn-qouta"], "turn-quota"),
        (["7001"], "cannot be shown"),
        (["4001"], "hms-doctor demo offer-fails"),
        (["49999"], "49999"),
        (["camera-denied"], "hms-doctor demo camera-denied"),
        (["--bind", "0.0.0.0"], "names no address|name no address"),
        (["--bind", "localhost"], "localhost"),
        (["--bind", "203.0.113.7"], "203.0.113.7"),
        (["--ready-file", "/no/such/folder/f.json"], "/no/such/folder/f.json"),
        (["--port", "70000"], "70000"),
    ],
)
async def test_what_cannot_be_is_one_line_and_exit_code_2(arguments: list[str], told: str) -> None:
    done = await run(*arguments)
    assert done.code == 2
    assert any(part in done.err for part in told.split("|"))
    assert done.err.count("\n") == 1
    assert "Traceback" not in done.err


async def test_an_old_ready_file_is_replaced_and_never_half_written(tmp_path: Path) -> None:
    file = tmp_path / "ready.json"
    file.write_text(old := "an older run's, longer than nothing")
    async with child("--ready-file", str(file)) as process:
        assert (await ready(file, old))["pid"] == process.pid
        process.send_signal(signal.SIGTERM)
        assert (await ended(process)).code == 0
    assert inside(tmp_path) == []
