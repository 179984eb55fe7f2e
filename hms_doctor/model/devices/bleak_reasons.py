"""Why bleak says that Bluetooth is not available, as what we say of it; pure, so that every reason can be tried."""

from dataclasses import replace
from enum import StrEnum
from typing import Final

from hms_doctor.model.devices.radios import Access, Power
from hms_doctor.model.quick_dataclass import dataclass


class Reason(StrEnum):
    """The names of ``BleakBluetoothNotAvailableReason`` (bleak 3.1), and none."""

    NONE = "available"
    NO_BLUETOOTH = "NO_BLUETOOTH"
    NO_BLE_CENTRAL_ROLE = "NO_BLE_CENTRAL_ROLE"
    POWERED_OFF = "POWERED_OFF"
    DENIED_BY_USER = "DENIED_BY_USER"
    DENIED_BY_SYSTEM = "DENIED_BY_SYSTEM"
    DENIED_BY_UNKNOWN = "DENIED_BY_UNKNOWN"
    UNKNOWN = "UNKNOWN"


class Presence(StrEnum):
    """Whether there is an adapter."""

    THERE = "there"
    NOT_THERE = "not there"
    UNTOLD = "not told"


@dataclass(frozen=True, kw_only=True)
class RadioState:
    """What a reason says of the adapter, its power, and our access to it."""

    presence: Presence
    power: Power
    access: Access


def named(name: str) -> Reason:
    """Read a reason's name; one of a later bleak is not known here."""
    return Reason(name) if name in Reason.__members__ and name != "NONE" else Reason.UNKNOWN


_UNTOLD: Final = RadioState(presence=Presence.UNTOLD, power=Power.UNKNOWN, access=Access.UNTOLD)
_THERE: Final = RadioState(presence=Presence.THERE, power=Power.UNKNOWN, access=Access.ANSWERED)
_STATES: Final = {
    Reason.NONE: replace(_THERE, power=Power.ON),
    Reason.NO_BLUETOOTH: replace(_THERE, presence=Presence.NOT_THERE),
    Reason.NO_BLE_CENTRAL_ROLE: _THERE,
    Reason.POWERED_OFF: replace(_THERE, power=Power.OFF),
    Reason.DENIED_BY_USER: replace(_UNTOLD, access=Access.DENIED_BY_USER),
    Reason.DENIED_BY_SYSTEM: replace(_UNTOLD, access=Access.DENIED_BY_POLICY),
    Reason.DENIED_BY_UNKNOWN: replace(_UNTOLD, access=Access.DENIED),
    Reason.UNKNOWN: _UNTOLD,
}
"""An adapter without Bluetooth LE's central role still carries a headset."""


def state_of(reason: Reason) -> RadioState:
    """Give what a reason means."""
    return _STATES[reason]
