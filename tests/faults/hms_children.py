"""The program as a user runs it: a real child process, its output, its time and its memory."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hms_doctor.model.json import JsonObject

HERE = Path(__file__).parent.parent.parent
FORMATS = ("json", "junit", "github", "markdown")
_PRIVATE = (
    "HMS_", "COVERAGE_", "CI", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "NO_COLOR", "FORCE_COLOR",
)  # fmt: skip


@dataclass(frozen=True)
class Child:
    """How one run of the program ended."""

    code: int
    out: str
    err: str
    seconds: float
    peak_mb: float
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def report(self) -> JsonObject:
        report = json.loads(self.files.get("json", self.out))
        assert isinstance(report, dict)
        return report

    def check(self, check_id: str) -> JsonObject:
        """Give what the report says of one check."""
        checks = self.report["checks"]
        assert isinstance(checks, list)
        [found] = [check for check in checks if check["id"] == check_id]
        assert isinstance(found, dict)
        return found

    def everything(self) -> dict[str, str]:
        return {"stdout": self.out, "stderr": self.err, **self.files}


def plain_environment(**more: str) -> dict[str, str]:
    """Give this process's environment without what would change a run."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_PRIVATE)}
    return {**kept, "PYTHONPATH": str(HERE), "COLUMNS": "100", **more}


def peak_of(pid: int) -> int:
    """Give the most memory that a process ever had, in kB; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


@dataclass
class Running:
    """A child that runs; its peak memory is read while it does, because a parent's would count with getrusage."""

    process: asyncio.subprocess.Process
    began: float
    peak_kb: int = 0

    async def watch(self) -> None:
        while True:
            self.peak_kb = max(self.peak_kb, peak_of(self.process.pid))
            await asyncio.sleep(0.03)

    async def ended(self, stdin: bytes | None, longest: float) -> Child:
        watching = asyncio.create_task(self.watch())
        try:
            async with asyncio.timeout(longest):
                out, err = await self.process.communicate(stdin)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise
        finally:
            watching.cancel()
        return Child(
            code=self.process.returncode if self.process.returncode is not None else -1,
            out=out.decode(),
            err=err.decode(),
            seconds=time.monotonic() - self.began,
            peak_mb=self.peak_kb / 1024,
        )


@asynccontextmanager
async def started(*arguments: str, env: Mapping[str, str] | None = None) -> AsyncIterator[Running]:
    """Start ``python -m hms_doctor`` with these arguments; it is dead at the end, whatever happens."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hms_doctor",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=dict(env or plain_environment()),
    )
    try:
        yield Running(process=process, began=time.monotonic())
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def run(
    *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None, longest: float = 40.0
) -> Child:
    """Run the program to its end."""
    async with started(*arguments, env=env) as running:
        return await running.ended(stdin, longest)


async def run_check(folder: Path, *arguments: str, timeout: float = 5.0) -> Child:  # noqa: ASYNC109 - the flag's name
    """Run ``check`` with a table on stdout and every other format in a file."""
    files = {name: folder / f"report.{name}" for name in FORMATS}
    outputs = [word for name, path in files.items() for word in ("--output", f"{name}={path}")]
    child = await run("check", "-v", "--proxy", "none", "--timeout", str(timeout), *outputs, *arguments)
    texts = {name: path.read_text("utf-8") for name, path in files.items() if path.exists()}
    return Child(child.code, child.out, child.err, child.seconds, child.peak_mb, texts)


async def interrupted(running: Running, longest: float = 10.0) -> Child:
    """Press Ctrl-C once."""
    running.process.send_signal(signal.SIGINT)
    return await running.ended(None, longest)
