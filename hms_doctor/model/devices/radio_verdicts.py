"""Bluetooth, judged: who denies it, what keeps it from working, and what a connected headset is good for."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes.bluetooth import (
    BLUETOOTH_DENIED_BY_POLICY,
    BLUETOOTH_DENIED_BY_USER,
    BLUETOOTH_LISTENING_ONLY,
)
from hms_doctor.model.devices.headsets import can_call, for_listening_only, told
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Crashed, End
from hms_doctor.model.devices.places import in_container, places
from hms_doctor.model.devices.radio_lacks import SANDBOXES, Lack, lack_of
from hms_doctor.model.devices.radios import (
    Access,
    AudioProfile,
    BluetoothSurvey,
    Headset,
    Offer,
    Power,
    ServiceHost,
    WiredMicrophones,
)
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject

LINUX: Final = "linux"
_COREBLUETOOTH: Final = "CoreBluetooth"
_NEAREST: Final = "Android's code, the nearest here"
_POLICY_ORDERS: Final = {
    "AppArmor": "Allow org.bluez in the program's AppArmor profile; for a snap: sudo snap connect NAME:bluez.",
    "SELinux": "Let the program send to org.bluez in the SELinux policy (sudo ausearch -m USER_AVC names the rule).",
    ": authentication": "Run the program as a user that the system bus knows; a container needs the host's uid.",
    ": [Errno 13]": "Let the user connect to the socket of the system bus (/run/dbus/system_bus_socket).",
    "Rejected send": "Let the user send to org.bluez (/etc/dbus-1/system.d/bluetooth.conf), or join its group.",
}
"""Who denies, by words of the message bus's own text → the order for the administrator."""


def of_the_radios(survey: BluetoothSurvey, *, required: bool) -> Iterator[Finding]:
    """Judge one survey: a denial, then what is missing, then what works."""
    evidence = _evidence(survey)
    match survey.access:
        case Access.DENIED_BY_POLICY if survey.here.walls in SANDBOXES:
            [place] = places(survey.here)
            summary = f"the Bluetooth service may not be asked {place.at}"
            yield Undecided(summary=summary, action=place.instead, evidence=evidence)
            return
        case Access.DENIED_BY_USER | Access.DENIED | Access.DENIED_BY_POLICY:
            yield _denied(survey, evidence, required=required)
            return
        case _:
            lack = lack_of(survey)
    if isinstance(lack, Lack):
        yield _lacking(lack, survey, evidence, required=required)
    elif survey.access is Access.UNTOLD or (survey.system == LINUX and survey.access is Access.NOT_ASKED):
        yield _untold(survey, evidence)
    else:
        yield Passed(summary=_good(survey), evidence=evidence)
        yield from _of_headsets(survey)


def of_a_kill(end: End) -> tuple[Finding, ...]:
    """Judge a child that died in macOS's Bluetooth library, where the system kills programs that give no reason."""
    if not isinstance(end, Crashed) or end.stage != _COREBLUETOOTH:
        return ()
    return (
        Undecided(
            summary=f"could not look at the Bluetooth adapter: CoreBluetooth crashed ({end.how}), as where macOS stops "
            "a terminal program that gives no reason to use Bluetooth",
            action="Run hms-doctor devices in Terminal; allow it in System Settings > Privacy & Security > Bluetooth.",
            evidence={"stderr": end.noise[-200:]},
        ),
    )


def _evidence(survey: BluetoothSurvey) -> JsonObject:
    switches: list[JsonObject] = [
        {"name": block.name, "soft": block.soft, "hard": block.hard} for block in survey.blocks
    ]
    return {
        "devices": listed(DeviceKind.BLUETOOTH, survey),
        "service": survey.access.value,
        "said": survey.detail[:200],
        "rfkill": switches,
        "kernel": survey.kernel.value,
        "runs_the_service": survey.host.value,
    }


def _unsure(survey: BluetoothSurvey) -> str:
    return "" if survey.system == LINUX else f" (unverified on {survey.system})"


def _breaks(
    cause: Cause, summary: str, action: str, survey: BluetoothSurvey, evidence: JsonObject, *, required: bool
) -> Failed | Warned:
    """Fail where it was required, on systems where this was seen to be true; else warn with the code."""
    if required and survey.system == LINUX:
        return Failed(cause=cause, summary=summary, action=action, evidence=evidence)
    return Warned(cause=cause, summary=summary, action=action, evidence=evidence, shows_code=True)


def _denied(survey: BluetoothSurvey, evidence: JsonObject, *, required: bool) -> Finding:
    by_policy = survey.access is Access.DENIED_BY_POLICY
    cause = BLUETOOTH_DENIED_BY_POLICY if by_policy else BLUETOOTH_DENIED_BY_USER
    title = (
        f"Bluetooth is denied, {survey.system} does not say by whom" if survey.access is Access.DENIED else cause.title
    )
    orders = (order for words, order in _POLICY_ORDERS.items() if by_policy and words in survey.detail)
    summary = f"{title}{_unsure(survey)}; {cause.code} is {_NEAREST}"
    return _breaks(cause, summary, next(orders, ""), survey, evidence, required=required)


def _lacking(lack: Lack, survey: BluetoothSurvey, evidence: JsonObject, *, required: bool) -> Finding:
    summary = f"{lack.summary}{_unsure(survey)}"
    if not required:
        return NothingToCheck(summary=f"{summary}: nothing to check", evidence=evidence)
    if lack.is_the_hosts:
        return Undecided(summary=summary, action=lack.action, evidence=evidence)
    return _breaks(lack.cause, summary, lack.action, survey, evidence, required=required)


def _untold(survey: BluetoothSurvey, evidence: JsonObject) -> Finding:
    restart = "sudo systemctl restart bluetooth" if survey.host is ServiceHost.SYSTEMD else ""
    order = (
        f"Run {restart}, then hms-doctor devices."
        if restart
        else "Restart the Bluetooth service, then run hms-doctor devices."
    )
    here = not in_container(survey.here)
    return Undecided(
        summary=f"the Bluetooth service could not be asked: {survey.detail or survey.access.value}"[:199],
        action=order if here else "Run hms-doctor devices where the Bluetooth service runs.",
        evidence=evidence,
    )


def _good(survey: BluetoothSurvey) -> str:
    on = [adapter.name for adapter in survey.adapters if adapter.power is Power.ON]
    state = f"{on[0]}, on" if on else f"{survey.adapters[0].name}, present"
    connected = "; connected: " + ", ".join(told(headset) for headset in survey.headsets) if survey.headsets else ""
    return f"{state}{connected}{_unsure(survey)}"


def _of_headsets(survey: BluetoothSurvey) -> Iterator[Finding]:
    """Say what a call does not get of a headset; a warning only where nothing else is a microphone."""
    listening = [headset for headset in survey.headsets if not can_call(headset)]
    others = len(listening) < len(survey.headsets) or survey.wired is not WiredMicrophones.NONE
    for headset in listening:
        summary = for_listening_only(headset)
        if others:
            yield Passed(summary=summary)
        else:
            yield Warned(cause=BLUETOOTH_LISTENING_ONLY, summary=summary)
    for headset in survey.headsets:
        if _is_held_back(headset):
            yield Passed(
                summary=f"{headset.name} has a call profile, and the sound server offers it for listening only: "
                "disconnect and connect it again to use its microphone"
            )


def _is_held_back(headset: Headset) -> bool:
    return headset.offer is Offer.LISTENING and AudioProfile.A2DP in headset.profiles and can_call(headset)
