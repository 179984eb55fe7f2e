"""Where a report goes and how it looks there: formats, files, colours, width, quiet, shared."""

import getpass
import json
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from helpers_cli import at, here, plain_environment, simulating
from helpers_faults import ROOT, doctor

from hms_doctor.reporters import every_format
from hms_doctor.simulator import Simulator

BAD = ("check", "--only", "token", "--token-file", os.devnull)
"""Fails with 2004 in a few milliseconds."""


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulating() as opened:
        yield opened


@pytest.fixture
def check(simulator: Simulator) -> tuple[str, ...]:
    return ("check", "--token-file", str(simulator.token_files["host"]), *at(simulator))


class TestFormats:
    @pytest.mark.parametrize("name", sorted(every_format()))
    def test_each_one_is_told_on_stdout_and_nothing_else(self, name: str) -> None:
        done = here(*BAD, "--format", name)
        assert (done.code, done.err) == (1, "")
        assert "2004" in done.out
        assert done.out.endswith("\n")

    def test_they_are_what_they_are_called(self) -> None:
        assert json.loads(here(*BAD, "--format", "json").out)["exit_code"] == 1
        assert ET.fromstring(here(*BAD, "--format", "junit").out).tag == "testsuites"
        assert "::error" in here(*BAD, "--format", "github").out
        assert here(*BAD, "--format", "markdown").out.startswith("#")

    def test_an_unknown_one_names_those_that_are_there(self) -> None:
        done = here(*BAD, "--format", "jsno")
        assert (done.code, done.out) == (2, "")
        assert "json" in done.err

    def test_files_beside_stdout(self, tmp_path: Path) -> None:
        files = {name: tmp_path / f"report.{name}" for name in every_format()}
        wishes = [word for name, path in files.items() for word in ("--output", f"{name}={path}")]
        done = here(*BAD, *wishes)
        assert (done.code, done.err) == (1, "")
        for name, path in files.items():
            assert "2004" in path.read_text("utf-8"), name
            assert "\x1b" not in path.read_text("utf-8")
        assert json.loads(files["json"].read_text("utf-8"))["verdict"] == "fail"
        assert done.out == files["table"].read_text("utf-8")

    def test_a_file_that_cannot_be_written_does_not_cost_the_report(self) -> None:
        done = here(*BAD, "--output", "json=/dev/full")
        assert done.code == 2
        assert "2004" in done.out
        assert done.err == "hms-doctor: the report could not be written to /dev/full: No space left on device\n"


class TestVerbosity:
    def test_quiet_is_the_first_line(self) -> None:
        quiet, normal = here(*BAD, "-q"), here(*BAD)
        assert quiet.out.splitlines() == normal.out.splitlines()[:1]
        assert quiet.out.startswith("✗ FAIL 2004  ")
        assert quiet.code == 1

    def test_verbose_adds_evidence_and_timings(self, check: tuple[str, ...]) -> None:
        normal, verbose = here(*check, "--only", "endpoint"), here(*check, "--only", "endpoint", "-v")
        assert "measured: " not in normal.out
        assert "measured: resolve " in verbose.out
        assert "certificate_issuer: hms-doctor simulator CA" in verbose.out

    def test_healthy_is_one_line_more_than_silence(self, check: tuple[str, ...]) -> None:
        lines = here(*check, "--only", "endpoint").out.splitlines()
        assert lines[0] == "✓ PASS  No obstacle found."
        assert len(lines) <= 4

    def test_both_contradict(self) -> None:
        assert here(*BAD, "-v", "-q").code == 2


class TestShare:
    def test_no_address_host_or_user_is_left(self, check: tuple[str, ...]) -> None:
        for name in ("json", "table", "markdown"):
            told = here(*check, "--skip", "devices", "-v", "--format", name, "--share").out
            assert "127.0.0.1" not in told
            assert socket.gethostname() not in told
            if getpass.getuser() not in {"root", "user", "runner"}:  # words of the report itself
                assert getpass.getuser() not in told
        assert "127.0.0.1" in here(*check, "--only", "endpoint", "-v").out

    def test_device_names_too(self) -> None:
        plain, shared = (doctor("demo", "--format", "json", *more) for more in ((), ("--share",)))
        assert "Simulated Camera" in plain.out
        assert "Simulated" not in shared.out
        assert (shared.code, shared.report["verdict"]) == (0, "pass")


class TestFailOn:
    @pytest.fixture
    def warned(self, check: tuple[str, ...]) -> tuple[str, ...]:
        return (*check, "--only", "ice.turn", "--ice-server", "turn:127.0.0.1:9?transport=tcp")

    def test_the_order(self, warned: tuple[str, ...]) -> None:
        codes = [here(*warned, "-q", "--fail-on", word).code for word in ("fail", "warn", "inconclusive")]
        assert codes == [0, 1, 1]
        assert here(*warned, "-q").out.startswith("! WARN")

    def test_what_is_fine_is_fine_for_the_strictest(self, check: tuple[str, ...]) -> None:
        assert here(*check, "--only", "init", "-q", "--fail-on", "inconclusive").code == 0


class TestColour:
    @pytest.mark.parametrize(
        ("environ", "coloured"),
        [
            ({}, False),
            ({"FORCE_COLOR": "1"}, True),
            ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            ({"FORCE_COLOR": "0"}, False),
            ({"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
        ],
    )
    def test_off_a_terminal_only_by_force(self, environ: dict[str, str], coloured: bool) -> None:
        assert ("\x1b[" in here(*BAD, env=environ).out) is coloured

    def test_machines_get_none(self) -> None:
        for name in ("json", "junit", "github", "markdown"):
            assert "\x1b" not in here(*BAD, "--format", name, env={"FORCE_COLOR": "1"}).out


class TestWidth:
    LONG = ("check", "--only", "endpoint.reach", "--endpoint", "https://127.0.0.1:9")

    def test_columns_is_kept(self) -> None:
        assert max(map(len, here(*self.LONG, env={"COLUMNS": "60"}).out.splitlines())) <= 60

    def test_on_ci_there_is_room_and_nothing_is_cut_off(self) -> None:
        told = here(*self.LONG, env={"COLUMNS": "60", "CI": "1"}).out
        assert max(map(len, told.splitlines())) > 60
        assert "…" not in told


def on_a_terminal(*arguments: str, **environ: str) -> tuple[str, str]:
    """Run with stderr on a terminal; give what came on stdout and on stderr."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        (sys.executable, "-m", "hms_doctor", *arguments),
        cwd=ROOT,
        env=plain_environment(**environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    out, _ = child.communicate(timeout=30)
    seen = b""
    try:
        while piece := os.read(ours, 65536):
            seen += piece
    except OSError:  # Linux: the other end is closed
        pass
    finally:
        os.close(ours)
    return out.decode(), seen.decode()


class TestProgress:
    def test_it_is_on_the_terminal_and_never_on_stdout(self) -> None:
        out, err = on_a_terminal(*BAD, "--format", "json", TERM="xterm")
        assert json.loads(out)["exit_code"] == 1
        assert "token.format" in err

    @pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"TERM": "xterm", "CI": "1"}])
    def test_no_spinner_where_nobody_watches(self, environ: dict[str, str]) -> None:
        _, err = on_a_terminal(*BAD, **environ)
        assert err == ""

    def test_quiet_means_it(self) -> None:
        assert on_a_terminal(*BAD, "-q", TERM="xterm")[1] == ""

    def test_no_colour_there_either(self) -> None:
        _, err = on_a_terminal(*BAD, "--format", "json", TERM="xterm", NO_COLOR="1")
        assert "\x1b[3" not in err


def shell(line: str) -> "subprocess.CompletedProcess[str]":
    command = f"set -o pipefail; {line.replace('hms-doctor', f'{sys.executable} -m hms_doctor')}"
    return subprocess.run(
        ("bash", "-c", command),
        cwd=ROOT,
        env=plain_environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


class TestReadersThatGo:
    def test_a_pipe_that_closes_costs_neither_peace_nor_exit_code(self) -> None:
        done = shell("hms-doctor check --only token --token-file /dev/null --format json | true; echo ${PIPESTATUS[0]}")
        assert (done.stdout, done.stderr) == ("1\n", "")
        assert shell("hms-doctor schema | true").stderr == ""

    def test_a_full_disk_is_one_line(self) -> None:
        done = shell("hms-doctor check --only token --token-file /dev/null > /dev/full")
        assert (done.returncode, done.stderr) == (
            2, "hms-doctor: the output could not be written: No space left on device\n",
        )  # fmt: skip

    def test_a_closed_stream_is_no_bug_of_ours(self) -> None:
        for closed in (">&-", ">&- 2>&-", "<&- >&- 2>&-"):
            done = shell(f"hms-doctor check --only token --token-file /dev/null {closed}")
            assert (done.returncode, done.stderr) == (1, "")
