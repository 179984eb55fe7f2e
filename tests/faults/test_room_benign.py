"""A doctor that joins finds nothing wrong with rooms that differ in nothing that matters."""

import pytest
from helpers_faults import examined, tells_nothing_it_should_not

from hms_doctor.model.finding import Status
from hms_doctor.model.settings import Selection
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.benign import Benign
from hms_doctor.simulator.benign_room import BENIGN_ROOMS

ABOUT_THE_ROOM = Selection(skip=("devices", "ice", "local"))
OF_THE_ROOM = ("signalling.hold", "signalling.join", "room.publish", "room.subscribe", "room.media")


@pytest.mark.parametrize("benign", BENIGN_ROOMS, ids=lambda benign: benign.name)
def test_nothing_is_wrong_with_such_a_room(benign: Benign) -> None:
    report, secrets = examined(benign.apply(Scenario()), seconds=20.0, selection=ABOUT_THE_ROOM)
    told = {c.id: (c.status.value, c.summary) for c in report.checks if c.status in {Status.FAIL, Status.INCONCLUSIVE}}
    assert told == {}
    seen = {c.id for c in report.checks if c.status in {Status.PASS, Status.WARN}}
    assert {*OF_THE_ROOM} <= seen
    tells_nothing_it_should_not(report, secrets)
    names = [other.name for other in benign.apply(Scenario()).room.others if other.name]
    assert [name for name in names if name in repr(report)] == []
