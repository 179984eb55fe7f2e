"""What was seen of cameras and Bluetooth, and of any device by the system's own list: raw, as data.

A child process sends it; sound on Linux stands in ``sound``, the look as a whole in ``look``.
"""

from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Seat


class DeviceKind(StrEnum):
    """The contract's four words."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"
    BLUETOOTH = "bluetooth"


@dataclass(frozen=True, kw_only=True)
class Here:
    """Where and as whom the child looked."""

    seat: Seat
    user: str
    is_root: bool
    groups: tuple[str, ...]  # those of the process
    member_of: tuple[str, ...]  # those of the group database: more than ``groups`` until the next login


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A program that has a device open."""

    name: str
    pid: int  # 0: the system does not tell it


@dataclass(frozen=True, kw_only=True)
class HolderUnseen:
    """Nobody, or a program of another user that this one may not see."""


HolderSeen: TypeAlias = Holder | HolderUnseen


@dataclass(frozen=True, kw_only=True)
class NotOpened:
    """``open`` failed; ``errno`` is its symbolic name."""

    errno: str


@dataclass(frozen=True, kw_only=True)
class NotTried:
    """Not opened, since it was not needed or nothing would be learned."""


@dataclass(frozen=True, kw_only=True)
class NotVideo:
    """Opened, but ``VIDIOC_QUERYCAP`` failed: another kind of device."""

    errno: str


@dataclass(frozen=True, kw_only=True)
class CameraOpened:
    """Opened and asked: ``VIDIOC_QUERYCAP``, then ``VIDIOC_REQBUFS``, which changes no format and lights no LED."""

    driver: str
    bus: str
    captures: bool  # device_caps has V4L2_CAP_VIDEO_CAPTURE
    media_controller: bool  # device_caps has V4L2_CAP_IO_MC: a part of a pipeline, no webcam
    buffers: str  # errno's name of VIDIOC_REQBUFS, empty where it was granted


@dataclass(frozen=True, kw_only=True)
class CameraNode:
    """One ``/dev/videoN``, or one that only the kernel knows (``ENOENT``)."""

    path: str
    name: str
    group: str  # owner group of the node, empty where there is no node
    look: CameraOpened | NotOpened | NotVideo
    holder: HolderSeen


@dataclass(frozen=True, kw_only=True)
class FirstFrame:
    """A camera delivered a picture."""

    path: str
    width: int
    height: int
    ms: float


@dataclass(frozen=True, kw_only=True)
class NoFrame:
    """A camera was opened and delivered nothing."""

    path: str
    ms: float


@dataclass(frozen=True, kw_only=True)
class LibraryMissing:
    """A system library is not there, so that nothing was learned."""

    library: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class CameraSurvey:
    """Linux: every video node, and the first picture where one was asked for (``--deep``)."""

    here: Here
    nodes: tuple[CameraNode, ...]
    frame: NotTried | FirstFrame | NoFrame | LibraryMissing


class Consent(StrEnum):
    """What a system's privacy settings say to the program that we run in."""

    ALLOWED = "allowed"
    DENIED = "denied"
    RESTRICTED = "restricted"  # by management
    NOT_ASKED = "not asked yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class OsDevice:
    """A device by the system's own list."""

    name: str
    id: str
    is_default: bool


@dataclass(frozen=True, kw_only=True)
class OsSurvey:
    """macOS and Windows: the system's list, its privacy settings, and who uses the devices now where it tells."""

    here: Here
    system: str
    told: bool  # false where the list could not be read
    devices: tuple[OsDevice, ...]
    consent: Consent
    source: str  # where the consent was read
    users: tuple[Holder, ...]


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
