"""macOS, as far as it can be read without asking for a permission; never run for real, so its verdicts only warn."""

import os
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Final

from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Headset, Power
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.json import JsonValue
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.run import answer_of
from hms_doctor.platforms.told import objects, read, word

SYSTEM: Final = "macOS"
_DIRECTION: Final = {DeviceKind.MICROPHONE: "input", DeviceKind.SPEAKER: "output"}
_MEDIA_TYPE: Final = {DeviceKind.CAMERA: "vide", DeviceKind.MICROPHONE: "soun"}
_STATUS: Final = (Consent.NOT_ASKED, Consent.RESTRICTED, Consent.DENIED, Consent.ALLOWED)
"""AVAuthorizationStatus and CBManagerAuthorization have the same four values."""
_ACCESS: Final = {Consent.DENIED: Access.DENIED_BY_USER, Consent.RESTRICTED: Access.DENIED_BY_POLICY}
_FRAMEWORKS: Final = "/System/Library/Frameworks"
_PATIENCE: Final = 4.0


def media(kind: DeviceKind) -> Iterator[OsSurvey]:
    """List cameras, microphones or speakers, then ask what the privacy settings say to this terminal program."""
    listed = read(_profile("SPCameraDataType" if kind is DeviceKind.CAMERA else "SPAudioDataType"))
    devices = parse_cameras(listed) if kind is DeviceKind.CAMERA else parse_sound(listed, kind)
    survey = OsSurvey(
        here=here(),
        system=SYSTEM,
        told=listed is not None,
        devices=tuple(devices),
        consent=Consent.UNKNOWN,
        source=os.environ.get("TERM_PROGRAM", ""),
        users=(),
    )
    yield survey
    if kind in _MEDIA_TYPE:
        yield replace(survey, consent=_media_consent(_MEDIA_TYPE[kind]))


def bluetooth() -> Iterator[BluetoothSurvey]:
    """Read the adapter's state, then what the privacy settings say."""
    listed = read(_profile("SPBluetoothDataType"))
    yield parse_bluetooth(listed, Consent.UNKNOWN)
    yield parse_bluetooth(listed, _bluetooth_consent())


def _profile(topic: str) -> str:
    return answer_of("system_profiler", topic, "-json", patience=_PATIENCE)


def parse_cameras(told: JsonValue) -> Iterator[OsDevice]:
    """Read ``system_profiler SPCameraDataType -json``."""
    for number, camera in enumerate(objects(told, "SPCameraDataType")):
        yield OsDevice(
            name=word(camera, "_name"), id=word(camera, "spcamera_unique-id") or str(number), is_default=number == 0
        )


def parse_sound(told: JsonValue, kind: DeviceKind) -> Iterator[OsDevice]:
    """Read ``system_profiler SPAudioDataType -json``: only devices with channels in the direction."""
    direction = _DIRECTION[kind]
    for group in objects(told, "SPAudioDataType"):
        for device in objects(group, "_items"):
            if device.get(f"coreaudio_device_{direction}"):
                default = word(device, f"coreaudio_default_audio_{direction}_device") == "spaudio_yes"
                yield OsDevice(name=word(device, "_name"), id=word(device, "_name"), is_default=default)


def parse_bluetooth(told: JsonValue, consent: Consent) -> BluetoothSurvey:
    """Read ``system_profiler SPBluetoothDataType -json``."""
    states = [word(part, "controller_properties", "controller_state") for part in objects(told, "SPBluetoothDataType")]
    powers = {"attrib_on": Power.ON, "attrib_off": Power.OFF}
    return BluetoothSurvey(
        here=here(),
        system=SYSTEM,
        adapters=tuple(Adapter(name="Bluetooth", power=powers.get(state, Power.UNKNOWN)) for state in states if state),
        blocks=(),
        access=_ACCESS.get(consent, Access.ANSWERED),
        detail=f"privacy settings: {consent.value}",
        headsets=tuple(_connected(told)),
    )


def _connected(told: JsonValue) -> Iterator[Headset]:
    for part in objects(told, "SPBluetoothDataType"):
        for device in objects(part, "device_connected"):
            yield from (Headset(name=name[:200], profiles=()) for name, facts in device.items() if _is_audio(facts))


def _is_audio(facts: JsonValue) -> bool:
    return word(facts, "device_minorType") in {"Headphones", "Headset", "Speaker", "Hands-Free"}


def _media_consent(media_type: str) -> Consent:
    """Ask AVCaptureDevice, which answers without a dialogue; pyobjc comes with bleak."""
    try:
        objc = import_module("objc")
        objc.loadBundle("AVFoundation", {}, bundle_path=f"{_FRAMEWORKS}/AVFoundation.framework")
        status = objc.lookUpClass("AVCaptureDevice").authorizationStatusForMediaType_(media_type)
    except Exception:  # noqa: BLE001 - as above
        return Consent.UNKNOWN
    return consent_of(status)


def _bluetooth_consent() -> Consent:
    try:
        objc = import_module("objc")
        objc.loadBundle("CoreBluetooth", {}, bundle_path=f"{_FRAMEWORKS}/CoreBluetooth.framework")
        status = objc.lookUpClass("CBManager").authorization()
    except Exception:  # noqa: BLE001 - as above
        return Consent.UNKNOWN
    return consent_of(status)


def consent_of(status: object) -> Consent:
    """Read an authorization status."""
    return _STATUS[status] if isinstance(status, int) and 0 <= status < len(_STATUS) else Consent.UNKNOWN
