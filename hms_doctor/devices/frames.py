"""The first picture of a camera, through OpenCV."""

import time
from collections.abc import Iterator

from hms_doctor.model.devices.cameras import CameraOpened, CameraSurvey, FirstFrame, NoFrame
from hms_doctor.model.devices.surveys import LibraryMissing


def free_camera(survey: CameraSurvey) -> Iterator[str]:
    """Give the path of the first camera that nobody uses, or nothing."""
    for node in survey.nodes:
        look = node.look
        if isinstance(look, CameraOpened) and look.captures and not look.media_controller and not look.buffers:
            yield node.path
            return


def first_frame(path: str, interface: str = "CAP_V4L2") -> FirstFrame | NoFrame | LibraryMissing:
    """Open a camera and wait for one picture; the camera keeps the format that OpenCV sets (BGR, 640 by 480).

    ``OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT`` bounds the wait; OpenCV's own property for that is refused by V4L2.
    """
    try:
        import cv2
    except ImportError as error:
        return LibraryMissing(library="OpenCV", detail=str(error)[:200])
    began = time.monotonic()
    capture = cv2.VideoCapture(path, getattr(cv2, interface))
    try:
        arrived, picture = capture.read() if capture.isOpened() else (False, None)
        ms = (time.monotonic() - began) * 1000
        if not arrived or picture is None:
            return NoFrame(path=path, ms=ms)
        return FirstFrame(path=path, width=int(picture.shape[1]), height=int(picture.shape[0]), ms=ms)
    finally:
        capture.release()
