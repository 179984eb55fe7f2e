"""What Windows keeps in its registry and prints of its devices, read on any system."""

import json
import sys
from types import ModuleType

import pytest

from hms_doctor.model.devices.bleak_reasons import Reason
from hms_doctor.model.devices.os_survey import Consent, OsDevice
from hms_doctor.model.devices.radios import Access, Adapter, Power
from hms_doctor.model.devices.surveys import DeviceKind, Holder
from hms_doctor.platforms.windows import (
    Registry,
    media,
    package_name,
    parse_consent,
    parse_denied_apps,
    parse_devices,
    parse_users,
)
from hms_doctor.platforms.windows_radio import bluetooth, parse_bluetooth, reason_of

STORE = r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
POLICIES = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\AppPrivacy"
ZOOM = rf"HKCU\{STORE}\NonPackaged\C:#Users#u#AppData#Roaming#Zoom#bin#Zoom.exe"
ENDPOINTS = json.loads(r"""
[{"FriendlyName": "Microphone (Realtek)", "InstanceId": "SWD\\MMDEVAPI\\{0.0.1.00000000}.{a1}", "Status": "OK"},
 {"FriendlyName": "Speakers (Realtek)", "InstanceId": "SWD\\MMDEVAPI\\{0.0.0.00000000}.{b2}", "Status": "OK"}]
""")


@pytest.mark.parametrize(
    ("registry", "consent"),
    [
        ({}, Consent.UNKNOWN),
        ({rf"HKCU\{STORE}": {"Value": "Allow"}}, Consent.ALLOWED),
        ({rf"HKCU\{STORE}": {"Value": "Deny"}}, Consent.DENIED),
        (
            {rf"HKCU\{STORE}": {"Value": "Allow"}, rf"HKCU\{STORE}\NonPackaged": {"Value": "Deny"}},
            Consent.DENIED,
        ),
        ({rf"HKLM\{STORE}": {"Value": "Deny"}, rf"HKCU\{STORE}": {"Value": "Allow"}}, Consent.RESTRICTED),
        ({POLICIES: {"LetAppsAccessCamera": 2}, rf"HKCU\{STORE}": {"Value": "Allow"}}, Consent.RESTRICTED),
        ({POLICIES: {"LetAppsAccessCamera": 1}, rf"HKCU\{STORE}": {"Value": "Allow"}}, Consent.ALLOWED),
    ],
)
def test_any_deny_denies(registry: dict[str, dict[str, str | int]], consent: Consent) -> None:
    found, source = parse_consent(registry, DeviceKind.CAMERA)
    assert found is consent
    assert source.startswith(("HKLM", "HKCU"))


def test_a_program_that_has_not_stopped_uses_the_device() -> None:
    registry: dict[str, dict[str, str | int]] = {
        ZOOM: {"LastUsedTimeStart": 133_000_000_000_000_000, "LastUsedTimeStop": 0},
        ZOOM.replace("Zoom.exe", "old.exe"): {"LastUsedTimeStart": 1, "LastUsedTimeStop": 2},
        ZOOM.replace("Zoom.exe", "never.exe"): {"LastUsedTimeStart": 0, "LastUsedTimeStop": 0},
        rf"HKCU\{STORE}": {"Value": "Allow"},
    }
    assert list(parse_users(registry)) == [Holder(name="Zoom", pid=0)]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("NonPackaged\\C:#Program Files#Google#Chrome#Application#chrome.exe", "Chrome"),
        ("NonPackaged\\C:#OBS#bin#OBS64.EXE", "OBS"),
        ("NonPackaged\\C:#tools#MyOwn.exe", "MyOwn.exe"),
        ("MSTeams_8wekyb3d8bbwe", "Teams"),
        ("Microsoft.WindowsCamera_8wekyb3d8bbwe", "Camera"),
    ],
)
def test_a_program_is_called_what_people_call_it(key: str, name: str) -> None:
    registry: Registry = {rf"HKCU\{STORE}\{key}": {"LastUsedTimeStart": 1, "LastUsedTimeStop": 0}}
    assert list(parse_users(registry)) == [Holder(name=name, pid=0)]


def test_apps_that_are_denied_are_named() -> None:
    registry: Registry = {
        POLICIES: {"LetAppsAccessCamera_ForceDenyTheseApps": ("MSTeams_8wekyb3d8bbwe", "Microsoft.Skype_kzf8")},
        rf"HKCU\{STORE}": {"Value": "Allow"},
        rf"HKCU\{STORE}\NonPackaged": {"Value": "Allow"},
        rf"HKCU\{STORE}\Microsoft.WindowsCamera_8wekyb3d8bbwe": {"Value": "Deny"},
        rf"HKCU\{STORE}\Microsoft.Edge_8wekyb3d8bbwe": {"Value": "Allow"},
        ZOOM: {"Value": "Deny"},  # a desktop program has no switch of its own
    }
    assert list(parse_denied_apps(registry, DeviceKind.CAMERA)) == ["Teams", "Skype", "Camera"]
    assert list(parse_denied_apps({POLICIES: {"LetAppsAccessCamera_ForceDenyTheseApps": 3}}, DeviceKind.CAMERA)) == []
    assert list(parse_denied_apps({}, DeviceKind.MICROPHONE)) == []
    assert package_name("odd") == "odd"


def test_a_hands_free_microphone_is_bluetooths() -> None:
    told = [
        {"FriendlyName": name, "InstanceId": r"SWD\MMDEVAPI\{0.0.1.00000000}.{a1}"}
        for name in ("Headset (WH-1000XM4 Hands-Free AG Audio)", "Microphone (Realtek)", "Headset (Bluetooth)")
    ]
    found = parse_devices(json.loads(json.dumps(told)), DeviceKind.MICROPHONE)
    assert [device.is_bluetooth for device in found] == [True, False, True]


@pytest.mark.parametrize(
    ("state", "there", "reason"),
    [
        ("ON", True, Reason.NONE),
        ("OFF", True, Reason.POWERED_OFF),
        ("DISABLED", True, Reason.POWERED_OFF),
        ("UNKNOWN", True, Reason.UNKNOWN),
        ("", True, Reason.UNKNOWN),
        ("", False, Reason.NO_BLUETOOTH),
    ],
)
def test_a_radios_state_is_told_in_bleaks_words(state: str, there: bool, reason: Reason) -> None:
    assert reason_of(state, there=there) is reason


class Radio(ModuleType):
    """WinRT's Bluetooth as PyWinRT offers it: an adapter whose radio is in one state."""

    def __init__(self, state: str) -> None:
        super().__init__("winrt")
        self.name = state
        self.BluetoothAdapter = self.state = self

    async def get_default_async(self) -> "Radio":
        return self

    async def get_radio_async(self) -> "Radio":
        return self


def test_winrt_is_asked_for_the_radio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "winrt.windows.devices.bluetooth", Radio("OFF"))
    first, last = bluetooth()
    assert (first.adapters, first.access) == ((), Access.UNTOLD)
    assert last.adapters == (Adapter(name="Bluetooth", power=Power.OFF),)


def test_endpoints_are_told_by_direction() -> None:
    [microphone] = parse_devices(ENDPOINTS, DeviceKind.MICROPHONE)
    [speaker] = parse_devices(ENDPOINTS, DeviceKind.SPEAKER)
    assert microphone == OsDevice(
        name="Microphone (Realtek)", id=r"SWD\MMDEVAPI\{0.0.1.00000000}.{a1}", is_default=False
    )
    assert speaker.name == "Speakers (Realtek)"


@pytest.mark.parametrize(
    "told", [[{"FriendlyName": "Cam", "InstanceId": "USB\\1"}], {"FriendlyName": "Cam", "InstanceId": "USB\\1"}]
)
def test_a_single_device_is_a_list_of_one(told: list[dict[str, str]]) -> None:
    assert [device.name for device in parse_devices(told, DeviceKind.CAMERA)] == ["Cam"]


def test_only_radios_are_adapters() -> None:
    told = json.loads(r"""
    [{"FriendlyName": "Intel Wireless Bluetooth", "InstanceId": "USB\\VID_8087&PID_0026\\5", "Status": "OK"},
     {"FriendlyName": "Broken radio", "InstanceId": "USB\\VID_1&PID_2\\5", "Status": "Error"},
     {"FriendlyName": "Bluetooth Device (RFCOMM)", "InstanceId": "BTH\\MS_RFCOMM\\7", "Status": "OK"}]
    """)
    survey = parse_bluetooth(told)
    assert survey.adapters == (
        Adapter(name="Intel Wireless Bluetooth", power=Power.UNKNOWN),
        Adapter(name="Broken radio", power=Power.OFF),
    )
    assert survey.access is Access.NOT_ASKED
    assert parse_bluetooth(None).access is Access.UNTOLD


@pytest.mark.parametrize("kind", [DeviceKind.CAMERA, DeviceKind.MICROPHONE, DeviceKind.SPEAKER])
def test_elsewhere_nothing_is_told_and_nothing_breaks(kind: DeviceKind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for survey in media(kind):
        assert (survey.told, survey.devices, survey.consent, survey.users) == (False, (), Consent.UNKNOWN, ())
    for radio in bluetooth():
        assert radio.adapters == ()
