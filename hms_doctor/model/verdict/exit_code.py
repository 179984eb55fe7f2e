"""The verdict of a run and the exit code that tells it (contract: exit codes)."""

from hms_doctor.model.finding import CheckResult, Ran, Skipped, Status, severity
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.report import INTERRUPTED, Verdict

_DECISIVE_GROUPS = ("token", "endpoint", "init", "signalling")
_DECISIVE_CHECKS = ("ice.verdict", "room.publish", "room.subscribe")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What this run was held to."""

    fail_on: Status = Status.FAIL
    named: frozenset[str] = frozenset()  # ids that --only or --require named
    lacks_token: bool = False  # a token was expected and none was given
    interrupted: bool = False


def exit_code(results: tuple[CheckResult, ...], terms: Terms) -> int:
    """Give 0, 1, 3 or 130; usage errors (2) never get as far as a report."""
    if terms.interrupted:
        return INTERRUPTED
    if any(r.status is not Status.SKIP and severity(r.status) >= severity(terms.fail_on) for r in results):
        return 1
    return 3 if undecided(results, terms) else 0


def verdict(results: tuple[CheckResult, ...], terms: Terms) -> Verdict:
    """Say what the run as a whole says."""
    statuses = {r.status for r in results}
    if Status.FAIL in statuses:
        return Verdict.FAIL
    strict = terms.fail_on is Status.INCONCLUSIVE and Status.INCONCLUSIVE in statuses
    if strict or terms.interrupted or undecided(results, terms):
        return Verdict.INCONCLUSIVE
    return Verdict.WARN if Status.WARN in statuses else Verdict.PASS


def undecided(results: tuple[CheckResult, ...], terms: Terms) -> bool:
    """Whether nothing may be concluded from the absence of failures."""
    nothing_ran = not any(isinstance(r.outcome, Ran) and not r.implied for r in results)
    return nothing_ran or terms.lacks_token or any(_leaves_open(r, terms) for r in results)


def is_decisive(result: CheckResult) -> bool:
    """Whether a call stands or falls with what this check asks."""
    return result.group in _DECISIVE_GROUPS or result.id in _DECISIVE_CHECKS


def _leaves_open(result: CheckResult, terms: Terms) -> bool:
    required = isinstance(result.outcome, Skipped)
    return (is_decisive(result) or result.id in terms.named or required) and result.status is Status.INCONCLUSIVE
