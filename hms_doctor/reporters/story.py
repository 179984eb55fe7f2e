"""What a report tells first and what stands beside it: the same for every format that people read."""

from hms_doctor.model.finding import CheckResult, Status, action_of, code_of
from hms_doctor.model.report.report import NoCause, Report, RootCause, Verdict
from hms_doctor.model.verdict.headline import leading_question as questions


def leading_cause(report: Report) -> tuple[RootCause, ...]:
    """Give the root that the headline speaks of; an inconclusive run speaks of what it could not tell."""
    match report.diagnosis.root:
        case RootCause() as root if report.verdict is not Verdict.INCONCLUSIVE:
            return (root,)
        case RootCause() | NoCause():
            return ()


def other_causes(report: Report) -> tuple[RootCause, ...]:
    """Give every cause that the headline does not speak of."""
    told = leading_cause(report)
    every = (report.diagnosis.root, *report.diagnosis.others)
    return tuple(cause for cause in every if isinstance(cause, RootCause) and cause not in told)


def leading_question(report: Report) -> tuple[CheckResult, ...]:
    """Give the check that could not tell, where the headline speaks of it."""
    return tuple(r for r in questions(report.checks) if r.leading) if report.verdict is Verdict.INCONCLUSIVE else ()


def other_questions(report: Report) -> tuple[CheckResult, ...]:
    """Give the checks that could not tell and that the headline does not speak of."""
    told = leading_question(report)
    return tuple(result for result in _open(report) if result not in told)


def _open(report: Report) -> tuple[CheckResult, ...]:
    return tuple(result for result in report.checks if result.status is Status.INCONCLUSIVE and result.leading)


def way_out(result: CheckResult) -> str:
    """Say what would let us tell, empty where nothing is known."""
    action = next(filter(None, map(action_of, result.leading)), "")
    return f"To find out: {action}" if action else ""


def code(report: Report, result: CheckResult) -> str:
    """Give the code of a check, empty where it has none."""
    codes = (code_of(finding, report.environment.platform) for finding in result.leading)
    return str(next(filter(None, codes), ""))
