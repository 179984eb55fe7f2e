"""Under every fault, in every format: no token, secret, TURN credential; codes as declared; nothing for a terminal."""

import re

import pytest
from helpers_faults import WITHOUT_DEVICES, examined

from hms_doctor.checks import every_check
from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.finding import code_of
from hms_doctor.model.settings import Selection
from hms_doctor.reporters import Style, Verbosity, every_format
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.faults import every_fault

FAULTS = every_fault()
DECLARED = {check.id: check.codes for check in every_check()}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("name", ["healthy", *sorted(FAULTS)])
def test_no_secret_leaves_in_any_format(name: str) -> None:
    scenario = FAULTS[name].apply(Scenario()) if name in FAULTS else Scenario()
    chosen = Selection() if name == "healthy" or FAULTS[name].kind == "device" else WITHOUT_DEVICES
    report, secrets = examined(scenario, seconds=8.0, selection=chosen)
    for format_name, render in every_format().items():
        text = render(report, Style(verbosity=Verbosity.VERBOSE))
        for secret in secrets:
            for piece in secret.reveal().split("."):
                assert len(piece) < 12 or piece not in text, format_name
        assert not CONTROL.search(text), format_name
    for check in report.checks:
        told = {code_of(finding, Platform.ANY) for finding in check.findings} - {NO_CODE}
        assert told <= DECLARED[check.id], check.id
