"""PortAudio records where no sound server can be asked: through ALSA's plugin, from a real server."""

import json
import subprocess
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from device_runs import MICROPHONE, all_looks, context
from sound_lab import RATE, Started, microphone, needs_pulse, pulse, started

from hms_doctor.checks import devices_microphone
from hms_doctor.devices.by_portaudio import Inbox, blocks_of, refused
from hms_doctor.devices.recording import RecordingError
from hms_doctor.model.devices.choice import way_to
from hms_doctor.model.devices.codec import from_json
from hms_doctor.model.devices.recordings import (
    Lost,
    NoSamples,
    Outcome,
    Recorded,
    Refusal,
    Refused,
    ThroughPortAudio,
)
from hms_doctor.model.devices.sound import PortAudioDevices, ServerUntold, SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.platforms.roots import Roots

DEFAULT = ThroughPortAudio(device="", name="the default input")
OUTCOMES: tuple[type[Outcome], ...] = (Recorded, Refused, NoSamples, Lost, LibraryMissing)


@pytest.fixture
def pulseaudio(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    yield from started(pulse, monkeypatch, *microphone("boom", channels=1))


@needs_pulse
async def test_without_pactl_portaudio_finds_the_way(
    pulseaudio: Started, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pulseaudio
    monkeypatch.setenv("PATH", str(tmp_path))
    async with context() as ctx:
        roots = Roots(dev=tmp_path / "dev", sys=tmp_path / "sys", proc=tmp_path / "proc")
        last = (await all_looks(ctx, MICROPHONE, roots))[-1]
    survey, [found] = last.seen, devices_microphone.diagnose(last)
    assert isinstance(survey, SoundSurvey)
    assert isinstance(survey.server, ServerUntold)
    assert survey.server.detail == "pactl is not installed"
    if isinstance(survey.portaudio, PortAudioDevices) and survey.portaudio.names:  # ALSA's plugin is installed
        assert found.summary.endswith(", through a sound server")
        assert way_to(survey) == DEFAULT


@needs_pulse
def test_portaudio_records_what_is_played(pulseaudio: Started) -> None:
    """In a process of its own, as in a run: its list is that of the moment at which it is loaded."""
    assert pulseaudio
    run = "import json; from hms_doctor.devices.listening import two_seconds\n"
    run += "from hms_doctor.model.devices.codec import to_json\n"
    run += "from hms_doctor.model.devices.recordings import ThroughPortAudio\n"
    run += "ways = [ThroughPortAudio(device=device, name='') for device in ('', '(hw:7,0)')]\n"
    run += "print(json.dumps([to_json(two_seconds(way)) for way in ways]))\n"
    root = str(Path(__file__).resolve().parents[2])
    with subprocess.Popen([sys.executable, "-c", run], stdout=subprocess.PIPE, text=True, cwd=root) as child:
        told, _ = child.communicate(timeout=20)
    heard, nowhere = (from_json(outcome, OUTCOMES) for outcome in json.loads(told))
    assert isinstance(nowhere, Refused | LibraryMissing)
    if isinstance(heard, Recorded):  # PortAudio, and ALSA's plugin for PulseAudio, are installed
        assert heard.levels.overall.rms == pytest.approx(-9.03, abs=0.5)
        assert heard.rate == pytest.approx(RATE, rel=0.08)
        assert (heard.missed, len(heard.levels.channels)) == (0, 2)


class Stream:
    """A stream of PortAudio's whose callbacks a test makes."""

    samplerate = 8000.0
    channels = 2

    def start(self) -> None: ...

    def close(self) -> None: ...


def test_callbacks_that_stop_are_a_loss() -> None:
    inbox = Inbox()
    taken = blocks_of(inbox, Stream(), DEFAULT, 0.05)
    inbox(array("f", [0.5] * 800).tobytes(), 400, None, Flags(overflow=False))
    inbox(array("f", [0.5] * 800).tobytes(), 400, None, Flags(overflow=True))
    assert [list(next(taken)), list(next(taken))] == [[0.5] * 800] * 2
    assert inbox.missed == 1
    with pytest.raises(RecordingError) as lost:
        next(taken)
    assert lost.value.outcome == Lost(name=DEFAULT.name, seconds=0.1, detail="no sample for 0.05 s")
    with pytest.raises(RecordingError) as nothing:
        next(blocks_of(Inbox(), Stream(), DEFAULT, 0.05))
    assert nothing.value.outcome == NoSamples(name=DEFAULT.name, seconds=0.05)


class Flags:
    """PortAudio's flags of a callback."""

    def __init__(self, *, overflow: bool) -> None:
        self.input_overflow = overflow


class PortAudioError(Exception):
    """As sounddevice raises it: words, a number, and more of the host's."""


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("Error opening RawInputStream: Device unavailable", -9985), Refusal.BUSY),
        (("Error opening RawInputStream: Invalid device", -9996), Refusal.ABSENT),
        (("Error opening RawInputStream: Illegal combination of I/O devices", -9993), Refusal.ABSENT),
        (("Error opening RawInputStream: Invalid sample rate", -9997), Refusal.FORMAT),
        (("Error opening RawInputStream: Invalid number of channels", -9998), Refusal.FORMAT),
        (("Unanticipated host error", -9999, (0, -5, "Input/output error [ALSA error -5]")), Refusal.ABSENT),
        (("Unanticipated host error", -9999, (0, -13, "Permission denied [ALSA error -13]")), Refusal.OTHER),
        (("Error querying device -1",), Refusal.ABSENT),
        (("Something new", "a word"), Refusal.OTHER),
    ],
)
def test_what_portaudio_refuses_has_a_reason(words: tuple[object, ...], reason: Refusal) -> None:
    told = refused("Boom", PortAudioError(*words))
    assert (told.name, told.reason) == ("Boom", reason)
    assert str(words[0]) in told.detail
