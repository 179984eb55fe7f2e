"""What was seen of cameras on Linux: raw, as data."""

from typing import TypeAlias

from hms_doctor.model.devices.pictures import Film
from hms_doctor.model.devices.surveys import Here, HolderSeen, NotOpened
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class NotVideo:
    """Opened, but ``VIDIOC_QUERYCAP`` failed: another kind of device."""

    errno: str


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """The driver did not come back from a call."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class CameraFormat:
    """A size that a camera delivers, in one form (V4L2's four letters, ``YUYV``), with its rates: none if untold."""

    pixels: str
    width: int
    height: int
    rates: tuple[float, ...]  # pictures a second, the highest first


@dataclass(frozen=True, kw_only=True)
class CameraOpened:
    """Opened and asked: ``VIDIOC_QUERYCAP``, then ``VIDIOC_REQBUFS``, which changes no format and lights no LED."""

    driver: str
    bus: str
    captures: bool  # device_caps has V4L2_CAP_VIDEO_CAPTURE
    media_controller: bool  # device_caps has V4L2_CAP_IO_MC: a part of a pipeline, no webcam
    buffers: str  # errno's name of VIDIOC_REQBUFS, empty where it was granted
    card: str = ""  # the name that the driver gives, beside that of sysfs
    formats: tuple[CameraFormat, ...] = ()


CameraLook: TypeAlias = CameraOpened | NotOpened | NotVideo | Unanswered


@dataclass(frozen=True, kw_only=True)
class CameraNode:
    """One ``/dev/videoN``, or one that only the kernel knows (``ENOENT``)."""

    path: str
    name: str
    group: str  # owner group of the node, empty where there is no node
    look: CameraLook
    holder: HolderSeen
    acl: tuple[str, ...] = ()  # users whom an access control list lets in, as udev does for the login at the screen
    mode: int = 0o660  # its permissions
    index: int = 0  # which of its device's nodes it is (sysfs)
    in_pipeline: bool = False  # its device has sub-devices with nodes of their own: a media controller's


@dataclass(frozen=True, kw_only=True)
class CameraSurvey:
    """Linux: every video node, and the pictures of one where they were asked for."""

    here: Here
    nodes: tuple[CameraNode, ...]
    film: Film
