"""What macOS prints, read on any system, and what its frameworks answer, put in their place."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from hms_doctor.model.devices.os_survey import Consent, OsDevice, Sharing
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Headset, Power
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.json import JsonValue
from hms_doctor.platforms.macos import consent_of, media, parse_cameras, parse_sound, sharing_of, with_sharing
from hms_doctor.platforms.macos_radio import bluetooth, parse_bluetooth, with_consent

CAMERAS = json.loads("""
{"SPCameraDataType": [
  {"_name": "FaceTime HD Camera", "spcamera_model-id": "FaceTime HD Camera", "spcamera_unique-id": "3F45E80A"},
  {"_name": "Logitech BRIO", "spcamera_model-id": "UVC Camera VendorID_1133 ProductID_2142"}
]}
""")
SOUND = json.loads("""
{"SPAudioDataType": [{"_name": "coreaudio_device", "_items": [
  {"_name": "MacBook Pro Microphone", "coreaudio_default_audio_input_device": "spaudio_yes",
   "coreaudio_device_input": 1, "coreaudio_device_transport": "coreaudio_device_type_builtin"},
  {"_name": "MacBook Pro Speakers", "coreaudio_default_audio_output_device": "spaudio_yes",
   "coreaudio_default_audio_system_device": "spaudio_yes", "coreaudio_device_output": 2},
  {"_name": "WH-1000XM4", "coreaudio_device_input": 1, "coreaudio_device_output": 2,
   "coreaudio_device_transport": "coreaudio_device_type_bluetooth"}
]}]}
""")
BLUETOOTH = json.loads("""
{"SPBluetoothDataType": [{
  "controller_properties": {"controller_address": "00:11:22:33:44:55", "controller_state": "attrib_on"},
  "device_connected": [{"WH-1000XM4": {"device_minorType": "Headphones"}}, {"Mouse": {"device_minorType": "Mouse"}},
                       {"AA:BB:CC:DD:EE:FF": {"device_minorType": "Headset"}}],
  "device_not_connected": [{"Old headset": {"device_minorType": "Headset"}}]
}]}
""")


def test_cameras_are_named() -> None:
    assert list(parse_cameras(CAMERAS)) == [
        OsDevice(name="FaceTime HD Camera", id="3F45E80A", is_default=True),
        OsDevice(name="Logitech BRIO", id="1", is_default=False),
    ]


def test_sound_is_told_by_direction() -> None:
    assert list(parse_sound(SOUND, DeviceKind.MICROPHONE)) == [
        OsDevice(name="MacBook Pro Microphone", id="MacBook Pro Microphone", is_default=True),
        OsDevice(name="WH-1000XM4", id="WH-1000XM4", is_default=False, is_bluetooth=True),
    ]
    assert [device.name for device in parse_sound(SOUND, DeviceKind.SPEAKER)] == ["MacBook Pro Speakers", "WH-1000XM4"]


def test_bluetooth_is_on_with_a_headset() -> None:
    survey = parse_bluetooth(BLUETOOTH)
    assert survey.adapters == (Adapter(name="Bluetooth", power=Power.ON),)
    assert survey.headsets == (
        Headset(name="WH-1000XM4", profiles=()),
        Headset(name="a headset without a name", profiles=()),
    )
    assert (survey.access, survey.system) == (Access.ANSWERED, "macOS")
    assert "44:55" not in str(survey)


@pytest.mark.parametrize(
    ("consent", "access"),
    [
        (Consent.DENIED, Access.DENIED_BY_USER),
        (Consent.RESTRICTED, Access.DENIED_BY_POLICY),
        (Consent.ALLOWED, Access.ANSWERED),
        (Consent.NOT_ASKED, Access.ANSWERED),
        (Consent.UNKNOWN, Access.ANSWERED),
    ],
)
def test_the_privacy_settings_decide_about_bluetooth(consent: Consent, access: Access) -> None:
    assert with_consent(parse_bluetooth(BLUETOOTH), consent).access is access


@pytest.mark.parametrize("odd", [None, 3, [], {}, {"SPBluetoothDataType": [{"controller_properties": 3}]}])
def test_what_is_not_where_it_should_be_is_left_out(odd: JsonValue) -> None:
    survey = parse_bluetooth(odd)
    assert survey.adapters == ()
    assert survey.access is (Access.UNTOLD if odd is None else Access.ANSWERED)
    assert list(parse_cameras(odd)) == list(parse_sound(odd, DeviceKind.MICROPHONE)) == []


@pytest.mark.parametrize(
    ("status", "consent"),
    [
        (0, Consent.NOT_ASKED),
        (1, Consent.RESTRICTED),
        (2, Consent.DENIED),
        (3, Consent.ALLOWED),
        (4, Consent.UNKNOWN),
        (-1, Consent.UNKNOWN),
        ("3", Consent.UNKNOWN),
    ],
)
def test_an_authorization_status_is_a_consent(status: object, consent: Consent) -> None:
    assert consent_of(status) is consent


@pytest.mark.parametrize(
    ("elsewhere", "suspended", "sharing"),
    [
        (False, False, Sharing.FREE),
        (True, False, Sharing.ELSEWHERE),
        (1, 1, Sharing.SUSPENDED),
        (False, True, Sharing.SUSPENDED),
    ],
)
def test_a_capture_device_tells_who_else_has_it(elsewhere: object, suspended: object, sharing: Sharing) -> None:
    assert sharing_of(elsewhere=elsewhere, suspended=suspended) is sharing


def test_what_is_told_of_a_device_goes_by_its_id_or_its_name() -> None:
    devices = tuple(parse_cameras(CAMERAS))
    told = {"3F45E80A": Sharing.ELSEWHERE, "Logitech BRIO": Sharing.SUSPENDED}
    assert [device.sharing for device in with_sharing(devices, told)] == [Sharing.ELSEWHERE, Sharing.SUSPENDED]
    assert with_sharing(devices, {}) == devices


class CaptureDevice:
    """A camera as AVFoundation's bridge offers it: in use by another app."""

    def localizedName(self) -> str:  # noqa: N802 - Apple's word
        return "FaceTime HD Camera"

    def uniqueID(self) -> str:  # noqa: N802 - Apple's word
        return "3F45E80A"

    def isInUseByAnotherApplication(self) -> bool:  # noqa: N802 - Apple's word
        return True

    def isSuspended(self) -> bool:  # noqa: N802 - Apple's word
        return False


class Framework(ModuleType):
    """AVFoundation and CoreBluetooth as pyobjc offers them, with a system that answers one status."""

    def __init__(self, status: int) -> None:
        super().__init__("a framework")
        self.status = status
        self.AVCaptureDevice = self.CBManager = self

    def authorizationStatusForMediaType_(self, media_type: str) -> int:  # noqa: N802 - Apple's word
        assert media_type in {"vide", "soun"}
        return self.status

    def devicesWithMediaType_(self, media_type: str) -> list[CaptureDevice]:  # noqa: N802 - Apple's word
        assert media_type in {"vide", "soun"}
        return [CaptureDevice()]

    def authorization(self) -> int:
        return self.status


def profiler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a ``system_profiler`` on the path that prints what was captured."""
    for topic, told in (("SPCameraDataType", CAMERAS), ("SPBluetoothDataType", BLUETOOTH), ("SPAudioDataType", SOUND)):
        (folder / topic).write_text(json.dumps(told))
    (folder / "system_profiler").write_text(f'#!/bin/sh\n[ "$2" = -json ] && exec /bin/cat "{folder}/$1"\n')
    (folder / "system_profiler").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_the_system_is_asked_for_its_consent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profiler(tmp_path, monkeypatch)
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("__CFBundleIdentifier", raising=False)
    monkeypatch.setenv("TERM_PROGRAM", "iTerm.app")
    monkeypatch.setitem(sys.modules, "AVFoundation", Framework(2))
    first, last = media(DeviceKind.CAMERA)
    assert (first.consent, last.consent, last.program) == (Consent.PENDING, Consent.DENIED, "iTerm")
    assert [device.sharing for device in last.devices] == [Sharing.ELSEWHERE, Sharing.UNTOLD]
    assert last == replace(first, consent=Consent.DENIED, devices=last.devices)


def looked(status: int, monkeypatch: pytest.MonkeyPatch) -> list[BluetoothSurvey]:
    monkeypatch.setitem(sys.modules, "CoreBluetooth", Framework(status))
    return list(bluetooth())


@pytest.mark.parametrize(
    ("status", "last"), [(0, Access.ANSWERED), (1, Access.DENIED_BY_POLICY), (2, Access.DENIED_BY_USER)]
)
def test_corebluetooth_is_not_touched_unless_allowed(
    status: int, last: Access, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    profiler(tmp_path, monkeypatch)
    assert [radio.access for radio in looked(status, monkeypatch)] == [Access.ANSWERED, last]


def test_bleak_is_asked_where_it_is_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    profiler(tmp_path, monkeypatch)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    surveys = looked(3, monkeypatch)
    assert len(surveys) == 3
    assert surveys[0] == surveys[2]  # bleak could not tell, and takes nothing back


@pytest.mark.parametrize("kind", [DeviceKind.CAMERA, DeviceKind.MICROPHONE, DeviceKind.SPEAKER])
def test_elsewhere_nothing_is_told_and_nothing_breaks(kind: DeviceKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    surveys = list(media(kind))
    assert all((survey.told, survey.devices) == (False, ()) for survey in surveys)
    assert surveys[-1].consent is Consent.UNKNOWN
    for radio in bluetooth():
        assert (radio.adapters, radio.access) == ((), Access.UNTOLD)
