"""What macOS prints, read on any system."""

import json
import sys
from types import ModuleType

import pytest

from hms_doctor.model.devices.os_survey import Consent, OsDevice
from hms_doctor.model.devices.radios import Access, Adapter, Headset, Power
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.platforms.macos import bluetooth, consent_of, media, parse_bluetooth, parse_cameras, parse_sound

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
  {"_name": "WH-1000XM4", "coreaudio_device_input": 1, "coreaudio_device_output": 2}
]}]}
""")
BLUETOOTH = json.loads("""
{"SPBluetoothDataType": [{
  "controller_properties": {"controller_address": "00:11:22:33:44:55", "controller_state": "attrib_on"},
  "device_connected": [{"WH-1000XM4": {"device_minorType": "Headphones"}}, {"Mouse": {"device_minorType": "Mouse"}}],
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
        OsDevice(name="WH-1000XM4", id="WH-1000XM4", is_default=False),
    ]
    assert [device.name for device in parse_sound(SOUND, DeviceKind.SPEAKER)] == ["MacBook Pro Speakers", "WH-1000XM4"]


def test_bluetooth_is_on_with_a_headset() -> None:
    survey = parse_bluetooth(BLUETOOTH, Consent.ALLOWED)
    assert survey.adapters == (Adapter(name="Bluetooth", power=Power.ON),)
    assert survey.headsets == (Headset(name="WH-1000XM4", profiles=()),)
    assert (survey.access, survey.system) == (Access.ANSWERED, "macOS")


@pytest.mark.parametrize(
    ("consent", "access"),
    [
        (Consent.DENIED, Access.DENIED_BY_USER),
        (Consent.RESTRICTED, Access.DENIED_BY_POLICY),
        (Consent.NOT_ASKED, Access.ANSWERED),
        (Consent.UNKNOWN, Access.ANSWERED),
    ],
)
def test_the_privacy_settings_decide_about_bluetooth(consent: Consent, access: Access) -> None:
    assert parse_bluetooth(BLUETOOTH, consent).access is access


@pytest.mark.parametrize("odd", [None, 3, [], {}, {"SPBluetoothDataType": [{"controller_properties": 3}]}])
def test_what_is_not_where_it_should_be_is_left_out(odd: None) -> None:
    assert parse_bluetooth(odd, Consent.UNKNOWN).adapters == ()
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


class Bridge(ModuleType):
    """The bridge to Objective-C as pyobjc offers it, with a system that answers one status."""

    def __init__(self, status: int) -> None:
        super().__init__("objc")
        self.status = status

    def loadBundle(self, name: str, names: dict[str, object], bundle_path: str) -> None:  # noqa: N802 - Apple's word
        assert bundle_path.endswith(f"{name}.framework")
        assert names == {}

    def lookUpClass(self, name: str) -> "Bridge":  # noqa: N802 - Apple's word
        assert name in {"AVCaptureDevice", "CBManager"}
        return self

    def authorizationStatusForMediaType_(self, media: str) -> int:  # noqa: N802 - Apple's word
        assert media in {"vide", "soun"}
        return self.status

    def authorization(self) -> int:
        return self.status


def test_the_system_is_asked_for_its_consent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("TERM_PROGRAM", "iTerm.app")
    monkeypatch.setitem(sys.modules, "objc", Bridge(2))
    first, last = media(DeviceKind.CAMERA)
    assert (first.consent, last.consent, last.source) == (Consent.UNKNOWN, Consent.DENIED, "iTerm.app")
    monkeypatch.setitem(sys.modules, "objc", Bridge(1))
    assert [radio.access for radio in bluetooth()] == [Access.ANSWERED, Access.DENIED_BY_POLICY]


@pytest.mark.parametrize("kind", [DeviceKind.CAMERA, DeviceKind.MICROPHONE, DeviceKind.SPEAKER])
def test_elsewhere_nothing_is_told_and_nothing_breaks(kind: DeviceKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for survey in media(kind):
        assert (survey.told, survey.devices, survey.consent) == (False, (), Consent.UNKNOWN)
    for radio in bluetooth():
        assert radio.adapters == ()
