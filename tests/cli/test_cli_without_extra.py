"""Where aiortc is not installed: one line says how to get it, and everything else runs."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers_cli import at, simulating, statuses_of
from helpers_extra import without_the_extra
from helpers_faults import ROOT, Done

from hms_doctor.simulator import Simulator

INSTALL = "pip install 'hms-doctor[room]'"
ROOM = ("room.publish", "room.subscribe", "room.media")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return without_the_extra(tmp_path_factory.mktemp("bare"))


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulating() as opened:
        yield opened


def child(env: dict[str, str], *words: str) -> Done:
    command = (sys.executable, "-m", "hms_doctor", *words)
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, timeout=50, check=False)
    return Done(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def test_the_packages_are_not_there(bare: dict[str, str]) -> None:
    done = subprocess.run((sys.executable, "-c", "import aiortc"), env=bare, capture_output=True, check=False)
    assert (done.returncode, b"No module named 'aiortc'" in done.stderr) == (1, True)


def test_a_join_says_how_to_get_them_and_the_rest_runs(bare: dict[str, str], simulator: Simulator) -> None:
    where = ("check", "--token-file", str(simulator.token_files["host"]), *at(simulator), "--skip", "devices")
    done = child(bare, *where, "--join", "--format", "json")
    assert (done.code, done.err) == (3, "")
    told = statuses_of(done)
    assert told["signalling.join"] == "inconclusive"
    assert {told[check_id] for check_id in ROOM} == {"skip"}
    assert {told[check_id] for check_id in ("init", "signalling.connect", "signalling.hold", "ice.verdict")} == {"pass"}
    assert str(done.report["headline"]).count(INSTALL) == 1
    table = child(bare, *where, "--join", "-q")
    assert (table.code, len(table.out.splitlines())) == (3, 1)
    assert INSTALL in table.out


def test_without_a_join_nobody_misses_them(bare: dict[str, str], simulator: Simulator) -> None:
    done = child(bare, "check", "--token-file", str(simulator.token_files["host"]), *at(simulator), "--skip", "devices")
    assert (done.code, done.err) == (0, "")
    assert INSTALL not in done.out


@pytest.mark.parametrize("fault", ["4004", "renegotiation-refused"])
def test_a_demo_of_a_room_says_it_too(fault: str, bare: dict[str, str]) -> None:
    done = child(bare, "demo", fault, "--format", "json")
    assert (done.code, done.err, done.report["verdict"]) == (3, "", "inconclusive")
    assert INSTALL in str(done.report["headline"])
    assert done.report["root_cause"] is None


def test_the_simulator_stops_at_the_policy_and_says_so(bare: dict[str, str], tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    command = (sys.executable, "-m", "hms_doctor", "simulate", "--ready-file", str(ready))
    with subprocess.Popen(
        command, cwd=ROOT, env=bare, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        try:
            facts = json.loads(when_there(ready))
            where = ("--endpoint", facts["init_endpoint"], "--ca-file", facts["ca_file"], "--proxy", "none")
            done = child(bare, "check", "--token", facts["tokens"]["host"], *where, "--only", "signalling.hold")
            assert done.code == 0, done.out
        finally:
            running.send_signal(signal.SIGINT)
            said, _ = running.communicate(timeout=20)
    assert INSTALL in " ".join(said.decode().split())


def when_there(file: Path, seconds: float = 20) -> str:
    """Read a file that comes whole, as soon as it is there."""
    until = time.monotonic() + seconds
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return file.read_text("utf-8")
