"""What media that really flows, or really finds no way, says of what was only inferred about relays and UDP."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import quality
from hms_doctor.model.causes import room as causes
from hms_doctor.model.check import Facts
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Warned
from hms_doctor.model.ice.obstacles import UNTRIED
from hms_doctor.model.ice.relay_words import works
from hms_doctor.model.ice.relays import Relays
from hms_doctor.model.room.media import MediaFlow
from hms_doctor.model.room.media_words import is_told, received, sent
from hms_doctor.model.room.publishing import Publishing
from hms_doctor.model.room.subscribing import Subscribing
from hms_doctor.model.room.transport_words import is_direct
from hms_doctor.model.room.transports import Transport

VERDICT: Final = "ice.verdict"
_INFERRED: Final = (VERDICT, "ice.stun", "ice.quality")
"""Checks whose warnings are about a way that a call would take, were there no better one."""
_FLOWS: Final = "media flows directly over UDP all the same"
_NO_WAY: Final = (causes.ICE_PUBLISH.id, causes.ICE_SUBSCRIBE.id)


def weigh_media(results: tuple[CheckResult, ...], facts: Facts) -> tuple[CheckResult, ...]:
    """Weaken inference about relays where media was seen to need none, and sharpen it where no path was found."""
    if flows_directly(facts):
        return tuple(_with(r, map(_weakened, r.findings)) if r.id in _INFERRED else r for r in results)
    if Relays in facts and not any(works(row.outcome) for row in facts[Relays].rows):
        lost = [f for r in results for f in r.findings if isinstance(f, Failed) and f.cause.id in _NO_WAY]
        if lost:
            return tuple(_with(r, (_sharpened(f) for f in r.findings)) if r.id == VERDICT else r for r in results)
    return results


def flows_directly(facts: Facts) -> bool:
    """Whether packets were seen to arrive over a pair without a relay on either side."""
    if MediaFlow not in facts or facts[MediaFlow].lost_midway:
        return False
    flow = facts[MediaFlow]
    out = any(is_told(track) for track in sent(flow)) and any(map(is_direct, _transports(facts, Publishing)))
    return out or (bool(received(flow)) and any(map(is_direct, _transports(facts, Subscribing))))


def _transports(facts: Facts, kind: type[Publishing | Subscribing]) -> Iterable[Transport]:
    return (facts[kind].transport,) if kind in facts else ()


def _weakened(finding: Finding) -> Finding:
    """A relay that nobody needs here is a note; one that would be needed behind a stricter firewall still warns."""
    match finding:
        case Failed():
            summary = f"{finding.summary}; yet {_FLOWS}: it is other networks that need a relay"
            return Warned(cause=finding.cause, summary=summary, action=finding.action, evidence=finding.evidence)
        case Warned(cause=cause) if cause.id != quality.BANDWIDTH.id:  # of the line, whatever the path
            return Passed(summary=f"{finding.summary.removesuffix(UNTRIED)}; {_FLOWS}", evidence=finding.evidence)
        case _:
            return finding


def _sharpened(finding: Finding) -> Finding:
    """Where no relay works, and the direct path was tried and does not either, nothing is left."""
    if not isinstance(finding, Warned):
        return finding
    summary = f"{finding.summary.removesuffix(UNTRIED)}, and the join found none"
    evidence = {**finding.evidence, "confidence": "high"}
    return Failed(cause=finding.cause, summary=summary, action=finding.action, evidence=evidence)


def _with(result: CheckResult, findings: Iterable[Finding]) -> CheckResult:
    if not isinstance(result.outcome, Ran):
        return result
    return replace(result, outcome=replace(result.outcome, findings=tuple(findings)))
