"""What a camera's pictures mean: every kind of film, at its bounds."""

from dataclasses import replace

import pytest
from good_film import GOOD

from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.devices.film_verdicts import of_the_film, rate
from hms_doctor.model.devices.pictures import (
    Film,
    FilmRefused,
    Light,
    LightUnknown,
    NoPicture,
    PictureMode,
    PicturesLost,
)
from hms_doctor.model.devices.scripts import SIMULATED_HERE
from hms_doctor.model.devices.surveys import Holder, HolderUnseen, NotTried
from hms_doctor.model.finding import Failed, Finding, Status, Warned, action_of, code_of, status_of

NAME = "Integrated Camera"
PASS, WARN, FAIL, OPEN = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE


def got(width: int, height: int, fps: float = 30) -> PictureMode:
    return PictureMode(pixels="YUYV", width=width, height=height, fps=fps)


def refused(step: str, errno: str, *, holder: Holder | None = None) -> FilmRefused:
    return FilmRefused(path="/dev/video0", step=step, errno=errno, holder=holder or HolderUnseen())


def silent(errno: str = "", corrupt: int = 0) -> NoPicture:
    return NoPicture(path="/dev/video0", seconds=3.0, corrupt=corrupt, errno=errno)


TABLE: list[tuple[str, Film, Status, str, tuple[int, int], str]] = [
    ("good", GOOD, PASS, "", (0, 0), "Integrated Camera: first picture after 310 ms, 29.9 of 30 fps, 1280x720"),
    ("no promise", replace(GOOD, got=got(1280, 720, 0)), PASS, "", (0, 0), "29.9 fps, 1280x720"),
    ("larger", replace(GOOD, got=got(1920, 1080)), PASS, "", (0, 0), "1920x1080"),
    ("low promise kept", replace(GOOD, got=got(1280, 720, 10), delivered=16), PASS, "", (0, 0), "10.0 of 10 fps"),
    ("light unknown", replace(GOOD, light=LightUnknown(why="no cv2")), PASS, "", (0, 0), "29.9 of 30"),
    ("a third black", replace(GOOD, light=Light(judged=15, black=5, mean=60)), PASS, "", (0, 0), "29.9 of 30"),
    ("more black", replace(GOOD, light=Light(judged=15, black=6, mean=60)), WARN, "camera.black", (0, 0), "black"),
    ("all black", replace(GOOD, light=Light(judged=9, black=9, mean=0), repeated=45), WARN, "camera.black", (0, 0), ""),
    ("none judged", replace(GOOD, light=Light(judged=0, black=0, mean=0)), PASS, "", (0, 0), "29.9 of 30"),
    ("frozen", replace(GOOD, repeated=45), WARN, "camera.frozen", (0, 0), "same picture over and over (46 times)"),
    ("one moved", replace(GOOD, repeated=44), PASS, "", (0, 0), "29.9 of 30"),
    ("five frozen", replace(GOOD, delivered=5, repeated=4, span_ms=160), WARN, "camera.frozen", (0, 0), "(5 times)"),
    ("four are too few", replace(GOOD, delivered=4, repeated=3, span_ms=100), PASS, "", (0, 0), "30.0 of 30"),
    ("in the dark", replace(GOOD, delivered=23, span_ms=1500), PASS, "", (0, 0), "14.7 of 30 fps"),
    ("slower", replace(GOOD, delivered=22, span_ms=1500), WARN, "camera.slow", (0, 0), "delivers 14.0 of 30 fps"),
    ("very slow", replace(GOOD, got=got(1280, 720, 4), delivered=7), WARN, "camera.slow", (0, 0), "4.0 of 4 fps"),
    (
        "one picture",
        replace(GOOD, delivered=1, span_ms=0, quiet_ms=1500),
        WARN,
        "camera.slow",
        (0, 0),
        "1 picture, then",
    ),
    (
        "stops",
        replace(GOOD, delivered=20, quiet_ms=900),
        WARN,
        "camera.slow",
        (0, 0),
        "20 pictures, then none for 0.9 s",
    ),
    ("ours", replace(GOOD, delivered=16, missed=30), PASS, "", (0, 0), "29.9 of 30 fps"),
    ("drops", replace(GOOD, delivered=36, dropped=10), WARN, "camera.slow", (0, 0), "dropped 10 of 46 pictures"),
    ("drops few", replace(GOOD, delivered=37, dropped=9), PASS, "", (0, 0), "23.9 of 30 fps"),
    ("small", replace(GOOD, got=got(640, 480)), WARN, "camera.small", (0, 0), "640x480 where a call asks for 1280x720"),
    ("lower", replace(GOOD, got=got(1280, 480)), WARN, "camera.small", (0, 0), "1280x480 where"),
    (
        "lost",
        PicturesLost(pictures=GOOD, errno="ENODEV", reopened="ENOENT"),
        FAIL,
        "camera.lost",
        (3002, 3004),
        "failed after 46 pictures (ENODEV) and cannot be opened again (ENOENT)",
    ),
    (
        "lost, and back",
        PicturesLost(pictures=replace(GOOD, delivered=1), errno="EIO", reopened=""),
        FAIL,
        "camera.lost",
        (3002, 3004),
        "failed after 1 picture (EIO) and opens again",
    ),
    ("silent", silent(), FAIL, "camera.silent", (3015, 3015), "delivered no picture in 3.0 s"),
    ("damaged", silent(corrupt=7), FAIL, "camera.silent", (3015, 3015), "no picture but 7 damaged in 3.0 s"),
    ("gave up", silent("EIO"), FAIL, "camera.silent", (3015, 3015), "in 3.0 s: EIO"),
    ("gone", silent("ENODEV"), FAIL, "camera.lost", (3002, 3004), "lost before its first picture (ENODEV)"),
    ("streamon", refused("VIDIOC_STREAMON", "EIO"), FAIL, "camera.silent", (3015, 3015), "does not begin to stream"),
    ("qbuf", refused("VIDIOC_QBUF", "EINVAL"), FAIL, "camera.silent", (3015, 3015), "(VIDIOC_QBUF: EINVAL)"),
    ("bandwidth", refused("VIDIOC_STREAMON", "ENOSPC"), FAIL, "camera.silent", (3015, 3015), "ENOSPC"),
    ("taken", refused("VIDIOC_S_FMT", "EBUSY"), FAIL, "camera.busy", (3003, 3003), "perhaps another user's app"),
    ("taken at open", refused("open", "EBUSY"), FAIL, "camera.busy", (3003, 3003), "in use by another program"),
    (
        "taken by Zoom",
        refused("VIDIOC_STREAMON", "EBUSY", holder=Holder(name="Zoom", pid=4711)),
        FAIL,
        "camera.busy",
        (3003, 3003),
        "Integrated Camera (/dev/video0) is in use by Zoom (pid 4711)",
    ),
    ("went", refused("open", "ENOENT"), FAIL, "camera.lost", (3002, 3004), "(open: ENOENT)"),
    ("ours again", refused("mmap", "EINVAL"), OPEN, "", (0, 0), "could not be put to the test (mmap: EINVAL)"),
]


@pytest.mark.parametrize(
    ("film", "is_", "cause", "codes", "words"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_what_a_film_means(film: Film, is_: Status, cause: str, codes: tuple[int, int], words: str) -> None:
    [found] = of_the_film(film, NAME, SIMULATED_HERE, {"devices": []})
    assert status_of(found) is is_
    assert (found.cause.id if isinstance(found, Failed | Warned) else "") == cause
    assert (code_of(found, Platform.ANY), code_of(found, Platform.WEB)) == codes
    assert words in found.summary
    assert found.summary.startswith(NAME)
    assert is_ is PASS or action_of(found).endswith(".")


def judged(film: Film) -> list[Finding]:
    return list(of_the_film(film, NAME, SIMULATED_HERE, {}))


def test_every_trouble_is_told() -> None:
    film = replace(GOOD, got=got(640, 480), delivered=10, repeated=9, span_ms=1500)
    assert [found.cause.id for found in judged(film) if isinstance(found, Warned)] == [
        "camera.frozen",
        "camera.slow",
        "camera.small",
    ]


def test_nothing_was_filmed() -> None:
    assert judged(NotTried()) == []


def test_root_says_that_it_is_root() -> None:
    [found] = of_the_film(GOOD, NAME, replace(SIMULATED_HERE, is_root=True), {})
    assert found.summary.endswith("1280x720 (to root; your app's user was not tried)")


def test_root_sees_every_holder() -> None:
    [found] = of_the_film(refused("open", "EBUSY"), NAME, replace(SIMULATED_HERE, is_root=True), {})
    assert found.summary.endswith("is in use by another program")


def test_a_format_that_stays_changed_is_told() -> None:
    _, note = judged(replace(GOOD, left="EBUSY"))
    assert "could not be put back (EBUSY)" in note.summary


def test_a_lack_of_bandwidth_has_an_order_of_its_own() -> None:
    [found] = judged(refused("VIDIOC_STREAMON", "ENOSPC"))
    assert action_of(found) == "Plug the camera into another USB port, without a hub."


def test_the_figures_are_evidence() -> None:
    [found] = judged(GOOD)
    told = found.evidence["pictures"]
    assert isinstance(told, dict)
    assert told["first_picture_ms"] == 310.2
    assert told["fps"] == 29.9
    assert told["light"] == {"mean_luma": 90.5, "black": 0, "judged": 16}
    [found] = judged(replace(GOOD, light=LightUnknown(why="no cv2")))
    told = found.evidence["pictures"]
    assert isinstance(told, dict)
    assert told["light"] == {"not_judged": "no cv2"}


@pytest.mark.parametrize(
    ("delivered", "missed", "span", "quiet", "fps"),
    [(31, 0, 1000, 0, 30), (16, 15, 1000, 0, 30), (1, 0, 0, 1500, 0.67)],
)
def test_the_rate(delivered: int, missed: int, span: float, quiet: float, fps: float) -> None:
    film = replace(GOOD, delivered=delivered, missed=missed, span_ms=span, quiet_ms=quiet)
    assert rate(film) == pytest.approx(fps, abs=0.01)
