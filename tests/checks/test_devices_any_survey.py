"""Whatever a child could tell is read back equal and judged without falling over."""

import json
from collections.abc import Iterable

import pytest
from device_looks import camera, closed_camera, here, look
from hypothesis import given, settings
from hypothesis import strategies as st

from hms_doctor.checks import devices_bluetooth, devices_camera, devices_microphone, devices_speaker
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.codec import from_json, to_json
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Crashed, End, Finished, Garbled, Hung, Look, NothingSeen, StillLooking, Survey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.radios import BluetoothSurvey
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, NotTried
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Undecided, Warned, action_of, code_of

pytestmark = pytest.mark.no_cover  # other tests meet these lines too; counted here, they took three times as long
st.register_type_strategy(float, st.floats(allow_nan=False))  # what is no number is refused before it is a survey
ENDS: st.SearchStrategy[End] = st.one_of(
    st.builds(Finished), st.builds(StillLooking), st.builds(Hung), st.builds(Crashed), st.builds(Garbled)
)
ERRNOS = st.sampled_from(["", "EACCES", "EPERM", "ENOENT", "ENXIO", "ENODEV", "EBUSY", "EIO"])
st.register_type_strategy(float, st.floats(allow_nan=False))  # which is not equal to itself
CAMERAS = st.from_type(CameraSurvey)
SOUNDS = st.from_type(SoundSurvey)
RADIOS = st.from_type(BluetoothSurvey)
LISTS = st.from_type(OsSurvey)
SURVEYS: tuple[type[Survey], ...] = (CameraSurvey, SoundSurvey, OsSurvey, BluetoothSurvey)


def hold_true(findings: Iterable[Finding], codes: frozenset[int], *, required: bool) -> None:
    """Check what is true of every verdict on a device."""
    told = list(findings)
    assert told
    for found in told:
        code = code_of(found, Platform.ANY)
        assert (code in codes) if isinstance(found, Failed) else code in codes | {0}
        assert found.summary
        assert bool(action_of(found)) is isinstance(found, Failed | Warned | Undecided)
        assert not (required and isinstance(found, NothingToCheck))


@settings(max_examples=150)
@given(st.one_of(CAMERAS, SOUNDS, RADIOS, LISTS))
def test_a_survey_comes_back_equal(survey: Survey) -> None:
    assert from_json(json.loads(json.dumps(to_json(survey))), SURVEYS) == survey
    for kind in DeviceKind:
        json.dumps(listed(kind, survey))


@settings(max_examples=150)
@given(st.one_of(CAMERAS, LISTS, st.builds(NothingSeen)), ENDS, st.booleans())
def test_any_look_at_cameras_has_a_verdict(
    seen: CameraSurvey | OsSurvey | NothingSeen, end: End, required: bool
) -> None:
    observation: devices_camera.Observation = Look(seen=seen, end=end, required=required)
    hold_true(devices_camera.diagnose(observation), devices_camera.CHECK.codes, required=False)


@settings(max_examples=150)
@given(st.one_of(SOUNDS, LISTS, st.builds(NothingSeen)), ENDS, st.booleans())
def test_any_look_at_sound_has_a_verdict(seen: SoundSurvey | OsSurvey | NothingSeen, end: End, required: bool) -> None:
    observation: devices_microphone.Observation = Look(seen=seen, end=end, required=required)
    hold_true(devices_microphone.diagnose(observation), devices_microphone.CHECK.codes, required=False)
    hold_true(devices_speaker.diagnose(observation), devices_speaker.CHECK.codes, required=False)


@settings(max_examples=150)
@given(st.one_of(RADIOS, st.builds(NothingSeen)), ENDS, st.booleans())
def test_any_look_at_bluetooth_has_a_verdict(seen: BluetoothSurvey | NothingSeen, end: End, required: bool) -> None:
    observation: devices_bluetooth.Observation = Look(seen=seen, end=end, required=required)
    hold_true(devices_bluetooth.diagnose(observation), devices_bluetooth.CHECK.codes, required=required)


@given(st.lists(st.tuples(ERRNOS, ERRNOS), max_size=3))
def test_only_what_the_kernel_refuses_fails(errnos: list[tuple[str, str]]) -> None:
    """A camera that is open to us is enough, whatever the others say."""
    others = [closed_camera(at or "EIO", number=n + 1) for n, (at, _) in enumerate(errnos)]
    others += [camera(buffers or "EIO", number=n + 10) for n, (_, buffers) in enumerate(errnos)]
    survey = CameraSurvey(here=here(), nodes=(*others, camera()), film=NotTried())
    assert not any(isinstance(found, Failed | Undecided) for found in devices_camera.diagnose(look(survey)))
