"""Which output is played to, and which microphone listens."""

from dataclasses import replace

import pytest
from device_looks import device, here, node, server, system

from hms_doctor.model.devices.os_survey import Consent, OsSurvey
from hms_doctor.model.devices.play_choice import is_monitor, listener, play_way
from hms_doctor.model.devices.playings import (
    Deaf,
    LeftSilent,
    PlayThroughPortAudio,
    PlayThroughServer,
    PlayWay,
    Unheeded,
)
from hms_doctor.model.devices.recordings import ThroughPortAudio, ThroughServer, Way
from hms_doctor.model.devices.sound import NoServer, PortAudioDevices, ServerUntold, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import NotTried

BOOM = device("boom")
MONITOR = device("desk.monitor", is_monitor=True)
HEADSET = replace(device("headset"), is_bluetooth=True)
UNTOLD = ServerUntold(detail="pactl is not installed")


def survey(
    *nodes: SoundNode, serves: SoundServer | ServerUntold | None = None, listed: tuple[str, ...] = ()
) -> SoundSurvey:
    known = PortAudioDevices(names=listed) if listed else NotTried()
    return SoundSurvey(here=here(), cards=(), nodes=nodes, server=serves or NoServer(), portaudio=known)


@pytest.mark.parametrize(
    ("seen", "way"),
    [
        (survey(serves=server(BOOM, default="boom")), PlayThroughServer(sink="boom", name="The boom")),
        (survey(serves=server(device("boom", muted=True), default="boom")), LeftSilent(name="The boom")),
        (survey(serves=server(device("boom", percent=0), default="boom")), LeftSilent(name="The boom")),
        (survey(serves=server(device("auto_null"), default="auto_null")), NotTried()),
        (survey(serves=server(device("auto_null"), BOOM, default="auto_null")), NotTried()),
        (survey(serves=server(default="")), NotTried()),
        (survey(node()), PlayThroughPortAudio(name="PCH Analog")),
        (survey(node(), node()), PlayThroughPortAudio(name="the default output")),
        (survey(node("EBUSY")), NotTried()),
        (survey(), NotTried()),
        (survey(serves=UNTOLD, listed=("pulse",)), PlayThroughPortAudio(name="the default output")),
        (survey(serves=UNTOLD), NotTried()),
        (system("First", "Default"), PlayThroughPortAudio(name="Default")),
        (system(), NotTried()),
        (system("Screen", consent=Consent.PENDING), NotTried()),
    ],
)
def test_the_output_is_the_one_that_an_app_gets(
    seen: SoundSurvey | OsSurvey, way: PlayWay | LeftSilent | NotTried
) -> None:
    assert play_way(seen) == way


def by_server(name: str) -> ThroughServer:
    return ThroughServer(source=name, name=f"The {name}", channels=1)


@pytest.mark.parametrize(
    ("seen", "wanted", "way"),
    [
        (survey(serves=server(BOOM, default="boom")), "", by_server("boom")),
        (survey(serves=server(BOOM, HEADSET, default="boom")), "headset", by_server("headset")),
        (survey(serves=server(HEADSET, default="headset")), "", Unheeded(why=Deaf.BLUETOOTH, detail="The headset")),
        (
            survey(serves=server(MONITOR, BOOM, default="desk.monitor")),
            "",
            Unheeded(why=Deaf.MONITOR, detail="The desk.monitor"),
        ),
        (survey(serves=server(MONITOR, BOOM, default="boom")), "desk", by_server("desk.monitor")),
        (survey(serves=server(MONITOR, default="")), "", Unheeded(why=Deaf.NO_MICROPHONE, detail="")),
        (survey(serves=server(BOOM, default="boom")), "mars", Unheeded(why=Deaf.NOT_FOUND, detail="mars")),
        (survey(), "", Unheeded(why=Deaf.NO_MICROPHONE, detail="")),
        (survey(node()), "", ThroughPortAudio(device="(hw:0,0)", name="PCH Analog")),
        (system("First", "Default"), "", ThroughPortAudio(device="", name="Default")),
        (system("First", "Default"), "first", ThroughPortAudio(device="First", name="First")),
        (system("First"), "mars", Unheeded(why=Deaf.NOT_FOUND, detail="mars")),
        (system("First", consent=Consent.DENIED), "", Unheeded(why=Deaf.NO_MICROPHONE, detail="")),
    ],
)
def test_a_microphone_listens_that_may(seen: SoundSurvey | OsSurvey, wanted: str, way: Way | Unheeded) -> None:
    assert listener(seen, wanted) == way


def test_a_headset_of_another_system_listens_only_if_named() -> None:
    found = system("AirPods")
    airpods = replace(found, devices=(replace(found.devices[0], is_bluetooth=True),))
    assert listener(airpods, "") == Unheeded(why=Deaf.BLUETOOTH, detail="AirPods")
    assert listener(airpods, "air") == ThroughPortAudio(device="AirPods", name="AirPods")


@pytest.mark.parametrize(
    ("seen", "wanted", "is_one"),
    [
        (survey(serves=server(MONITOR, BOOM, default="boom")), "", False),
        (survey(serves=server(MONITOR, BOOM, default="boom")), "monitor", True),
        (survey(node()), "", False),
        (system("First"), "", False),
    ],
)
def test_a_monitor_is_known(seen: SoundSurvey | OsSurvey, wanted: str, is_one: bool) -> None:
    assert is_monitor(seen, wanted) is is_one
