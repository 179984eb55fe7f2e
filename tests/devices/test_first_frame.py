"""What OpenCV serves for, from real files in place of a camera."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from hms_doctor.devices.frames import first_frame, light_of_packed, numbered
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey
from hms_doctor.model.devices.pictures import FirstFrame, Light, LightUnknown, NoFrame
from hms_doctor.model.devices.surveys import Here, LibraryMissing
from hms_doctor.model.vantage import Seat

HERE = Here(seat=Seat.DESKTOP, user="caller", is_root=False, groups=(), member_of=())


def film(folder: Path) -> Path:
    path = folder / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (320, 240))
    writer.write(np.full((240, 320, 3), 127, dtype=np.uint8))
    writer.release()
    return path


def test_a_picture_has_a_size_and_a_time(tmp_path: Path) -> None:
    frame = first_frame(str(film(tmp_path)), "CAP_ANY")
    assert isinstance(frame, FirstFrame)
    assert (frame.width, frame.height) == (320, 240)
    assert frame.ms > 0


def test_a_file_that_is_no_camera_delivers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCV_LOG_LEVEL", "OFF")
    (tmp_path / "video0").touch()
    frame = first_frame(str(tmp_path / "video0"), "CAP_V4L2")
    assert isinstance(frame, NoFrame)
    assert frame.ms < 5000


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert isinstance(first_frame("/dev/video0"), LibraryMissing)
    assert light_of_packed((b"",)) == LightUnknown(why="OpenCV, which unpacks JPEG, does not load")


def jpeg(grey: int) -> bytes:
    done, packed = cv2.imencode(".jpg", np.full((720, 1280, 3), grey, dtype=np.uint8))
    assert done
    return bytes(packed.tobytes())


@pytest.mark.parametrize(("grey", "black"), [(0, 3), (16, 3), (40, 0), (128, 0)])
def test_the_light_of_packed_pictures(grey: int, black: int) -> None:
    light = light_of_packed((jpeg(grey),) * 3)
    assert isinstance(light, Light)
    assert (light.judged, light.black) == (3, black)
    assert light.mean == pytest.approx(grey, abs=2)


def test_what_is_no_jpeg_is_not_judged() -> None:
    assert light_of_packed((b"\xff\xd8 not a picture",)) == LightUnknown(why="the pictures are no JPEG")


@pytest.mark.parametrize(("wish", "number"), [("", [0]), ("brio", [1]), ("id-0", [0]), ("Cam", [0]), ("phone", [])])
def test_the_camera_that_is_meant_by_its_number(wish: str, number: list[int]) -> None:
    devices = tuple(
        OsDevice(name=name, id=f"id-{at}", is_default=at == 0) for at, name in enumerate(("FaceTime Camera", "BRIO"))
    )
    survey = OsSurvey(
        here=HERE, system="macOS", told=True, devices=devices, consent=Consent.ALLOWED, source="", users=()
    )
    assert list(numbered(survey, wish)) == number
