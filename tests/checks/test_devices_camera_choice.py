"""The camera that is named, the one that is filmed, and what closes one: looks put together by hand."""

from dataclasses import replace

import pytest
from device_looks import ZOOM, camera, cause_and_code, closed_camera, here, is_told_well, leading, status
from good_film import GOOD

from hms_doctor.checks.devices_camera import CHECK, Observation, diagnose, measure
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.cameras import CameraFormat, CameraNode, CameraOpened, CameraSurvey, Unanswered
from hms_doctor.model.devices.look import Finished, Look
from hms_doctor.model.devices.pictures import Film, FilmRefused, Light, NoPicture, PicturesLost
from hms_doctor.model.devices.surveys import Here, HolderUnseen, NotTried
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.finding import Finding, Status, action_of, code_of
from hms_doctor.model.vantage import Seat

PASS, WARN, FAIL, OPEN = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE


def seen(*nodes: CameraNode, at: Here | None = None, film: Film | None = None, wish: str = "") -> Observation:
    survey = CameraSurvey(here=at or here(), nodes=nodes, film=film or NotTried())
    return Look(seen=survey, end=Finished(), required=False, wish=DeviceWish(camera=wish))


def judged(observation: Observation) -> list[Finding]:
    findings = list(diagnose(observation))
    assert all(is_told_well(found) for found in findings), findings
    assert {code_of(found, Platform.ANY) for found in findings} <= CHECK.codes | {0}
    return findings


def webcam(number: int = 0, *rates: float) -> CameraNode:
    form = CameraFormat(pixels="YUYV", width=1280, height=720, rates=rates)
    node = camera(number=number)
    assert isinstance(node.look, CameraOpened)
    return replace(node, look=replace(node.look, formats=(form,)))


HUNG = replace(camera(), look=Unanswered(seconds=2.5))
BUSY, DENIED = camera("EBUSY", holder=ZOOM), closed_camera("EACCES")

TABLE: list[tuple[str, Observation, Status, str, int, str]] = [
    ("with a mode", seen(webcam(0, 30, 15)), PASS, "", 0, "Camera 0, free, 1280x720 at 30 fps"),
    ("without a rate", seen(webcam()), PASS, "", 0, "Camera 0, free, 1280x720"),
    ("named, free", seen(BUSY, webcam(1, 30), wish="camera 1"), PASS, "", 0, "Camera 1, free"),
    ("named, busy", seen(BUSY, webcam(1), wish="camera 0"), FAIL, "camera.busy", 3003, "Camera 0 (/dev/video0)"),
    ("named, denied", seen(DENIED, webcam(1), wish="video0"), FAIL, "camera.denied", 3001, "/dev/video0"),
    ("named wrong", seen(webcam(), wish="brio"), FAIL, "camera.not_found", 3002, 'no camera is called "brio"'),
    ("named, none there", seen(wish="brio"), FAIL, "camera.absent", 3002, "there is no camera"),
    ("named, none in CI", seen(wish="brio", at=here(Seat.CI)), OPEN, "", 0, "on this CI machine"),
    ("hung", seen(HUNG), OPEN, "", 0, "Camera 0 (/dev/video0) gave no answer in 2.5 s"),
    ("hung beside a free one", seen(HUNG, webcam(1, 30)), PASS, "", 0, "Camera 1, free"),
    ("hung before gone", seen(HUNG, closed_camera("ENOENT", number=1)), OPEN, "", 0, "Camera 0"),
    ("busy before hung", seen(HUNG, camera("EBUSY", number=1)), FAIL, "camera.busy", 3003, "Camera 1"),
    ("closed parts of a pipeline", seen(replace(DENIED, in_pipeline=True)), OPEN, "", 0, "PipeWire or libcamera"),
    ("filmed", seen(webcam(), film=GOOD), PASS, "", 0, "Camera 0: first picture after 310 ms, 29.9 of 30 fps"),
    ("black", seen(webcam(), film=replace(GOOD, light=Light(judged=9, black=9, mean=0))), WARN, "camera.black", 0, ""),
    (
        "silent",
        seen(webcam(), film=NoPicture(path="/dev/video0", seconds=3, corrupt=0, errno="")),
        FAIL,
        "camera.silent",
        3015,
        "no picture in 3.0 s",
    ),
    (
        "lost",
        seen(webcam(), film=PicturesLost(pictures=GOOD, errno="ENODEV", reopened="ENOENT")),
        FAIL,
        "camera.lost",
        3002,
        "failed after 46 pictures",
    ),
    (
        "taken",
        seen(webcam(), film=FilmRefused(path="/dev/video0", step="open", errno="EBUSY", holder=HolderUnseen())),
        FAIL,
        "camera.busy",
        3003,
        "perhaps another user's app",
    ),
    ("the login at the screen", seen(replace(DENIED, acl=("alice",))), FAIL, "camera.denied", 3001, "(alice) has it"),
    ("a remote session", seen(DENIED, at=here(Seat.REMOTE_DESKTOP)), OPEN, "", 0, "a remote session"),
    ("SSH, a seat's list", seen(replace(DENIED, acl=("alice",)), at=here(Seat.SSH)), OPEN, "", 0, "over SSH"),
    (
        "its group kept out",
        seen(replace(DENIED, mode=0o600), at=here(groups="video")),
        FAIL,
        "camera.denied",
        3001,
        "its mode (600) keeps its group video out",
    ),
]


@pytest.mark.parametrize(
    ("observation", "is_", "cause", "code", "words"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_was_seen_means(observation: Observation, is_: Status, cause: str, code: int, words: str) -> None:
    findings = judged(observation)
    assert status(findings) is is_
    assert cause_and_code(leading(findings)) == (cause, code)
    assert words in leading(findings).summary


@pytest.mark.parametrize(
    ("name", "web"), [("named wrong", 3014), ("silent", 3015), ("lost", 3004), ("taken", 3003), ("named, denied", 3001)]
)
def test_the_web_sdks_codes(name: str, web: int) -> None:
    [observation] = [row[1] for row in TABLE if row[0] == name]
    assert code_of(leading(judged(observation)), Platform.WEB) == web


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    nodes = tuple(camera(number=number) for number in range(7))
    [found] = judged(seen(*nodes, wish="brio"))
    assert action_of(found) == (
        "Choose one of these with --camera: Camera 0 (/dev/video0), Camera 1 (/dev/video1), Camera 2 (/dev/video2), "
        "Camera 3 (/dev/video3), Camera 4 (/dev/video4) and 2 more."
    )


def test_the_troubles_of_other_cameras_are_notes_one_of_each_kind() -> None:
    others = (
        camera("EBUSY", number=1, holder=ZOOM),
        camera("EBUSY", number=2),
        closed_camera("EACCES", number=3),
        replace(HUNG, path="/dev/video4", name="Camera 4"),
        closed_camera("ENXIO", number=5),
        closed_camera("EIO", number=6),
    )
    assert [found.summary for found in judged(seen(webcam(0, 30), *others))] == [
        "Camera 0, free, 1280x720 at 30 fps",
        "another camera, Camera 1, is in use by Zoom (pid 4711)",
        "another camera, Camera 3, is closed to this user (/dev/video3)",
        "another camera, Camera 4, gave no answer (/dev/video4)",
        "another camera, Camera 5, cannot be opened (/dev/video5: ENXIO)",
    ]


def test_a_mode_that_keeps_the_group_out_has_its_own_order() -> None:
    observation = seen(replace(DENIED, mode=0o600), at=here(groups="video"))
    assert action_of(leading(judged(observation))) == "Run sudo chmod 660 /dev/video0, then try again."


def test_the_evidence_says_what_lets_the_user_in() -> None:
    at = replace(here(), user="alice")
    [found] = judged(seen(replace(webcam(), acl=("alice",)), at=at))
    assert found.evidence["nodes"] == [
        {
            "node": "/dev/video0",
            "name": "Camera 0",
            "driver": "uvcvideo",
            "errno": "",
            "is": "free",
            "acl": ["alice"],
            "access": "acl",
        }
    ]


def test_the_first_picture_is_measured() -> None:
    assert measure(seen(webcam(), film=GOOD)) == {"first_picture_ms": 412.4}
    assert measure(seen(webcam())) == {}
