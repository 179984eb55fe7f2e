"""A camera put to the test: some pictures, taken as an app takes them, of which figures alone are kept."""

import time
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.brightness import Brightness, Shape, brightness
from hms_doctor.model.devices.cameras import CameraFormat
from hms_doctor.model.devices.modes import ASKED, mode_for_a_call
from hms_doctor.model.devices.pictures import Film, FilmRefused, LightUnknown, NoPicture, PictureMode, PicturesLost
from hms_doctor.model.devices.reel import Reel, Shot, pictures_of
from hms_doctor.model.devices.surveys import HolderUnseen
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.platforms.holders import streaming_holder
from hms_doctor.platforms.posix import errno_name, opened
from hms_doctor.platforms.v4l_stream import BUFFERS, Enters, StepFailedError, Stream, Taken, streaming
from hms_doctor.platforms.v4l_structs import letters

_FIRST: Final = 3.0
_LONG: Final = 1.5
_SLACK: Final = 1.0
_MOST: Final = 1000
_LOOK_EVERY: Final = 0.09
_TOO_EARLY: Final = ("EAGAIN", "EINTR")
_TICK: Final = 0.005
_PACKED: Final = ("MJPG", "JPEG")
_NOT_SAMPLED: Final = LightUnknown(why="not looked into")


@dataclass(frozen=True, kw_only=True)
class Filmed:
    """What was seen, and the packed pictures that a library has yet to look into (JPEG); they leave no process."""

    film: Film
    packed: tuple[bytes, ...]


def film(path: Path, formats: tuple[CameraFormat, ...], proc: Path, enters: Enters) -> Filmed:
    """Let a camera stream for some time; see ``streaming`` for how it is left."""
    filming = _Filming(path, enters)
    try:
        with streaming(path, mode_for_a_call(formats), enters) as stream:
            filming.watch(stream)
    except StepFailedError as failed:
        return filming.failed(failed, proc)
    return filming.done()


class _Filming:
    def __init__(self, path: Path, enters: Enters) -> None:
        self._path, self._enters = path, enters
        self._opened = time.monotonic()
        self._streams: list[Stream] = []
        self._shots: list[Shot] = []
        self._packed: list[bytes] = []
        self._last: tuple[bytes, ...] = ()
        self._looked = 0.0
        self._ended = 0.0

    def watch(self, stream: Stream) -> None:
        """Take pictures: the first within its deadline, and those of a while after it."""
        self._streams.append(stream)
        self._enters("the first picture", _FIRST + _SLACK)
        self._until(stream, stream.started + _FIRST, one=True)
        if self._seen():
            self._enters("the pictures", _LONG + _SLACK)
            self._until(stream, self._shots[-1].arrived + _LONG, one=False)
        self._ended = time.monotonic()

    def _seen(self) -> bool:
        return any(shot.whole for shot in self._shots)

    def _until(self, stream: Stream, until: float, *, one: bool) -> None:
        going = True
        while going:
            waited = not stream.has_come(0)
            if waited and not stream.has_come(until - time.monotonic()):
                return
            self._take(stream, waited=waited)  # also what came while we were kept from looking
            going = time.monotonic() < until and len(self._shots) < _MOST and not (one and self._seen())

    def _take(self, stream: Stream, *, waited: bool) -> None:
        try:
            taken = stream.take()
        except StepFailedError as failed:
            if failed.errno not in _TOO_EARLY:
                raise
            time.sleep(_TICK)
        else:
            self._keep(stream, taken, waited=waited)

    def _keep(self, stream: Stream, taken: Taken, *, waited: bool) -> None:
        arrived = time.monotonic()
        shot = Shot(
            sequence=taken.sequence,
            time=taken.time,
            arrived=arrived,
            waited=waited,
            whole=taken.whole,
            repeats=taken.whole and taken.planes == self._last,
            light=self._light(stream, taken, arrived) if taken.whole else _NOT_SAMPLED,
        )
        self._shots.append(shot)
        if taken.whole:
            self._last = taken.planes

    def _light(self, stream: Stream, taken: Taken, arrived: float) -> Brightness | LightUnknown:
        if arrived - self._looked < _LOOK_EVERY:
            return _NOT_SAMPLED
        self._looked = arrived
        frame, pixels = stream.frame, letters(stream.frame.code)
        if pixels in _PACKED:
            self._packed.append(taken.planes[0])
            return _NOT_SAMPLED
        shape = Shape(
            pixels=pixels, width=frame.width, height=frame.height, line=frame.line, full_range=frame.full_range
        )
        return brightness(shape, taken.planes[0])

    def _reel(self, stream: Stream) -> Reel:
        frame = stream.frame
        got = PictureMode(pixels=letters(frame.code), width=frame.width, height=frame.height, fps=stream.pace)
        return Reel(
            path=str(self._path),
            asked=ASKED,
            got=got,
            buffers=BUFFERS,
            opened=self._opened,
            started=stream.started,
            ended=self._ended or time.monotonic(),
            shots=tuple(self._shots),
        )

    def done(self) -> Filmed:
        """Sum up a stream that ended as we wanted."""
        [stream] = self._streams
        if self._seen():
            return Filmed(film=pictures_of(self._reel(stream), stream.left), packed=tuple(self._packed))
        return self._nothing("", self._ended - stream.started)

    def failed(self, failed: StepFailedError, proc: Path) -> Filmed:
        """Sum up a stream that did not begin, or that the driver ended."""
        path, errno = str(self._path), failed.errno
        for stream in self._streams:
            if not self._seen():
                return self._nothing(errno, time.monotonic() - stream.started)
            pictures = pictures_of(self._reel(stream), stream.left)
            lost = PicturesLost(pictures=pictures, errno=errno, reopened=_reopened(self._path))
            return Filmed(film=lost, packed=())
        holder = streaming_holder(self._path, proc) if errno == "EBUSY" else HolderUnseen()
        return Filmed(film=FilmRefused(path=path, step=failed.step, errno=errno, holder=holder), packed=())

    def _nothing(self, errno: str, seconds: float) -> Filmed:
        nothing = NoPicture(path=str(self._path), seconds=seconds, corrupt=len(self._shots), errno=errno)
        return Filmed(film=nothing, packed=())


def _reopened(path: Path) -> str:
    """Open a camera once more, and give the errno: a device that is gone has no node, or one that leads nowhere."""
    try:
        with opened(path, 0):
            return ""
    except OSError as error:
        return errno_name(error)
