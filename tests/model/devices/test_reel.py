"""What the buffers of a stream tell together."""

from dataclasses import replace

import pytest

from hms_doctor.model.devices.modes import ASKED
from hms_doctor.model.devices.pictures import LightUnknown, PictureMode
from hms_doctor.model.devices.reel import Reel, Shot, pictures_of

UNSEEN = LightUnknown(why="not looked into")
MODE = PictureMode(pixels="YUYV", width=1280, height=720, fps=30)


def shot(number: int, *, sequence: int | None = None, waited: bool = True, whole: bool = True, **more: float) -> Shot:
    time = more.get("time", 100 + number / 10)
    arrived = more.get("arrived", 50 + number / 10)
    order = number if sequence is None else sequence
    return Shot(sequence=order, time=time, arrived=arrived, waited=waited, whole=whole, repeats=False, light=UNSEEN)


def reel(*shots: Shot, ended: float = 51.0) -> Reel:
    return Reel(
        path="/dev/video0", asked=ASKED, got=MODE, buffers=4, opened=49.5, started=49.8, ended=ended, shots=shots
    )


def test_an_even_stream() -> None:
    told = pictures_of(reel(*(shot(number) for number in range(10))), "")
    assert (told.delivered, told.corrupt, told.dropped, told.missed, told.repeated) == (10, 0, 0, 0, 0)
    assert told.opened_ms == pytest.approx(500)
    assert told.first_ms == pytest.approx(200)
    assert told.span_ms == pytest.approx(900)
    assert told.quiet_ms == pytest.approx(100)


def test_gaps_while_we_waited_are_the_cameras() -> None:
    told = pictures_of(reel(*(shot(number, sequence=2 * number) for number in range(10))), "")
    assert (told.dropped, told.missed) == (9, 0)


def test_gaps_after_we_came_late_may_be_ours_until_the_driver_had_all_buffers_again() -> None:
    late = [
        shot(number, sequence=number + 5 * (number > 3) + 7 * (number > 8), waited=number != 2) for number in range(10)
    ]
    told = pictures_of(reel(*late), "")
    assert (told.dropped, told.missed) == (7, 5)


def test_damaged_buffers_are_no_pictures_and_no_gaps() -> None:
    told = pictures_of(reel(*(shot(number, whole=number % 3 != 1) for number in range(9))), "")
    assert (told.delivered, told.corrupt, told.dropped) == (6, 3, 0)


@pytest.mark.parametrize("time", [0.0, 7.0])
def test_a_driver_without_a_clock_is_timed_by_ours(time: float) -> None:
    told = pictures_of(reel(*(shot(number, time=time) for number in range(6))), "")
    assert told.span_ms == pytest.approx(500)


def test_the_drivers_clock_is_better_than_ours() -> None:
    bunched = [shot(number, arrived=50.0) for number in range(6)]
    assert pictures_of(reel(*bunched), "").span_ms == pytest.approx(500)


def test_sequence_numbers_that_stand_still_or_go_back_are_no_gaps() -> None:
    told = pictures_of(reel(*(shot(number, sequence=0) for number in range(5)), shot(5, sequence=3)), "")
    assert told.dropped == 2
    told = pictures_of(reel(shot(0, sequence=2**32 - 1), shot(1, sequence=0)), "")
    assert told.dropped == 0


def test_repeats_are_counted_of_whole_pictures() -> None:
    shots = [replace(shot(number), repeats=number > 0) for number in range(6)]
    assert pictures_of(reel(*shots), "EIO").repeated == 5
    assert pictures_of(reel(*shots), "EIO").left == "EIO"


def test_one_picture_is_a_stream() -> None:
    told = pictures_of(reel(shot(0)), "")
    assert (told.delivered, told.span_ms) == (1, 0)
