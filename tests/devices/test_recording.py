"""Recordings that end as they should not: servers that stop or hang, sources that go, libraries that are not there."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from device_runs import MICROPHONE, SPEAKER, all_looks, context, gone
from sound_lab import (
    RATE,
    Server,
    Started,
    microphone,
    needs_pipewire,
    needs_pulse,
    pactl,
    pipewire,
    pulse,
    sources,
    started,
    wait_until,
)

from hms_doctor.checks import devices_microphone, devices_speaker
from hms_doctor.devices.listening import two_seconds
from hms_doctor.devices.recording import RecordingError, recording
from hms_doctor.model.devices.levels import levels
from hms_doctor.model.devices.recordings import (
    Lost,
    NoSamples,
    Outcome,
    Recorded,
    Refusal,
    Refused,
    ThroughPortAudio,
    ThroughServer,
)
from hms_doctor.model.devices.sound import ServerDown, ServerUntold, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.model.finding import Failed, Finding, Warned
from hms_doctor.platforms.pulse import sound_server
from hms_doctor.platforms.roots import Roots

BOOM = ThroughServer(source="boom", name="Boom", channels=1)
DEFAULT = ThroughPortAudio(device="", name="the default input")
TEST = DeviceWish(proof=DeviceProof.TEST)
SERVERS = [pytest.param(pulse, marks=needs_pulse), pytest.param(pipewire, marks=needs_pipewire)]


@pytest.fixture(params=SERVERS, ids=["PulseAudio", "PipeWire"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Run a server with one microphone, which hears a tone."""
    start: Server = request.param
    yield from started(start, monkeypatch, *microphone("boom", channels=1))


@pytest.fixture
def pulseaudio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    yield from started(pulse, monkeypatch, *microphone("boom", channels=1))


def clients() -> list[int]:
    told = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in told if "parec" in Path(f"/proc/{pid}/comm").read_text()]


def nowhere(folder: Path) -> Roots:
    return Roots(dev=folder / "dev", sys=folder / "sys", proc=folder / "proc")


def test_a_frequency_is_exact_and_blocks_are_whole(server: Started) -> None:
    assert server
    samples = array("f")
    with recording(BOOM) as running:
        for block in running.blocks:
            assert len(block) == RATE // 20
            samples += block if levels(block, 1, RATE).overall.rms > -10 else array("f")
            if len(samples) >= RATE:
                break
    assert clients() == []
    rises = [at for at in range(1, len(samples)) if samples[at - 1] < 0 <= samples[at]]
    hertz = RATE * (len(rises) - 1) / (rises[-1] - rises[0])
    assert hertz == pytest.approx(997, abs=0.1)


def failure(way: ThroughServer | ThroughPortAudio, patience: float = 3.0, after: int = 0) -> Iterator[Outcome]:
    """Record until that fails, and give why; first nothing, once ``after`` blocks came."""
    try:
        with recording(way, patience) as running:
            for number, _ in enumerate(running.blocks):
                if number == after:
                    yield Recorded(name="", levels=levels(array("f"), 1, RATE), first_ms=0, rate=0)
    except RecordingError as error:
        yield error.outcome


def test_a_server_that_stops_loses_the_microphone(server: Started) -> None:
    steps = failure(BOOM)
    next(steps)
    server[1].kill()
    [lost] = steps
    assert isinstance(lost, Lost)
    assert lost.seconds > 0
    assert "Connection terminated" in lost.detail
    assert clients() == []
    refused = two_seconds(BOOM)
    assert isinstance(refused, Refused)
    assert (refused.reason, "Connection refused" in refused.detail) == (Refusal.OTHER, True)
    assert isinstance(sound_server("c", server[0]), ServerDown)


@needs_pulse
def test_a_server_that_hangs_is_given_up(pulseaudio: Started) -> None:
    steps = failure(BOOM, patience=0.4)
    assert isinstance(failed := next(steps), Recorded | NoSamples), failed
    pulseaudio[1].send_signal(signal.SIGSTOP)
    began = time.monotonic()
    assert [type(outcome) for outcome in steps] in ([Lost], [])
    assert two_seconds_patiently(0.4) == NoSamples(name="Boom", seconds=0.4)
    assert time.monotonic() - began < 5
    assert clients() == []
    assert isinstance(untold := sound_server("c", pulseaudio[0]), ServerUntold)
    assert untold.detail == "pactl gave no answer in 1.5 s"


def two_seconds_patiently(patience: float) -> Outcome:
    [outcome] = failure(BOOM, patience)
    return outcome


async def test_a_source_that_goes_is_lost_though_the_server_moves_the_stream(server: Started) -> None:
    env, _ = server
    recorded = asyncio.create_task(asyncio.to_thread(two_seconds, BOOM))
    await asyncio.to_thread(wait_until, lambda: bool(pactl(env, "list", "source-outputs", "short").split()))
    await asyncio.to_thread(pactl, env, "unload-module", "module-remap-source")
    assert "boom" not in sources(env)
    lost = await recorded
    assert isinstance(lost, Lost | Refused), lost
    assert not isinstance(lost, Refused) or lost.reason is Refusal.ABSENT


def test_a_source_that_is_not_there(server: Started) -> None:
    assert server
    outcome = two_seconds(ThroughServer(source="nosuch", name="No such", channels=1))
    assert isinstance(outcome, Lost | Refused)  # PipeWire records its default instead


@needs_pipewire
def test_the_client_dies_with_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill -9 of a child leaves no recording behind, even one to which no sample comes."""
    run = "from hms_doctor.devices.by_server import *; from hms_doctor.model.devices.recordings import ThroughServer\n"
    run += "import sys\nwith recorded(ThroughServer(source='boom', name='', channels=1), 60) as running:\n"
    run += (
        "    next(running.blocks); print(next(iter(open('/proc/self/task/%d/children' % os.getpid()))), flush=True)\n"
    )
    run += "    sys.stdin.read()\n"
    root = str(Path(__file__).resolve().parents[2])
    with contextmanager(started)(pipewire, monkeypatch, *microphone("boom", channels=1)):
        command = [sys.executable, "-c", run]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as child:
            assert child.stdout is not None
            pid = int(child.stdout.readline())
            child.kill()
        assert asyncio.run(gone(pid))


async def judged(wish: DeviceWish, folder: Path) -> tuple[SoundSurvey, list[Finding]]:
    async with context(wish=wish, required=("devices",)) as ctx:
        last = (await all_looks(ctx, MICROPHONE, nowhere(folder)))[-1]
    assert isinstance(last.seen, SoundSurvey)
    return last.seen, list(devices_microphone.diagnose(last))


async def test_a_name_that_fits_nothing_tells_what_there_is(server: Started, tmp_path: Path) -> None:
    assert server
    _, [found] = await judged(DeviceWish(microphone="yeti"), tmp_path)
    assert isinstance(found, Failed)
    assert found.cause.id == "microphone.not_found"
    assert found.summary == "no microphone is called yeti; there is Boom"


async def test_the_monitor_is_not_recorded_unasked(server: Started, tmp_path: Path) -> None:
    pactl(server[0], "set-default-source", "to_boom.monitor")
    survey, [found] = await judged(TEST, tmp_path)
    assert isinstance(survey.server, SoundServer)
    assert (isinstance(found, Warned) and found.cause.id) == "microphone.monitor"


async def test_a_server_without_a_microphone(server: Started, tmp_path: Path) -> None:
    pactl(server[0], "unload-module", "module-remap-source")
    survey, [found] = await judged(TEST, tmp_path)
    assert isinstance(survey.server, SoundServer)
    assert isinstance(found, Failed)
    assert (found.cause.code, "lists no microphone" in found.summary) == (3002, True)
    async with context() as ctx:
        look = (await all_looks(ctx, SPEAKER, nowhere(tmp_path)))[-1]
    [speaker] = devices_speaker.diagnose(look)
    assert not isinstance(speaker, Failed)


def test_without_parec_nothing_is_recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert two_seconds(BOOM) == LibraryMissing(library="parec", detail="there is no parec")
