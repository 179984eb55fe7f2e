"""What keeps Bluetooth from working without anybody denying it: absent, blocked, off, or without its service."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes.bluetooth import BLUETOOTH_ABSENT, BLUETOOTH_OFF
from hms_doctor.model.devices.places import in_container, places
from hms_doctor.model.devices.radios import (
    Access,
    Block,
    BluetoothSurvey,
    Kernel,
    Power,
    ServiceHost,
    block_of,
    block_of_machine,
)
from hms_doctor.model.devices.surveys import Walls
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Seat


@dataclass(frozen=True, kw_only=True)
class Lack:
    """What is missing, in words, with the order that mends it (empty: the cause's own)."""

    cause: Cause
    summary: str
    action: str = ""
    is_the_hosts: bool = False  # walls are around us: what is missing may well be there outside


@dataclass(frozen=True, kw_only=True)
class NothingLacks:
    """Nothing that was seen keeps Bluetooth from working."""


SANDBOXES: Final = {Walls.FLATPAK, Walls.SNAP}
_BLOCKED: Final = {
    Block.SOFT: Lack(
        cause=BLUETOOTH_OFF,
        summary="Bluetooth is blocked by software (rfkill, soft)",
        action="Run rfkill unblock bluetooth.",
    ),
    Block.HARD: Lack(
        cause=BLUETOOTH_OFF,
        summary="Bluetooth is blocked by a hardware switch (rfkill, hard)",
        action="Press the machine's wireless key or slide its wireless switch; no program can lift this block.",
    ),
}
_START: Final = {
    ServiceHost.SYSTEMD: "Run sudo systemctl start bluetooth.",
    ServiceHost.OTHER: "Run sudo service bluetooth start (OpenRC: sudo rc-service bluetooth start).",
    ServiceHost.NOT_INSTALLED: "Install BlueZ (sudo apt install bluez, or your distribution's package bluez).",
    ServiceHost.UNTOLD: "Run sudo systemctl start bluetooth.",
}
_BUS: Final = {ServiceHost.OTHER: "Run sudo service dbus start."}
_OUTSIDE: Final = (
    "Start the container with the host's system bus: -v /run/dbus/system_bus_socket:/run/dbus/system_bus_socket."
)


def lack_of(survey: BluetoothSurvey) -> Lack | NothingLacks:
    """Give the first thing that is missing, from the kernel up."""
    return next(_lacks(survey), NothingLacks())


def _lacks(survey: BluetoothSurvey) -> Iterator[Lack]:
    if not survey.adapters:
        yield _BLOCKED.get(block_of_machine(survey)) or _absent(survey)
    blocks = [block_of(survey, adapter) for adapter in survey.adapters]
    if Block.NONE not in blocks:
        yield _BLOCKED[Block.SOFT if Block.SOFT in blocks else Block.HARD]
    yield from _service_lacks(survey)
    yield from _power_lacks(survey)


def _power_lacks(survey: BluetoothSurvey) -> Iterator[Lack]:
    """Judge the adapters that no switch blocks: one that is on is enough, one that is not told may be."""
    usable = [adapter for adapter in survey.adapters if block_of(survey, adapter) is Block.NONE]
    powers = {adapter.power for adapter in usable}
    managed = survey.system == "linux" and survey.access is Access.ANSWERED
    if powers == {Power.OFF} or (managed and Power.OFF in powers and Power.ON not in powers):
        on_linux = "Run bluetoothctl power on, or switch Bluetooth on in the system's settings."
        yield Lack(
            cause=BLUETOOTH_OFF,
            summary="Bluetooth is switched off",
            action=on_linux if survey.system == "linux" else "",
        )
    if managed and powers == {Power.UNKNOWN}:
        yield Lack(
            cause=BLUETOOTH_OFF,
            summary=f"{usable[0].name} is there, and the Bluetooth service could not set it up",
            action="Look for missing firmware with sudo dmesg | grep -i bluetooth, then plug the adapter in again.",
        )


def _absent(survey: BluetoothSurvey) -> Lack:
    if in_container(survey.here):
        action = "Run hms-doctor devices outside this container."
        return Lack(cause=BLUETOOTH_ABSENT, summary="no Bluetooth adapter is visible in this container", action=action)
    if survey.here.seat is Seat.WSL:
        summary = "no Bluetooth adapter, as WSL shows none of what Windows has"
        return Lack(cause=BLUETOOTH_ABSENT, summary=summary, action="Run hms-doctor devices in Windows itself.")
    if survey.kernel is Kernel.LACKS:
        return Lack(
            cause=BLUETOOTH_ABSENT,
            summary="no Bluetooth adapter, as this kernel has no Bluetooth",
            action="Boot a kernel that has Bluetooth, or install its modules (Debian's cloud kernel has none).",
        )
    return Lack(cause=BLUETOOTH_ABSENT, summary="no Bluetooth adapter")


def _service_lacks(survey: BluetoothSurvey) -> Iterator[Lack]:
    missing = {Access.NO_BUS: "there is no system bus", Access.NO_SERVICE: "the Bluetooth service is not running"}
    if survey.access not in missing:
        return
    summary, name = missing[survey.access], survey.adapters[0].name
    if survey.here.walls in SANDBOXES:
        [place] = places(survey.here)
        yield Lack(cause=BLUETOOTH_OFF, summary=f"{summary} {place.at}", action=place.instead, is_the_hosts=True)
    elif in_container(survey.here):
        outside = f"{name} belongs to the host: {summary} in this container"
        yield Lack(cause=BLUETOOTH_OFF, summary=outside, action=_OUTSIDE, is_the_hosts=True)
    elif survey.access is Access.NO_BUS:
        reached = f"{summary}, through which programs reach Bluetooth"
        yield Lack(cause=BLUETOOTH_OFF, summary=reached, action=_BUS.get(survey.host, "Run sudo systemctl start dbus."))
    elif survey.host is ServiceHost.NOT_INSTALLED:
        yield Lack(
            cause=BLUETOOTH_OFF, summary="the Bluetooth service (BlueZ) is not installed", action=_START[survey.host]
        )
    else:
        yield Lack(cause=BLUETOOTH_OFF, summary=f"{summary} (bluetoothd)", action=_START[survey.host])
