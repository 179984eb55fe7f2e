"""Every fault of STUN and TURN, looked at by the ICE checks as the runner runs them: one root, the right one."""

import time

import pytest

from hms_doctor.checks import every_check
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.report.report import Environment, Report, RootCause, Verdict
from hms_doctor.model.settings import CaFile, Nameserver, NoProxy, Selection, Settings, SimulatedMachine
from hms_doctor.runner import Order, execute, make_plan
from hms_doctor.simulator import Fault, Scenario, Simulator
from hms_doctor.simulator.benign import BENIGN, Benign
from hms_doctor.simulator.faults import every_fault

FAULTS = [fault for fault in every_fault().values() if fault.check in {"ice.turn", "ice.verdict", "ice.stun"}]
BENIGN_ICE = [benign for benign in BENIGN if benign.apply(Scenario()).turn != Scenario().turn]

ENVIRONMENT = Environment(os="test", python="3")


async def look(scenario: Scenario) -> Report:
    async with Simulator(scenario) as simulator:
        host, port = simulator.nameserver
        settings = Settings(
            trust=CaFile(path=str(simulator.ca_file)),
            resolver=Nameserver(host=host, port=port),
            proxy=NoProxy(),
            machine=SimulatedMachine(script=simulator.machine),
            media=scenario.media,
        )
        seeds = (IceServers(servers=simulator.ice_servers, origin="init"),)
        plan = make_plan(every_check(), Selection(only=("ice",)), frozenset({IceServers}))
        order = Order(plan=plan, settings=settings, environment=ENVIRONMENT, seeds=seeds)
        return await execute(order)


def test_the_first_fault_of_4005_is_a_total_block_and_quick() -> None:
    assert next(fault.name for fault in every_fault().values() if fault.code == 4005) == "ice-blocked"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_every_fault_has_one_root(fault: Fault) -> None:
    report = await look(fault.apply(Scenario()))
    root = report.diagnosis.root
    assert isinstance(root, RootCause)
    assert (root.cause.id, root.check, root.code) == (fault.cause, fault.check, fault.code)
    assert report.verdict is (Verdict.FAIL if fault.code else Verdict.WARN)


@pytest.mark.parametrize("benign", BENIGN_ICE, ids=lambda benign: benign.name)
async def test_what_means_nothing_is_no_trouble(benign: Benign) -> None:
    report = await look(benign.apply(Scenario()))
    assert report.verdict is Verdict.PASS, report.headline


async def test_a_healthy_list_is_quick_and_good() -> None:
    began = time.monotonic()
    report = await look(Scenario())
    assert report.verdict is Verdict.PASS
    assert "relay over UDP at" in report.headline
    assert time.monotonic() - began < 3
