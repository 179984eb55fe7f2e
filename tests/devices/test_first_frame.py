"""The first picture, from a real file in place of a camera."""

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from hms_doctor.devices.frames import first_frame, free_camera
from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey, FirstFrame, NoFrame
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA
from hms_doctor.model.devices.surveys import Here, LibraryMissing, NotOpened, NotTried
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
    frame = first_frame(str(tmp_path / "video0"))
    assert isinstance(frame, NoFrame)
    assert frame.ms < 5000


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert isinstance(first_frame("/dev/video0"), LibraryMissing)


def looks(*nodes: CameraNode) -> CameraSurvey:
    return CameraSurvey(here=HERE, nodes=nodes, frame=NotTried())


def node(number: int, look: CameraOpened | NotOpened) -> CameraNode:
    return CameraNode(path=f"/dev/video{number}", name="", group="", look=look, holder=SIMULATED_CAMERA.holder)


def test_only_a_free_camera_is_filmed() -> None:
    busy = CameraOpened(driver="", bus="", captures=True, media_controller=False, buffers="EBUSY")
    pipeline = CameraOpened(driver="", bus="", captures=True, media_controller=True, buffers="")
    others = (node(1, busy), node(2, pipeline), node(3, NotOpened(errno="EACCES")))
    assert list(free_camera(looks(*others, SIMULATED_CAMERA))) == ["/dev/video0"]
    assert list(free_camera(looks(*others))) == []
