"""One run against the simulator: what ``demo`` does once it knows what was asked."""

import difflib
from dataclasses import replace

from hms_doctor.checks import every_check
from hms_doctor.cli.environment import environment_of
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.joining import fit_join, join_seeds
from hms_doctor.cli.output import Output, stdout_style
from hms_doctor.cli.running import run_order
from hms_doctor.cli.stdout import say
from hms_doctor.model.causes import every_cause
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.report.report import Report
from hms_doctor.model.room.wish import Joining
from hms_doctor.model.settings import CaFile, Nameserver, NoProxy, Selection, Settings, SimulatedMachine
from hms_doctor.model.token.facts import TokenText
from hms_doctor.reporters.fault_list import render_json, render_table
from hms_doctor.runner import Order, make_plan
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.faults import every_fault, find_fault
from hms_doctor.simulator.not_observable import NOT_OBSERVABLE
from hms_doctor.simulator.room.script import Other


def find(name: str) -> Scenario:
    """Give the scenario for a fault by name or HMS code, the healthy one for ``healthy``.

    Raises UsageError with the reason where a code has no fault, with the nearest names where a name is unknown.
    """
    if name == "healthy":
        return Scenario()
    if name.isdecimal() and int(name) in NOT_OBSERVABLE:
        raise UsageError(f"{name} cannot be shown by a demo: {NOT_OBSERVABLE[int(name)]}")
    try:
        return find_fault(name).apply(Scenario())
    except KeyError:
        if name.isdecimal():
            raise UsageError(f"no fault ends in code {name}; {_on_a_platform(int(name))}") from None
        nearest = difflib.get_close_matches(name, [*every_fault(), "healthy"], n=3, cutoff=0.4)
        hint = f"the nearest: {', '.join(nearest)}" if nearest else "`hms-doctor demo --list` shows all"
        raise UsageError(f"there is no fault {name!r}; {hint}") from None


def _on_a_platform(code: int) -> str:
    """Name the fault that ends in a code where one platform's SDK raises it, else the list."""
    causes = every_cause()
    for fault in every_fault().values():
        for platform, raised in causes[fault.cause].platform_codes.items() if fault.shows_code else ():
            if raised == code:
                return f"`hms-doctor demo {fault.name} --platform {platform.value}` does"
    return "`hms-doctor demo --list` shows all"


def list_all(output_format: str) -> int:
    """Print every fault as a table or as JSON."""
    faults = tuple(every_fault().values())
    match output_format:
        case "json":
            say(render_json(faults))
        case "table":
            say(render_table(faults, stdout_style()))
        case _:
            raise UsageError(f"demo --list comes as table or json, not as {output_format!r}")
    return 0


def visited(scenario: Scenario) -> Scenario:
    """Let the doctor join, and somebody be there to be heard where the scenario says nothing of others."""
    company = scenario.room.others or (Other(name="somebody", publishes=("audio",)),)
    return replace(scenario, joins=Joining.JOINS, room=replace(scenario.room, others=company))


async def run_against(scenario: Scenario, platform: Platform, seconds: float, output: Output) -> Report:
    """Run every check against a simulator of its own; nothing of this machine's environment leaks in."""
    async with Simulator(scenario) as simulator:
        return await run_order(order_against(simulator, platform, seconds), output)


def order_against(simulator: Simulator, platform: Platform = Platform.ANY, seconds: float = 30.0) -> Order:
    """Make the order of a full run against a simulator that is open, its devices included."""
    settings = Settings(
        platform=platform,
        endpoint=simulator.init_endpoint,
        portal_url=simulator.portal_url,
        trust=CaFile(path=str(simulator.ca_file)),
        proxy=NoProxy(),
        resolver=Nameserver(host=simulator.nameserver[0], port=simulator.nameserver[1]),
        machine=SimulatedMachine(script=simulator.machine),
        timeout=seconds,
        media=simulator.scenario.media,
        devices=simulator.scenario.devices,
    )
    token = TokenText(value=simulator.tokens["host"], origin="the simulator")
    joins = join_seeds(join=simulator.scenario.joins is Joining.JOINS)
    plan = make_plan(every_check(), Selection(), frozenset({TokenText, *map(type, joins)}))
    return Order(
        plan=fit_join(plan, Selection(), join=bool(joins)),
        settings=settings,
        environment=environment_of(settings, {}),
        seeds=(token, *joins),
        secrets=(simulator.app_secret, *simulator.tokens.values()),
        token_expected=True,
    )
