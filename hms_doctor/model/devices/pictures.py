"""What a camera delivered while it streamed: figures, and never a picture."""

from typing import TypeAlias

from hms_doctor.model.devices.surveys import HolderSeen, NotTried
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class PictureMode:
    """A kind of picture: ``pixels`` is V4L2's four letters (``YUYV``), ``fps`` 0 where the driver does not tell."""

    pixels: str
    width: int
    height: int
    fps: float


@dataclass(frozen=True, kw_only=True)
class Light:
    """How bright the pictures were, 0 (black) to 255, by a sample of their points."""

    judged: int
    black: int
    mean: float


@dataclass(frozen=True, kw_only=True)
class LightUnknown:
    """The pictures came in a form that could not be looked into."""

    why: str


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """A camera streamed; times are in milliseconds, sequence numbers and timestamps are the driver's."""

    path: str
    asked: PictureMode
    got: PictureMode
    delivered: int  # whole pictures
    corrupt: int  # buffers with V4L2_BUF_FLAG_ERROR
    dropped: int  # missing sequence numbers while buffers waited for the driver
    missed: int  # missing sequence numbers that may be ours: we were slow to give buffers back
    repeated: int  # pictures that were, byte by byte, the one before
    opened_ms: float  # from open to the first picture
    first_ms: float  # from VIDIOC_STREAMON to the first picture
    span_ms: float  # from the first picture to the last
    quiet_ms: float  # from the last picture to the end of the test
    light: Light | LightUnknown
    left: str  # errno of putting the format back, empty where it is as it was


@dataclass(frozen=True, kw_only=True)
class PicturesLost:
    """A camera streamed, and failed; ``reopened`` is the errno of opening it again, empty where it opens."""

    pictures: Pictures
    errno: str
    reopened: str


@dataclass(frozen=True, kw_only=True)
class NoPicture:
    """A camera streamed and delivered nothing whole: in time (``errno`` empty), or since the driver gave up."""

    path: str
    seconds: float
    corrupt: int
    errno: str


@dataclass(frozen=True, kw_only=True)
class FilmRefused:
    """A camera did not begin to stream: ``step`` is the call that failed, as V4L2 names it."""

    path: str
    step: str
    errno: str
    holder: HolderSeen


@dataclass(frozen=True, kw_only=True)
class FirstFrame:
    """macOS and Windows: a camera delivered a picture."""

    path: str
    width: int
    height: int
    ms: float


@dataclass(frozen=True, kw_only=True)
class NoFrame:
    """macOS and Windows: a camera was opened and delivered nothing."""

    path: str
    ms: float


Film: TypeAlias = NotTried | Pictures | PicturesLost | NoPicture | FilmRefused
