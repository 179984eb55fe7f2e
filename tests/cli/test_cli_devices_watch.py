"""The live meter on a real terminal, before a real sound server: how it looks, how it ends, what it leaves."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hms_children import plain_environment
from sound_lab import Environment, microphone, needs_pulse, pactl, playing, pulse, tone, wait_until

pytestmark = [needs_pulse, pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")]
PATIENCE = 25.0
LEVEL = re.compile(rb"- ?9 dBFS")
SUMMARY = re.compile(r"loudest -9 dBFS, quietest -\d+ dBFS in \d+ s")
_MODES = slice(0, 4)


class Terminal:
    """A pseudo-terminal with the program on it."""

    def __init__(self, env: Environment, *flags: str, columns: int = 80) -> None:
        self._ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 10, columns, 0, 0))
        self._slave = theirs
        self.before = self.modes()
        self.output = b""
        self.process = subprocess.Popen(
            (sys.executable, "-m", "hms_doctor", "devices", "--watch", *flags),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=plain_environment(**env, TERM="xterm", PYTHONUTF8="1"),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - Ctrl-C is for its session
        )

    def modes(self) -> list[object]:
        return termios.tcgetattr(self._slave)[_MODES]

    def until(self, what: re.Pattern[bytes]) -> None:
        end = time.monotonic() + PATIENCE
        while not what.search(self.output):
            assert time.monotonic() < end, self.output
            self._take(0.1)

    def press(self, key: bytes) -> None:
        os.write(self._ours, key)

    def ended(self) -> tuple[int, str]:
        """Wait for its end; give the exit code and all that was shown."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, self.output
            self._take(0.05)
        self._take(0)
        return self.process.returncode, self.output.decode()

    def _take(self, seconds: float) -> None:
        while select.select([self._ours], [], [], seconds)[0]:
            self.output += os.read(self._ours, 65536)
            seconds = 0

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)
        os.close(self._slave)


@contextmanager
def terminal(env: Environment, *flags: str, columns: int = 80) -> Iterator[Terminal]:
    made = Terminal(env, *flags, columns=columns)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def env() -> Iterator[Environment]:
    with pulse(*microphone("boom"), *microphone("mars")) as (env, _):
        pactl(env, "set-default-source", "boom")
        with playing(env, "to_boom", tone(997, 0.5), seconds=120):
            yield env


def recorders(env: Environment) -> list[str]:
    """Give the programs that record from the server."""
    return [line for line in pactl(env, "list", "short", "source-outputs").splitlines() if "parec" in line]


def frames(output: str) -> list[str]:
    """Give each drawing of the meter."""
    return [piece for piece in re.split(r"[\r\n]+", output) if "dBFS" in piece and "loudest" not in piece]


def how_it_ends(terminal: Terminal) -> str:
    code, output = terminal.ended()
    assert code == 0, output
    assert SUMMARY.search(output.splitlines()[-1]), output
    assert terminal.modes() == terminal.before
    return output


def test_q_ends_it_and_the_terminal_is_as_it_was(env: Environment) -> None:
    with terminal(env) as shown:
        shown.until(LEVEL)
        assert shown.modes() != shown.before  # keys come one by one, unechoed
        shown.press(b"xq")
        output = how_it_ends(shown)
    assert "Boom · speak; q or Ctrl-C ends" in output
    assert "█" in frames(output)[-1]
    assert "x" not in output.split("ends")[1]
    wait_until(lambda: not recorders(env))


@pytest.mark.parametrize(("way", "columns"), [("Ctrl-C", 24), ("twice", 80), ("SIGTERM", 80)])
def test_a_signal_ends_it_the_same_way(env: Environment, way: str, columns: int) -> None:
    with terminal(env, columns=columns) as shown:
        shown.until(LEVEL)
        if way == "SIGTERM":
            shown.process.send_signal(signal.SIGTERM)
        else:
            shown.press(b"\x03" if way == "Ctrl-C" else b"\x03\x03")
        output = re.sub(r"\x1b\[[\d;]*m", "", how_it_ends(shown))
    assert "Traceback" not in output
    assert all(len(frame) < columns for frame in frames(output))
    wait_until(lambda: not recorders(env))


def test_a_time_ends_it_too(env: Environment) -> None:
    with terminal(env, "--timeout", "1") as shown:
        code, output = shown.ended()
        assert shown.modes() == shown.before
    assert code == 0, output
    assert re.search(r" in [01] s", output)
    wait_until(lambda: not recorders(env))


def test_a_named_microphone_is_shown_and_silence_said(env: Environment) -> None:
    with terminal(env, "--microphone", "mars") as shown:
        shown.until(re.compile(rb"silent"))
        shown.press(b"q")
        code, output = shown.ended()
    assert code == 0
    assert "Mars · speak" in output
    assert "silent: each sample was exactly 0, in " in output


def test_a_microphone_that_goes_away_is_told_with_its_code(env: Environment) -> None:
    loaded = [pactl(env, "load-module", *module.split(" ")).strip() for module in microphone("gone")]
    with terminal(env, "--microphone", "gone") as shown:
        shown.until(re.compile(rb"dBFS"))
        for module in reversed(loaded):
            pactl(env, "unload-module", module)
        code, output = shown.ended()
        assert shown.modes() == shown.before
    assert code == 1, output
    assert "FAIL 3002" in output
    assert "Gone stopped after" in output
    wait_until(lambda: not recorders(env))


def test_a_name_that_fits_nothing_is_told_as_without_the_meter(env: Environment) -> None:
    with terminal(env, "--microphone", "nonesuch") as shown:
        code, output = shown.ended()
    assert code == 1, output
    assert "3002" in output
    assert "no microphone is called nonesuch" in output


@pytest.fixture
def headset(env: Environment) -> Iterator[Environment]:
    """Make a Bluetooth headset, by its name, the microphone that an app gets."""
    source = "module-remap-source source_name=bluez_source.1 master=to_boom.monitor"
    module = pactl(env, "load-module", *source.split(" "), "source_properties=device.description=Headset")
    pactl(env, "set-default-source", "bluez_source.1")
    yield env
    pactl(env, "unload-module", module.strip())
    pactl(env, "set-default-source", "boom")


def test_a_bluetooth_microphone_is_left_alone_until_it_is_named(headset: Environment) -> None:
    with terminal(headset) as shown:
        code, output = shown.ended()
    assert code == 1, output
    assert "Headset is a Bluetooth microphone, left alone until it is named" in output
    assert not frames(output)
    with terminal(headset, "--microphone", "headset") as shown:
        shown.until(LEVEL)
        shown.press(b"q")
        assert "Headset · speak" in how_it_ends(shown)


def test_a_machine_without_a_sound_server_is_told_as_without_the_meter(tmp_path: Path) -> None:
    with terminal({"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}) as shown:
        code, output = shown.ended()
    assert code in {1, 3}, output
    assert "microphone" in output


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ((), "--watch draws on a terminal, and there is none here: use --test"),
        (("--play",), "--watch shows one microphone and nothing else: drop --play"),
        (("--format", "json"), "drop --format"),
    ],
)
def test_where_nobody_watches_it_is_a_wrong_usage(flags: tuple[str, ...], words: str) -> None:
    done = subprocess.run(
        (sys.executable, "-m", "hms_doctor", "devices", "--watch", *flags),
        capture_output=True,
        env=plain_environment(),
        timeout=30,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_ci_is_no_place_to_watch(env: Environment) -> None:
    with terminal({**env, "CI": "true"}) as shown:
        code, output = shown.ended()
    assert code == 2
    assert "use --test" in output
