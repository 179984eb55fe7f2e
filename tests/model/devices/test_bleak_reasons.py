"""Every reason that bleak has for Bluetooth not being there, and what is said of it."""

from dataclasses import replace

import pytest
from bleak.exc import BleakBluetoothNotAvailableReason
from device_looks import cause_and_code, here, look, status

from hms_doctor.checks.devices_bluetooth import diagnose
from hms_doctor.model.devices.bleak_reasons import Presence, Reason, named, state_of
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Power
from hms_doctor.model.finding import Status
from hms_doctor.platforms.bleak_state import with_reason

LISTED = BluetoothSurvey(
    here=here(),
    system="macOS",
    adapters=(Adapter(name="Bluetooth", power=Power.UNKNOWN),),
    blocks=(),
    access=Access.ANSWERED,
    detail="",
    headsets=(),
)
UNLISTED = replace(LISTED, adapters=())
OFF = (Status.SKIP, "", 0)
TABLE = {
    Reason.NONE: (Status.PASS, "", 0),
    Reason.NO_BLUETOOTH: OFF,
    Reason.NO_BLE_CENTRAL_ROLE: (Status.PASS, "", 0),
    Reason.POWERED_OFF: OFF,
    Reason.DENIED_BY_USER: (Status.WARN, "bluetooth.denied_user", 3012),
    Reason.DENIED_BY_SYSTEM: (Status.WARN, "bluetooth.denied_policy", 3013),
    Reason.DENIED_BY_UNKNOWN: (Status.WARN, "bluetooth.denied_user", 3012),
    Reason.UNKNOWN: (Status.PASS, "", 0),  # the system's own list stands
}


def test_bleak_has_no_other_reasons() -> None:
    assert {reason.name for reason in BleakBluetoothNotAvailableReason} == set(Reason.__members__) - {"NONE"}
    assert set(TABLE) == set(Reason)


@pytest.mark.parametrize("reason", BleakBluetoothNotAvailableReason, ids=lambda reason: reason.name)
def test_every_reason_is_known_by_name(reason: BleakBluetoothNotAvailableReason) -> None:
    assert named(reason.name).name == reason.name


@pytest.mark.parametrize("name", ["", "NONE", "A_LATER_REASON"])
def test_another_name_is_unknown(name: str) -> None:
    assert named(name) is Reason.UNKNOWN


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_every_reason_is_judged(reason: Reason) -> None:
    findings = list(diagnose(look(with_reason(LISTED, reason))))
    cause, code = cause_and_code(findings[0])
    assert (status(findings), cause, code) == TABLE[reason]
    assert all("unverified on macOS" in found.summary for found in findings)


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_where_the_system_lists_nothing_bleak_has_the_word(reason: Reason) -> None:
    state = state_of(reason)
    survey = with_reason(UNLISTED, reason)
    assert [adapter.power for adapter in survey.adapters] == [state.power] * (state.presence is Presence.THERE)
    assert survey.access is state.access
    if reason is Reason.UNKNOWN:
        assert status(list(diagnose(look(survey)))) is Status.SKIP
