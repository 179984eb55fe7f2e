"""Every device fault, through the real check and a real child process."""

import time
from contextlib import AsyncExitStack

import pytest

from hms_doctor.checks import devices_bluetooth, devices_camera, devices_microphone, devices_speaker
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import AnyCheck, Context, Facts
from hms_doctor.model.devices.wish import DeviceProof
from hms_doctor.model.finding import (
    Failed,
    Finding,
    NothingToCheck,
    Passed,
    Status,
    Undecided,
    Warned,
    code_of,
    status_of,
    worst,
)
from hms_doctor.model.settings import Settings, SimulatedMachine
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.faults import every_fault
from hms_doctor.simulator.scenario import Scenario

CHECKS: dict[str, AnyCheck] = {
    module.CHECK.id: module.CHECK for module in (devices_bluetooth, devices_camera, devices_microphone, devices_speaker)
}
# A machine whose WebRTC stack refuses is a device's fault too; those of the room meet it in tests/faults.
FAULTS = [fault for fault in every_fault().values() if fault.kind == "device" and fault.check.startswith("devices.")]
BY_NAME = {fault.name: fault for fault in FAULTS}


async def found(check: AnyCheck, scenario: Scenario, required: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Run one check against a scenario's machine, to its last snapshot."""
    machine = SimulatedMachine(script=scenario.machine)
    settings = Settings(machine=machine, devices=scenario.devices, required=required)
    async with AsyncExitStack() as stack:
        ctx = Context(settings=settings, deadline=time.monotonic() + 20, stack=stack)
        return [snapshot.findings async for snapshot in check.examine(ctx, Facts())][-1]


def told(findings: tuple[Finding, ...]) -> tuple[Status, str, int]:
    status = worst(findings)
    first = next(finding for finding in findings if status_of(finding) is status)
    match first:
        case Failed() | Warned():
            return status, first.cause.id, first.cause.code
        case Passed() | NothingToCheck() | Undecided():
            return status, "", 0


@pytest.mark.parametrize("fault", FAULTS, ids=BY_NAME)
async def test_the_check_finds_the_fault(fault: Fault) -> None:
    status, cause, code = told(await found(CHECKS[fault.check], fault.apply(Scenario())))
    assert (cause, code) == (fault.cause, fault.code)
    if fault.code:
        assert status is (Status.WARN if fault.check == "devices.bluetooth" else Status.FAIL)
    elif fault.cause:
        assert status is Status.WARN
    else:
        assert status is (Status.SKIP if fault.check == "devices.bluetooth" else Status.INCONCLUSIVE)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
async def test_a_healthy_machine_passes(check: AnyCheck) -> None:
    assert worst(await found(check, Scenario())) is Status.PASS


@pytest.mark.parametrize("fault", FAULTS, ids=BY_NAME)
async def test_the_other_devices_stay_well(fault: Fault) -> None:
    scenario = fault.apply(Scenario())
    other = next(check for id_, check in CHECKS.items() if id_ != fault.check)
    assert worst(await found(other, scenario)) is Status.PASS


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("camera-lost", 3004),
        ("microphone-lost", 3004),
        ("microphone-silence", 3010),
        ("camera-silent", 3015),
        ("microphone-silent-stream", 3015),
        ("camera-black", 0),
        ("microphone-muted", 0),
    ],
)
async def test_on_web_some_have_a_code_of_their_own(name: str, code: int) -> None:
    fault = BY_NAME[name]
    findings = await found(CHECKS[fault.check], fault.apply(Scenario()))
    assert {code_of(finding, Platform.WEB) for finding in findings} - {0} == {code} - {0}


def test_only_what_needs_it_is_put_to_the_test() -> None:
    tested = {name for name, fault in BY_NAME.items() if fault.apply(Scenario()).devices.proof is DeviceProof.TEST}
    assert {"camera-black", "camera-silent", "microphone-silence"} <= tested
    assert tested.isdisjoint({"camera-denied", "camera-hang", "microphone-muted", "bluetooth-off", "speaker-unheard"})
    assert BY_NAME["speaker-unheard"].apply(Scenario()).devices.plays
    both = BY_NAME["camera-denied"].apply(BY_NAME["microphone-clips"].apply(Scenario()))
    assert both.devices.proof is DeviceProof.TEST


async def test_two_faults_compose() -> None:
    scenario = BY_NAME["microphone-busy"].apply(BY_NAME["camera-denied"].apply(Scenario()))
    assert told(await found(CHECKS["devices.camera"], scenario)) == (Status.FAIL, "camera.denied", 3001)
    assert told(await found(CHECKS["devices.microphone"], scenario)) == (Status.FAIL, "microphone.busy", 3003)


@pytest.mark.parametrize(
    ("name", "cause", "code"),
    [
        ("bluetooth-off", "bluetooth.off", 3002),
        ("bluetooth-denied-user", "bluetooth.denied_user", 3012),
        ("bluetooth-denied-policy", "bluetooth.denied_policy", 3013),
    ],
)
@pytest.mark.parametrize("word", ["devices", "devices.bluetooth"])
async def test_what_must_be_there_fails(name: str, cause: str, code: int, word: str) -> None:
    findings = await found(CHECKS["devices.bluetooth"], BY_NAME[name].apply(Scenario()), (word,))
    assert told(findings) == (Status.FAIL, cause, code)
