"""Ten whole screens, 80 columns, as a person sees them; ``HMS_DOCTOR_GOLDEN=write`` writes them anew."""

import os
from pathlib import Path

import pytest
from samples import SAMPLES

from hms_doctor.reporters import Style
from hms_doctor.reporters.table import render

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_screen_is_the_one_that_was_looked_at(name: str) -> None:
    shown = render(SAMPLES[name], Style(width=80))
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("HMS_DOCTOR_GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_no_screen_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(SAMPLES)
