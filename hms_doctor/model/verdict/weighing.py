"""What one check knows about another's object: the server's word beats our inference."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from hms_doctor.model.causes import server
from hms_doctor.model.check import Facts
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Warned
from hms_doctor.model.ice.relay_words import over, works
from hms_doctor.model.ice.relays import Relays
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.network.server import RolePolicy, TokenAccepted
from hms_doctor.model.verdict.diagnosis import LINT
from hms_doctor.model.verdict.weighing_media import weigh_media

GENERIC_REFUSALS = (server.GENERIC.id, server.REFUSED.id)
"""The server refused without a code or text that says why (100ms's pages: 40100, "Generic Error")."""
_SAID = (
    (("signature",), ("token.signature", "token.algorithm")),
    (("expired",), ("token.expired", "token.milliseconds")),
    (("not valid yet", "not yet valid", "before issued"), ("token.not_yet_valid", "token.milliseconds")),
)
"""What a server may say of a token in many ways, and the offline findings that say the same."""
NOT_NEEDED = "not needed"
_MEDIA = {"devices.camera": "video", "devices.microphone": "audio"}


def weigh(results: tuple[CheckResult, ...], facts: Facts) -> tuple[CheckResult, ...]:
    """Let what was seen elsewhere soften or sharpen findings, before anybody looks for the root."""
    if any(_is_refusal(f) for r in results for f in r.findings):
        results = _sharpened(results)
    if TokenAccepted in facts:
        results = tuple(_softened(r, "the server accepted the token") if r.id in LINT else r for r in results)
    if RolePolicy in facts:
        results = tuple(_not_needed(r, facts[RolePolicy]) for r in results)
    if Relays in facts and _passes_udp(facts[Relays]):
        results = tuple(_noted(r, "a relay over UDP works all the same") if r.id == "ice.stun" else r for r in results)
    return weigh_media(results, facts)


def _passes_udp(relays: Relays) -> bool:
    return any(works(row.outcome) for row in over(relays.rows, Transport.UDP))


def _noted(result: CheckResult, because: str) -> CheckResult:
    """Take the sting out of warnings that something stronger has disproved."""
    return _with_findings(
        result,
        (
            Passed(summary=f"{f.summary}; {because}", evidence=f.evidence) if isinstance(f, Warned) else f
            for f in result.findings
        ),
    )


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


def _is_refusal(finding: Finding) -> bool:
    return isinstance(finding, Failed) and bool(finding.word)


def _sharpened(results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Tell a refusal by the one offline finding that fits it; two that fit decide nothing."""
    lint = [f for r in results if r.id in LINT for f in r.findings if isinstance(f, Failed)]
    standing = [f for f in lint if not any(other.cause.accounts_for(f.cause) for other in lint)]
    return tuple(
        _with_findings(r, (_reworded(f, standing) for f in r.findings)) if r.id not in LINT else r for r in results
    )


def _reworded(finding: Finding, lint: Sequence[Failed]) -> Finding:
    if not isinstance(finding, Failed) or not finding.word:
        return finding
    fitting = {f.cause.id: f for f in lint if _fits(f, finding)}
    if len(fitting) != 1:
        return finding
    [fits] = fitting.values()
    own_number = finding.word != finding.cause.code  # this platform's SDK raises another number than the pages'
    return replace(
        finding,
        cause=fits.cause,
        word=finding.word if own_number else fits.cause.code,
        summary=f"{fits.summary} ({finding.summary})",
        action=fits.action,
    )


def _fits(lint: Failed, refusal: Failed) -> bool:
    """Whether an offline finding can be what the server means: any, where it gave no reason, else only its own kind."""
    if refusal.cause.id in GENERIC_REFUSALS:
        return True
    said = str(refusal.evidence.get("server_message", "")).lower()
    kinds = next((kinds for words, kinds in _SAID if any(word in said for word in words)), ())
    return lint.cause.code == refusal.cause.code and (not kinds or lint.cause.id in kinds)


def _not_needed(result: CheckResult, policy: RolePolicy) -> CheckResult:
    """A role that may not publish video needs no camera."""
    media = _MEDIA.get(result.id)
    if media is None or media in policy.publishes:
        return result
    note = f"{NOT_NEEDED}: the role {policy.role} publishes no {media}"
    return _with_findings(
        result,
        (
            Passed(summary=f"{note} ({f.summary})", evidence=f.evidence) if isinstance(f, Failed | Warned) else f
            for f in result.findings
        ),
    )
