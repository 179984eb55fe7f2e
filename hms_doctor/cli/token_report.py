"""A report about one token without an event loop: the pure halves of the checks, one after the other."""

import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from hms_doctor import __version__
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.finding import CheckResult, Finding, Outcome, Ran, Skipped, Status
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.report import Diagnosis, Environment, Report, Verdict
from hms_doctor.model.secret import Secret
from hms_doctor.model.token import form as token_form
from hms_doctor.model.token import lint as token_lint
from hms_doctor.model.token import validity as token_validity
from hms_doctor.model.token.facts import TokenText, WellFormedToken
from hms_doctor.model.token.moments import JudgingClock
from hms_doctor.model.verdict.exit_code import Terms, exit_code, verdict

if TYPE_CHECKING:
    from hms_doctor.model.settings import AppSecret

SOUND: Final = "No fault found in the token."
_ABSENT: Final = "no token given (TOKEN, --token-file F, - for stdin, or HMS_TOKEN)"
_NOT_PROVEN: Final = ("that the server accepts the token", "joining the room", "media", "browser permissions")
_FORM, _CLAIMS, _TIME = "token.format", "token.claims", "token.time"
TITLES: Final = {_FORM: token_form.TITLE, _CLAIMS: token_lint.TITLE, _TIME: token_validity.TITLE}


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about each token; the environment is that of the whole command.

    ``expected`` are room id, role and user id, empty where nothing was said.
    """

    environment: Environment
    platform: Platform = Platform.ANY
    expected: tuple[str, str, str] = ("", "", "")
    secret: "tuple[AppSecret, ...]" = ()
    fail_on: Status = Status.FAIL

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What no output may show, beside the token."""
        return tuple(secret.value for secret in self.secret)


def report_on(question: Question, given: tuple[TokenText, ...]) -> Report:
    """Check one token, or say that none was given; nothing in the report is cleaned yet."""
    started, began = time.time(), time.perf_counter()
    results, extra = _looked(question, given[0], started) if given else (tuple(_without_token()), {})
    terms = Terms(fail_on=question.fail_on, lacks_token=not given)
    overall = verdict(results, terms)
    diagnosis, sentence = _concluded(results, question.platform, overall)
    return Report(
        version=__version__,
        run_id=os.urandom(8).hex(),
        started_at=_rfc3339(started),
        duration_ms=(time.perf_counter() - began) * 1000,
        environment=question.environment,
        verdict=overall,
        exit_code=exit_code(results, terms),
        headline=sentence,
        diagnosis=diagnosis,
        not_proven=_NOT_PROVEN if question.secret else ("the signature", *_NOT_PROVEN),
        checks=results,
        extra=extra,
    )


def _concluded(results: tuple[CheckResult, ...], platform: Platform, overall: Verdict) -> tuple[Diagnosis, str]:
    if overall is Verdict.PASS:
        return Diagnosis(), SOUND
    from hms_doctor.model.verdict.diagnosis import Case, diagnose
    from hms_doctor.model.verdict.headline import headline

    diagnosis = diagnose(Case(results=results, platform=platform))
    return diagnosis, headline(overall, diagnosis, results)


def _rfc3339(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03d}Z"


def _without_token() -> Iterable[CheckResult]:
    yield _result(_FORM, Skipped(because=_ABSENT, not_applicable=True))
    yield from _held_up()


def _held_up() -> Iterable[CheckResult]:
    return (_result(check_id, Skipped(because=_FORM)) for check_id in (_CLAIMS, _TIME))


def _looked(question: Question, given: TokenText, now: float) -> tuple[tuple[CheckResult, ...], JsonObject]:
    seen = token_form.look_at(given, question.platform)
    form = _result(_FORM, _ran(token_form.diagnose(seen)))
    read = [seen.shape] if isinstance(seen.shape, WellFormedToken) else []
    rest = _inside(read[0], now) if read else _held_up()
    results = (form, *rest, *_asked_for(question, read))
    inner = getattr(seen.shape, "inside", seen.shape)  # a wrapped token is shown, though nothing else is said about it
    said: JsonObject = {"header": {}, "claims": {}}
    if isinstance(inner, WellFormedToken):
        said = {"header": inner.header, "claims": inner.claims}
    return results, {"token": {**said, "fingerprint": given.value.fingerprint}}


def _inside(token: WellFormedToken, now: float) -> Iterable[CheckResult]:
    yield _result(_CLAIMS, _ran(token_lint.diagnose(token)))
    times = token_validity.times_of(token.claims, JudgingClock(now=now))
    yield _result(_TIME, _ran(token_validity.diagnose(times)))


def _asked_for(question: Question, read: list[WellFormedToken]) -> Iterable[CheckResult]:
    if any(question.expected) or question.secret:
        from hms_doctor.cli.token_further import further

        yield from further(question.expected, question.secret, read)


def _ran(findings: Iterable[Finding]) -> Ran:
    return Ran(findings=tuple(findings))


def _result(check_id: str, outcome: Outcome) -> CheckResult:
    needs = () if check_id == _FORM else (_FORM,)
    return CheckResult(id=check_id, title=TITLES[check_id], outcome=outcome, needs=needs)
