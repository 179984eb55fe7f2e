"""What every kind of device is judged by alike: how the look ended, absence, and permission."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.devices.look import Crashed, End, Finished, Garbled, Hung, StillLooking
from hms_doctor.model.devices.places import guests, places
from hms_doctor.model.devices.surveys import Here
from hms_doctor.model.devices.words import Words, access_order
from hms_doctor.model.finding import Failed, Finding, Undecided
from hms_doctor.model.json import JsonObject

_DENIALS: Final = {"EACCES", "EPERM"}
_VANISHED: Final = {"ENOENT", "ENXIO", "ENODEV"}


def is_denied(errno: str) -> bool:
    """Whether an errno is a refusal of permission."""
    return errno in _DENIALS


def is_gone(errno: str) -> bool:
    """Whether an errno says that there is no device behind the node, or no node."""
    return errno in _VANISHED


def of_the_end(end: End, noun: str) -> Iterator[Finding]:
    """Say what a look did not get to see, which is ours to answer for and never has a code."""
    match end:
        case StillLooking() | Finished():
            return
        case Hung():
            yield Undecided(
                summary=f"could not look at the {noun}: {end.stage} gave no answer in {end.seconds:.1f} s",
                action="Plug the device in again or restart the machine, then run hms-doctor devices.",
            )
        case Crashed():
            yield Undecided(
                summary=f"could not look at the {noun}: {end.stage} crashed ({end.how})",
                action=f"Update or reinstall {end.stage}, then run hms-doctor devices.",
                evidence={"stderr": end.noise[-200:]},
            )
        case Garbled():
            yield Undecided(
                summary=f"could not look at the {noun}: {end.detail[:200]}",
                action="Run hms-doctor devices again; should it stay, report this as a bug of hms-doctor.",
            )


def nothing_told(noun: str) -> Finding:
    """Judge a look that was cut off before it told anything."""
    return Undecided(summary=f"the {noun} was not looked at to the end", action="Run hms-doctor devices.")


def absent(words: Words, here: Here, evidence: JsonObject, *, required: bool, saw: str = "") -> Finding:
    """Judge that no device is there: a failure at the desk, and no news where no device is to be expected."""
    for place in places(here) if not required else ():
        summary = f"no {words.noun} is visible {place.at}"
        return Undecided(summary=summary, action=place.instead, evidence=evidence)
    return Failed(cause=words.absent, summary=saw or f"there is no {words.noun}", evidence=evidence)


def denied(words: Words, here: Here, path: str, group: str, evidence: JsonObject) -> Finding:
    """Judge a node that this user may not open."""
    order = access_order(here, path, group, words.group)
    for guest in guests(here):
        return Undecided(
            summary=f"the {words.noun} {path} is closed to {guest.who}; {guest.where_open} it may be open",
            action=f"{guest.instead} {guest.to_open.format(order=order, group=group or words.group)}",
            evidence=evidence,
        )
    return Failed(
        cause=words.denied,
        summary=f"permission denied for the {words.noun} {path}: {_whose(here, group)}",
        action=order,
        evidence=evidence,
    )


def _whose(here: Here, group: str) -> str:
    if here.is_root:
        return "it is closed even to root"
    return f"it belongs to the group {group}" if group else "nobody but root may open it"
