"""The faults as a set, and each of them alone: it starts, differs, and leaves nothing behind."""

import re
from itertools import pairwise

import pytest
from sim_clients import knock, nothing_left

from hms_doctor.simulator import Fault, Scenario, Simulator
from hms_doctor.simulator.benign import BENIGN
from hms_doctor.simulator.faults import every_fault, find_fault
from hms_doctor.simulator.not_observable import NOT_OBSERVABLE

FAULTS = every_fault()
SERVER_CODES = (40001, 40002, 40004, *range(40100, 40106), 40107, 40108, 40109, 41001)
WIRE = [fault for fault in FAULTS.values() if fault.kind == "wire"]
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ID = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


def test_names_are_kebab_case_and_no_codes() -> None:
    for name in FAULTS:
        assert KEBAB.fullmatch(name), name
        assert not name.isdecimal()
    assert "healthy" not in FAULTS


def test_names_are_unique_over_all_modules() -> None:
    from importlib import import_module
    from pkgutil import iter_modules

    from hms_doctor.simulator import faults

    modules = [import_module(f"{faults.__name__}.{module.name}") for module in iter_modules(faults.__path__)]
    names = [fault.name for module in modules for fault in module.FAULTS]
    assert len(names) == len(set(names)) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_says_what_it_is(fault: Fault) -> None:
    assert ID.fullmatch(fault.check)
    assert ID.fullmatch(fault.cause) or (fault.cause == "" and fault.code == 0)
    assert fault.kind in {"wire", "device", "replay"}
    assert 15 <= len(fault.summary) <= 90
    assert not fault.summary.endswith(".")
    assert fault.code == 0 or 1000 <= fault.code <= 99999


@pytest.mark.parametrize("code", [*SERVER_CODES, 1003, 2002, 2003, 2004])
def test_every_code_of_the_pages_that_a_backend_can_cause_has_a_fault(code: int) -> None:
    assert find_fault(str(code)).code == code
    assert code not in NOT_OBSERVABLE


@pytest.mark.parametrize("code", NOT_OBSERVABLE)
def test_no_fault_claims_what_cannot_be_shown(code: int) -> None:
    with pytest.raises(KeyError):
        find_fault(str(code))


def test_a_fault_is_found_by_name_or_by_its_first_code() -> None:
    assert find_fault("dns-nxdomain").name == "dns-nxdomain"
    assert find_fault("2003").name == "refused"
    assert find_fault("1003").name == "ws-refused"
    for unknown in ("no-such-fault", "40106", "0", ""):
        with pytest.raises(KeyError):
            find_fault(unknown)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_every_fault_changes_something(fault: Fault) -> None:
    assert fault.apply(Scenario()) != Scenario()


@pytest.mark.parametrize("fault", WIRE, ids=lambda fault: fault.name)
async def test_every_fault_starts_answers_and_leaves_nothing(fault: Fault) -> None:
    with nothing_left():
        async with Simulator(fault.apply(Scenario())) as simulator:
            if simulator.init_endpoint.startswith("https://127.0.0.1:") and fault.code != 2002:
                await knock(simulator.init_endpoint)
            await knock(simulator.signalling_url)
            assert set(simulator.tokens) == {"host", "guest"}


@pytest.mark.parametrize(("one", "other"), list(pairwise(WIRE)), ids=lambda fault: fault.name)
def test_two_faults_compose(one: Fault, other: Fault) -> None:
    both = other.apply(one.apply(Scenario()))
    assert both != Scenario()


def test_there_are_enough_benign_changes_with_names_of_their_own() -> None:
    names = [benign.name for benign in BENIGN]
    assert len(names) == len(set(names)) >= 24
    assert all(KEBAB.fullmatch(name) for name in names)
