"""macOS, as far as it can be read without asking for a permission; never run for real, so its verdicts only warn."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from typing import Final

from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey, Sharing
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.terminals import asked_for
from hms_doctor.model.json import JsonValue
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.run import answer_of
from hms_doctor.platforms.told import objects, read, word

SYSTEM: Final = "macOS"
_DIRECTION: Final = {DeviceKind.MICROPHONE: "input", DeviceKind.SPEAKER: "output"}
_MEDIA_TYPE: Final = {DeviceKind.CAMERA: "vide", DeviceKind.MICROPHONE: "soun"}
"""AVMediaTypeVideo and AVMediaTypeAudio."""
_STATUS: Final = (Consent.NOT_ASKED, Consent.RESTRICTED, Consent.DENIED, Consent.ALLOWED)
"""AVAuthorizationStatus and CBManagerAuthorization have the same four values."""
_PATIENCE: Final = 4.0


def media(kind: DeviceKind) -> Iterator[OsSurvey]:
    """List cameras, microphones or speakers, then ask what the privacy settings say to this terminal program."""
    listed = read(profile("SPCameraDataType" if kind is DeviceKind.CAMERA else "SPAudioDataType"))
    devices = parse_cameras(listed) if kind is DeviceKind.CAMERA else parse_sound(listed, kind)
    survey = OsSurvey(
        here=here(),
        system=SYSTEM,
        told=listed is not None,
        devices=tuple(devices),
        consent=Consent.PENDING if kind in _MEDIA_TYPE else Consent.UNKNOWN,
        source="AVFoundation",
        users=(),
        program=asked_for(os.environ),
    )
    yield survey
    if kind in _MEDIA_TYPE:
        shared = with_sharing(survey.devices, _sharing(_MEDIA_TYPE[kind]))
        yield replace(survey, consent=_consent(_MEDIA_TYPE[kind]), devices=shared)


def profile(topic: str) -> str:
    """Give what ``system_profiler`` tells of a topic, empty where it tells nothing."""
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
                yield OsDevice(
                    name=word(device, "_name"),
                    id=word(device, "_name"),
                    is_default=word(device, f"coreaudio_default_audio_{direction}_device") == "spaudio_yes",
                    is_bluetooth=word(device, "coreaudio_device_transport").endswith("_bluetooth"),
                )


def _consent(media_type: str) -> Consent:
    """Ask AVCaptureDevice, which answers without a dialogue (AVAuthorizationStatus)."""
    try:
        status = import_module("AVFoundation").AVCaptureDevice.authorizationStatusForMediaType_(media_type)
    except Exception:  # noqa: BLE001 - whatever the bridge raises, the answer is not known
        return Consent.UNKNOWN
    return consent_of(status)


def consent_of(status: object) -> Consent:
    """Read an authorization status."""
    return _STATUS[status] if isinstance(status, int) and 0 <= status < len(_STATUS) else Consent.UNKNOWN


def _sharing(media_type: str) -> dict[str, Sharing]:
    """Ask for each device, by its unique id and by its name, whether another app has it; no device is opened."""
    told: dict[str, Sharing] = {}
    try:
        for device in import_module("AVFoundation").AVCaptureDevice.devicesWithMediaType_(media_type):
            state = sharing_of(elsewhere=device.isInUseByAnotherApplication(), suspended=device.isSuspended())
            told |= {str(device.localizedName()): state, str(device.uniqueID()): state}
    except Exception:  # noqa: BLE001 - as above
        return told
    return told


def sharing_of(*, elsewhere: object, suspended: object) -> Sharing:
    """Read the two properties of an AVCaptureDevice; suspended is a camera behind a closed lid or cover."""
    if suspended:
        return Sharing.SUSPENDED
    return Sharing.ELSEWHERE if elsewhere else Sharing.FREE


def with_sharing(devices: tuple[OsDevice, ...], told: Mapping[str, Sharing]) -> tuple[OsDevice, ...]:
    """Add to each device what was told of its id, else of its name."""
    states = [told.get(device.id, told.get(device.name, Sharing.UNTOLD)) for device in devices]
    return tuple(replace(device, sharing=state) for device, state in zip(devices, states, strict=True))
