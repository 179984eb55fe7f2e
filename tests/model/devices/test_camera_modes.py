"""Which format a call gets, and which camera the user means."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.devices.apps import app_name
from hms_doctor.model.devices.cameras import CameraFormat, CameraNode, CameraOpened, NotVideo, Unanswered
from hms_doctor.model.devices.modes import ASKED, formats_told, mode_for_a_call, mode_told, rate_told
from hms_doctor.model.devices.pictures import PictureMode
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA, SIMULATED_HERE
from hms_doctor.model.devices.standing import Standing, chosen, let_in_by, of_cameras, standing, to_film
from hms_doctor.model.devices.surveys import NotOpened


def form(told: str, *rates: float) -> CameraFormat:
    pixels, width, height = told.replace("x", " ").split()
    return CameraFormat(pixels=pixels, width=int(width), height=int(height), rates=rates)


WEBCAM = (
    form("YUYV 640x480", 30, 15),
    form("YUYV 1280x720", 10, 5),
    form("MJPG 640x480", 30),
    form("MJPG 1280x720", 30),
    form("MJPG 1920x1080", 30),
)


@pytest.mark.parametrize(
    ("formats", "told"),
    [
        (WEBCAM, "MJPG 1280x720 at 30 fps"),
        (WEBCAM[:2], "YUYV 1280x720 at 10 fps"),
        ((form("YUYV 640x480", 30), form("YUYV 352x288", 30)), "YUYV 640x480 at 30 fps"),
        ((form("MJPG 1280x720", 30), form("YUYV 1280x720", 30)), "YUYV 1280x720 at 30 fps"),
        ((form("H264 1280x720", 30), form("MJPG 1280x720", 30)), "MJPG 1280x720 at 30 fps"),
        ((form("YUYV 1920x1080", 60), form("YUYV 1280x720", 60)), "YUYV 1280x720 at 60 fps"),
        ((form("YUYV 1920x1080", 30), form("YUYV 640x480", 30)), "YUYV 1920x1080 at 30 fps"),
        ((form("YUYV 1280x720"),), "YUYV 1280x720"),
        ((), " 1280x720 at 30 fps"),
    ],
)
def test_a_call_gets_what_is_nearest_to_what_it_asks(formats: tuple[CameraFormat, ...], told: str) -> None:
    mode = mode_for_a_call(formats)
    assert f"{mode.pixels} {mode_told(mode)}" == told


@given(
    st.lists(
        st.builds(
            CameraFormat,
            pixels=st.sampled_from(("YUYV", "MJPG", "????")),
            width=st.integers(0, 10000),
            height=st.integers(0, 10000),
            rates=st.lists(st.floats(0, 1000), max_size=3).map(tuple),
        ),
        max_size=5,
    ).map(tuple)
)
def test_any_formats_give_one_of_them(formats: tuple[CameraFormat, ...]) -> None:
    mode = mode_for_a_call(formats)
    sizes = [(one.pixels, one.width, one.height) for one in formats] or [("", ASKED.width, ASKED.height)]
    assert (mode.pixels, mode.width, mode.height) in sizes


@pytest.mark.parametrize(("rate", "told"), [(30.0, "30"), (29.97, "29.97"), (7.5, "7.5"), (15.004, "15")])
def test_a_rate_for_people(rate: float, told: str) -> None:
    assert rate_told(rate) == told


def test_formats_for_people() -> None:
    assert list(formats_told((form("YUYV 640x480", 30, 15), form("MJPG 1280x720"), form("MJPG 640x480", 15)))) == [
        "1280x720 MJPG",
        "640x480 MJPG 15 fps",
        "640x480 YUYV 30 fps",
    ]
    assert len(list(formats_told((form("YUYV 640x480", 30),) * 100))) == 24
    assert mode_told(PictureMode(pixels="", width=1, height=2, fps=0)) == "1x2"


@pytest.mark.parametrize(
    ("comm", "name"),
    [
        ("zoom", "Zoom"),
        ("ZoomWebviewHost", "Zoom"),
        ("chrome", "Chrome"),
        ("Discord", "Discord"),
        ("telegram-deskto", "Telegram"),
        ("my-own-app", "my-own-app"),
    ],
)
def test_programs_by_the_names_that_people_know(comm: str, name: str) -> None:
    assert app_name(comm) == name


def node(number: int, name: str = "", **more: object) -> CameraNode:
    named = replace(SIMULATED_CAMERA, path=f"/dev/video{number}", name=name or f"Camera {number}")
    return replace(named, **more)  # type: ignore[arg-type]


OPENED = CameraOpened(driver="uvcvideo", bus="usb-1", captures=True, media_controller=False, buffers="")
DENIED = NotOpened(errno="EACCES")


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (node(0), Standing.FREE),
        (node(0, look=replace(OPENED, buffers="EBUSY")), Standing.BUSY),
        (node(0, look=replace(OPENED, buffers="ENODEV")), Standing.GONE),
        (node(0, look=replace(OPENED, buffers="EIO")), Standing.ODD),
        (node(0, look=replace(OPENED, captures=False)), Standing.NO_CAMERA),
        (node(0, look=replace(OPENED, media_controller=True)), Standing.PIPELINE),
        (node(0, look=replace(OPENED, media_controller=True, captures=False)), Standing.PIPELINE),
        (node(0, look=DENIED), Standing.DENIED),
        (node(0, look=DENIED, in_pipeline=True), Standing.PIPELINE),
        (node(0, look=NotOpened(errno="EPERM")), Standing.DENIED),
        (node(0, look=NotOpened(errno="EBUSY")), Standing.BUSY),
        (node(0, look=NotOpened(errno="ENOENT")), Standing.GONE),
        (node(0, look=NotOpened(errno="EIO")), Standing.ODD),
        (node(0, look=NotVideo(errno="ENOTTY")), Standing.NO_CAMERA),
        (node(0, look=Unanswered(seconds=2)), Standing.HUNG),
    ],
)
def test_what_a_node_is_to_a_call(one: CameraNode, told: Standing) -> None:
    assert standing(one) is told


def test_a_closed_camera_is_told_once() -> None:
    """Its metadata node cannot be told from it while both are closed, but by its place in the device."""
    camera, metadata = node(0, "Webcam", look=DENIED), node(1, "Webcam", look=DENIED, index=1)
    infrared = node(2, "Webcam IR", look=DENIED)
    assert of_cameras((camera, metadata, infrared)) == (camera, infrared)
    assert of_cameras((metadata,)) == (metadata,)
    assert of_cameras((node(0, "Webcam"), node(1, "Webcam", index=1))) == (
        node(0, "Webcam"),
        node(1, "Webcam", index=1),
    )


CAMERAS = (
    node(0, "Integrated Camera"),
    node(2, "Logitech BRIO", look=replace(OPENED, card="Brio Ultra HD")),
    node(12, "BRIO"),
)


@pytest.mark.parametrize(
    ("wish", "numbers"),
    [
        ("", [0, 2, 12]),
        ("integrated", [0]),
        ("INTEGRATED CAMERA", [0]),
        ("brio", [2, 12]),
        ("BRIO", [12]),
        ("ultra", [2]),
        ("/dev/video2", [2]),
        ("video2", [2]),
        ("video1", []),
        ("phone", []),
    ],
)
def test_the_camera_that_is_meant(wish: str, numbers: list[int]) -> None:
    assert [one.path for one in chosen(CAMERAS, wish)] == [f"/dev/video{number}" for number in numbers]


def test_one_free_camera_is_filmed_and_only_one_that_is_meant() -> None:
    busy = node(0, look=replace(OPENED, buffers="EBUSY"))
    others = (busy, node(1, look=replace(OPENED, media_controller=True)), node(2, look=DENIED))
    assert to_film((*others, node(3), node(4)), "") == (node(3),)
    assert to_film((*others, node(3), node(4)), "camera 4") == (node(4),)
    assert to_film((*others, node(3)), "video0") == ()
    assert to_film(others, "") == ()


@pytest.mark.parametrize(
    ("user", "groups", "root", "way"),
    [
        ("caller", ("video",), False, "group"),
        ("caller", (), False, "acl"),
        ("other", (), False, ""),
        ("root", (), True, "root"),
    ],
)
def test_what_lets_a_user_in(user: str, groups: tuple[str, ...], root: bool, way: str) -> None:
    here = replace(SIMULATED_HERE, user=user, groups=groups, is_root=root)
    assert let_in_by(node(0, acl=("caller",)), here) == way
