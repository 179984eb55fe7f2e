"""Whether Bluetooth is there, on and permitted; nothing is scanned for and no headset is opened."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Final, TypeAlias

from hms_doctor.devices.process import Asked, looks
from hms_doctor.model.causes import Cause
from hms_doctor.model.causes.bluetooth import (
    BLUETOOTH_ABSENT,
    BLUETOOTH_DENIED_BY_POLICY,
    BLUETOOTH_DENIED_BY_USER,
    BLUETOOTH_OFF,
)
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Finished, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.radios import Access, BluetoothSurvey, Power
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.verdicts import nothing_told, of_the_end
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject

Observation: TypeAlias = Look[BluetoothSurvey]
_ASKED: Final[Asked[BluetoothSurvey]] = Asked(kind=DeviceKind.BLUETOOTH, shapes=(BluetoothSurvey,))
_NOUN: Final = "Bluetooth adapter"
_NEAREST: Final = "the code is Android's, the nearest here"
_DENIALS: Final = {
    Access.DENIED_BY_USER: BLUETOOTH_DENIED_BY_USER,
    Access.DENIED_BY_POLICY: BLUETOOTH_DENIED_BY_POLICY,
}


def observe(ctx: Context, _facts: Facts) -> AsyncIterator[Observation]:
    """Ask the kernel, then the Bluetooth service, for adapters and switches."""
    return looks(ctx, _ASKED)


def diagnose(look: Observation) -> Iterable[Finding]:
    """Judge what was seen: without Bluetooth there is nothing to check, unless it was required."""
    yield from of_the_end(look.end, _NOUN)
    match look.seen:
        case NothingSeen():
            if isinstance(look.end, StillLooking | Finished):
                yield nothing_told(_NOUN)
        case BluetoothSurvey():
            yield _of(look.seen, required=look.required)


def _of(survey: BluetoothSurvey, *, required: bool) -> Finding:
    evidence: JsonObject = {"devices": listed(DeviceKind.BLUETOOTH, survey), "service": survey.access.value}
    if survey.access in _DENIALS:
        return _denied(_DENIALS[survey.access], survey, evidence, required=required)
    for cause, summary, action in _lacking(survey):
        if required:
            return Failed(cause=cause, summary=summary, action=action, evidence=evidence)
        return NothingToCheck(summary=f"{summary}: nothing to check", evidence=evidence)
    if survey.access in {Access.NO_BUS, Access.UNTOLD} or _is_unfinished(survey):
        return Undecided(
            summary=f"the Bluetooth service could not be asked: {survey.detail or survey.access.value}"[:200],
            action="Run hms-doctor devices where the Bluetooth service runs.",
            evidence=evidence,
        )
    return Passed(summary=_good(survey), evidence=evidence)


def _is_unfinished(survey: BluetoothSurvey) -> bool:
    return survey.system == "linux" and survey.access is Access.NOT_ASKED


def _denied(cause: Cause, survey: BluetoothSurvey, evidence: JsonObject, *, required: bool) -> Finding:
    summary = f"{cause.title} ({_NEAREST})"
    told = {**evidence, "said": survey.detail[:200]}
    if required:
        return Failed(cause=cause, summary=summary, evidence=told)
    return Warned(cause=cause, summary=summary, evidence=told, shows_code=True)


def _lacking(survey: BluetoothSurvey) -> Iterator[tuple[Cause, str, str]]:
    """Give what keeps Bluetooth from working, in words, with the order that mends it (empty: the cause's own)."""
    if not survey.adapters:
        yield BLUETOOTH_ABSENT, "no Bluetooth adapter", ""
    if any(block.hard for block in survey.blocks):
        yield (
            BLUETOOTH_OFF,
            "Bluetooth is switched off by a hardware switch",
            "Slide the wireless switch of the machine.",
        )
    if any(block.soft for block in survey.blocks):
        yield BLUETOOTH_OFF, "Bluetooth is switched off (rfkill)", "Run rfkill unblock bluetooth."
    if survey.access is Access.NO_SERVICE:
        yield BLUETOOTH_OFF, "the Bluetooth service is not running", "Run sudo systemctl start bluetooth."
    if all(adapter.power is Power.OFF for adapter in survey.adapters):
        yield BLUETOOTH_OFF, "Bluetooth is switched off", ""


def _good(survey: BluetoothSurvey) -> str:
    on = [adapter.name for adapter in survey.adapters if adapter.power is Power.ON]
    state = f"{on[0]}, on" if on else f"{survey.adapters[0].name}, present"
    connected = f", connected: {', '.join(survey.headsets)}" if survey.headsets else ""
    unsure = "" if survey.system == "linux" else f" (unverified on {survey.system})"
    return f"{state}{connected}{unsure}"


CHECK = Check(
    id="devices.bluetooth",
    title="Bluetooth",
    asks="Is there a Bluetooth adapter, is it on, and may this user ask it?",
    codes=frozenset({3002, 3012, 3013}),
    observe=observe,
    diagnose=diagnose,
)
