"""Sound servers of our own, with microphones that hear what a test plays: real daemons, no sound card."""

import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from hms_doctor.devices.recording import recording
from hms_doctor.model.devices.levels import levels
from hms_doctor.model.devices.recordings import ThroughServer
from hms_doctor.platforms.pulse import is_running

RATE = 48_000
Environment = dict[str, str]
Started = tuple[Environment, subprocess.Popen[bytes]]
needs_pulse = pytest.mark.skipif(
    not all(map(shutil.which, ("pulseaudio", "pactl", "parec", "pacat"))),
    reason="PulseAudio and its clients are not installed",
)
needs_pipewire = pytest.mark.skipif(
    not all(map(shutil.which, ("pipewire", "wireplumber", "pipewire-pulse", "dbus-daemon", "pactl", "parec", "pacat"))),
    reason="PipeWire, WirePlumber, their PulseAudio server and its clients are not installed",
)


class Server(Protocol):
    """Runs a sound server with modules loaded; gives its environment, and the daemon."""

    def __call__(self, *modules: str) -> AbstractContextManager[tuple[Environment, subprocess.Popen[bytes]]]: ...


@contextmanager
def running(*command: str, env: Environment) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until the context is left."""
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def pulse(*modules: str) -> Iterator[tuple[Environment, subprocess.Popen[bytes]]]:
    """Run a PulseAudio; give the environment in which it is the user's, and the daemon."""
    modules = ("module-native-protocol-unix", *modules)
    with _home() as env:
        words = ("-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes")
        loads = (f"--load={module}" for module in modules)
        with running("pulseaudio", *words, *loads, env=env) as daemon:
            wait_until(lambda: is_running(env))
            yield env, daemon


@contextmanager
def pipewire(*modules: str) -> Iterator[tuple[Environment, subprocess.Popen[bytes]]]:
    """Run PipeWire with WirePlumber, which wants a message bus; give its PulseAudio server, which loads the modules."""
    with _home() as home, ExitStack() as stack:
        # Large steps: no gap in the sound where the machine is busy and the daemon has no real-time priority.
        steps = Path(home["HOME"], ".config/pipewire/pipewire.conf.d/steps.conf")
        steps.parent.mkdir(parents=True)
        clock = ("quantum = 4096", "min-quantum = 4096", "max-quantum = 8192")
        steps.write_text("context.properties = {" + " ".join(f"default.clock.{word}" for word in clock) + "}\n")
        address = f"unix:path={home['HOME']}/bus"
        env = {**home, "DBUS_SESSION_BUS_ADDRESS": address}
        for command in (("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"), ("pipewire",)):
            stack.enter_context(running(*command, env=env))
            wait_until(lambda: Path(home["HOME"], "bus").exists())
        wait_until(Path(home["HOME"], "pipewire-0").exists)
        stack.enter_context(running("wireplumber", env=env))
        server = stack.enter_context(running("pipewire-pulse", env=env))
        wait_until(lambda: is_running(env))
        for module in modules:
            pactl(env, "load-module", *module.split(" "))
        yield env, server


@contextmanager
def _home() -> Iterator[Environment]:
    # A socket's path has at most 107 bytes, which pytest's own folders can exceed.
    with tempfile.TemporaryDirectory(prefix="sound-", ignore_cleanup_errors=True) as home:
        yield {"HOME": home, "XDG_RUNTIME_DIR": home, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}


def wait_until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "what was waited for did not come"
        time.sleep(0.01)


def pactl(env: Environment, *words: str) -> str:
    told = subprocess.run(["pactl", *words], env=env, check=True, timeout=10, capture_output=True)
    return told.stdout.decode()


def microphone(name: str, *, channels: int = 2, rate: int = RATE) -> tuple[str, str]:
    """Give the two modules of a microphone that hears what is played to the sink ``to_NAME``."""
    layout = "mono" if channels == 1 else "front-left,front-right"
    shape = f"channels={channels} channel_map={layout} rate={rate}"
    label = f"source_properties=device.description={name.capitalize()}"
    return (
        f"module-null-sink sink_name=to_{name} {shape}",
        f"module-remap-source source_name={name} master=to_{name}.monitor {shape} {label}",
    )


def tone(hertz: float, peak: float, seconds: float = 1.0, offset: float = 0.0) -> list[float]:
    """Give a sine; over whole seconds it repeats without a seam."""
    turn = math.tau * hertz / RATE
    return [offset + peak * math.sin(turn * number) for number in range(int(RATE * seconds))]


@contextmanager
def playing(env: Environment, sink: str, *channels: Sequence[float], seconds: int = 40) -> Iterator[None]:
    """Play a second of sound over and over, with so much in store that a busy machine leaves no gap."""
    frames = array("h", (round(32767 * sample) for frame in zip(*channels, strict=True) for sample in frame))
    if sys.byteorder == "big":
        frames.byteswap()
    path = Path(env["HOME"], f"{sink}.raw")
    path.write_bytes(frames.tobytes() * seconds)
    shape = ("--raw", "--format=s16le", f"--rate={RATE}", f"--channels={len(channels)}", "--latency-msec=500")
    with running("pacat", *shape, f"--device={sink}", str(path), env=env):
        yield


def started(start: Server, patch: pytest.MonkeyPatch, *modules: str) -> Iterator[Started]:
    """Run a server as the user's own, with a microphone ``boom`` that hears a tone; ALSA's default leads to it too."""
    with start(*modules) as (env, daemon):
        Path(env["HOME"], ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        for name, value in env.items():
            patch.setenv(name, value)
        with playing(env, "to_boom", tone(997, 0.5)):
            yield env, daemon


def until_heard(*sources: str) -> None:
    """Wait until each source hears what is played; the environment is the server's."""
    with ThreadPoolExecutor(len(sources)) as pool:
        list(pool.map(_until_heard, sources))


def _until_heard(source: str) -> None:
    with recording(ThroughServer(source=source, name=source, channels=1)) as heard:
        until = time.monotonic() + 15
        while levels(next(heard.blocks), 1, RATE).overall.peak < -90:
            assert time.monotonic() < until, f"{source} hears nothing"


def sources(env: Environment) -> list[str]:
    listed: list[dict[str, str]] = json.loads(pactl(env, "-f", "json", "list", "sources", "short"))
    return [source["name"] for source in listed]
