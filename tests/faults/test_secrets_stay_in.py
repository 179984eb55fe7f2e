"""Under every fault, in every format: no token, secret, TURN credential; codes as declared; nothing for a terminal."""

from pathlib import Path

import pytest
from fault_runs import Runs
from helpers_faults import examined, joins, tells_nothing_it_should_not

from hms_doctor.model.settings import Selection
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.faults import every_fault

FAULTS = {name: fault for name, fault in every_fault().items() if not joins(fault)}


def test_no_secret_leaves_where_all_is_well() -> None:
    tells_nothing_it_should_not(*examined(Scenario(), seconds=8.0, selection=Selection()))


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_no_secret_leaves_in_any_format(name: str, shared_folder: Path) -> None:
    assert Runs(shared_folder).of(name).leak == ""
