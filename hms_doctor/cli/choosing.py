"""Which checks a command runs."""

import os
from collections.abc import Mapping
from dataclasses import field, replace

from hms_doctor.checks import checks_named, every_check
from hms_doctor.cli.device_flags import DEVICE_CHECKS, UNNAMED, DeviceFlags
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.joining import enters, with_ways
from hms_doctor.model.check import AnyCheck
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import Selection
from hms_doctor.model.vantage import on_ci
from hms_doctor.runner import Plan, UnknownCheckError, covers, make_plan


@dataclass(frozen=True, kw_only=True)
class Command:
    """What distinguishes the commands that run checks."""

    leaves_out: Mapping[str, str] = field(default_factory=dict)  # prefix → why
    groups: tuple[str, ...] = ()  # empty: all
    names_its_checks: bool = False  # who asks for these checks by the command's name wants them decided, in CI too
    wants_token: bool = True
    may_join: bool = False


CHECK = Command(may_join=True)
NETWORK = Command(groups=("local", "token", "endpoint", "init", "signalling", "ice"), wants_token=False)
DEVICES = Command(groups=("devices",), names_its_checks=True, wants_token=False)


def choose(command: Command, selection: Selection, seeded: frozenset[type], devices: DeviceFlags) -> Plan:
    """Plan what a command was asked for. Raises UsageError for an id that names no check of this command."""
    selection = with_ways(selection)
    alone = _named_alone(selection.only or (command.groups if command.names_its_checks else ()), selection, seeded)
    every = alone or every_check()
    checks = [c for c in every if _belongs(c, command)]
    try:
        return make_plan(checks, replace(selection, reasons=_reasons(command, devices)), seeded)
    except UnknownCheckError as unknown:
        named = [c for c in every if covers(unknown.wish, c.id)]
        if named:
            wish, groups = unknown.wish, ", ".join(command.groups)
            join = " --join" if all(map(enters, named)) else ""
            way = f"`hms-doctor check{join} --only {wish}` runs {wish}"
            raise UsageError(f"this command has only {groups}; {way}") from None
        raise UsageError(str(unknown)) from None


def _belongs(check: AnyCheck, command: Command) -> bool:
    group = check.id.split(".")[0]
    return (not command.groups or group in command.groups) and (command.may_join or not enters(check))


def _named_alone(chosen: tuple[str, ...], selection: Selection, seeded: frozenset[type]) -> tuple[AnyCheck, ...]:
    """Give the checks that were chosen where they need none of the others: those need not even be loaded."""
    if not chosen:
        return ()
    wishes = (*chosen, *selection.require, *selection.skip)
    named = checks_named(wishes)
    known = all(any(covers(wish, check.id) for check in named) for wish in wishes)
    return named if known and all(seeded.issuperset(check.needs) for check in named) else ()


def _reasons(command: Command, devices: DeviceFlags) -> Mapping[str, str]:
    if command.names_its_checks or not on_ci(os.environ):
        return {}
    return {check_id: UNNAMED for check_id in DEVICE_CHECKS if check_id not in devices.named}
