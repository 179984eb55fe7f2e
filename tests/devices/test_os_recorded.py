"""What is recorded of a microphone where the system is not Linux: only what may be, and only when asked."""

import json
import os
from dataclasses import replace

import pytest

from hms_doctor.devices.os_recorded import recorded
from hms_doctor.devices.request import Request, Teller
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey
from hms_doctor.model.devices.recordings import LeftAlone
from hms_doctor.model.devices.scripts import SIMULATED_HERE
from hms_doctor.model.devices.surveys import DeviceKind, NotTried
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish

BUILT_IN = OsDevice(name="no such microphone", id="1", is_default=False)
HEADSET = OsDevice(name="no such headset", id="2", is_default=True, is_bluetooth=True)
SURVEY = OsSurvey(
    here=SIMULATED_HERE,
    system="macOS",
    told=True,
    devices=(BUILT_IN, HEADSET),
    consent=Consent.ALLOWED,
    source="",
    users=(),
)
TEST = DeviceWish(proof=DeviceProof.TEST)


def tried(
    survey: OsSurvey = SURVEY, wish: DeviceWish = TEST, kind: DeviceKind = DeviceKind.MICROPHONE
) -> tuple[list[OsSurvey], list[str]]:
    """Give the fuller surveys, and the stages that were told."""
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as pipe:
        request = Request(kind=kind, wish=wish, script="", dev="", sys="", proc="")
        try:
            surveys = list(recorded(survey, request, Teller(writer)))
        finally:
            os.close(writer)
        return surveys, [json.loads(line)["name"] for line in pipe]


def test_a_bluetooth_microphone_is_left_alone() -> None:
    [survey], stages = tried()
    assert survey.recording == LeftAlone(name="no such headset")
    assert stages == []


@pytest.mark.parametrize("name", ["headset", "microphone"])
def test_a_microphone_that_was_named_is_recorded(name: str) -> None:
    [survey], stages = tried(wish=replace(TEST, microphone=name))
    assert not isinstance(survey.recording, NotTried | LeftAlone)  # there is none of that name on this machine
    assert stages == ["PortAudio"]


@pytest.mark.parametrize(
    ("survey", "wish", "kind"),
    [
        (SURVEY, DeviceWish(), DeviceKind.MICROPHONE),
        (SURVEY, TEST, DeviceKind.SPEAKER),
        (replace(SURVEY, devices=()), TEST, DeviceKind.MICROPHONE),
        *[
            (replace(SURVEY, consent=consent), TEST, DeviceKind.MICROPHONE)
            for consent in (Consent.DENIED, Consent.RESTRICTED, Consent.PENDING)
        ],
    ],
)
def test_nothing_else_is_recorded(survey: OsSurvey, wish: DeviceWish, kind: DeviceKind) -> None:
    assert tried(survey, wish, kind) == ([], [])
