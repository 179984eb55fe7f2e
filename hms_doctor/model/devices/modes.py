"""Which of a camera's formats a call gets, and how it is told."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.devices.cameras import CameraFormat
from hms_doctor.model.devices.pictures import PictureMode

ASKED: Final = PictureMode(pixels="", width=1280, height=720, fps=30.0)
"""What a call asks a camera for (100ms: the role's publish parameters are 720p at 30 by default)."""
_ORDER: Final = ("YUYV", "NV12", "YU12", "UYVY", "NV21", "YV12", "YVYU", "VYUY", "RGB3", "BGR3", "MJPG", "JPEG", "GREY")
_MOST_TOLD: Final = 24


def mode_for_a_call(formats: tuple[CameraFormat, ...]) -> PictureMode:
    """Give the mode nearest to what a call asks: W3C's fitness distance (mediacapture-main), as browsers use it.

    Of modes as near, a form that needs no decoding comes first. Without formats only the size is known that is asked.
    """
    return min((_fastest(one) for one in formats), key=_distance, default=ASKED)


def _fastest(one: CameraFormat) -> PictureMode:
    rate = max(one.rates, default=0.0)
    return PictureMode(pixels=one.pixels, width=one.width, height=one.height, fps=rate)


def _distance(mode: PictureMode) -> tuple[float, int]:
    rate = min(mode.fps, ASKED.fps) or ASKED.fps  # a driver that tells no rate sets its own
    pairs = ((mode.width, ASKED.width), (mode.height, ASKED.height), (rate, ASKED.fps))
    far = sum(abs(has - asked) / max(has, asked) for has, asked in pairs)
    return round(far, 6), ease(mode.pixels)


def ease(pixels: str) -> int:
    """Rank a form of pictures by how easily it is looked into; the easiest is 0."""
    return _ORDER.index(pixels) if pixels in _ORDER else len(_ORDER)


def rate_told(rate: float) -> str:
    """Give a rate for people: ``30``, ``29.97``, ``7.5``."""
    return f"{round(rate, 2):g}"


def mode_told(mode: PictureMode) -> str:
    """Give a mode for people: ``1280x720 at 30 fps``."""
    at = f" at {rate_told(mode.fps)} fps" if mode.fps else ""
    return f"{mode.width}x{mode.height}{at}"


def formats_told(formats: tuple[CameraFormat, ...]) -> Iterator[str]:
    """Give each format with its highest rate for the report: ``1280x720 YUYV 30 fps``, the largest first."""
    by_size = sorted(formats, key=lambda one: (-one.width * one.height, one.pixels))
    for one in by_size[:_MOST_TOLD]:
        at = f" {rate_told(max(one.rates))} fps" if one.rates else ""
        yield f"{one.width}x{one.height} {one.pixels}{at}"
