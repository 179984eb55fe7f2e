"""The bench: figures as ratios within one run, no pass mark.

Usage: python tests/bench/run.py [startup|run|silence|batch]


CPU time is user + system of the child, the median of several runs that alternate with what they are compared with:
on a shared machine only such ratios mean something. Peak memory is the child's maximum resident set.
"""

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sys.executable
DOCTOR = (PYTHON, "-m", "hms_doctor")
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if not k.startswith("HMS_") and k != "CI"},
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "",  # as installed: compiled once
}


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one child cost."""

    cpu: float  # seconds, user + system, its own children included
    wall: float  # seconds
    code: int
    out: str


def cost_of(command: Sequence[str], *, timeout: float = 120) -> Cost:
    """Run a child into a pipe and give its cost."""
    before, began = _usage(), time.monotonic()
    done = subprocess.run(
        command, input="", capture_output=True, env=ENVIRONMENT, text=True, timeout=timeout, check=False
    )
    wall = time.monotonic() - began
    return Cost(cpu=_usage() - before, wall=wall, code=done.returncode, out=done.stdout)


def _usage() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_memory(command: Sequence[str]) -> float:
    """Give a child's peak resident set in MB, asked from a fresh parent so that no earlier child counts."""
    asks = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    done = subprocess.run(
        (PYTHON, "-c", asks, *command), input="", capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    return float(done.stdout)


def compare(runs: int, /, **commands: Sequence[str]) -> dict[str, float]:
    """Run the commands in turn, several times, and give the median CPU seconds of each."""
    seen: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(cost_of(command).cpu)
    return {name: statistics.median(values) for name, values in seen.items()}


def say(what: str, figure: str, target: str = "") -> None:
    """Print one line of the bench."""
    sys.stdout.write(f"  {what:<58} {figure:>12}  {target}\n")
    sys.stdout.flush()


def token() -> str:
    """Make a token as a customer's server would."""
    made = subprocess.run(
        (*DOCTOR, "token", "create", "--room-id", "60d1f2a3b4c5d6e7f8091a2b", "--user-id", "u-17", "--role", "host"),
        env={**ENVIRONMENT, "HMS_ACCESS_KEY": "60c0f5b2a1d3e4f5a6b7c8d9", "HMS_APP_SECRET": "bench" * 10},
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()


def startup() -> None:
    """CPU of the three commands that people wait for, beside ``import typer`` and npm's jwt-cli."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.jwt")
        path.write_text(token(), encoding="utf-8")
        peer = _jwt_cli(Path(folder))
        commands: dict[str, Sequence[str]] = {
            "typer": (PYTHON, "-c", "import typer"),
            "version": (*DOCTOR, "--version"),
            "help": (*DOCTOR, "--help"),
            "decode": (*DOCTOR, "token", "decode", "--token-file", str(path)),
        }
        if peer:
            commands["jwt_cli"] = (*peer, path.read_text(encoding="utf-8"))
        seen = compare(15, **commands)
    say("python -c 'import typer'", f"{seen['typer'] * 1000:.0f} ms")
    for name, target in (("version", "1.15"), ("help", "2.5"), ("decode", "1.8")):
        say(f"{name} / import typer", f"{seen[name] / seen['typer']:.2f}", f"target {target}")
    if peer:
        say("token decode / npm jwt-cli", f"{seen['decode'] / seen['jwt_cli']:.2f}", "target below 1")
    else:
        say("token decode / npm jwt-cli", "left out", "npm or jwt-cli is not to be had here")


def _jwt_cli(folder: Path) -> tuple[str, ...]:
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return ()
    subprocess.run((npm, "install", "--silent", "--prefix", str(folder), "jwt-cli"), check=False, capture_output=True)
    script = folder / "node_modules" / "jwt-cli" / "index.js"
    return (node, str(script)) if script.exists() else ()


@dataclass(frozen=True, kw_only=True)
class Where:
    """What ``simulate`` wrote into its ready file."""

    endpoint: str
    ca_file: str
    token: str
    turn: tuple[str, ...]  # the URLs of its TURN server


def with_simulator(fault: str, act: Callable[[Where], None]) -> None:
    """Start ``simulate`` as a child, act, and end it."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready.json")
        child = subprocess.Popen(
            (*DOCTOR, "simulate", fault, "--ready-file", str(ready)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
        )
        try:
            until = time.monotonic() + 20
            while not ready.exists() and time.monotonic() < until:
                time.sleep(0.02)
            told = json.loads(ready.read_text(encoding="utf-8"))
            token_file = Path(folder, "t.jwt")
            token_file.write_text(told["tokens"]["host"], encoding="utf-8")
            turn = tuple(url for server in told["ice_servers"] for url in server["urls"])
            act(Where(endpoint=told["init_endpoint"], ca_file=told["ca_file"], token=str(token_file), turn=turn))
        finally:
            child.terminate()
            child.wait(10)


def _check(where: Where, *more: str) -> tuple[str, ...]:
    ways = ("--endpoint", where.endpoint, "--ca-file", where.ca_file, "--token-file", where.token)
    return (*DOCTOR, "check", *ways, "--format", "json", *more)


def longest_chain(report: dict[str, object]) -> float:
    """Give the milliseconds of the longest chain of needs: the run cannot be shorter."""
    checks = report["checks"]
    assert isinstance(checks, list)
    took = {c["id"]: (float(c["duration_ms"]), tuple(c["needs"])) for c in checks}

    def chain(check: str) -> float:
        duration, needs = took.get(check, (0.0, ()))
        return duration + max((chain(need) for need in needs), default=0.0)

    return max(chain(check) for check in took)


def run_time() -> None:
    """Run time over the longest chain, and peak memory."""

    def act(where: Where) -> None:
        ratios = []
        for _ in range(7):
            report = json.loads(cost_of(_check(where, "--skip", "devices")).out)
            ratios.append(report["duration_ms"] / longest_chain(report))
        say("check --skip devices: run / its longest chain of needs", f"{statistics.median(ratios):.2f}", "target 1.25")
        say(
            "peak memory of check --skip devices",
            f"{peak_memory(_check(where, '--skip', 'devices')):.0f} MB",
            "target 60",
        )

    with_simulator("healthy", act)


def silence() -> None:
    """Every server silent: the deadline holds and the code is right."""

    def act(where: Where) -> None:
        servers = [argument for url in where.turn for argument in ("--ice-server", url)]
        seen = cost_of(_check(where, "--skip", "devices", "--timeout", "5", *servers))
        report = json.loads(seen.out)
        told = f"target 5.5; code {report['root_cause']['code']}, exit {seen.code}, {len(report['checks'])} checks told"
        say("check --timeout 5, every server silent", f"{seen.wall:.2f} s", told)

    with_simulator("everything-silent", act)


def batch() -> None:
    """10,000 tokens cost no more memory than 100."""
    one = token()
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few"), Path(folder, "many")
        few.write_text(f"{one}\n" * 100, encoding="utf-8")
        many.write_text(f"{one}\n" * 10_000, encoding="utf-8")
        decode = (*DOCTOR, "token", "decode", "--batch", "--format", "json", "--token-file")
        small, large = peak_memory((*decode, str(few))), peak_memory((*decode, str(many)))
        wall = cost_of((*decode, str(many))).wall
    say(
        "--batch: peak memory of 10,000 tokens / of 100",
        f"{large / small:.2f}",
        f"{large:.0f} MB, {10_000 / wall:.0f} tokens/s",
    )


PARTS = {"startup": startup, "run": run_time, "silence": silence, "batch": batch}


def main() -> None:
    """Run the parts that are named, or all."""
    now = datetime.now(tz=UTC).date().isoformat()
    sys.stdout.write(f"{now}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}\n")
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
