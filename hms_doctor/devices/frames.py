"""What OpenCV serves for: packed pictures on Linux, and the first picture on macOS and Windows."""

import time
from collections.abc import Iterator
from typing import Final

from hms_doctor.model.devices.brightness import Shape, brightness, light_of
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.pictures import FirstFrame, Light, LightUnknown, NoFrame
from hms_doctor.model.devices.surveys import LibraryMissing

_MISSING: Final = LightUnknown(why="OpenCV, which unpacks JPEG, does not load")


def light_of_packed(pictures: tuple[bytes, ...]) -> Light | LightUnknown:
    """Look into JPEG pictures, an eighth as wide and as high: their brightness alone is wanted."""
    try:
        import cv2
        import numpy as np
    except ImportError:
        return _MISSING
    seen = []
    for picture in pictures:
        grey = cv2.imdecode(np.frombuffer(picture, dtype=np.uint8), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        if grey is not None:
            height, width = grey.shape
            shape = Shape(pixels="GREY", width=int(width), height=int(height), line=int(width), full_range=True)
            seen.append(brightness(shape, grey.tobytes()))
    return light_of(tuple(seen)) if seen else LightUnknown(why="the pictures are no JPEG")


def numbered(survey: OsSurvey, wish: str) -> Iterator[int]:
    """Give the number, in the system's list, of the camera that is meant by a part of its name or by its id."""
    part = wish.casefold()
    for number, device in enumerate(survey.devices):
        if part in device.name.casefold() or wish == device.id:
            yield number
            return


def first_frame(camera: str | int, interface: str = "CAP_ANY") -> FirstFrame | NoFrame | LibraryMissing:
    """Open a camera and wait for one picture; it keeps the format that OpenCV sets."""
    try:
        import cv2
    except ImportError as error:
        return LibraryMissing(library="OpenCV", detail=str(error)[:200])
    path = str(camera)
    began = time.monotonic()
    capture = cv2.VideoCapture(camera, getattr(cv2, interface))
    try:
        arrived, picture = capture.read() if capture.isOpened() else (False, None)
        ms = (time.monotonic() - began) * 1000
        if not arrived or picture is None:
            return NoFrame(path=path, ms=ms)
        return FirstFrame(path=path, width=int(picture.shape[1]), height=int(picture.shape[0]), ms=ms)
    finally:
        capture.release()
