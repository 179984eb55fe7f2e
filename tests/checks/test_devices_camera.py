"""What each look at the cameras means."""

import pytest
from device_looks import (
    ZOOM,
    camera,
    cause_and_code,
    closed_camera,
    here,
    is_told_well,
    leading,
    look,
    no_video,
    status,
    system,
)

from hms_doctor.checks.devices_camera import CHECK, Observation, diagnose
from hms_doctor.model.causes import Platform
from hms_doctor.model.causes.devices import CAMERA_CONSENT
from hms_doctor.model.devices.cameras import CameraNode, CameraSurvey
from hms_doctor.model.devices.look import Crashed, Finished, Garbled, Hung, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.os_survey import Consent
from hms_doctor.model.devices.pictures import Film
from hms_doctor.model.devices.standing import standing
from hms_doctor.model.devices.surveys import Here, Holder, NotTried
from hms_doctor.model.finding import Finding, Status, action_of, code_of
from hms_doctor.model.vantage import Seat

PASS, WARN, FAIL, OPEN = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE


def survey(*nodes: CameraNode, at: Here | None = None, film: Film | None = None) -> CameraSurvey:
    return CameraSurvey(here=at or here(), nodes=nodes, film=film or NotTried())


def judged(observation: Observation) -> list[Finding]:
    findings = list(diagnose(observation))
    assert all(is_told_well(found) for found in findings), findings
    assert {code_of(found, Platform.ANY) for found in findings} <= CHECK.codes | {0}
    return findings


TABLE: list[tuple[str, Observation, Status, str, int, str]] = [
    ("free", look(survey(camera())), PASS, "", 0, "Camera 0, free"),
    ("free as root", look(survey(camera(), at=here(root=True))), PASS, "", 0, "your app's user was not tried"),
    ("meta node", look(survey(camera(), camera(captures=False, number=1))), PASS, "", 0, "Camera 0, free"),
    ("one of two busy", look(survey(camera("EBUSY"), camera(number=1))), PASS, "", 0, "Camera 1, free"),
    ("one of two denied", look(survey(closed_camera("EACCES"), camera(number=1))), PASS, "", 0, "Camera 1, free"),
    ("nothing", look(survey()), FAIL, "camera.absent", 3002, "there is no camera"),
    ("no video", look(survey(no_video())), FAIL, "camera.absent", 3002, "there is no camera"),
    ("only a meta node", look(survey(camera(captures=False))), FAIL, "camera.absent", 3002, "there is no camera"),
    ("nothing in CI", look(survey(at=here(Seat.CI))), OPEN, "", 0, "no camera is visible on this CI machine"),
    ("nothing over SSH", look(survey(at=here(Seat.SSH))), OPEN, "", 0, "no camera is visible over SSH"),
    ("nothing in WSL", look(survey(at=here(Seat.WSL))), OPEN, "", 0, "no camera is visible in WSL"),
    ("nothing in a container", look(survey(at=here(Seat.CONTAINER))), OPEN, "", 0, "in this container"),
    ("nothing remotely", look(survey(at=here(Seat.REMOTE_DESKTOP))), OPEN, "", 0, "in this remote session"),
    (
        "nothing, required",
        look(survey(at=here(Seat.CONTAINER)), required=True),
        FAIL,
        "camera.absent",
        3002,
        "there is no camera",
    ),
    ("denied", look(survey(closed_camera("EACCES"))), FAIL, "camera.denied", 3001, "permission denied"),
    ("denied EPERM", look(survey(closed_camera("EPERM"))), FAIL, "camera.denied", 3001, "group video"),
    (
        "denied over SSH",
        look(survey(closed_camera("EACCES"), at=here(Seat.SSH))),
        OPEN,
        "",
        0,
        "closed to a login over SSH",
    ),
    ("busy", look(survey(camera("EBUSY", holder=ZOOM))), FAIL, "camera.busy", 3003, "in use by Zoom (pid 4711)"),
    ("busy, unseen", look(survey(camera("EBUSY"))), FAIL, "camera.busy", 3003, "in use by another program"),
    ("busy at open", look(survey(closed_camera("EBUSY"))), FAIL, "camera.busy", 3003, "in use by"),
    (
        "busy before denied",
        look(survey(closed_camera("EACCES"), camera("EBUSY", number=1))),
        FAIL,
        "camera.busy",
        3003,
        "Camera 1",
    ),
    ("no node", look(survey(closed_camera("ENOENT", group=""))), FAIL, "camera.hidden", 3002, "(ENOENT)"),
    ("no driver", look(survey(closed_camera("ENXIO"))), FAIL, "camera.hidden", 3002, "(ENXIO)"),
    ("unplugged", look(survey(camera("ENODEV"))), FAIL, "camera.hidden", 3002, "(ENODEV)"),
    ("odd", look(survey(closed_camera("EIO"))), OPEN, "", 0, "could not be opened: EIO"),
    ("pipeline", look(survey(camera(pipeline=True))), OPEN, "", 0, "PipeWire or libcamera"),
    (
        "hung",
        look(NothingSeen(), Hung(stage="Video4Linux", seconds=6)),
        OPEN,
        "",
        0,
        "Video4Linux gave no answer in 6.0 s",
    ),
    ("hung with a picture due", look(survey(camera()), Hung(stage="OpenCV", seconds=8)), OPEN, "", 0, "OpenCV gave no"),
    ("hung after a failure", look(survey(), Hung(stage="OpenCV", seconds=8)), FAIL, "camera.absent", 3002, "no camera"),
    (
        "crashed",
        look(NothingSeen(), Crashed(stage="OpenCV", how="SIGSEGV", noise="x")),
        OPEN,
        "",
        0,
        "OpenCV crashed (SIGSEGV)",
    ),
    ("garbled", look(NothingSeen(), Garbled(detail="the answer is no JSON")), OPEN, "", 0, "the answer is no JSON"),
    ("told nothing", look(NothingSeen()), OPEN, "", 0, "was not looked at to the end"),
    ("still looking", look(survey(camera()), StillLooking()), PASS, "", 0, "free"),
    ("macOS", look(system("FaceTime", "BRIO")), PASS, "", 0, "BRIO (unverified on macOS)"),
    (
        "macOS, shared",
        look(system("FaceTime", users=(Holder(name="Zoom", pid=0),))),
        PASS,
        "",
        0,
        "in use by Zoom, which macOS allows",
    ),
    ("macOS, not asked", look(system("FaceTime", consent=Consent.NOT_ASKED)), PASS, "", 0, "will be asked"),
    (
        "macOS, denied",
        look(system("FaceTime", consent=Consent.DENIED)),
        WARN,
        "camera.consent",
        3001,
        "to iTerm.app (unverified",
    ),
    (
        "macOS, managed",
        look(system("FaceTime", consent=Consent.RESTRICTED)),
        WARN,
        "camera.managed",
        3001,
        "management policy",
    ),
    (
        "Windows, none",
        look(system(os="Windows")),
        WARN,
        "camera.absent",
        3002,
        "Windows lists no camera (unverified on Windows)",
    ),
    ("Windows, untold", look(system(told=False, os="Windows")), OPEN, "", 0, "Windows did not tell"),
]


@pytest.mark.parametrize(
    ("observation", "is_", "cause", "code", "words"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_what_was_seen_means(observation: Observation, is_: Status, cause: str, code: int, words: str) -> None:
    findings = judged(observation)
    assert status(findings) is is_
    assert cause_and_code(leading(findings)) == (cause, code)
    assert words in leading(findings).summary


@pytest.mark.parametrize(
    ("node", "at", "order"),
    [
        (closed_camera("EACCES"), here(), "Run sudo usermod -aG video $USER, then log out and in."),
        (closed_camera("EACCES", group="camera"), here(), "Run sudo usermod -aG camera $USER, then log out and in."),
        (
            closed_camera("EACCES"),
            here(member_of="video"),
            "Log out and in: your user joined the group video after this login.",
        ),
        (
            closed_camera("EACCES", group="root"),
            here(),
            (
                "Run sudo chown root:video /dev/video0 && sudo chmod 660 /dev/video0 && "
                "sudo usermod -aG video $USER, then log out and in."
            ),
        ),
        (
            closed_camera("EPERM"),
            here(Seat.CONTAINER),
            "Start the container with --device /dev/video0 --group-add video.",
        ),
        (closed_camera("ENOENT", group=""), here(Seat.CONTAINER), "Start the container with --device /dev/video0."),
        (camera("EBUSY", holder=ZOOM), here(), "Close Zoom, then try again."),
        (camera("EBUSY"), here(), "Close the program that uses the camera."),
    ],
)
def test_the_order_is_exact(node: CameraNode, at: Here, order: str) -> None:
    assert action_of(leading(judged(look(survey(node, at=at))))) == order


def test_the_group_is_in_force_already() -> None:
    """A member who logged in since is denied by something else: the group is no help then, the order stays true."""
    at = here(groups="video", member_of="video")
    assert "usermod" in action_of(leading(judged(look(survey(closed_camera("EACCES"), at=at)))))


def test_another_busy_camera_is_a_note() -> None:
    findings = judged(look(survey(camera("EBUSY", holder=ZOOM), camera(number=1))))
    assert [found.summary for found in findings] == [
        "Camera 1, free",
        "another camera, Camera 0, is in use by Zoom (pid 4711)",
    ]


def test_the_evidence_lists_devices_and_nodes() -> None:
    [found] = judged(look(survey(camera("EBUSY", holder=ZOOM), no_video(1))))
    assert found.evidence["devices"] == (
        {
            "kind": "camera",
            "name": "Camera 0",
            "id": "/dev/video0",
            "holder": {"name": "Zoom", "pid": 4711},
            "state": "in use",
            "driver": "uvcvideo",
            "bus": "usb-1",
            "formats": [],
        },
    )
    assert found.evidence["nodes"] == [
        {"node": "/dev/video0", "name": "Camera 0", "driver": "uvcvideo", "errno": "EBUSY", "is": "busy"},
        {"node": "/dev/video1", "name": "Camera 1", "driver": "", "errno": "ENOTTY", "is": "no camera"},
    ]


def test_a_denied_camera_is_listed_too() -> None:
    [found] = judged(look(survey(closed_camera("EACCES"))))
    assert found.evidence["devices"] == (
        {
            "kind": "camera",
            "name": "Camera 0",
            "id": "/dev/video0",
            "holder": None,
            "state": "denied",
            "driver": "",
            "bus": "",
            "formats": [],
        },
    )


def test_the_web_sdk_has_a_code_of_its_own_for_privacy_settings() -> None:
    assert CAMERA_CONSENT.code_on(Platform.WEB) == 3011
    assert CAMERA_CONSENT.code_on(Platform.ANY) == 3001


@pytest.mark.parametrize("end", [Finished(), StillLooking()])
def test_only_a_look_gone_wrong_adds_a_finding(end: Finished | StillLooking) -> None:
    observation: Observation = Look(seen=survey(camera()), end=end, required=False)
    assert len(judged(observation)) == 1


def test_a_crash_keeps_the_last_of_the_noise() -> None:
    crash = Crashed(stage="OpenCV", how="SIGSEGV", noise="x" * 5000 + "the end")
    [found] = judged(look(NothingSeen(), crash))
    assert str(found.evidence["stderr"]).endswith("the end")
    assert len(str(found.evidence["stderr"])) == 200


def test_standing_is_told_for_every_node() -> None:
    assert standing(camera("EIO")).value == "odd"
