"""Which microphone a run is about, and how it is recorded."""

from dataclasses import replace

import pytest

from hms_doctor.model.devices.choice import chosen, names, real_devices, way_to
from hms_doctor.model.devices.recordings import LeftAlone, ThroughPortAudio, ThroughServer, Way
from hms_doctor.model.devices.scripts import SIMULATED_HERE, simulated_node
from hms_doctor.model.devices.sound import (
    NodeOpened,
    NoServer,
    PortAudioDevices,
    ServerDevice,
    ServerDown,
    ServerUntold,
    SoundNode,
    SoundServer,
    SoundSurvey,
)
from hms_doctor.model.devices.surveys import NotOpened, NotTried

BOOM = ServerDevice(
    name="alsa_input.pci",
    description="Boom",
    muted=False,
    percent=100,
    is_monitor=False,
    plugged=True,
    channels=2,
    rate=48_000,
    card="0",
)
YETI = replace(BOOM, name="alsa_input.usb", description="Blue Yeti", channels=6, card="1")
BUDS = replace(BOOM, name="bluez_input.0", description="Buds", is_bluetooth=True, channels=1, card="")
MONITOR = replace(BOOM, name="alsa_output.pci.monitor", description="Monitor of Boom", is_monitor=True)
DUMMY = replace(MONITOR, name="auto_null.monitor", description="Monitor of Dummy Output")
FREE = replace(simulated_node("PCH Analog", "c"), look=NodeOpened())
USB = replace(FREE, name="Yeti", path="/dev/snd/pcmC1D3c")
BUSY = replace(FREE, look=NotOpened(errno="EBUSY"))
ODD = replace(FREE, path="/dev/odd")


def served(*devices: ServerDevice, default: str = "alsa_input.pci", nodes: tuple[SoundNode, ...] = ()) -> SoundSurvey:
    server = SoundServer(name="PulseAudio", default=default, devices=devices, headsets=())
    return survey(*nodes, server=server)


def survey(
    *nodes: SoundNode,
    server: SoundServer | NoServer | ServerUntold | ServerDown | None = None,
    known: PortAudioDevices | None = None,
) -> SoundSurvey:
    return SoundSurvey(
        here=SIMULATED_HERE, cards=(), nodes=nodes, server=server or NoServer(), portaudio=known or NotTried()
    )


UNTOLD = ServerUntold(detail="")
LISTED = PortAudioDevices(names=("pulse",))
TO_BOOM = ThroughServer(source="alsa_input.pci", name="Boom", channels=2)
TO_YETI = ThroughServer(source="alsa_input.usb", name="Blue Yeti", channels=2)
ANY = ThroughPortAudio(device="", name="the default input")
NONE = NotTried()


@pytest.mark.parametrize(
    ("seen", "wanted", "way"),
    [
        (served(YETI, BOOM), "", TO_BOOM),
        (served(YETI, BOOM, default="@DEFAULT_SOURCE@"), "", TO_YETI),
        (served(MONITOR, BOOM, default=MONITOR.name), "", NONE),
        (served(MONITOR), "", NONE),
        (served(DUMMY, default=DUMMY.name), "", NONE),
        (served(BOOM, BUDS, default=BUDS.name), "", LeftAlone(name="Buds")),
        (served(BOOM, BUDS), "buds", ThroughServer(source="bluez_input.0", name="Buds", channels=1)),
        (served(BOOM, YETI), "yeti", TO_YETI),
        (served(BOOM, YETI), "ALSA_INPUT.USB", TO_YETI),
        (served(MONITOR, BOOM), "boom", TO_BOOM),
        (served(MONITOR, BOOM), "monitor of", ThroughServer(source=MONITOR.name, name=MONITOR.description, channels=2)),
        (served(replace(YETI, description="Boomerang"), BOOM), "boom", TO_BOOM),
        (served(BOOM, YETI, nodes=(FREE, USB)), "/dev/snd/pcmC1D3c", TO_YETI),
        (served(BOOM, nodes=(FREE, USB)), "/dev/snd/pcmC1D3c", ThroughPortAudio(device="(hw:1,3)", name="Yeti")),
        (served(BOOM), "nosuch", NONE),
        (served(replace(BOOM, channels=0)), "", ThroughServer(source="alsa_input.pci", name="Boom", channels=1)),
        (survey(BUSY, USB), "", ThroughPortAudio(device="(hw:1,3)", name="Yeti")),
        (survey(FREE, USB), "yet", ThroughPortAudio(device="(hw:1,3)", name="Yeti")),
        (survey(FREE, BUSY), "", ThroughPortAudio(device="(hw:0,0)", name="PCH Analog")),
        (survey(ODD), "", ThroughPortAudio(device="PCH Analog", name="PCH Analog")),
        (survey(BUSY), "", NONE),
        (survey(BUSY, USB), "pch", NONE),
        (survey(replace(FREE, look=NotOpened(errno="EACCES"))), "pch", NONE),
        (served(BOOM, nodes=(FREE, replace(USB, look=NONE))), "Yeti", ThroughPortAudio(device="(hw:1,3)", name="Yeti")),
        (survey(), "", NONE),
        (survey(server=UNTOLD, known=LISTED), "", ANY),
        (survey(FREE, server=UNTOLD), "", ANY),
        (survey(USB, server=UNTOLD), "yeti", ThroughPortAudio(device="(hw:1,3)", name="Yeti")),
        (survey(BUSY, server=UNTOLD), "", NONE),
    ],
)
def test_what_an_app_gets_is_recorded_or_what_is_named(
    seen: SoundSurvey, wanted: str, way: Way | LeftAlone | NotTried
) -> None:
    assert way_to(seen, wanted) == way


def test_monitors_and_dummies_are_no_microphones() -> None:
    seen = served(MONITOR, DUMMY, BOOM, replace(DUMMY, name="auto_null", is_monitor=False))
    assert isinstance(seen.server, SoundServer)
    assert real_devices(seen.server) == (BOOM,)
    assert names(seen) == ("Boom",)
    assert names(survey(FREE, USB)) == ("PCH Analog", "Yeti")
    assert chosen(survey(FREE), "nosuch") is None
