"""How bright a picture is: every form that a camera delivers, made by hand."""

import random
import time

import pytest

from hms_doctor.model.devices.brightness import Brightness, Shape, brightness, is_black, light_of
from hms_doctor.model.devices.pictures import Light, LightUnknown

WIDTH, HEIGHT = 64, 48
POINTS = WIDTH * HEIGHT


def shape(pixels: str, *, line: int = 0, full: bool = False) -> Shape:
    return Shape(pixels=pixels, width=WIDTH, height=HEIGHT, line=line, full_range=full)


@pytest.mark.parametrize(
    ("pixels", "picture"),
    [
        ("YUYV", bytes((126, 40)) * POINTS),
        ("YVYU", bytes((126, 200)) * POINTS),
        ("UYVY", bytes((40, 126)) * POINTS),
        ("VYUY", bytes((200, 126)) * POINTS),
        ("NV12", bytes((126,)) * POINTS + bytes((7,)) * (POINTS // 2)),
        ("NV21", bytes((126,)) * POINTS + bytes((7,)) * (POINTS // 2)),
        ("YU12", bytes((126,)) * POINTS + bytes((7,)) * (POINTS // 2)),
        ("NM12", bytes((126,)) * POINTS),
        ("GREY", bytes((128,)) * POINTS),
        ("Y16", bytes((0, 128)) * POINTS),
        ("RGB3", bytes((128, 128, 128)) * POINTS),
        ("BGR3", bytes((128, 128, 128)) * POINTS),
        ("BGR4", bytes((128, 128, 128, 0)) * POINTS),
        ("XR24", bytes((128, 128, 128, 0)) * POINTS),
        ("RGB4", bytes((0, 128, 128, 128)) * POINTS),
        ("AB24", bytes((128, 128, 128, 255)) * POINTS),
    ],
)
def test_half_grey_is_half_in_every_form(pixels: str, picture: bytes) -> None:
    seen = brightness(shape(pixels), picture)
    assert isinstance(seen, Brightness)
    assert seen.mean == pytest.approx(128, abs=0.6)
    assert seen.spread == 0


@pytest.mark.parametrize(
    ("pixels", "colour", "mean"),
    [
        ("RGB3", (255, 0, 0), 54.2),
        ("RGB3", (0, 255, 0), 182.4),
        ("BGR3", (255, 0, 0), 18.4),
        ("BGR4", (0, 0, 255, 9), 54.2),
        ("RGB4", (9, 0, 0, 255), 18.4),
    ],
)
def test_colours_are_weighed(pixels: str, colour: tuple[int, ...], mean: float) -> None:
    seen = brightness(shape(pixels), bytes(colour) * POINTS)
    assert isinstance(seen, Brightness)
    assert seen.mean == pytest.approx(mean, abs=0.1)


def test_rows_may_be_longer_than_a_picture_is_wide() -> None:
    rows = (bytes((235, 128)) * WIDTH + bytes(64)) * HEIGHT
    assert brightness(shape("YUYV", line=WIDTH * 2 + 64), rows) == Brightness(mean=255, spread=0)


@pytest.mark.parametrize(("full", "mean"), [(False, 0.0), (True, 16.0)])
def test_black_begins_where_the_driver_says(full: bool, mean: float) -> None:
    assert brightness(shape("YUYV", full=full), bytes((16, 128)) * POINTS) == Brightness(mean=mean, spread=0)


def noisy(mean: float, sigma: float) -> bytes:
    rolls = random.Random(7)
    return bytes(min(255, max(0, round(rolls.gauss(mean, sigma)))) for _ in range(POINTS))


def lamp() -> bytes:
    """Give a dark room with a small lamp: a twentieth of the points."""
    return (bytes((4,)) * 61 + bytes((220,)) * 3) * HEIGHT


@pytest.mark.parametrize(
    ("what", "picture", "black"),
    [
        ("black", bytes(POINTS), True),
        ("covered lens at full gain", noisy(12, 5), True),
        ("just dark", bytes((20,)) * POINTS, True),
        ("dim wall", bytes((21,)) * POINTS, False),
        ("dark room with a lamp", lamp(), False),
        ("noise of a dim room", noisy(30, 8), False),
        ("white", bytes((255,)) * POINTS, False),
    ],
)
def test_black_is_dark_and_shows_nothing(what: str, picture: bytes, black: bool) -> None:
    seen = brightness(shape("GREY"), picture)
    assert isinstance(seen, Brightness), what
    assert is_black(seen) is black, seen


def test_a_form_that_cannot_be_looked_into() -> None:
    assert brightness(shape("H264"), b"x") == LightUnknown(why="pictures in H264 are not looked into")


def test_a_picture_cut_short_is_judged_by_its_rows() -> None:
    whole = bytes((126, 128)) * POINTS
    assert isinstance(brightness(shape("YUYV"), whole[: len(whole) // 3]), Brightness)
    assert brightness(shape("YUYV"), b"") == LightUnknown(why="the pictures are empty")


def test_any_bytes_are_a_picture() -> None:
    rolls = random.Random(3)
    for pixels in ("YUYV", "NV12", "RGB3", "BGR4", "Y16"):
        for size in (1, 7, 100, 5000):
            seen = brightness(shape(pixels, line=rolls.randrange(200)), rolls.randbytes(size))
            assert not isinstance(seen, Brightness) or 0 <= seen.mean <= 255


def test_a_large_picture_takes_no_longer() -> None:
    picture = bytes(3840 * 2160 * 2)
    large = Shape(pixels="YUYV", width=3840, height=2160, line=7680, full_range=False)
    began = time.process_time()
    brightness(large, picture)
    assert time.process_time() - began < 0.1  # 0.2 ms alone on the machine


def test_the_pictures_are_summed_up() -> None:
    dark, bright = Brightness(mean=2, spread=3), Brightness(mean=101, spread=90)
    unknown = LightUnknown(why="not looked into")
    assert light_of((dark, unknown, bright, bright)) == Light(judged=3, black=1, mean=68)
    assert light_of((unknown,)) == unknown
    assert light_of(()) == LightUnknown(why="no picture")
