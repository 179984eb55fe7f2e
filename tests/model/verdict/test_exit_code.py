"""Exit codes and the verdict, as the contract's table says."""

import pytest
from helpers_runner import cause

from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Skipped, Status, Undecided, Warned
from hms_doctor.model.report.report import Verdict
from hms_doctor.model.verdict.exit_code import Terms, exit_code, verdict

WHAT = cause("x")
GOOD = Passed(summary="fine")
BAD = Failed(cause=WHAT, summary="bad")
SO_SO = Warned(cause=WHAT, summary="so so")
UNSURE = Undecided(summary="who knows")


def check(name: str, *findings: Finding) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Ran(findings=findings))


def implied(name: str, *findings: Finding) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Ran(findings=findings), implied=True)


def skipped(name: str) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Skipped(because="x"))


def required(name: str) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Skipped(because="x", required=True))


@pytest.mark.parametrize(
    ("results", "terms", "code", "word"),
    [
        ([check("init", GOOD)], Terms(), 0, "pass"),
        ([check("init", SO_SO)], Terms(), 0, "warn"),
        ([check("init", BAD)], Terms(), 1, "fail"),
        ([check("init", SO_SO)], Terms(fail_on=Status.WARN), 1, "warn"),
        ([check("devices.camera", UNSURE)], Terms(fail_on=Status.INCONCLUSIVE), 1, "inconclusive"),
        ([check("init", GOOD), skipped("ice.turn")], Terms(fail_on=Status.INCONCLUSIVE), 0, "pass"),
        ([skipped("init")], Terms(), 3, "inconclusive"),
        ([], Terms(), 3, "inconclusive"),
        ([check("init", UNSURE)], Terms(), 3, "inconclusive"),
        ([check("token.time", GOOD, UNSURE)], Terms(), 3, "inconclusive"),
        ([check("ice.verdict", UNSURE)], Terms(), 3, "inconclusive"),
        ([check("ice.stun", UNSURE), check("init", GOOD)], Terms(), 0, "pass"),
        ([check("devices.camera", UNSURE), check("init", GOOD)], Terms(), 0, "pass"),
        ([check("devices.camera", UNSURE)], Terms(named=frozenset({"devices.camera"})), 3, "inconclusive"),
        ([check("init", GOOD), required("room.media")], Terms(), 3, "inconclusive"),
        ([check("init", BAD), required("room.media")], Terms(), 1, "fail"),
        ([check("init", GOOD), required("room.media")], Terms(fail_on=Status.INCONCLUSIVE), 1, "inconclusive"),
        ([implied("init", GOOD), skipped("ice.turn")], Terms(), 3, "inconclusive"),
        ([check("init", GOOD)], Terms(lacks_token=True), 3, "inconclusive"),
        ([check("init", BAD)], Terms(lacks_token=True), 1, "fail"),
        ([check("init", UNSURE), check("devices.camera", BAD)], Terms(), 1, "fail"),
        ([check("init", GOOD)], Terms(interrupted=True), 130, "inconclusive"),
        ([check("init", BAD)], Terms(interrupted=True), 130, "fail"),
    ],
)
def test_exit_code_and_verdict(results: list[CheckResult], terms: Terms, code: int, word: str) -> None:
    assert exit_code(tuple(results), terms) == code
    assert verdict(tuple(results), terms) is Verdict(word)
