"""Microphones of real sound servers, put to the test by real child processes and judged: every figure is known."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeAlias

import pytest
from device_runs import MICROPHONE, all_looks, children, context
from sound_lab import (
    Server,
    microphone,
    needs_pipewire,
    needs_pulse,
    pactl,
    pipewire,
    playing,
    pulse,
    tone,
    until_heard,
)

from hms_doctor.checks import devices_microphone
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.look import Finished
from hms_doctor.model.devices.recordings import Recorded
from hms_doctor.model.devices.sound import SoundServer, SoundSurvey
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.model.finding import Finding, Passed, Warned, code_of

NOTHING = [0.0] * 48_000
FINE, SOFTER = tone(997, 0.5), tone(997, 0.25)
HEARD = {
    "fine": (FINE, SOFTER),
    "twin": (FINE, FINE),
    "muted": (FINE, FINE),
    "low": (FINE, FINE),
    "loud": (tone(997, 1.0), FINE),
    "bias": (tone(997, 0.1, offset=0.2), tone(997, 0.05)),
    "left": (FINE, NOTHING),
    "still": (NOTHING, NOTHING),
    "faint": (tone(997, 0.0003), tone(997, 0.0002)),
}
"""Microphone → what is played into its two channels."""
NARROW = {"phone": 16_000, "fax": 8_000}
Told: TypeAlias = dict[str, tuple[SoundSurvey, list[Finding]]]


@contextmanager
def microphones(server: Server) -> Iterator[None]:
    """Run a server with all of them, each hearing its sound."""
    modules = [module for name in HEARD for module in microphone(name)]
    modules += [module for name, rate in NARROW.items() for module in microphone(name, channels=1, rate=rate)]
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        env, _ = stack.enter_context(server(*modules))
        for name, value in env.items():
            patch.setenv(name, value)
        pactl(env, "set-source-mute", "muted", "1")
        pactl(env, "set-source-volume", "low", "1%")
        pactl(env, "set-source-volume", "loud", "200%")
        pactl(env, "set-default-source", "fine")
        for name, channels in HEARD.items():
            stack.enter_context(playing(env, f"to_{name}", *channels))
        for name in NARROW:
            stack.enter_context(playing(env, f"to_{name}", FINE))
        until_heard(*(name for name in (*HEARD, *NARROW) if name not in {"muted", "low", "still"}))
        yield


_AT_ONCE = 5
"""PulseAudio lets five clients wait for it (its listen(2)), and refuses those beyond while it has no processor."""


async def put_to_test(name: str) -> tuple[SoundSurvey, list[Finding]]:
    wish = DeviceWish(proof=DeviceProof.TEST, microphone=name)
    async with context(wish=wish) as ctx:
        last = (await all_looks(ctx, MICROPHONE))[-1]
    assert last.end == Finished()
    assert isinstance(last.seen, SoundSurvey)
    return last.seen, list(devices_microphone.diagnose(last))


async def all_tested() -> Told:
    names = ["", *HEARD, *NARROW]
    before = children()
    few = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(name: str) -> tuple[SoundSurvey, list[Finding]]:
        async with few:
            return await put_to_test(name)

    answers = dict(zip(names, await asyncio.gather(*(in_turn(name) for name in names)), strict=True))
    for name in names:
        if has_a_gap(name, answers[name][0]):
            answers[name] = await put_to_test(name)
    assert children() == before  # the servers and what they play
    return answers


def has_a_gap(name: str, survey: SoundSurvey) -> bool:
    """Whether the server of a busy machine left out some of a tone: then its figures are true, and not the tone's."""
    recording = survey.recording
    plays = name not in {"muted", "low", "still"}
    return plays and isinstance(recording, Recorded) and recording.levels.channels[0].zeros > 0.01


@pytest.fixture(
    scope="module",
    params=[pytest.param(pulse, marks=needs_pulse), pytest.param(pipewire, marks=needs_pipewire)],
    ids=["PulseAudio", "PipeWire"],
)
def told(request: pytest.FixtureRequest) -> Iterator[Told]:
    """Put them all to the test, some at once: each takes as long as its recording."""
    with microphones(request.param):
        yield asyncio.run(all_tested())


def recorded(told: Told, name: str) -> Recorded:
    recording = told[name][0].recording
    assert isinstance(recording, Recorded), recording
    return recording


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("", (-9.03, -15.05)),
        ("fine", (-9.03, -15.05)),
        ("twin", (-9.03, -9.03)),
        ("left", (-9.03, -200.0)),
        ("still", (-200.0, -200.0)),
        ("muted", (-200.0, -200.0)),
        ("bias", (-23.01, -29.03)),
        ("phone", (-9.03,)),
        ("fax", (-9.03,)),
    ],
)
def test_a_level_is_true_to_half_a_decibel(told: Told, name: str, levels: tuple[float, ...]) -> None:
    heard = recorded(told, name).levels
    assert heard.frames == 96_000
    assert [channel.rms for channel in heard.channels] == pytest.approx(levels, abs=0.5)


def test_the_rest_is_true(told: Told) -> None:
    fine = recorded(told, "fine")
    assert fine.levels.overall.peak == pytest.approx(-6.02, abs=0.5)
    assert fine.rate == pytest.approx(48_000, rel=0.08)
    assert (fine.levels.overall.clips, fine.levels.is_mono) == (0, False)
    assert recorded(told, "twin").levels.is_mono
    assert recorded(told, "still").levels.overall.zeros == 1
    assert recorded(told, "bias").levels.overall.offset == pytest.approx(0.2, abs=0.01)
    assert recorded(told, "loud").levels.channels[0].clips > 1000
    low = recorded(told, "low").levels.overall
    assert low.rms < -100  # 1 % of a cubic scale takes 120 dB away


@pytest.mark.parametrize(
    ("name", "cause", "web", "words"),
    [
        ("", "", 0, "Fine: -11 dBFS, peak -6 dBFS"),
        ("twin", "", 0, "both channels are the same"),
        ("faint", "", 0, "a quiet room, or a quiet microphone: speak while it records"),
        ("muted", "microphone.muted", 3010, "Muted is muted: each sample is exactly 0"),
        ("low", "microphone.low", 0, "Low is turned down to 1 %"),
        ("loud", "microphone.clips", 0, "Loud clips"),
        ("bias", "microphone.offset", 0, "Bias has an offset of +20% of full scale"),
        ("left", "microphone.one_sided", 0, "Left hears on one of its two channels only"),
        ("still", "microphone.silence", 3010, "Still is silent, each sample is exactly 0"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_it_is_judged(told: Told, name: str, cause: str, web: int, words: str) -> None:
    _, findings = told[name]
    [found] = findings
    assert words in found.summary
    assert isinstance(found, Warned if cause else Passed)
    assert (found.cause.id if isinstance(found, Warned) else "") == cause
    assert (code_of(found, Platform.WEB), code_of(found, Platform.ANY)) == (web, 0)


@pytest.mark.parametrize(("name", "cause"), [("phone", ""), ("fax", "microphone.narrow")])
def test_a_low_rate_is_told_by_the_server_that_keeps_it(told: Told, name: str, cause: str) -> None:
    survey, [found] = told[name]
    assert isinstance(survey.server, SoundServer)
    [rate] = [device.rate for device in survey.server.devices if device.name == name]
    assert rate == (NARROW[name] if survey.server.name == "pulseaudio" else 48_000)  # PipeWire's graph has one rate
    is_told = f"records at {rate // 1000} kHz" in found.summary
    assert is_told is (rate < 48_000)
    assert (found.cause.id if isinstance(found, Warned) else "") == (cause if rate < 48_000 else "")
