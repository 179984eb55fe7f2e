"""Exit codes by real processes, Ctrl-C among them, and a demo that nothing around it disturbs."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from helpers_cli import at, checks_of, environment_in, here, plain_environment, simulating, statuses_of
from helpers_faults import ROOT, Done, doctor, root_of

from hms_doctor.simulator import Simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulating() as opened:
        yield opened


@pytest.mark.parametrize(
    ("flags", "environ", "code"),
    [
        (("--only", "init"), {}, 0),
        (("--only", "init", "--room-id", "another", "--require", "token.expectations"), {}, 1),
        (("--only", "init", "--fail-on", "never"), {}, 2),
        (("--only", "init", "--token-file", "/no/such/file"), {}, 2),
        (("--only", "no.such.check"), {}, 2),
        (("--only", "signalling"), {"HMS_DOCTOR_TIMEOUT": "0.1"}, 3),
    ],
)
def test_exit_codes(flags: tuple[str, ...], environ: dict[str, str], code: int, simulator: Simulator) -> None:
    environ = {"HMS_TOKEN": simulator.tokens["host"].reveal(), **environ}
    done = doctor("check", *at(simulator), *flags, "-q", env=environ)
    assert done.code == code, done.out + done.err
    assert done.out.count("\n") == (code != 2)
    assert done.err.count("\n") == (code == 2)


def test_nothing_that_was_asked_for_ran(simulator: Simulator) -> None:
    done = here("check", "--only", "init", *at(simulator), "--format", "json")
    assert (done.code, done.report["exit_code"], done.report["verdict"]) == (3, 3, "inconclusive")
    [all_skipped] = [here("network", "--only", "ice.turn", *at(simulator), "--format", "json")]
    assert all_skipped.code == 3  # the endpoint was looked at only because ice.turn needs it


def test_the_report_tells_the_code_it_exits_with(simulator: Simulator) -> None:
    environ = {"HMS_TOKEN": simulator.tokens["host"].reveal()}
    for flags in (("--only", "init"), ("--only", "init", "--require", "token.signature")):
        done = here("check", *at(simulator), *flags, "--format", "json", env=environ)
        assert done.report["exit_code"] == done.code


@contextmanager
def held_up(*flags: str, token: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a run that has reached a server which says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        endpoint = f"https://127.0.0.1:{server.getsockname()[1]}"
        with subprocess.Popen(
            (sys.executable, "-m", "hms_doctor", "check", "--endpoint", endpoint, "--skip", "devices", *flags),
            cwd=ROOT,
            env=plain_environment(HMS_TOKEN=token),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as child:
            try:
                with server.accept()[0]:
                    yield child
            finally:
                child.kill()


class TestCtrlC:
    @pytest.fixture
    def token(self, simulator: Simulator) -> str:
        return simulator.tokens["host"].reveal()

    def test_the_partial_report_is_printed(self, token: str) -> None:
        with held_up("--format", "json", token=token) as child:
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=10)
        done = Done(code=child.returncode, out=out.decode(), err=err.decode())
        assert (done.code, done.err, done.report["exit_code"]) == (130, "", 130)
        assert (done.report["verdict"], done.report["root_cause"]) == ("inconclusive", None)
        assert done.report["headline"] == "We could not tell: the run was interrupted"
        checks = checks_of(done)
        assert checks["token.format"]["status"] == "pass"
        assert (checks["endpoint.reach"]["complete"], checks["endpoint.reach"]["status"]) == (False, "inconclusive")
        assert checks["endpoint.reach"]["summary"] == "we could not tell: interrupted while it looked"
        assert checks["init"]["skipped_because"] == "the run ended before this began"

    def test_the_table_says_so(self, token: str) -> None:
        with held_up(token=token) as child:
            child.send_signal(signal.SIGINT)
            out, _ = child.communicate(timeout=10)
        assert child.returncode == 130
        assert out.decode().startswith("? INCONCLUSIVE  We could not tell: the run was interrupted")
        assert "Interrupted: " in out.decode()

    def test_the_second_one_ends_it_at_once(self, token: str) -> None:
        with held_up("--timeout", "60", token=token) as child:
            child.send_signal(signal.SIGINT)
            time.sleep(0.02)  # two signals that nobody has taken yet are one
            child.send_signal(signal.SIGINT)
            assert child.wait(timeout=5) == 130


class TestDemoStandsAlone:
    HOSTILE: Mapping[str, str] = {
        "HMS_TOKEN": "garbage",
        "HMS_INIT_ENDPOINT": "http://127.0.0.1:9",
        "HMS_PLATFORM": "symbian",
        "HMS_DOCTOR_TIMEOUT": "soon",
        "HMS_APP_SECRET": "x",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
        "SSL_CERT_FILE": "/no/such/file",
        "CI": "1",
    }

    def test_healthy_stays_green(self) -> None:
        done = doctor("demo", "--format", "json", env=self.HOSTILE)
        assert (done.code, done.err, done.report["verdict"]) == (0, "", "pass")
        environment = environment_in(done)
        assert (environment["platform"], environment["proxy"], environment["ci"]) == ("any", None, False)
        statuses = statuses_of(done)
        assert {statuses[f"devices.{kind}"] for kind in ("camera", "microphone", "speaker", "bluetooth")} == {"pass"}

    def test_a_fault_by_code_on_a_platform(self) -> None:
        done = here("demo", "1003", "--platform", "web", "--format", "json", env=self.HOSTILE)
        assert done.code == 1
        assert root_of(done.report)["code"] in {1000, 1003, 1006}

    def test_a_time_out_that_is_none(self) -> None:
        done = here("demo", "--timeout", "0")
        assert (done.code, done.out) == (2, "")
        assert "--timeout" in done.err

    @pytest.mark.parametrize("word", ["9999", "1", "000"])
    def test_a_code_that_nobody_has(self, word: str) -> None:
        done = here("demo", word)
        assert (done.code, done.out) == (2, "")
        assert f"no fault ends in code {word}" in done.err
