"""Wrong answers that other tools give to the same measurements, and that ours does not give."""

from math import isfinite
from pathlib import Path

import pytest
from loops import loop, measured
from mypy import api

from hms_doctor.model.ice.emodel import Impairments, NoScore, Scored, score, score_of
from hms_doctor.model.ice.figures import figures_from
from hms_doctor.model.ice.media import PacedLoop
from hms_doctor.model.units import Milliseconds, Percent


def mos(played: PacedLoop) -> float:
    scored = score_of(figures_from(played))
    assert isinstance(scored, Scored)
    return scored.mos


def test_every_part_of_a_run_counts_not_its_first() -> None:
    """One tool keeps only the first of its scores: 5, 1, 1, 1, 1 is 5 there, and 1, 5, 5, 5, 5 is 1."""
    fine, awful = mos(loop([40.0] * 100)), mos(loop([900.0] * 100))
    assert mos(loop([*[40.0] * 20, *[900.0] * 80])) < fine - 1
    assert mos(loop([*[900.0] * 3, *[40.0] * 97])) > awful + 1


def test_the_worst_is_not_left_out() -> None:
    """The same tool throws its worst score, 0, away."""
    assert mos(loop([40.0] * 100, lost=range(20))) < mos(loop([40.0] * 100, lost=range(10)))


def test_nothing_measured_is_no_number_that_is_none() -> None:
    """The same tool answers NaN where nothing was scored; another calls missing figures excellent."""
    empty = score_of(figures_from(loop([])))
    dead = score_of(figures_from(loop([40.0] * 100, lost=range(100))))
    assert isinstance(empty, NoScore)
    assert isinstance(dead, NoScore)


def test_what_did_not_come_back_is_no_round_trip_of_zero() -> None:
    """One tool counts a missing side as 0 ms and so halves the mean."""
    assert measured(loop([80.0] * 100, lost=range(50))).round_trip == pytest.approx(80)
    assert measured(loop([80.0] * 100, lost=range(50))).round_trip_p95 == pytest.approx(80)


def test_jitter_is_in_milliseconds_and_loss_in_percent() -> None:
    """One tool gives seconds and a fraction to a formula for ms and %: 4.38 for (100 ms, 100 ms, 10 %), not 2.6."""
    told = score(Impairments(round_trip=Milliseconds(100), jitter=Milliseconds(100), loss=Percent(10)))
    assert told.mos == pytest.approx(2.6, abs=0.1)
    thirty = score(Impairments(round_trip=Milliseconds(100), jitter=Milliseconds(100), loss=Percent(30)))
    assert thirty.mos < 1.8  # 4.37 there


def test_jitter_can_be_bad() -> None:
    """The same seconds, compared with 5, 10 and 30: jitter is always fine there."""
    smooth = Impairments(round_trip=Milliseconds(40), jitter=Milliseconds(1), loss=Percent(0))
    rough = Impairments(round_trip=Milliseconds(40), jitter=Milliseconds(150), loss=Percent(0))
    assert score(rough).mos < score(smooth).mos - 0.5


def test_the_round_trip_changes_the_score() -> None:
    """One tool promises it and reckons with 150 ms whatever was measured."""
    assert isfinite(mos(loop([700.0] * 100)))
    assert mos(loop([700.0] * 100)) < mos(loop([300.0] * 100)) < mos(loop([100.0] * 100))


PROGRAM = """
from hms_doctor.model.ice.emodel import Impairments
from hms_doctor.model.units import Milliseconds, Percent, Seconds

Impairments(round_trip=Milliseconds(100), jitter=Milliseconds(100), loss=Percent(10))
Impairments(round_trip=Milliseconds(100), jitter=Seconds(0.1), loss=Percent(10))
Impairments(round_trip=Milliseconds(100), jitter=Milliseconds(100), loss=0.1)
Impairments(round_trip=Seconds(0.1), jitter=Milliseconds(100), loss=Percent(10))
Impairments(round_trip=Percent(10), jitter=Milliseconds(100), loss=Milliseconds(100))
"""


def test_a_figure_in_the_wrong_unit_does_not_pass_the_type_checker(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    said, complaints, code = api.run(
        ["--config-file=", "--strict", "--no-error-summary", f"--cache-dir={tmp_path}", str(program)]
    )
    assert complaints == ""
    assert code == 1
    assert [line.split(":")[1] for line in said.splitlines()] == ["6", "7", "8", "9", "9"]
