"""The machine at hand, whichever system it runs."""

import sys
from collections.abc import Iterator
from typing import Final

from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.platforms.roots import Roots

NATIVE: Final = {
    "linux": {DeviceKind.CAMERA: "Video4Linux", DeviceKind.BLUETOOTH: "D-Bus"},
    "darwin": {DeviceKind.CAMERA: "AVFoundation", DeviceKind.BLUETOOTH: "CoreBluetooth"},
    "win32": {DeviceKind.CAMERA: "PowerShell", DeviceKind.BLUETOOTH: "PowerShell"},
}
"""What is asked first of a kind, by its name for people: a hang or a crash is told with it."""
_SOUND: Final = {"linux": "ALSA", "darwin": "AVFoundation", "win32": "PowerShell"}


def asked_first(kind: DeviceKind) -> str:
    """Name the part of the system that a survey of this kind asks."""
    return NATIVE.get(sys.platform, {}).get(kind) or _SOUND.get(sys.platform, "the system")


def surveys(kind: DeviceKind, roots: Roots) -> Iterator[Survey]:
    """Look at one kind of device of this machine, in ever fuller surveys."""
    looks = {"darwin": _macos, "win32": _windows}
    look = looks.get(sys.platform)
    return look(kind) if look else _linux(kind, roots)


def _macos(kind: DeviceKind) -> Iterator[Survey]:
    from hms_doctor.platforms import macos, macos_radio

    return macos_radio.bluetooth() if kind is DeviceKind.BLUETOOTH else macos.media(kind)


def _windows(kind: DeviceKind) -> Iterator[Survey]:
    from hms_doctor.platforms import windows, windows_radio

    return windows_radio.bluetooth() if kind is DeviceKind.BLUETOOTH else windows.media(kind)


def _linux(kind: DeviceKind, roots: Roots) -> Iterator[Survey]:
    from hms_doctor.platforms import linux

    match kind:
        case DeviceKind.CAMERA:
            return linux.cameras(roots)
        case DeviceKind.MICROPHONE:
            return linux.sound(roots, "c")
        case DeviceKind.SPEAKER:
            return linux.sound(roots, "p")
        case DeviceKind.BLUETOOTH:
            return linux.bluetooth(roots)
