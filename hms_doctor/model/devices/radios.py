"""What was seen of Bluetooth: raw, as data."""

from enum import StrEnum

from hms_doctor.model.devices.surveys import Here
from hms_doctor.model.quick_dataclass import dataclass


class Power(StrEnum):
    """Whether a radio is on."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """A Bluetooth adapter."""

    name: str
    power: Power


@dataclass(frozen=True, kw_only=True)
class RadioBlock:
    """An rfkill switch of kind bluetooth: by software (a key, a menu) or by hardware (a slider, firmware)."""

    name: str
    soft: bool
    hard: bool


class Access(StrEnum):
    """How the Bluetooth service took our question."""

    NOT_ASKED = "not asked"
    ANSWERED = "answered"
    NO_BUS = "no system bus"
    NO_SERVICE = "no Bluetooth service"
    DENIED_BY_USER = "denied by the user"
    DENIED_BY_POLICY = "denied by policy"
    UNTOLD = "could not be asked"


@dataclass(frozen=True, kw_only=True)
class BluetoothSurvey:
    """Adapters and switches; nothing is scanned for and no headset is opened."""

    here: Here
    system: str
    adapters: tuple[Adapter, ...]
    blocks: tuple[RadioBlock, ...]
    access: Access
    detail: str  # the service's own words
    headsets: tuple[str, ...]  # connected audio devices
