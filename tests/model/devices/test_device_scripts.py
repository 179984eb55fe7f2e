"""Scripts of simulated devices: composed, healthy where they are silent, and read back."""

import json

import pytest

from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.codec import from_json, to_json
from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.radios import BluetoothSurvey
from hms_doctor.model.devices.scripts import CrashesIn, Hangs, answer_in, healthy, scripted
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind

SURVEYS: tuple[type[Survey], ...] = (CameraSurvey, SoundSurvey, OsSurvey, BluetoothSurvey)


@pytest.mark.parametrize("kind", DeviceKind)
def test_a_healthy_survey_goes_through_json(kind: DeviceKind) -> None:
    assert from_json(json.loads(json.dumps(to_json(healthy(kind)))), SURVEYS) == healthy(kind)


def test_a_kind_that_a_script_does_not_name_is_healthy() -> None:
    script = json.loads(scripted("", DeviceKind.CAMERA, Hangs()))
    assert script == {"camera": {"hang": True}}
    assert answer_in(script, DeviceKind.MICROPHONE) == to_json(healthy(DeviceKind.MICROPHONE))


def test_answers_compose_and_leave_the_rest_of_a_script_alone() -> None:
    script = scripted('{"links": [1]}', DeviceKind.MICROPHONE, CrashesIn(library="PortAudio"))
    script = scripted(script, DeviceKind.CAMERA, healthy(DeviceKind.CAMERA))
    assert json.loads(script) == {
        "links": [1],
        "microphone": {"crash": "PortAudio"},
        "camera": to_json(healthy(DeviceKind.CAMERA)),
    }
