"""Tones through real sound servers, played and heard by real child processes: every figure is known."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from device_runs import MICROPHONE, SPEAKER, children, context
from sound_lab import Environment, Server, microphone, needs_pipewire, needs_pulse, pactl, pipewire, pulse

from hms_doctor.checks import devices_speaker
from hms_doctor.devices.playing import play
from hms_doctor.devices.process import Asked
from hms_doctor.devices.turns import looks_in_turn
from hms_doctor.model.check import Facts
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
    Unheeded,
)
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing, NotTried
from hms_doctor.model.devices.tone import Heard, NotHeard
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="counts processes by /proc")
OUTPUT = ("module-null-sink sink_name=desk", "module-remap-source source_name=boom master=desk.monitor")


@pytest.fixture(
    scope="module",
    params=[pytest.param(pulse, marks=needs_pulse), pytest.param(pipewire, marks=needs_pipewire)],
    ids=["PulseAudio", "PipeWire"],
)
def env(request: pytest.FixtureRequest) -> Iterator[Environment]:
    server: Server = request.param
    with server(*OUTPUT, *microphone("deaf")) as (env, _), pytest.MonkeyPatch.context() as patch:
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


def clients(env: Environment) -> list[str]:
    told = pactl(env, "list", "clients")
    return [line for line in told.splitlines() if "pacat" in line or "parec" in line]


async def test_the_tones_are_heard_where_they_come_out(env: Environment) -> None:
    servers = children()
    told = await played()
    assert children() == servers
    assert isinstance(told, Played), told
    assert 1000 < told.ms < 4000
    assert isinstance(told.ear, Heeded), told
    assert not told.ear.is_monitor
    assert isinstance(told.ear.result, Heard), told
    assert -20 < told.ear.result.delay_ms < 1000
    assert told.ear.result.gain_db == pytest.approx(0.0, abs=0.5)
    assert clients(env) == []


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


@needs_pulse
def test_a_sink_that_went_away_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    with pulse(*OUTPUT) as (env, _):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        nobody = Unheeded(why=Deaf.NO_MICROPHONE, detail="")
        told = play(PlayThroughServer(sink="gone", name="Gone"), nobody)
    assert told == RefusedPlaying(name="Gone", busy=False, detail="Stream error: No such entity")


def test_a_machine_without_pacat_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    told = play(PlayThroughServer(sink="desk", name="Desk"), Unheeded(why=Deaf.NO_MICROPHONE, detail=""))
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
