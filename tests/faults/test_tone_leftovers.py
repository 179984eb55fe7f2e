"""However a run ends that plays tones, its player and its recorder end with it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hms_children import plain_environment
from sound_lab import Environment, needs_pulse, pactl, pulse, wait_until

pytestmark = [needs_pulse, pytest.mark.skipif(not Path("/proc/self").exists(), reason="finds processes by /proc")]
OUTPUT = ("module-null-sink sink_name=desk", "module-remap-source source_name=boom master=desk.monitor")
MARK = "TONE_RUN"


@pytest.fixture
def env() -> Iterator[Environment]:
    with pulse(*OUTPUT) as (env, _):
        yield env


def marked(mark: str, *names: str) -> list[tuple[int, str]]:
    """Give the processes of a run, found by a variable that they inherit; zombies have none any more."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdecimal() and f"{MARK}={mark}\0".encode() in (folder / "environ").read_bytes():
                found.append((int(folder.name), (folder / "comm").read_text().strip()))
        except OSError:
            continue
    return [each for each in found if not names or each[1] in names]


def clients(env: Environment) -> list[str]:
    """Give the server's clients that play or record."""
    return [line for line in pactl(env, "list", "short", "clients").splitlines() if "pacat" in line or "parec" in line]


def started(env: Environment, mark: str, *flags: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        (sys.executable, "-m", "hms_doctor", "devices", "--only", "devices.speaker", "--play", *flags),
        env=plain_environment(**env, **{MARK: mark}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_a_run_that_is_ended_while_it_plays_leaves_nothing(env: Environment) -> None:
    ends = {"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM, "SIGKILL": signal.SIGKILL}
    with ExitStack() as stack:
        runs = {mark: stack.enter_context(started(env, mark)) for mark in ends}
        runs["deadline"] = stack.enter_context(started(env, "deadline", "--timeout", "1"))
        until = time.monotonic() + 25
        for mark, end in ends.items():
            while not marked(mark, "pacat"):
                assert time.monotonic() < until
                assert runs[mark].poll() is None, f"{mark} ended before it played"
                time.sleep(0.01)
            runs[mark].send_signal(end)
        codes = {mark: run.wait(timeout=20) for mark, run in runs.items()}
    assert codes["SIGKILL"] == -signal.SIGKILL
    wait_until(lambda: not any(map(marked, runs)), 5.0)
    wait_until(lambda: not clients(env), 5.0)
