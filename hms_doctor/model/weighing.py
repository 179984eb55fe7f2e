"""What one check knows about another's object: the server's word beats our inference."""

from collections.abc import Iterable
from dataclasses import replace

from hms_doctor.model.check import Facts
from hms_doctor.model.diagnosis import LINT
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Warned
from hms_doctor.model.server import RolePolicy, TokenAccepted

GENERIC_REFUSAL = 40100
"""The server refused without a code or text that says why (100ms's pages: "Generic Error")."""
_MEDIA = {"devices.camera": "video", "devices.microphone": "audio"}


def weigh(results: tuple[CheckResult, ...], facts: Facts) -> tuple[CheckResult, ...]:
    """Let what was seen elsewhere soften or sharpen findings, before anybody looks for the root."""
    if TokenAccepted in facts:
        results = tuple(_softened(r, "the server accepted the token") if r.id in LINT else r for r in results)
    elif any(_is_generic_refusal(f) for r in results for f in r.findings):
        results = _sharpened(results)
    if RolePolicy in facts:
        results = tuple(_not_needed(r, facts[RolePolicy]) for r in results)
    return results


def _with_findings(result: CheckResult, findings: Iterable[Finding]) -> CheckResult:
    if not isinstance(result.outcome, Ran):
        return result
    return replace(result, outcome=replace(result.outcome, findings=tuple(findings)))


def _softened(result: CheckResult, because: str) -> CheckResult:
    return _with_findings(
        result,
        (
            Warned(cause=f.cause, summary=f"{f.summary} ({because})", action=f.action, evidence=f.evidence)
            if isinstance(f, Failed)
            else f
            for f in result.findings
        ),
    )


def _is_generic_refusal(finding: Finding) -> bool:
    return isinstance(finding, Failed) and finding.word == GENERIC_REFUSAL


def _sharpened(results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """A refusal without a reason gets the one offline finding that fits; two that fit decide nothing."""
    lint = [f for r in results if r.id in LINT for f in r.findings if isinstance(f, Failed)]
    causes = {f.cause.id: f for f in lint if not any(other.cause.accounts_for(f.cause) for other in lint)}
    if len(causes) != 1:
        return results
    [fits] = causes.values()
    return tuple(_with_findings(r, (_reworded(f, fits) for f in r.findings)) for r in results)


def _reworded(finding: Finding, fits: Failed) -> Finding:
    if not isinstance(finding, Failed) or finding.word != GENERIC_REFUSAL:
        return finding
    return replace(
        finding,
        cause=fits.cause,
        word=fits.cause.code,
        summary=f"{finding.summary}; in the token: {fits.summary}",
        action=fits.action,
    )


def _not_needed(result: CheckResult, policy: RolePolicy) -> CheckResult:
    """A role that may not publish video needs no camera."""
    media = _MEDIA.get(result.id)
    if media is None or media in policy.publishes:
        return result
    note = f"not needed: the role {policy.role} publishes no {media}"
    return _with_findings(
        result,
        (
            Passed(summary=f"{note} ({f.summary})", evidence=f.evidence) if isinstance(f, Failed | Warned) else f
            for f in result.findings
        ),
    )
