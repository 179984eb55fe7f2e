"""The publish connection, judged: its transport, then the renegotiation that adds our tracks (for ``room.publish``)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from hms_doctor.model.causes import room as causes
from hms_doctor.model.failure import LEAST_SILENCE
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided
from hms_doctor.model.ice.obstacles import listed
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.description_words import judge_description
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.room.publishing import (
    NothingToPublish,
    NotRenegotiated,
    Publishing,
    PublishNotSet,
    PublishOutcome,
    Renegotiated,
    RenegotiationEmpty,
    RenegotiationRefused,
    RenegotiationUnanswered,
)
from hms_doctor.model.room.transport_judging import judge_transport
from hms_doctor.model.room.transport_words import evidence_of, steps_of
from hms_doctor.model.signalling.messages import ServerFault

_LONGEST_ROLE = 100
_QUOTED = 200


def judge_publishing(outcome: PublishOutcome) -> Iterable[Finding]:
    """Say whether a path for sending stands, and whether the server took our tracks."""
    match outcome:
        case Publishing():
            yield from _publishing(outcome)
        case PublishNotSet(failed=failed):
            yield judge_description(failed)
        case NothingToPublish(role=role):
            yield NothingToCheck(summary=f"the role {role[:_LONGEST_ROLE]} neither sends nor receives")


def _publishing(seen: Publishing) -> Iterable[Finding]:
    way = judge_transport(seen.transport)
    trouble = tuple(replace(f, evidence={**evidence_of(seen.transport), **f.evidence}) for f in _trouble(seen))
    if isinstance(way, Passed):
        yield replace(way, summary=f"{way.summary}; {_added(seen)}") if not trouble else way
    else:
        yield way
    yield from trouble


def _added(seen: Publishing) -> str:
    match seen.renegotiation:
        case Renegotiated(kinds=kinds):
            return f"the server took {listed(kinds)}" if kinds else "nothing to send was added"
        case NotRenegotiated(why=why):
            return why
        case _:
            return "no tracks were added"


def _trouble(seen: Publishing) -> Iterable[Failed | Undecided]:
    match seen.renegotiation:
        case RenegotiationRefused(fault=fault):
            yield _refused(fault)
        case RenegotiationEmpty():
            summary = "the server answers the offer with our tracks with neither a description nor an error"
            yield Failed(cause=causes.RENEGOTIATION_EMPTY, summary=summary)
        case RenegotiationUnanswered(waited=waited) if waited >= LEAST_SILENCE:
            summary = f"the server has not answered the offer with our tracks in {waited:.0f} s; the SDK waits for ever"
            yield Failed(cause=causes.RENEGOTIATION_UNANSWERED, summary=summary)
        case RenegotiationUnanswered(waited=waited):
            summary = f"we could not tell: only {waited:.1f} s were left for the server's answer about our tracks"
            yield Undecided(summary=summary, action="Give the run more time with --timeout.")
        case DescriptionFailed() as failed:
            yield judge_description(failed)
        case Renegotiated() | NotRenegotiated():
            return


def _refused(fault: ServerFault) -> Failed:
    said = fault.text[:_QUOTED] or "no text"
    evidence: JsonObject = {"code": fault.code, "message": said}
    summary = f"the server refuses the offer with our tracks with code {fault.code}: {said}"
    return Failed(cause=causes.RENEGOTIATION_REFUSED, summary=summary, evidence=evidence)


def steps_of_publishing(outcome: PublishOutcome) -> Mapping[str, float]:
    """Give the timed steps in milliseconds."""
    if not isinstance(outcome, Publishing):
        return {}
    renegotiation = outcome.renegotiation
    added = {"renegotiate_ms": renegotiation.took} if isinstance(renegotiation, Renegotiated) else {}
    return {**steps_of(outcome.transport), **added}
