"""What the child adds to a survey of microphones, step by step."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hms_doctor.devices.listening import listened
from hms_doctor.devices.request import Request, Teller
from hms_doctor.model.devices.recordings import LeftAlone
from hms_doctor.model.devices.scripts import SIMULATED_HERE
from hms_doctor.model.devices.sound import ServerDevice, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, LibraryMissing, NotTried
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish

BUDS = ServerDevice(
    name="bluez_input.0",
    description="Buds",
    muted=False,
    percent=100,
    is_monitor=False,
    plugged=True,
    is_bluetooth=True,
)


def survey(*devices: ServerDevice) -> SoundSurvey:
    server = SoundServer(name="PulseAudio", default="bluez_input.0", devices=devices, headsets=())
    return SoundSurvey(here=SIMULATED_HERE, cards=(), nodes=(), server=server, portaudio=NotTried())


def request(folder: Path, wish: DeviceWish, kind: DeviceKind = DeviceKind.MICROPHONE) -> Request:
    places = {place: str(folder / place) for place in ("dev", "sys", "proc")}
    return Request(kind=kind, wish=wish, script="", **places)


@pytest.fixture
def tell() -> Iterator[Teller]:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    yield Teller(nowhere)
    os.close(nowhere)


TEST = DeviceWish(proof=DeviceProof.TEST)


@pytest.mark.parametrize(
    ("seen", "asked"),
    [
        (survey(BUDS), (DeviceWish(), DeviceKind.MICROPHONE)),
        (survey(BUDS), (TEST, DeviceKind.SPEAKER)),
        (survey(), (TEST, DeviceKind.MICROPHONE)),
    ],
)
def test_nothing_is_recorded_unasked_or_where_nothing_is(
    tell: Teller, tmp_path: Path, seen: SoundSurvey, asked: tuple[DeviceWish, DeviceKind]
) -> None:
    assert list(listened(seen, request(tmp_path, *asked), tell)) == []


def test_a_bluetooth_microphone_is_left_alone(tell: Teller, tmp_path: Path) -> None:
    [fuller] = listened(survey(BUDS), request(tmp_path, TEST), tell)
    assert fuller.recording == LeftAlone(name="Buds")


def test_the_cards_are_looked_at_again_after_a_failure(
    tell: Teller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dev" / "snd").mkdir(parents=True)
    (tmp_path / "dev" / "snd" / "pcmC0D0c").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    wish = DeviceWish(proof=DeviceProof.TEST, microphone="buds")
    [fuller] = listened(survey(BUDS), request(tmp_path, wish), tell)
    assert fuller.recording == LibraryMissing(library="parec", detail="there is no parec")
    assert [node.look for node in fuller.nodes] == [NotTried()]  # a server's cards are asked for only through it
