"""What was seen of cameras on Linux: raw, as data."""

from hms_doctor.model.devices.surveys import Here, HolderSeen, LibraryMissing, NotOpened, NotTried
from hms_doctor.model.quick_dataclass import dataclass


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
class CameraSurvey:
    """Linux: every video node, and the first picture where one was asked for (``--deep``)."""

    here: Here
    nodes: tuple[CameraNode, ...]
    frame: NotTried | FirstFrame | NoFrame | LibraryMissing
