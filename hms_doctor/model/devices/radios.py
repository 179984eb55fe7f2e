"""What was seen of Bluetooth: raw, as data."""

from collections.abc import Iterable
from enum import StrEnum

from hms_doctor.model.devices.surveys import Here
from hms_doctor.model.quick_dataclass import dataclass


class Kernel(StrEnum):
    """Whether the kernel knows Bluetooth."""

    KNOWS = "knows Bluetooth"
    LACKS = "has no Bluetooth"  # socket(AF_BLUETOOTH): EAFNOSUPPORT, and no module of that name
    UNTOLD = "not told"


class Power(StrEnum):
    """Whether a radio is on."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """A Bluetooth adapter; its address is never kept."""

    name: str
    power: Power


@dataclass(frozen=True, kw_only=True)
class RadioBlock:
    """An rfkill switch of kind bluetooth: by software (a key, a menu) or by hardware (a slider, firmware).

    An adapter's own is named like it (``hci0``); any other is the machine's, and one of those that blocks takes the
    adapter off its bus.
    """

    name: str
    soft: bool
    hard: bool


class Block(StrEnum):
    """What the rfkill switches do to a radio; hardware outranks software, which cannot lift it."""

    NONE = "none"
    SOFT = "soft"
    HARD = "hard"


class Access(StrEnum):
    """How the Bluetooth service took our question."""

    NOT_ASKED = "not asked"
    ANSWERED = "answered"
    NO_BUS = "no system bus"
    NO_SERVICE = "no Bluetooth service"
    DENIED_BY_USER = "denied by the user"
    DENIED_BY_POLICY = "denied by policy"
    DENIED = "denied, by whom is not told"
    UNTOLD = "could not be asked"


class ServiceHost(StrEnum):
    """What would run the Bluetooth service: decides the order that starts it."""

    SYSTEMD = "systemd"
    OTHER = "another init"
    NOT_INSTALLED = "not installed"
    UNTOLD = "not told"


class AudioProfile(StrEnum):
    """What a connected device can do with sound (Bluetooth's assigned numbers, from the device's service UUIDs)."""

    A2DP = "A2DP"  # plays, in stereo; no microphone
    HFP = "HFP"  # a call: CVSD at 8 kHz or mSBC at 16 kHz
    HSP = "HSP"  # a call: CVSD at 8 kHz
    LE_AUDIO = "LE Audio"


class Offer(StrEnum):
    """What the sound server offers of a headset (``pactl``'s profiles of its card), whichever is active."""

    UNTOLD = "not told"
    LISTENING = "listening"
    CALL = "a call"
    CALL_8_KHZ = "a call at 8 kHz"  # CVSD
    CALL_16_KHZ = "a call at 16 kHz"  # mSBC


@dataclass(frozen=True, kw_only=True)
class Headset:
    """A connected device for sound; without profiles its services are not known yet."""

    name: str
    profiles: tuple[AudioProfile, ...]
    offer: Offer = Offer.UNTOLD


class WiredMicrophones(StrEnum):
    """Whether something but Bluetooth can be a microphone (ALSA's capture devices)."""

    SOME = "some"
    NONE = "none"
    UNTOLD = "not told"


@dataclass(frozen=True, kw_only=True)
class BluetoothSurvey:
    """Adapters and switches; nothing is scanned for and no headset is opened."""

    here: Here
    system: str
    adapters: tuple[Adapter, ...]
    blocks: tuple[RadioBlock, ...]
    access: Access
    detail: str  # the service's own words
    headsets: tuple[Headset, ...]
    kernel: Kernel = Kernel.UNTOLD
    host: ServiceHost = ServiceHost.UNTOLD
    wired: WiredMicrophones = WiredMicrophones.UNTOLD


def block_of(survey: BluetoothSurvey, adapter: Adapter) -> Block:
    """Give what an adapter's own rfkill switch does to it."""
    return _strongest(block for block in survey.blocks if block.name == adapter.name)


def block_of_machine(survey: BluetoothSurvey) -> Block:
    """Give what the machine's rfkill switches do, those that are no adapter's own."""
    own = {adapter.name for adapter in survey.adapters}
    return _strongest(block for block in survey.blocks if block.name not in own)


def _strongest(blocks: Iterable[RadioBlock]) -> Block:
    told = {Block.HARD if block.hard else Block.SOFT if block.soft else Block.NONE for block in blocks}
    return next((block for block in (Block.HARD, Block.SOFT) if block in told), Block.NONE)
