"""What may differ from day to day and breaks no call must never fail a check, nor warn without need."""

import pytest
from helpers_faults import examined

from hms_doctor.model.finding import Status
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.benign import BENIGN

CHANGES = {change.name: change for change in BENIGN}


def test_there_are_enough_of_them() -> None:
    assert len(CHANGES) >= 30


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_benign_change_never_fails(name: str) -> None:
    report, _ = examined(CHANGES[name].apply(Scenario()))
    told = {c.id: (c.status.value, c.summary) for c in report.checks if c.status in {Status.FAIL, Status.INCONCLUSIVE}}
    assert told == {}
    assert report.exit_code == 0
