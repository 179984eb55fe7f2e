"""The heart: every fault, through the real command line, ends in its one root cause, code and check."""

import pytest
from helpers_faults import doctor, joins, root_of

from hms_doctor.simulator.faults import every_fault
from hms_doctor.simulator.not_observable import NOT_OBSERVABLE

PAGES = frozenset(
    {1003, 2002, 2003, 2004, 3001, 3002, 3003, 3008, 3012, 3013, 4001, 4002, 4003, 4004, 4005, 5001, 6002}
    | {7001, 7002, 7003, 7004, 40001, 40002, 40004, 40100, 40101, 40102, 40103, 40104, 40105, 40107, 40108, 40109}
    | {41001}
)  # fmt: skip
"""The union of 100ms's two error pages: 34 codes."""

FAULTS = every_fault()
ANDROIDS = (3012, 3013)
"""Bluetooth's codes come with a warning: Android's, the nearest here."""
OUTSIDE = [fault for fault in FAULTS.values() if not joins(fault)]
"""Those of the room stand in a table of their own."""
BREAKING = sorted(f.name for f in OUTSIDE if f.code and f.code not in ANDROIDS)
WARNING = sorted(f.name for f in OUTSIDE if f.cause and (not f.code or f.code in ANDROIDS))
OPEN = sorted(f.name for f in OUTSIDE if not f.code and not f.cause)


@pytest.mark.parametrize("name", BREAKING)
def test_a_fault_ends_in_its_root_cause(name: str) -> None:
    fault = FAULTS[name]
    done = doctor("demo", name, "--format", "json", "--timeout", "12")
    root = root_of(done.report)
    assert (root["cause"], root["code"], root["check"]) == (fault.cause, fault.code, fault.check)
    assert (done.code, done.report["verdict"], root["status"]) == (1, "fail", "fail")
    assert root["action"]
    assert done.err == ""


@pytest.mark.parametrize("name", WARNING)
def test_a_fault_that_breaks_no_call_only_warns(name: str) -> None:
    fault = FAULTS[name]
    done = doctor("demo", name, "--format", "json", "--timeout", "12")
    root = root_of(done.report)
    assert (root["cause"], root["check"], root["status"]) == (fault.cause, fault.check, "warn")
    assert root["code"] == (fault.code or None)
    assert (done.code, done.report["verdict"]) == (0, "warn")


@pytest.mark.parametrize("name", OPEN)
def test_what_cannot_be_told_or_need_not_be_is_no_code(name: str) -> None:
    done = doctor("demo", name, "--format", "json", "--timeout", "12")
    checks = done.report["checks"]
    assert isinstance(checks, list)
    [told] = [c for c in checks if c["id"] == FAULTS[name].check]
    assert told["status"] in {"inconclusive", "skip"}
    assert all(finding["error"] is None for finding in told["findings"])
    assert done.report["root_cause"] is None


def test_healthy_is_green_and_says_what_was_not_tried() -> None:
    done = doctor("demo", "--format", "json")
    assert done.code == 0, done.out
    assert done.report["verdict"] == "pass"
    assert done.report["root_cause"] is None
    assert done.report["not_proven"] == ["joining the room", "media", "browser permissions"]


def test_every_code_of_the_pages_is_produced_or_says_why_not() -> None:
    shown = {f.code for f in FAULTS.values()}
    assert len(PAGES) == 34
    assert not shown & NOT_OBSERVABLE.keys()
    assert PAGES - shown - NOT_OBSERVABLE.keys() == set()


@pytest.mark.parametrize("code", sorted(NOT_OBSERVABLE))
def test_a_code_without_a_fault_says_why(code: int) -> None:
    done = doctor("demo", str(code))
    assert (done.code, done.out) == (2, "")
    assert NOT_OBSERVABLE[code] in done.err
    assert done.err.count("\n") == 1


def test_a_code_runs_the_first_fault_that_ends_in_it() -> None:
    done = doctor("demo", "40102", "--format", "json")
    assert root_of(done.report)["code"] == 40102


@pytest.mark.parametrize(("code", "hint"), [("4006", "demo turn-drops-midway --platform web"), ("9", "demo --list")])
def test_a_code_that_only_a_platform_has_names_its_fault(code: str, hint: str) -> None:
    done = doctor("demo", code)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert f"`hms-doctor {hint}`" in done.err


def test_on_web_a_path_that_dies_is_4006() -> None:
    done = doctor("demo", "turn-drops-midway", "--platform", "web", "--format", "json", "--timeout", "12")
    assert (root_of(done.report)["code"], root_of(done.report)["cause"]) == (4006, "turn.path_dies")


def test_an_unknown_fault_names_the_nearest() -> None:
    done = doctor("demo", "turn-qouta")
    assert done.code == 2
    assert "turn-quota" in done.err


def test_the_faults_have_one_name_each_and_a_sentence() -> None:
    assert [f.name for f in FAULTS.values()] == list(FAULTS)
    assert all(f.summary for f in FAULTS.values())
