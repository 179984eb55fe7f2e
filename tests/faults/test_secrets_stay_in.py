"""Under every fault, in every format: no token, secret, TURN credential; codes as declared; nothing for a terminal."""

import pytest
from helpers_faults import WITHOUT_DEVICES, examined, joins, tells_nothing_it_should_not

from hms_doctor.model.settings import Selection
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.faults import every_fault

FAULTS = {name: fault for name, fault in every_fault().items() if not joins(fault)}


@pytest.mark.parametrize("name", ["healthy", *sorted(FAULTS)])
def test_no_secret_leaves_in_any_format(name: str) -> None:
    scenario = FAULTS[name].apply(Scenario()) if name in FAULTS else Scenario()
    chosen = Selection() if name == "healthy" or FAULTS[name].kind == "device" else WITHOUT_DEVICES
    tells_nothing_it_should_not(*examined(scenario, seconds=8.0, selection=chosen))
