"""The JSON report, ``schema_version`` 1: everything, for machines. ``schema`` describes it."""

import json
import math
from collections.abc import Mapping
from typing import Final

from hms_doctor.model.causes import NO_CODE, Scope
from hms_doctor.model.finding import CheckResult, Failed, Finding, Outcome, Ran, Skipped, Warned, action_of, status_of
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.observed import AppSees, for_cause
from hms_doctor.model.report.exception import NoException, Raised, exception_of
from hms_doctor.model.report.report import SCHEMA_VERSION, Consequence, Environment, NoCause, Report, Root, RootCause
from hms_doctor.reporters.room_json import room
from hms_doctor.reporters.style import Style

NAME: Final = "json"
_IS_TERMINAL: Final[Mapping[str, bool]] = {"always": True, "after_retries": True, "never": False}
"""By the value of ``Terminal``; whether a code is terminal may also depend, or be unknown."""
_SCOPE: Final = {
    "local": Scope.MACHINE,
    "token": Scope.TOKEN,
    "endpoint": Scope.NETWORK,
    "init": Scope.SERVICE,
    "signalling": Scope.SERVICE,
    "room": Scope.SERVICE,
    "ice": Scope.NETWORK,
    "devices": Scope.MACHINE,
}
"""What a finding without a cause is about, by the group of its check."""


def render(report: Report, style: Style) -> str:
    """Give one JSON object; in ASCII where the stream knows nothing else."""
    return json.dumps(document(report), indent=2, ensure_ascii=not style.unicode, allow_nan=False) + "\n"


def render_line(report: Report, style: Style) -> str:
    """Give the same on one line, for JSON Lines."""
    return json.dumps(document(report), ensure_ascii=not style.unicode, allow_nan=False) + "\n"


def document(report: Report) -> JsonObject:
    """Give the report as the contract has it; additions never take the place of what it promises."""
    return {
        **{name: _finite(value) for name, value in {**room(report), **report.extra}.items()},
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "hms-doctor", "version": report.version},
        "run_id": report.run_id,
        "started_at": report.started_at,
        "duration_ms": _ms(report.duration_ms),
        "environment": _environment(report.environment),
        "verdict": report.verdict.value,
        "exit_code": report.exit_code,
        "headline": report.headline,
        "root_cause": _root(report.diagnosis.root),
        "other_causes": [_cause(told) for told in report.diagnosis.others],
        "consequences": [_consequence(each) for each in report.diagnosis.consequences],
        "not_proven": list(report.not_proven),
        "checks": [_check(result, report) for result in report.checks],
    }


def _environment(environment: Environment) -> JsonObject:
    return {
        "os": environment.os,
        "python": environment.python,
        "platform": environment.platform.value,
        "vantage": environment.seat.value,
        "ci": environment.ci,
        "proxy": environment.proxy or None,
        "proxies": dict(environment.proxies),
        "trust": environment.trust or None,
    }


def _root(root: Root) -> JsonValue:
    match root:
        case RootCause():
            return _cause(root)
        case NoCause():
            return None


def _cause(told: RootCause) -> JsonObject:
    return {
        "cause": told.cause.id,
        "check": told.check,
        "code": code_or_null(told.code),
        "status": told.status.value,
        "summary": told.summary,
        "action": told.action,
        "for": told.cause.audience.value,
        "confidence": told.confidence.value,
        "evidence": list(told.evidence),
    }


def _consequence(each: Consequence) -> JsonObject:
    return {"check": each.check, "code": code_or_null(each.code), "explained_by": each.explained_by}


def code_or_null(code: int) -> int | None:
    """Give a code as JSON has it."""
    return None if code == NO_CODE else code


def _check(result: CheckResult, report: Report) -> JsonObject:
    return {
        "id": result.id,
        "title": result.title,
        "group": result.group,
        "implied": result.implied,
        "status": result.status.value,
        "summary": result.summary,
        **_outcome(result.outcome),
        "needs": list(result.needs),
        "findings": [_finding(finding, result, report) for finding in result.findings],
    }


def _outcome(outcome: Outcome) -> JsonObject:
    match outcome:
        case Ran():
            return {
                "duration_ms": _ms(outcome.duration_ms),
                "attempts": outcome.attempts,
                "complete": outcome.complete,
                "skipped_because": None,
                "measurements": {name: _finite(value) for name, value in outcome.measurements.items()},
            }
        case Skipped():
            return {
                "duration_ms": 0.0,
                "attempts": 0,
                "complete": True,
                "skipped_because": outcome.because,
                "measurements": {},
            }


def _finding(finding: Finding, result: CheckResult, report: Report) -> JsonObject:
    return {
        "status": status_of(finding).value,
        **_about(finding, result),
        "summary": finding.summary,
        "error": _error(exception_of(finding, report.environment.platform)),
        "recommended_action": action_of(finding),
        "evidence": _finite(finding.evidence),
    }


def _about(finding: Finding, result: CheckResult) -> JsonObject:
    match finding:
        case Failed(cause=cause):
            sees = [sight(sees) for sees in for_cause(cause.id)]
            return {"cause": cause.id, "scope": cause.scope.value, "app_sees": sees}
        case Warned(cause=cause):  # what was observed are calls that broke
            return {"cause": cause.id, "scope": cause.scope.value, "app_sees": []}
        case _:
            return {"cause": "", "scope": _SCOPE.get(result.group, Scope.MACHINE).value, "app_sees": []}


def _error(raised: Raised) -> JsonValue:
    if isinstance(raised, NoException):
        return None
    return {
        "id": None,
        "code": raised.code,
        "name": raised.name,
        "message": raised.message,
        "description": raised.description,
        "action": raised.action,
        "is_terminal": _IS_TERMINAL.get(raised.terminal),
        "params": {},
    }


def sight(sees: AppSees) -> JsonObject:
    """Give what an app was seen to get, as an item of ``app_sees``."""
    return {"platform": sees.platform.value, "sdk": sees.sdk, "code": code_or_null(sees.code), "outcome": sees.outcome}


def _ms(milliseconds: float) -> float:
    return round(milliseconds, 1)


def _finite(value: JsonValue) -> JsonValue:
    """Make of a value what JSON can say (RFC 8259, section 6: no infinity, no NaN)."""
    match value:
        case float():
            return round(value, 3) if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(name): _finite(item) for name, item in value.items()}
        case _:
            return [_finite(item) for item in value]
