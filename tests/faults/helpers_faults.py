"""Runs of the real command line and of the real checks against the simulator."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hms_doctor.checks import every_check
from hms_doctor.cli.demo_run import order_against
from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.finding import code_of
from hms_doctor.model.report.report import Report
from hms_doctor.model.room.wish import Joining
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import Selection
from hms_doctor.reporters import Style, Verbosity, every_format
from hms_doctor.runner import execute, make_plan
from hms_doctor.simulator import Fault, Scenario, Simulator

ROOT = Path(__file__).resolve().parents[2]
OWN = ("HMS_", "COVERAGE_")
"""What a child does not inherit; to count its lines would take as long as all that it does."""


@dataclass(frozen=True)
class Done:
    """What one command line did."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, object]:
        read = json.loads(self.out)
        assert isinstance(read, dict)
        return read


def doctor(*arguments: str, env: Mapping[str, str] | None = None, stdin: str = "", timeout: float = 50) -> Done:
    """Run ``hms-doctor`` as a child process with an environment of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(OWN) and k not in {"CI", "COLUMNS"}}
    done = subprocess.run(
        (sys.executable, "-m", "hms_doctor", *arguments),
        cwd=ROOT,
        env={**clean, **(env or {})},
        input=stdin.encode(),
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    return Done(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def root_of(report: dict[str, object]) -> dict[str, object]:
    root = report["root_cause"]
    assert isinstance(root, dict), f"no root cause: {report['headline']}"
    return root


def joins(fault: Fault) -> bool:
    """Whether a doctor must enter the room to meet it; ``test_room_faults`` runs those."""
    return fault.apply(Scenario()).joins is Joining.JOINS


def tells_nothing_it_should_not(report: Report, secrets: Iterable[Secret]) -> None:
    """Hold a report to it in every format: no secret, nothing for a terminal, no code that its check does not have."""
    for format_name, render in every_format().items():
        text = render(report, Style(verbosity=Verbosity.VERBOSE))
        for secret in secrets:
            for piece in secret.reveal().split("."):
                assert len(piece) < 12 or piece not in text, format_name
        assert not CONTROL.search(text), format_name
    for check in report.checks:
        told = {code_of(finding, Platform.ANY) for finding in check.findings} - {NO_CODE}
        assert told <= DECLARED[check.id], check.id


CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
DECLARED = {check.id: check.codes for check in every_check()}
WITHOUT_DEVICES = Selection(skip=("devices",))
"""For faults on the wire: the device children cost more than all the rest and have nothing to say about them."""


def examined(
    scenario: Scenario, seconds: float = 12.0, selection: Selection = WITHOUT_DEVICES
) -> tuple[Report, tuple[Secret, ...]]:
    """Run the checks against a simulator in this process; give the report and every secret that the run met."""

    async def run() -> tuple[Report, tuple[Secret, ...]]:
        async with Simulator(scenario) as simulator:
            order = order_against(simulator, seconds=seconds)
            plan = make_plan(every_check(), selection, frozenset(map(type, order.seeds)))
            report = await execute(replace(order, plan=plan))
            credentials = [server.credential for server in simulator.ice_servers]
            return report, (simulator.app_secret, *simulator.tokens.values(), *credentials)

    return asyncio.run(run())
