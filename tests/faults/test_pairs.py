"""Two faults at once have one right root: the one that a joining app meets first."""

import random

import pytest
from helpers_faults import WITHOUT_DEVICES, examined, joins

from hms_doctor.model.report.report import RootCause
from hms_doctor.model.settings import Selection
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.faults import every_fault

STAGES = ("token.format", "endpoint.url", "endpoint.reach", "init", "signalling.connect", "ice.verdict", "devices")
"""What ``join()`` goes through, by the check that finds a fault there; written down here, not asked of the tool."""

SLOW = ("silent", "silence", "endless", "huge", "slow", "hang", "drop")
FAULTS = [f for f in every_fault().values() if f.code and not joins(f) and not any(word in f.name for word in SLOW)]


def stage(fault: Fault) -> int:
    """Give the place of a fault on the way; -1 where this table does not place it."""
    name = "devices" if fault.check.startswith("devices.") else fault.check
    return STAGES.index(name) if name in STAGES else -1


def pairs() -> list[tuple[Fault, Fault]]:
    """Choose 200 pairs of faults of different stages, the same ones in every run."""
    placed = [f for f in FAULTS if stage(f) >= 0]
    every = [(a, b) for a in placed for b in placed if stage(a) < stage(b)]
    return random.Random(100).sample(every, 200)


@pytest.mark.parametrize(("first", "second"), pairs(), ids=lambda fault: fault.name)
def test_the_first_on_the_way_is_the_root(first: Fault, second: Fault) -> None:
    chosen = Selection() if "device" in {first.kind, second.kind} else WITHOUT_DEVICES
    report, _ = examined(second.apply(first.apply(Scenario())), seconds=10.0, selection=chosen)
    root = report.diagnosis.root
    assert isinstance(root, RootCause)
    assert (root.cause.id, root.code, root.check) == (first.cause, first.code, first.check)
    beside = {other.cause.id for other in report.diagnosis.others}
    if second.check.startswith("devices."):
        assert second.cause in beside  # a device is nobody's consequence
