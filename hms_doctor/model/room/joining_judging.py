"""What the server made of our ``join``, judged (for ``signalling.join``)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import room as causes
from hms_doctor.model.causes import server, signalling
from hms_doctor.model.failure import LEAST_SILENCE
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.description_words import judge_description
from hms_doctor.model.room.joining import (
    Admitted,
    AnswerUnusable,
    JoinOutcome,
    JoinUnderway,
    LostWhileJoining,
    NotAdmitted,
    NotOffered,
    NoWebRtc,
    Unanswered,
)
from hms_doctor.model.room.server_word import cause_of_word, refused_as
from hms_doctor.model.room.stages import Stage
from hms_doctor.model.signalling.websocket import Broken, Closed, Ended, Lost

GET_THE_EXTRA: Final = "joining needs an optional package: pip install 'hms-doctor[room]'"
_ORDER_OF_THE_EXTRA: Final = "Install it, then run again; all else was looked at."
_LONGEST_ROLE: Final = 100
_OUTSIDE: Final[JsonObject] = {"stages": {Stage.INIT_FETCHED.value: True, Stage.SIGNAL_CONNECTED.value: False}}
_INSIDE: Final[JsonObject] = {"stages": {Stage.INIT_FETCHED.value: True, Stage.SIGNAL_CONNECTED.value: True}}


def judge_joining(outcome: JoinOutcome) -> Iterable[Finding]:
    """Say whether the room took us, and why not."""
    match outcome:
        case Admitted():
            yield _admitted(outcome)
        case NotAdmitted():
            yield _not_admitted(outcome)
        case Unanswered() | AnswerUnusable() | LostWhileJoining():
            yield _not_answered(outcome)
        case NotOffered(failed=failed):
            told = judge_description(failed)
            yield replace(told, evidence={**told.evidence, **_OUTSIDE})
        case NoWebRtc(why=why):
            yield Undecided(summary=GET_THE_EXTRA, action=_ORDER_OF_THE_EXTRA, evidence={"why": why})
        case JoinUnderway(host=host, waits_for=what):
            yield Undecided(summary=f"we could not tell: cut off while waiting for {what} from {host}")


def _not_answered(outcome: Unanswered | AnswerUnusable | LostWhileJoining) -> Finding:
    match outcome:
        case Unanswered():
            return _unanswered(outcome)
        case AnswerUnusable(host=host, what=what):
            summary = f"{host} answers the join without a session description: {what}"
            return Failed(cause=causes.NO_DESCRIPTION, summary=summary, evidence={"host": host, **_OUTSIDE})
        case LostWhileJoining():
            return _lost(outcome)


def _admitted(seen: Admitted) -> Passed:
    role = seen.role[:_LONGEST_ROLE]
    return Passed(
        summary=f"in the room as {role}, {_company(len(seen.others))}",
        evidence={"host": seen.host, "role": role, "others": len(seen.others), **_INSIDE},
    )


def _company(others: int) -> str:
    return {0: "alone", 1: "with 1 other"}.get(others, f"with {others} others")


def _not_admitted(seen: NotAdmitted) -> Failed:
    cause = cause_of_word(seen.fault.code, seen.fault.text)
    if seen.already_here and seen.fault.code != server.PEER_JOINED.code:
        told = refused_as(causes.TWICE, seen.host, seen.fault, "names us among those in the room and refuses the join")
    else:
        told = refused_as(cause, seen.host, seen.fault, "refuses the join")
    evidence = {**told.evidence, "already_in_the_room": seen.already_here, **_OUTSIDE}
    return Failed(cause=told.cause, summary=told.summary, action=told.action, evidence=evidence, word=told.word)


def _unanswered(seen: Unanswered) -> Finding:
    evidence: JsonObject = {"host": seen.host, "waited_s": round(seen.waited, 1), "pongs": seen.pongs, **_OUTSIDE}
    if seen.waited < LEAST_SILENCE:
        summary = f"we could not tell: no answer to the join from {seen.host} in the {seen.waited:.1f} s that were left"
        return Undecided(summary=summary, evidence=evidence)
    lives = f"{seen.host} answers pings, but not the join" if seen.pongs else f"{seen.host} does not answer the join"
    summary = f"{lives}: nothing in {seen.waited:.0f} s; the SDK waits for ever"
    return Failed(cause=causes.UNANSWERED, summary=summary, evidence=evidence)


def _lost(seen: LostWhileJoining) -> Failed:
    again = f", {seen.times} times of {seen.times}" if seen.times > 1 else ""
    evidence: JsonObject = {"host": seen.host, "times": seen.times, **_OUTSIDE}
    cause = signalling.GARBAGE if isinstance(seen.ending, Broken) else signalling.LOST
    summary = f"{seen.host} {_how(seen.ending)} in place of an answer to the join{again}"
    return Failed(cause=cause, summary=summary, evidence=evidence)


def _how(ending: Ended) -> str:
    match ending:
        case Closed(code=code, reason=reason):
            return f"closes the websocket with {code}{f' ({reason})' if reason else ''}"
        case Lost(failure=failure):
            return f"cuts the connection ({failure})"
        case Broken(detail=detail):
            return f"breaks the websocket protocol ({detail})"


def steps_of_joining(outcome: JoinOutcome) -> Mapping[str, float]:
    """Give how long the join took, in milliseconds."""
    return {"join_ms": outcome.took} if isinstance(outcome, Admitted) else {}
