"""Tones through real sound servers, played and heard by real child processes: every figure is known."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

import pytest
from device_runs import MICROPHONE, SPEAKER, children, context
from sound_lab import Environment, Server, microphone, needs_pipewire, needs_pulse, pactl, pipewire, pulse, running

from hms_doctor.checks import devices_speaker
from hms_doctor.devices.playing import play
from hms_doctor.devices.process import Asked
from hms_doctor.devices.turns import looks_in_turn
from hms_doctor.model.check import Facts
from hms_doctor.model.devices.codec import from_json
from hms_doctor.model.devices.look import Finished
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.playings import (
    Deaf,
    Heeded,
    LeftSilent,
    Played,
    PlayOutcome,
    PlayThroughServer,
    RefusedPlaying,
    StuckPlaying,
    Unheeded,
)
from hms_doctor.model.devices.recordings import ThroughServer
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing, NotTried
from hms_doctor.model.devices.tone import Heard, NotHeard
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="counts processes by /proc")
PLUGIN = list(Path("/usr/lib").glob("**/alsa-lib/libasound_module_pcm_pulse.so"))
DESK = PlayThroughServer(sink="desk", name="Desk")
NOBODY = Unheeded(why=Deaf.NO_MICROPHONE, detail="")
OUTCOMES: tuple[type[PlayOutcome], ...] = (Played, StuckPlaying, RefusedPlaying, LeftSilent, LibraryMissing)
OUTPUT = ("module-null-sink sink_name=desk", "module-remap-source source_name=boom master=desk.monitor")


@contextmanager
def brisk(env: Environment) -> Iterator[None]:
    """Keep a sink brisk, as a card is: PulseAudio's null sink takes 2 s at a time unless its monitor is read."""
    with running("parec", "--device=desk.monitor", "--latency-msec=20", "--client-name=reader", env=env):
        yield


@pytest.fixture(
    scope="module",
    params=[pytest.param(pulse, marks=needs_pulse), pytest.param(pipewire, marks=needs_pipewire)],
    ids=["PulseAudio", "PipeWire"],
)
def env(request: pytest.FixtureRequest) -> Iterator[Environment]:
    server: Server = request.param
    with server(*OUTPUT, *microphone("deaf")) as (env, _), brisk(env), pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        pactl(env, "set-default-sink", "desk")
        pactl(env, "set-default-source", "boom")
        yield env


async def played(microphone: str = "") -> PlayOutcome | NotTried:
    async with context(wish=DeviceWish(plays=True, microphone=microphone)) as ctx:
        last = [look async for look in devices_speaker.observe(ctx, Facts())][-1]
    assert last.end == Finished()
    assert isinstance(last.seen, SoundSurvey)
    return last.seen.playing


def is_whole(told: PlayOutcome | NotTried) -> bool:
    """Whether the tones came as loud as they were: a busy machine leaves gaps in a sound, but not in each."""
    result = told.ear.result if isinstance(told, Played) and isinstance(told.ear, Heeded) else None
    return isinstance(result, Heard) and abs(result.gain_db) < 0.5


async def played_whole() -> PlayOutcome | NotTried:
    for _ in range(2):
        told = await played()
        if is_whole(told):
            return told
    return await played()


def clients(env: Environment) -> list[str]:
    """Give the programs that record or play, but for the one that keeps the sink brisk."""
    told = pactl(env, "list", "clients").split("Client #")
    return [each for each in told if ("pacat" in each or "parec" in each) and '"reader"' not in each]


async def test_the_tones_are_heard_where_they_come_out(env: Environment) -> None:
    servers = children()
    told = await played_whole()
    assert children() == servers
    assert isinstance(told, Played), told
    assert told.ms > 1000
    assert isinstance(told.ear, Heeded), told
    assert not told.ear.is_monitor
    assert isinstance(told.ear.result, Heard), told
    assert -20 < told.ear.result.delay_ms < 1000
    assert told.ear.result.gain_db == pytest.approx(0.0, abs=0.5)
    assert clients(env) == []


@pytest.mark.parametrize("env", [pytest.param(pulse, marks=needs_pulse)], indirect=True, ids=["PulseAudio"])
async def test_what_did_not_hear_them_through_the_air_is_told(env: Environment) -> None:
    volume = pactl(env, "get-sink-volume", "desk")
    elsewhere, monitor, nobody = await asyncio.gather(played("deaf"), played("desk.monitor"), played("not there"))
    assert isinstance(elsewhere, Played), elsewhere
    assert isinstance(elsewhere.ear, Heeded), elsewhere
    assert isinstance(elsewhere.ear.result, NotHeard), elsewhere
    assert isinstance(monitor, Played), monitor
    assert isinstance(monitor.ear, Heeded), monitor
    assert monitor.ear.is_monitor
    assert isinstance(nobody, Played), nobody
    assert nobody.ear == Unheeded(why=Deaf.NOT_FOUND, detail="not there")
    assert clients(env) == []
    assert pactl(env, "get-sink-volume", "desk") == volume


async def test_a_muted_output_stays_muted_and_silent(env: Environment) -> None:
    pactl(env, "set-sink-mute", "desk", "1")
    try:
        assert isinstance(await played(), LeftSilent)
        assert "yes" in pactl(env, "get-sink-mute", "desk")
    finally:
        pactl(env, "set-sink-mute", "desk", "0")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server that a test may break."""
    with pulse(*OUTPUT) as (env, daemon), brisk(env):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        yield daemon


@needs_pulse
def test_a_sink_that_went_away_is_a_refusal(desk: subprocess.Popen[bytes]) -> None:
    assert desk.poll() is None
    told = play(PlayThroughServer(sink="gone", name="Gone"), NOBODY)
    assert told == RefusedPlaying(name="Gone", busy=False, detail="Stream error: No such entity")


@needs_pulse
def test_a_server_that_hangs_is_given_up(desk: subprocess.Popen[bytes]) -> None:
    before = children()
    desk.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    told = play(DESK, NOBODY, longest=0.8)
    assert told == StuckPlaying(name="Desk", seconds=0.8)
    assert time.monotonic() - began < 3
    assert children() == before


def test_a_microphone_that_cannot_be_recorded_leaves_the_playing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pacat").write_text("#!/bin/sh\nexec /bin/cat > /dev/null\n")
    (tmp_path / "pacat").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    told = play(DESK, ThroughServer(source="boom", name="Boom", channels=1))
    assert isinstance(told, Played)
    assert told.ear == Unheeded(why=Deaf.FAILED, detail="there is no parec")


PORTAUDIO = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from hms_doctor.devices.playing import play
from hms_doctor.model.devices.codec import to_json
from hms_doctor.model.devices.playings import Deaf, PlayThroughPortAudio, Unheeded
from hms_doctor.model.devices.recordings import ThroughServer
ear = ThroughServer(source="boom", name="Boom", channels=2)
told = play(PlayThroughPortAudio(name="PortAudio"), ear if sys.argv[2] else Unheeded(why=Deaf.NO_MICROPHONE, detail=""))
print(json.dumps(to_json(told)))
"""


def through_portaudio(listens: str) -> PlayOutcome:
    """Play in a process of its own, as a device child does: PortAudio's list is that of its import."""
    done = subprocess.run(
        (sys.executable, "-c", PORTAUDIO, json.dumps(sys.path), listens),
        capture_output=True,
        timeout=30,
        check=True,
    )
    return from_json(json.loads(done.stdout), OUTCOMES)


@needs_pulse
@pytest.mark.skipif(not (find_library("portaudio") and PLUGIN), reason="no PortAudio, or no plugin for PulseAudio")
def test_portaudio_plays_them_too(
    desk: subprocess.Popen[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.poll() is None
    config = tmp_path / "asound.conf"
    config.write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    attempts = (through_portaudio("listens") for _ in range(3))
    told = next((told for told in attempts if is_whole(told)), NotTried())
    assert isinstance(told, Played), told
    assert isinstance(told.ear, Heeded), told
    assert isinstance(told.ear.result, Heard), told
    assert told.ear.result.gain_db == pytest.approx(0.0, abs=0.5)


LIBRARY = """
class PortAudioError(Exception): ...
def query_devices(kind): {query}
def RawOutputStream(**how): raise PortAudioError("Error opening RawOutputStream: Device unavailable", -9985)
"""


BUSY = "Error opening RawOutputStream: Device unavailable"
MISSING = "PortAudio library not found"


@pytest.mark.parametrize(
    ("library", "outcome"),
    [
        (f"raise OSError({MISSING!r})", LibraryMissing(library="PortAudio", detail=MISSING)),
        (LIBRARY.format(query="raise ValueError('none')"), RefusedPlaying(name="PortAudio", busy=False, detail="none")),
        (
            LIBRARY.format(query="return {'max_output_channels': 128}"),
            RefusedPlaying(name="PortAudio", busy=True, detail=f"({BUSY!r}, -9985)"),
        ),
    ],
)
def test_a_library_that_refuses_is_told(
    library: str, outcome: PlayOutcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sounddevice.py").write_text(library)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert through_portaudio("") == outcome


def test_a_machine_without_pacat_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = play(DESK, NOBODY)
    assert told == LibraryMissing(library="pacat", detail="there is no pacat")


async def test_looks_that_use_the_microphone_take_turns() -> None:
    """The microphone's test would otherwise measure the tones."""
    order: list[str] = []

    async def observed(asked: Asked[SoundSurvey | OsSurvey], word: str) -> None:
        async for look in looks_in_turn(ctx, asked):
            order.append(f"{word} {type(look.end).__name__}")
            await asyncio.sleep(0.05)

    async with context("{}", wish=DeviceWish(plays=True, proof=DeviceProof.TEST)) as ctx:
        await asyncio.gather(observed(MICROPHONE, "microphone"), observed(SPEAKER, "speaker"))
    assert order == ["microphone StillLooking", "microphone Finished", "speaker StillLooking", "speaker Finished"]
