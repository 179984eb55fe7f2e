"""Windows, as far as the registry and its own device list tell; never run for real, so its verdicts only warn."""

import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from hms_doctor.model.devices.apps import app_name
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey
from hms_doctor.model.devices.surveys import DeviceKind, Holder
from hms_doctor.model.devices.terminals import terminal_of
from hms_doctor.model.json import JsonValue
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.run import answer_of
from hms_doctor.platforms.told import objects, read, word

SYSTEM: Final = "Windows"
_STORE: Final = r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore"
_POLICIES: Final = r"SOFTWARE\Policies\Microsoft\Windows\AppPrivacy"
_FORCE_DENY: Final = 2
_CAPABILITY: Final = {DeviceKind.CAMERA: "webcam", DeviceKind.MICROPHONE: "microphone"}
_POLICY: Final = {DeviceKind.CAMERA: "LetAppsAccessCamera", DeviceKind.MICROPHONE: "LetAppsAccessMicrophone"}
_CLASSES: Final = {
    DeviceKind.CAMERA: "Camera,Image",
    DeviceKind.MICROPHONE: "AudioEndpoint",
    DeviceKind.SPEAKER: "AudioEndpoint",
    DeviceKind.BLUETOOTH: "Bluetooth",
}
_ENDPOINT: Final = {DeviceKind.MICROPHONE: "{0.0.1.", DeviceKind.SPEAKER: "{0.0.0."}
"""How the id of an MMDevice begins: 1 captures, 0 renders."""
_HANDS_FREE: Final = re.compile(r"hands-?free|\bbluetooth\b", re.IGNORECASE)
"""Windows calls the microphone of a Bluetooth headset "Headset (NAME Hands-Free AG Audio)"."""
_PATIENCE: Final = 4.0

Value: TypeAlias = str | int | tuple[str, ...]
Values: TypeAlias = Mapping[str, Value]
Registry: TypeAlias = Mapping[str, Values]
"""Key's path (beginning with HKLM or HKCU) → value's name → value."""


def media(kind: DeviceKind) -> Iterator[OsSurvey]:
    """Read the privacy settings, then list what is plugged in."""
    registry = _registry(kind) if kind in _CAPABILITY else {}
    consent, source = parse_consent(registry, kind) if registry else (Consent.UNKNOWN, "")
    users = tuple(parse_users(registry))
    listed = read(device_list(kind))
    yield OsSurvey(
        here=here(),
        system=SYSTEM,
        told=listed is not None,
        devices=tuple(parse_devices(listed, kind)),
        consent=consent,
        source=source,
        users=users,
        program=terminal_of(os.environ),
        denied_apps=tuple(parse_denied_apps(registry, kind)) if kind in _CAPABILITY else (),
    )


def device_list(kind: DeviceKind) -> str:
    """Give what ``Get-PnpDevice`` tells of a kind, as JSON; empty where it tells nothing."""
    wanted = f"Get-PnpDevice -PresentOnly -Class {_CLASSES[kind]} -ErrorAction SilentlyContinue"
    command = f"ConvertTo-Json -InputObject @({wanted} | Select-Object FriendlyName,InstanceId,Status)"
    return answer_of("powershell", "-NoProfile", "-NonInteractive", "-Command", command, patience=_PATIENCE)


def parse_devices(told: JsonValue, kind: DeviceKind) -> Iterator[OsDevice]:
    """Read the list that ``Get-PnpDevice`` gives, as JSON."""
    for device in objects(told):
        id_ = word(device, "InstanceId")
        if _ENDPOINT.get(kind, "") in id_:
            name = word(device, "FriendlyName")
            yield OsDevice(name=name, id=id_, is_default=False, is_bluetooth=bool(_HANDS_FREE.search(name)))


def parse_consent(registry: Registry, kind: DeviceKind) -> tuple[Consent, str]:
    """Read what the privacy settings say to a desktop program, and in which key; any Deny denies."""
    if registry.get(f"HKLM\\{_POLICIES}", {}).get(_POLICY[kind]) == _FORCE_DENY:
        return Consent.RESTRICTED, f"HKLM\\{_POLICIES}"
    store = f"{_STORE}\\{_CAPABILITY[kind]}"
    keys = (f"HKLM\\{store}", f"HKCU\\{store}", f"HKCU\\{store}\\NonPackaged")
    denied = next((key for key in keys if registry.get(key, {}).get("Value") == "Deny"), "")
    if denied:
        return (Consent.RESTRICTED if denied.startswith("HKLM") else Consent.DENIED), denied
    allowed = any(registry.get(key, {}).get("Value") == "Allow" for key in keys)
    return (Consent.ALLOWED if allowed else Consent.UNKNOWN), keys[-1]


def parse_users(registry: Registry) -> Iterator[Holder]:
    """Name the programs that use the device now: ``LastUsedTimeStop`` is 0 until they stop."""
    for key, values in registry.items():
        if values.get("LastUsedTimeStop") == 0 and values.get("LastUsedTimeStart"):
            path = key.rpartition("\\")[2].replace("#", "\\")
            name = path.rpartition("\\")[2]
            yield Holder(name=app_name(name) if "\\" in path else package_name(name), pid=0)


def parse_denied_apps(registry: Registry, kind: DeviceKind) -> Iterator[str]:
    """Name the packaged apps to which a policy or the user denies the device; desktop programs stand in no list."""
    policy = registry.get(f"HKLM\\{_POLICIES}", {})
    listed = policy.get(f"{_POLICY[kind]}_ForceDenyTheseApps", ())
    yield from (package_name(family) for family in (listed if isinstance(listed, tuple) else ()))
    store = f"HKCU\\{_STORE}\\{_CAPABILITY[kind]}\\"
    for key, values in registry.items():
        family = key.removeprefix(store)
        if family != key and not family.startswith("NonPackaged") and values.get("Value") == "Deny":
            yield package_name(family)


def package_name(family: str) -> str:
    """Give the name in a package family name: ``MSTeams_8wekyb3d8bbwe`` is Teams."""
    return app_name(family.partition("_")[0].rpartition(".")[2][:100])


def _registry(kind: DeviceKind) -> Registry:
    """Read the keys that matter; those that are absent are left out."""
    store = f"{_STORE}\\{_CAPABILITY[kind]}"
    keys = [f"HKLM\\{_POLICIES}", f"HKLM\\{store}", f"HKCU\\{store}", f"HKCU\\{store}\\NonPackaged"]
    keys += [f"{parent}\\{name}" for parent in keys[2:] for name in _subkeys(parent)]
    return {key: values for key in keys for values in (_values(key),) if values}


def _values(key: str) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if sys.platform == "win32":
        import winreg

        root = winreg.HKEY_LOCAL_MACHINE if key.startswith("HKLM") else winreg.HKEY_CURRENT_USER
        try:
            with winreg.OpenKey(root, key.partition("\\")[2]) as handle:
                for number in range(winreg.QueryInfoKey(handle)[1]):
                    name, value, _kind = winreg.EnumValue(handle, number)
                    if isinstance(value, list):
                        value = tuple(str(each) for each in value)
                    if isinstance(value, str | int | tuple):
                        found[name] = value
        except OSError:
            return found
    return found


def _subkeys(key: str) -> list[str]:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key.partition("\\")[2]) as handle:
                return [winreg.EnumKey(handle, number) for number in range(winreg.QueryInfoKey(handle)[0])]
        except OSError:
            return []
    else:
        return []
