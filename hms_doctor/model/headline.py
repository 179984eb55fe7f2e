"""The one sentence on top of a report, and what it does not claim."""

from hms_doctor.model.finding import CheckResult, Passed, Ran, Status
from hms_doctor.model.report import Diagnosis, RootCause, Verdict

_TELLING = ("ice.verdict", "devices.camera", "devices.microphone")
"""Checks whose good news belongs into the headline of a healthy run."""


def headline(verdict: Verdict, diagnosis: Diagnosis, results: tuple[CheckResult, ...]) -> str:
    """Say what was found, in one sentence without the verdict's word and code."""
    match verdict:
        case Verdict.FAIL:
            return _root(diagnosis, "A check failed.")
        case Verdict.WARN:
            return _root(diagnosis, "No obstacle found, with warnings.")
        case Verdict.PASS:
            return _healthy(results)
        case Verdict.INCONCLUSIVE:
            return f"We could not tell: {_open_question(results)}"


def _root(diagnosis: Diagnosis, otherwise: str) -> str:
    return diagnosis.root.summary if isinstance(diagnosis.root, RootCause) else otherwise


def _healthy(results: tuple[CheckResult, ...]) -> str:
    good = [r.summary for check_id in _TELLING for r in results if r.id == check_id and r.status is Status.PASS]
    return f"No obstacle found: {', '.join(good)}." if good else "No obstacle found."


def _open_question(results: tuple[CheckResult, ...]) -> str:
    unsure = next((r for r in results if r.status is Status.INCONCLUSIVE), None)
    if unsure:
        return f"{unsure.id}: {unsure.summary.removeprefix('we could not tell: ')}"
    given = next((r for r in results if r.id == "token.format" and r.status is Status.SKIP), None)
    return given.summary.removeprefix("skipped: ") if given else "no check ran"


def not_proven(results: tuple[CheckResult, ...]) -> tuple[str, ...]:
    """Name what this run did not try, whatever its verdict."""
    seen = {r.id for r in results if isinstance(r.outcome, Ran) and any(isinstance(f, Passed) for f in r.findings)}
    missing = {"signalling.join": "joining the room", "room.media": "media"}
    return (*(words for check_id, words in missing.items() if check_id not in seen), "browser permissions")
