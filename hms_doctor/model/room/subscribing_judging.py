"""The subscribe connection, judged: the server's offer, its candidates, its transport (for ``room.subscribe``)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import room as causes
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.ice.obstacles import listed
from hms_doctor.model.room.description_words import judge_description
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.subscribing import (
    BadCandidate,
    NeverOffered,
    NothingToSubscribe,
    SubscribeNotSet,
    SubscribeOutcome,
    Subscribing,
)
from hms_doctor.model.room.transport_judging import judge_transport
from hms_doctor.model.room.transport_words import steps_of
from hms_doctor.model.units import Seconds

OFFER_PATIENCE: Final = Seconds(3)
"""A step's silence that means something."""
_LONGEST_ROLE: Final = 100


def judge_subscribing(outcome: SubscribeOutcome) -> Iterable[Finding]:
    """Say whether a path for receiving stands; that nobody sends is no fault."""
    match outcome:
        case Subscribing(transport=transport, tracks=tracks):
            way = judge_transport(transport)
            yield replace(way, summary=f"{way.summary}; {_tracks(tracks)}") if isinstance(way, Passed) else way
        case SubscribeNotSet(failed=failed):
            yield judge_description(failed)
        case BadCandidate(what=what):
            summary = f"the server sends an ICE candidate that cannot be read: {what}"
            yield Failed(
                cause=causes.BAD_CANDIDATE,
                summary=summary,
                evidence={"candidate": what, "sdk_action": Side.SUBSCRIBE.name},
            )
        case NeverOffered():
            yield _never_offered(outcome)
        case NothingToSubscribe(role=role):
            yield NothingToCheck(summary=f"the role {role[:_LONGEST_ROLE]} hears nobody")


def _tracks(tracks: Sequence[str]) -> str:
    counts = Counter(tracks)
    told = [f"{count} {kind} track{'s' if count > 1 else ''}" for kind, count in sorted(counts.items())]
    return f"the server offers {listed(told)}" if told else "nobody else sends"


def _never_offered(seen: NeverOffered) -> Finding:
    """No page and no SDK gives this a code, and no call is known to break by it alone: it warns."""
    evidence = {"waited_s": round(seen.waited, 1), "others_publish": seen.others_publish}
    if not seen.others_publish:
        return NothingToCheck(summary="nobody else sends, so there is nothing to receive", evidence=evidence)
    tracks = "1 track" if seen.others_publish == 1 else f"{seen.others_publish} tracks"
    if seen.waited < OFFER_PATIENCE:
        summary = f"we could not tell: the server had only {seen.waited:.1f} s to offer the {tracks} of others"
        return Undecided(summary=summary, evidence=evidence)
    summary = f"others send {tracks} for our role, but in {seen.waited:.0f} s the server offered nothing to receive"
    return Warned(cause=causes.NO_OFFER, summary=summary, evidence=evidence)


def steps_of_subscribing(outcome: SubscribeOutcome) -> Mapping[str, float]:
    """Give the timed steps in milliseconds."""
    return steps_of(outcome.transport) if isinstance(outcome, Subscribing) else {}
