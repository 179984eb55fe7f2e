"""A report about one token without an event loop: the pure halves of the checks, one after the other."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from hms_doctor import __version__
from hms_doctor.checks import token_claims, token_format, token_time
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import AnyCheck
from hms_doctor.model.diagnosis import Case, diagnose
from hms_doctor.model.exit_code import Terms, exit_code, verdict
from hms_doctor.model.finding import CheckResult, Finding, Outcome, Ran, Skipped, Status
from hms_doctor.model.headline import headline
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report import Environment, Report, Verdict
from hms_doctor.model.settings import AppSecret, Expectations
from hms_doctor.model.token import TokenText, WellFormedToken
from hms_doctor.model.token_shape import Wrapped
from hms_doctor.model.token_times import OwnClock, judging_clock

SOUND: Final = "No fault found in the token."
_NOT_PROVEN: Final = ("that the server accepts the token", "joining the room", "media", "browser permissions")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about each token; the environment is that of the whole command."""

    environment: Environment
    platform: Platform = Platform.ANY
    expected: Expectations = field(default_factory=Expectations)
    secret: tuple[AppSecret, ...] = ()
    fail_on: Status = Status.FAIL


def report_on(question: Question, given: tuple[TokenText, ...]) -> Report:
    """Check one token, or say that none was given; nothing in the report is cleaned yet."""
    started, began = time.time(), time.perf_counter()
    results, extra = _looked(question, given[0], started) if given else (_nothing_given(), {})
    diagnosis = diagnose(Case(results=results, platform=question.platform))
    terms = Terms(fail_on=question.fail_on, lacks_token=not given)
    overall = verdict(results, terms)
    return Report(
        version=__version__,
        run_id=os.urandom(8).hex(),
        started_at=_rfc3339(started),
        duration_ms=(time.perf_counter() - began) * 1000,
        environment=question.environment,
        verdict=overall,
        exit_code=exit_code(results, terms),
        headline=SOUND if overall is Verdict.PASS else headline(overall, diagnosis, results),
        diagnosis=diagnosis,
        not_proven=_NOT_PROVEN if question.secret else ("the signature", *_NOT_PROVEN),
        checks=results,
        extra=extra,
    )


def _rfc3339(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03d}Z"


_LATER: Final[tuple[AnyCheck, ...]] = (token_claims.CHECK, token_time.CHECK)


def _nothing_given() -> tuple[CheckResult, ...]:
    absent = Skipped(because=TokenText.absent, not_applicable=True)
    return (_result(token_format.CHECK, absent), *(_result(check, Skipped(because="token.format")) for check in _LATER))


def _looked(question: Question, given: TokenText, now: float) -> tuple[tuple[CheckResult, ...], JsonObject]:
    seen = token_format.look_at(given, question.platform)
    form = _result(token_format.CHECK, _ran(token_format.diagnose(seen)))
    shape = seen.shape.inside if isinstance(seen.shape, Wrapped) else seen.shape
    said: JsonObject = {"header": {}, "claims": {}}
    if isinstance(shape, WellFormedToken):
        said = {"header": shape.header, "claims": shape.claims}
    rest = (
        _inside(question, shape, now)
        if shape is seen.shape and isinstance(shape, WellFormedToken)
        else _skipped(question)
    )
    return (form, *rest), {"token": {**said, "fingerprint": given.value.fingerprint}}


def _skipped(question: Question) -> Iterable[CheckResult]:
    return (_result(check, Skipped(because="token.format")) for check in (*_LATER, *_wished(question)))


def _inside(question: Question, token: WellFormedToken, now: float) -> Iterable[CheckResult]:
    yield _result(token_claims.CHECK, _ran(token_claims.diagnose(token)))
    times = token_time.times_of(token.claims, judging_clock(now, OwnClock()))
    yield _result(token_time.CHECK, _ran(token_time.diagnose(times)))
    if question.expected != Expectations():
        from hms_doctor.checks import token_expectations

        compared = token_expectations.compare(token.claims, question.expected)
        yield _result(token_expectations.CHECK, _ran(token_expectations.diagnose(compared)))
    for secret in question.secret:
        from hms_doctor.checks import token_signature

        signature = token_signature.check_signature(token, secret)
        yield _result(token_signature.CHECK, _ran(token_signature.diagnose(signature)))


def _wished(question: Question) -> Iterable[AnyCheck]:
    if question.expected != Expectations():
        from hms_doctor.checks import token_expectations

        yield token_expectations.CHECK
    if question.secret:
        from hms_doctor.checks import token_signature

        yield token_signature.CHECK


def _ran(findings: Iterable[Finding]) -> Ran:
    return Ran(findings=tuple(findings))


def _result(check: AnyCheck, outcome: Outcome) -> CheckResult:
    needs = ("token.format",) if WellFormedToken in check.needs else ()
    return CheckResult(id=check.id, title=check.title, outcome=outcome, needs=needs)
