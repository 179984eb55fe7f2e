"""What the buffers of a stream tell together: pace, gaps and light, from each one's figures; pure."""

from collections.abc import Iterator
from itertools import pairwise

from hms_doctor.model.devices.brightness import Brightness, light_of
from hms_doctor.model.devices.pictures import LightUnknown, PictureMode, Pictures
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One buffer that a driver gave back; times are in seconds, the driver's and ours."""

    sequence: int
    time: float
    arrived: float
    waited: bool  # we were there before it
    whole: bool  # without V4L2_BUF_FLAG_ERROR
    repeats: bool  # byte by byte the picture before
    light: Brightness | LightUnknown


@dataclass(frozen=True, kw_only=True)
class Reel:
    """A stream from ``open`` to its end; times are in seconds on our clock."""

    path: str
    asked: PictureMode
    got: PictureMode
    buffers: int
    opened: float
    started: float
    ended: float
    shots: tuple[Shot, ...]


def pictures_of(reel: Reel, left: str) -> Pictures:
    """Sum a stream up that delivered at least one whole picture."""
    whole = [shot for shot in reel.shots if shot.whole]
    gaps = tuple(_gaps(reel))
    return Pictures(
        path=reel.path,
        asked=reel.asked,
        got=reel.got,
        delivered=len(whole),
        corrupt=len(reel.shots) - len(whole),
        dropped=sum(gap for gap, ours in gaps if not ours),
        missed=sum(gap for gap, ours in gaps if ours),
        repeated=sum(shot.repeats for shot in whole),
        opened_ms=(whole[0].arrived - reel.opened) * 1000,
        first_ms=(whole[0].arrived - reel.started) * 1000,
        span_ms=_span(whole) * 1000,
        quiet_ms=(reel.ended - whole[-1].arrived) * 1000,
        light=light_of(tuple(shot.light for shot in whole)),
        left=left,
    )


def _span(shots: list[Shot]) -> float:
    """Measure by the driver's clock, by ours where the driver has none that runs."""
    runs = all(later.time > earlier.time for earlier, later in pairwise(shots)) and shots[0].time > 0
    return shots[-1].time - shots[0].time if runs else shots[-1].arrived - shots[0].arrived


def _gaps(reel: Reel) -> Iterator[tuple[int, bool]]:
    """Give how many sequence numbers are missing before each buffer, and whether that may be ours.

    It is the driver's only where we waited for each of the last buffers, as many as there are: it had all the others,
    as it has at the start.
    """
    in_time = reel.buffers
    for earlier, later in pairwise(reel.shots):
        in_time = in_time + 1 if later.waited else 0
        yield max(0, later.sequence - earlier.sequence - 1), in_time < reel.buffers
