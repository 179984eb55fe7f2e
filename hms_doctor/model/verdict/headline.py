"""The one sentence on top of a report, and what it does not claim."""

from collections.abc import Iterator, Mapping

from hms_doctor.model.finding import CheckResult, Passed, Ran, Skipped, Status, Undecided
from hms_doctor.model.json import JsonValue
from hms_doctor.model.report.report import Diagnosis, RootCause, Verdict
from hms_doctor.model.verdict.exit_code import is_decisive
from hms_doctor.model.verdict.weighing import NOT_NEEDED

_SEEN_FREE = {"devices.camera": "camera", "devices.microphone": "microphone"}
_ON_THE_WAY = {"init": "init", "signalling.connect": "signalling", "ice.verdict": "relays"}
_BORROWED = "a token of your own (100ms's public diagnostics token was used)"
_UNSURE = "we could not tell"
_UNHEARD = "hearing others"
_BEYOND = {"signalling.join": "joining the room", "room.media": "media"}


def headline(
    verdict: Verdict, diagnosis: Diagnosis, results: tuple[CheckResult, ...], *, interrupted: bool = False
) -> str:
    """Say what was found, in one sentence without the verdict's word and code."""
    match verdict:
        case Verdict.FAIL:
            return _root(diagnosis, "A check failed.")
        case Verdict.WARN:
            return _root(diagnosis, "No obstacle found, with warnings.")
        case Verdict.PASS:
            return _healthy(results)
        case Verdict.INCONCLUSIVE:
            return "We could not tell: the run was interrupted" if interrupted else _open_question(results)


def _root(diagnosis: Diagnosis, otherwise: str) -> str:
    return diagnosis.root.summary if isinstance(diagnosis.root, RootCause) else otherwise


def _healthy(results: tuple[CheckResult, ...]) -> str:
    way, media = _passing("ice.verdict", results), _passing("room.media", results)
    seen = [r for r in results if r.id in _SEEN_FREE and r.status is Status.PASS]
    devices = [_SEEN_FREE[r.id] for r in seen if not r.summary.startswith(NOT_NEEDED)]
    good = [
        *(media or (*_passing("signalling.join", results), *way)),
        *_voice(results),
        *([f"{' and '.join(devices)} free"] if devices else []),
    ]
    found = "Ready for a call" if media else "No obstacle found"
    return f"{found}: {', '.join(good)}." if good else f"{found}."


def _passing(check_id: str, results: tuple[CheckResult, ...]) -> list[str]:
    return [r.summary for r in results if r.id == check_id and r.status is Status.PASS]


def _voice(results: tuple[CheckResult, ...]) -> list[str]:
    """Give the score of media that really flowed before that of packets sent to oneself."""
    for check_id in ("room.media", "ice.quality"):
        told = [score for score in _evidence(check_id, "voice", results) if isinstance(score, str)]
        if told:
            return [f"voice {told[0]}"]
    return []


def _evidence(check_id: str, name: str, results: tuple[CheckResult, ...]) -> Iterator[JsonValue]:
    return (f.evidence[name] for r in results if r.id == check_id for f in r.findings if name in f.evidence)


def leading_question(results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Give the check whose open question an undecided run is about: the first that a call stands or falls with."""
    unsure = [r for r in results if r.status is Status.INCONCLUSIVE]
    return tuple(sorted(unsure, key=lambda r: not is_decisive(r))[:1])


def _open_question(results: tuple[CheckResult, ...]) -> str:
    missing = _missing_token(results)
    for unsure in leading_question(results):
        if is_decisive(unsure) or not missing:
            return _as_a_sentence(unsure)
    return f"We could not tell: {missing or 'no check that was asked for ran'}"


def _missing_token(results: tuple[CheckResult, ...]) -> str:
    outcomes = [r.outcome for r in results if r.id == "token.format"]
    return next((o.because for o in outcomes if isinstance(o, Skipped) and not o.asked_for), "")


def _as_a_sentence(unsure: CheckResult) -> str:
    """Say once that we could not tell."""
    if unsure.summary.startswith(f"{_UNSURE} "):
        return f"{unsure.summary[0].upper()}{unsure.summary[1:]} ({unsure.id})"
    return f"We could not tell: {unsure.id}: {unsure.summary.removeprefix(f'{_UNSURE}: ')}"


def not_proven(results: tuple[CheckResult, ...]) -> tuple[str, ...]:
    """Name what this run did not try, whatever its verdict.

    What was skipped because of a failure is told with that failure, what somebody asked to leave out as such.
    """
    seen = {r.id for r in results if isinstance(r.outcome, Ran) and any(isinstance(f, Passed) for f in r.findings)}
    tried = {r.id for r in results for f in r.findings if not isinstance(f, Undecided)}
    lacking = {r.id for r in results if isinstance(r.outcome, Skipped) and not r.outcome.asked_for}
    failed = any(r.status is Status.FAIL for r in results)
    return (
        *([_BORROWED] if "token.diagnostics" in seen else []),
        *(words for check_id, words in _ON_THE_WAY.items() if check_id in lacking and not failed),
        *(words for check_id, words in _BEYOND.items() if check_id not in tried),
        *_unheard(results),
        "browser permissions",
    )


def _unheard(results: tuple[CheckResult, ...]) -> Iterator[str]:
    """Say so where media was watched and none came."""
    left_out = any(r.id == "room.subscribe" and isinstance(r.outcome, Skipped) and r.outcome.asked_for for r in results)
    for rows in _evidence("room.media", "tracks", results):
        tracks = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
        if tracks and not any(row.get("direction") == "received" for row in tracks):
            yield _UNHEARD if left_out else f"{_UNHEARD} (nobody else sends)"
