"""The command line in this process, and a simulator in a thread beside it."""

import asyncio
import io
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from queue import SimpleQueue
from unittest.mock import patch

from helpers_faults import Done

from hms_doctor.cli.app import run
from hms_doctor.simulator import Scenario, Simulator

_PRIVATE = ("HMS_", "SSL_CERT", "HTTP", "ALL_PROXY", "NO_PROXY", "NO_COLOR", "FORCE_COLOR", "CI", "COLUMNS", "TERM")


def plain_environment(**more: str) -> dict[str, str]:
    """Give this process's environment without what would change a run, and with what a test adds."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_PRIVATE)}
    return {**kept, **more}


def here(*arguments: str, env: Mapping[str, str] | None = None, stdin: str = "") -> Done:
    """Run one command line in this process, as the script does."""
    out, err, given = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(3))
    given.buffer.write(stdin.encode())
    given.seek(0)
    with (
        patch.object(sys, "argv", ["hms-doctor", *arguments]),
        patch.object(sys, "stdin", given),
        patch.dict(os.environ, plain_environment(**(env or {})), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = run()
    return Done(code=code, out=_told(out), err=_told(err))


def _told(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@contextmanager
def simulating(scenario: Scenario = Scenario()) -> Iterator[Simulator]:  # noqa: B008 - frozen
    """Run a simulator in a thread with a loop of its own for as long as the block lasts."""
    opened: SimpleQueue[tuple[Simulator, asyncio.AbstractEventLoop, asyncio.Event] | BaseException] = SimpleQueue()

    async def hold() -> None:
        ended = asyncio.Event()
        try:
            async with Simulator(scenario) as simulator:
                opened.put((simulator, asyncio.get_running_loop(), ended))
                await ended.wait()
        except BaseException as error:
            opened.put(error)
            raise

    thread = threading.Thread(target=asyncio.run, args=(hold(),))
    thread.start()
    told = opened.get(timeout=20)
    if isinstance(told, BaseException):
        raise told
    simulator, loop, ended = told
    try:
        yield simulator
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(timeout=20)


def at(simulator: Simulator) -> tuple[str, ...]:
    """Give the flags that lead to a simulator."""
    return ("--endpoint", simulator.init_endpoint, "--ca-file", str(simulator.ca_file), "--proxy", "none")


def checks_of(done: Done) -> dict[str, dict[str, object]]:
    """Give what a JSON report says of each check, by its id."""
    checks = done.report["checks"]
    assert isinstance(checks, list)
    return {check["id"]: check for check in checks}


def statuses_of(done: Done) -> dict[str, object]:
    """Give the status of each check of a JSON report."""
    return {check_id: check["status"] for check_id, check in checks_of(done).items()}


def environment_in(done: Done) -> dict[str, object]:
    """Give what a JSON report says of the place where it was made."""
    environment = done.report["environment"]
    assert isinstance(environment, dict)
    return environment


def findings_of(done: Done, check_id: str) -> list[dict[str, object]]:
    """Give what a check of a JSON report found."""
    findings = checks_of(done)[check_id]["findings"]
    assert isinstance(findings, list)
    return findings


def evidence_of(done: Done, check_id: str) -> dict[str, object]:
    """Give the evidence of a check's first finding."""
    evidence = findings_of(done, check_id)[0]["evidence"]
    assert isinstance(evidence, dict)
    return evidence
