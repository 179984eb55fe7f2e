"""The page of rehearsal/ against ``hms-doctor simulate``: an app is told what is played."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from oracle_browser import MODULES, obstacle

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 40


@dataclass
class Rehearsal:
    simulator: Process
    page: Process
    control_url: str

    async def type(self, line: str) -> None:
        assert self.simulator.stdin
        self.simulator.stdin.write(f"{line}\n".encode())
        await self.simulator.stdin.drain()

    async def do(self, what: str, argument: str) -> str:
        """Do something on the page, and give all its text afterwards."""
        assert self.page.stdin
        assert self.page.stdout
        self.page.stdin.write(f"{json.dumps([what, argument])}\n".encode())
        raw = await asyncio.wait_for(self.page.stdout.readline(), LONGEST)
        answer = json.loads(raw)
        assert not answer["failed"], f"{argument}: {answer['failed']}\n{answer['text']}"
        return str(answer["text"])


@asynccontextmanager
async def process(*command: str) -> AsyncIterator[Process]:
    started = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=ROOT)
    try:
        yield started
    finally:
        assert started.stdin
        started.stdin.close()
        if command[0] == sys.executable:
            started.terminate()
        try:
            await asyncio.wait_for(started.communicate(), LONGEST)
        finally:
            if started.returncode is None:
                started.kill()


def control_url_in(ready: Path) -> str:
    return str(json.loads(ready.read_text("utf-8"))["control_url"])


@asynccontextmanager
async def rehearsing(ready: Path) -> AsyncIterator[Rehearsal]:
    async with process(sys.executable, "-m", "hms_doctor", "simulate", "--ready-file", str(ready)) as simulator:
        assert simulator.stdout
        while b"Ctrl-C" not in await asyncio.wait_for(simulator.stdout.readline(), LONGEST):
            pass
        control_url = control_url_in(ready)
        async with process("node", str(Path(__file__).with_name("rehearsal.cjs")), str(MODULES), str(ready)) as page:
            yield Rehearsal(simulator, page, control_url)


@pytest.mark.skipif(bool(obstacle()), reason=obstacle())
@pytest.mark.timeout(120)
async def test_an_error_is_rehearsed_by_line_by_button_and_by_url(tmp_path: Path) -> None:
    async with rehearsing(tmp_path / "sim.json") as rehearsal, httpx.AsyncClient(trust_env=False) as http:
        await rehearsal.do("click", "Join")
        await rehearsal.do("until", r"join\(\) resolved")
        await rehearsal.do("until", r"[1-9]\d* kbps sent")
        await rehearsal.type("ws-drop for 3s peer Ann")
        await rehearsal.do("until", "onReconnecting 1003")
        await rehearsal.do("until", "ws-drop until")
        assert "onError" not in await rehearsal.do("until", "onReconnected")
        state = (await http.post(rehearsal.control_url, json={"fault": "40102-pushed"})).json()
        assert (state["code"], state["outcome"]) == (40102, "played")
        await rehearsal.do("until", "onError 40102 ServerErrors, terminal")
        await rehearsal.do("play", "40108")
        await rehearsal.do("until", "played to you: role-wrong")
        await rehearsal.do("click", "Join")
        await rehearsal.do("until", r"join\(\) rejected with 40108")
        await rehearsal.do("play", "tls-expired")
        await rehearsal.do("until", "tls-expired needs a restart: hms-doctor simulate tls-expired")
        await rehearsal.do("click", "healthy")
        await rehearsal.do("until", "played to you: healthy")
        await rehearsal.do("click", "Join")
        await rehearsal.do("until", r"join\(\) resolved[^]+join\(\) resolved")
        assert [peer["name"] for peer in (await http.get(rehearsal.control_url)).json()["peers"]] == ["Ann"]
