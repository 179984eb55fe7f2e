"""How bright a picture is, by a sample of its points, in plain Python: a picture is looked at and forgotten."""

from typing import Final

from hms_doctor.model.devices.pictures import Light, LightUnknown
from hms_doctor.model.quick_dataclass import dataclass

_ROWS: Final = 24
_COLUMNS: Final = 48
_DARK: Final = 20.0
"""Mean of 255 (testrtc's bound for a black frame)."""
_EVEN: Final = 24.0
"""Between the 2nd and the 98th of 100 points: noise of a covered lens (sigma 5 at full gain) stays below, a dim room
with a lamp or a face before a screen does not."""
_BLACK_LEVEL: Final = 16
_RANGE: Final = 219
"""Brightness in video is 16 to 235 unless the driver says full range (ITU-R BT.601)."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where a form of picture keeps its brightness: bytes between points, and the offsets of what is weighed."""

    step: int
    offsets: tuple[int, ...]  # one: brightness; three: red, green, blue
    full: bool = False


def _packed(step: int, *offsets: int) -> Layout:
    return Layout(step=step, offsets=offsets, full=len(offsets) > 1)


_PLANAR: Final = _packed(1, 0)
_LAYOUTS: Final = {
    **dict.fromkeys(("NV12", "NV21", "NV16", "NV61", "NV24", "YU12", "YV12", "422P"), _PLANAR),
    **dict.fromkeys(("NM12", "NM21", "NM16", "NM61", "YM12", "YM21"), _PLANAR),
    **dict.fromkeys(("YUYV", "YVYU"), _packed(2, 0)),
    **dict.fromkeys(("UYVY", "VYUY"), _packed(2, 1)),
    "GREY": Layout(step=1, offsets=(0,), full=True),
    "Y16": Layout(step=2, offsets=(1,), full=True),
    "RGB3": _packed(3, 0, 1, 2),
    "BGR3": _packed(3, 2, 1, 0),
    **dict.fromkeys(("BGR4", "AR24", "XR24"), _packed(4, 2, 1, 0)),
    **dict.fromkeys(("RGB4", "BA24", "BX24"), _packed(4, 1, 2, 3)),
    **dict.fromkeys(("AB24", "XB24"), _packed(4, 0, 1, 2)),
}
"""By V4L2's four letters."""
_WEIGHTS: Final = (0.2126, 0.7152, 0.0722)
"""Of red, green and blue (ITU-R BT.709)."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The form of a picture; ``line`` is the bytes from one row to the next, 0 where rows follow one another."""

    pixels: str
    width: int
    height: int
    line: int
    full_range: bool


@dataclass(frozen=True, kw_only=True)
class Brightness:
    """The mean of a picture's sample and how far it spreads, 0 to 255 where 0 is black."""

    mean: float
    spread: float


def brightness(shape: Shape, picture: bytes) -> Brightness | LightUnknown:
    """Look at one picture; what is cut short is judged by the rows that are there."""
    if shape.pixels not in _LAYOUTS:
        return LightUnknown(why=f"pictures in {shape.pixels} are not looked into")
    layout = _LAYOUTS[shape.pixels]
    points = sorted(_sample(shape, layout, picture))
    if not points:
        return LightUnknown(why="the pictures are empty")
    low, scale = (0, 1.0) if layout.full or shape.full_range else (_BLACK_LEVEL, 255 / _RANGE)
    mean = (sum(points) / len(points) - low) * scale
    spread = (points[len(points) * 98 // 100] - points[len(points) * 2 // 100]) * scale
    return Brightness(mean=min(max(mean, 0.0), 255.0), spread=spread)


def _sample(shape: Shape, layout: Layout, picture: bytes) -> list[float]:
    line = shape.line or shape.width * layout.step
    stride = layout.step * max(1, shape.width // _COLUMNS)
    points: list[float] = []
    for number in range(0, shape.height, max(1, shape.height // _ROWS)):
        row = picture[number * line : number * line + shape.width * layout.step]
        colours = [row[offset::stride] for offset in layout.offsets]
        points += colours[0] if len(colours) == 1 else _weighed(colours)
    return points


def _weighed(colours: list[bytes]) -> list[float]:
    red, green, blue = _WEIGHTS
    return [red * r + green * g + blue * b for r, g, b in zip(*colours, strict=False)]


def is_black(seen: Brightness) -> bool:
    """Whether a picture is as dark as a covered lens makes it, and shows nothing."""
    return seen.mean <= _DARK and seen.spread <= _EVEN


def light_of(seen: tuple[Brightness | LightUnknown, ...]) -> Light | LightUnknown:
    """Sum up the pictures that could be looked into."""
    looked = [one for one in seen if isinstance(one, Brightness)]
    unknown = next((one for one in seen if isinstance(one, LightUnknown)), LightUnknown(why="no picture"))
    if not looked:
        return unknown
    mean = sum(one.mean for one in looked) / len(looked)
    return Light(judged=len(looked), black=sum(is_black(one) for one in looked), mean=mean)
