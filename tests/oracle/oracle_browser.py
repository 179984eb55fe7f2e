"""Chromium with the official SDK in it, driven over the standard streams of one Node process."""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Final

from oracle_row import Event, Machine

from hms_doctor.model.json import JsonObject, JsonValue

HERE: Final = Path(__file__).parent
MODULES: Final = HERE.parents[1] / ".venv" / "oracle" / "node_modules"
SDK: Final = MODULES / "@100mslive" / "hms-video-store"
SHA_256: Final = "81628f80b5b8eae1cf3c17f72003cbb85a44d12607eb3837abff6f89b33c5a0f"
"""Of ``dist/index.js`` in the pinned release: there is no lock file, so the test looks itself."""
OLDEST_NODE: Final = 20
MARK: Final = "ORACLE_MARK"
_LONGEST_COMMAND: Final = 40.0
_MOST_TRIES: Final = 25
_MOST_OF_A_LINE: Final = 1 << 20


def obstacle() -> str:
    """Say why the oracle cannot be asked here; empty: it can."""
    lacking = [program for program in ("chromium", "node") if not shutil.which(program)]
    if lacking:
        return f"no {' and no '.join(lacking)}"
    version = subprocess.run(("node", "--version"), capture_output=True, text=True, check=True).stdout
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        return f"node is {version.strip()}, and playwright-core wants {OLDEST_NODE} or newer"
    return "" if SDK.is_dir() else f"{MODULES} is not there: npm installs it from package.json by ./tests/run"


def release() -> str:
    """Give the version of the SDK that is installed."""
    return str(json.loads((SDK / "package.json").read_text("utf-8"))["version"])


def digest() -> str:
    """Give the SHA-256 of the SDK as it is loaded."""
    return hashlib.sha256((SDK / "dist" / "index.js").read_bytes()).hexdigest()


class Driver:
    """One Node process with its browsers; whatever happens, they end with it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._numbers = count()
        self._answers: dict[int, asyncio.Future[JsonObject]] = {}
        self._hears: dict[str, Callable[[Event], None]] = {}
        self.url: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def kill(self) -> None:
        """End the driver without a word."""
        self._process.kill()

    async def listen(self) -> None:
        """Hand out what the driver says, until it ends."""
        assert self._process.stdout is not None
        try:
            while line := await self._process.stdout.readline():
                self._heard(json.loads(line))
        finally:
            ended = RuntimeError("the driver of the browser ended")
            if not self.url.done():
                self.url.set_exception(ended)
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ended)

    def _heard(self, said: JsonObject) -> None:
        match said:
            case {"ready": str(url)}:
                self.url.set_result(url)
            case {"key": str(key), "event": Mapping() as told} if key in self._hears:
                self._hears[key](_event(told))
            case {"id": int(number), "result": result}:
                self._answers.pop(number).set_result(result if isinstance(result, dict) else {"value": result})
            case {"id": int(number), "failed": why}:
                self._answers.pop(number).set_exception(RuntimeError(f"the browser: {why}"))
            case _:  # an event of a page that is closed already
                pass

    async def ask(self, command: str, **given: JsonValue) -> JsonObject:
        """Have one command done; raises RuntimeError where the browser cannot, TimeoutError after 40 s."""
        assert self._process.stdin is not None
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps({"id": number, "command": command, **given}).encode() + b"\n")
        await self._process.stdin.drain()
        async with asyncio.timeout(_LONGEST_COMMAND):
            result: JsonObject = await answer
        return result

    @asynccontextmanager
    async def page(
        self, key: str, browser: int, machine: Machine, hears: Callable[[Event], None], **more: JsonValue
    ) -> AsyncIterator["Page"]:
        """Open a page with the SDK in a context of its own; closed at the end."""
        self._hears[key] = hears
        try:
            allowed = machine is Machine.DEVICES
            await self.ask("open", key=key, browser=browser, url=await self.url, allowed=allowed, **more)
            yield Page(self, key)
        finally:
            with contextlib.suppress(RuntimeError, TimeoutError):
                await self.ask("close", key=key)
            del self._hears[key]


class Page:
    """One page in the browser."""

    def __init__(self, driver: Driver, key: str) -> None:
        self._driver = driver
        self._key = key

    async def call(self, method: str, argument: JsonValue = None) -> JsonObject:
        """Call one of the page's functions."""
        return await self._driver.ask("call", key=self._key, method=method, argument=argument)

    async def offline(self, *, offline: bool) -> None:
        """Tell the page that the machine has lost its network, or has it back."""
        await self._driver.ask("offline", key=self._key, offline=offline)


def _event(told: JsonObject) -> Event:
    at = told.get("at", 0.0)
    code = told.get("code", 0)
    return Event(
        kind=str(told.get("kind", "")),
        at=float(at) if isinstance(at, int | float) else 0.0,
        text=str(told.get("text", "")),
        code=code if isinstance(code, int) else 0,
        name=str(told.get("name", "")),
        action=str(told.get("action", "")),
        terminal=told.get("terminal") is True,
    )


@asynccontextmanager
async def driver(mark: str = "") -> AsyncIterator[Driver]:
    """Start the driver; it and its browsers, which have the mark in their environment, are gone at the end."""
    async with AsyncExitStack() as stack:
        # Profiles lie here, and are gone even where the driver had no time to remove them.
        folder = tempfile.mkdtemp(prefix=f"hms-oracle-{mark}-")
        stack.push_async_callback(_removed, Path(folder))
        process = await asyncio.create_subprocess_exec(
            "node",
            str(HERE / "driver.cjs"),
            str(MODULES),
            env={**os.environ, MARK: mark, "TMPDIR": folder},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_MOST_OF_A_LINE,
        )
        driven = Driver(process)
        listening = asyncio.create_task(driven.listen())
        stack.push_async_callback(_ended, process, listening)
        yield driven


async def _removed(folder: Path) -> None:
    """Remove the profiles; a browser that lost its driver writes to its own for a moment yet."""
    for _ in range(_MOST_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        await asyncio.sleep(0.2)
        if not _is_there(folder):
            return


def _is_there(folder: Path) -> bool:
    return folder.exists()


async def _ended(process: asyncio.subprocess.Process, listening: asyncio.Task[None]) -> None:
    assert process.stdin is not None
    process.stdin.close()  # the driver closes its browsers and ends
    try:
        async with asyncio.timeout(15):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    await asyncio.gather(listening, return_exceptions=True)
