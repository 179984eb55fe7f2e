"""The child's side of the meter and of the tones, where it ends before any sound."""

from dataclasses import replace

import pytest
from device_looks import device, here, server
from sound_lab import needs_pulse, pulse

from hms_doctor.devices.metering import metered
from hms_doctor.devices.playing import failure_told, played
from hms_doctor.devices.request import MeterMessage, Request, Stage, Teller
from hms_doctor.model.devices.levels import Level
from hms_doctor.model.devices.playings import LeftSilent
from hms_doctor.model.devices.recordings import LeftAlone, Lost, NoSamples, Refusal, Refused
from hms_doctor.model.devices.sound import NoServer, ServerDevice, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, LibraryMissing, NotTried
from hms_doctor.model.devices.wish import DeviceWish

WATCH = DeviceWish(watches=True)
PLAY = DeviceWish(plays=True)


class Heard(Teller):
    """Keeps what is told; a first level is enough."""

    def __init__(self) -> None:
        self.told: list[MeterMessage]
        object.__setattr__(self, "told", [])

    def __call__(self, message: MeterMessage) -> None:
        self.told.append(message)
        if isinstance(message, Level):
            raise StopAsyncIteration


def request(kind: DeviceKind, wish: DeviceWish) -> Request:
    return Request(kind=kind, wish=wish, script="", dev="/dev", sys="/sys", proc="/proc")


def survey(*devices: ServerDevice) -> SoundSurvey:
    serves: SoundServer | NoServer = server(*devices, default=devices[0].name) if devices else NoServer()
    return SoundSurvey(here=here(), cards=(), nodes=(), server=serves, portaudio=NotTried())


def test_only_a_microphone_that_is_watched_is_metered() -> None:
    told = Heard()
    assert list(metered(survey(device()), request(DeviceKind.SPEAKER, WATCH), told)) == []
    assert list(metered(survey(device()), request(DeviceKind.MICROPHONE, PLAY), told)) == []
    assert list(metered(survey(), request(DeviceKind.MICROPHONE, WATCH), told)) == []
    assert told.told == []


def test_a_headset_is_left_alone() -> None:
    headset = survey(replace(device(), is_bluetooth=True))
    [left] = metered(headset, request(DeviceKind.MICROPHONE, WATCH), Heard())
    assert left == replace(headset, recording=LeftAlone(name="The mic"))


@needs_pulse
def test_a_level_comes_after_its_stage_and_a_refusal_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pulse("module-null-sink sink_name=desk", "module-remap-source source_name=mic master=desk.monitor") as (
        env,
        _,
    ):
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        told = Heard()
        with pytest.raises(StopAsyncIteration):
            list(metered(survey(device()), request(DeviceKind.MICROPHONE, WATCH), told))
        [gone] = metered(survey(device("gone")), request(DeviceKind.MICROPHONE, WATCH), Heard())
    assert [type(each) for each in told.told] == [Stage, Level]
    assert isinstance(gone, SoundSurvey)
    assert gone.recording == Refused(name="The gone", reason=Refusal.ABSENT, detail="Stream error: No such entity")


def test_only_a_speaker_that_may_be_heard_plays() -> None:
    assert list(played(survey(device()), request(DeviceKind.MICROPHONE, PLAY), Heard())) == []
    assert list(played(survey(device()), request(DeviceKind.SPEAKER, WATCH), Heard())) == []
    assert list(played(survey(), request(DeviceKind.SPEAKER, PLAY), Heard())) == []
    muted = survey(device("desk", muted=True))
    [left] = played(muted, request(DeviceKind.SPEAKER, PLAY), Heard())
    assert left == replace(muted, playing=LeftSilent(name="The desk"))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (NoSamples(name="Boom", seconds=3.0), "Boom delivered no sound"),
        (Lost(name="Boom", seconds=1.0, detail=""), "Boom: it stopped"),
        (Refused(name="Boom", reason=Refusal.BUSY, detail="Device unavailable"), "Boom: Device unavailable"),
        (LibraryMissing(library="parec", detail="there is no parec"), "there is no parec"),
    ],
)
def test_a_recording_that_failed_is_told(outcome: NoSamples | Lost | Refused | LibraryMissing, words: str) -> None:
    assert failure_told(outcome) == words
