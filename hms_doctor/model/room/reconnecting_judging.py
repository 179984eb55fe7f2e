"""A connection that was lost in the room, judged: 1003, unless it came back or the server says why."""

from collections.abc import Iterable
from dataclasses import replace

from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.causes import signalling as causes
from hms_doctor.model.finding import Failed, Finding, Undecided, Warned
from hms_doctor.model.init.word import action_for, cause_of_refusal, is_word, web_code
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.reconnecting import (
    SDK_BUDGET,
    CameBack,
    InitRefusal,
    Interruption,
    Interruptions,
    StillGone,
    TurnedAway,
)
from hms_doctor.model.room.server_word import judge_word
from hms_doctor.model.signalling.websocket import Broken, Closed, Ended, Lost, Quiet


def judge_interruptions(host: str, interruptions: Interruptions) -> Iterable[Finding]:
    """Say of each loss what came of it, as the SDK's reconnection goes."""
    for each in interruptions:
        yield _judged(host, each)


def _judged(host: str, seen: Interruption) -> Finding:
    cause = causes.NO_PONG if isinstance(seen.ending, Quiet) else causes.LOST
    lost = f"the signalling connection was lost {seen.at:.1f} s after the join"
    evidence: JsonObject = {
        "host": host,
        "lost_after_s": round(seen.at, 1),
        "how": _how(seen.ending),
        "tries": seen.outcome.tries,
    }
    match seen.outcome:
        case CameBack(after=after, tries=tries):
            summary = f"{lost} and came back {after:.1f} s later ({_tries(tries)}); the app saw it reconnect"
            return Warned(cause=cause, summary=summary, evidence=evidence)
        case StillGone(tries=0):
            summary = f"we could not tell whether it comes back: {lost}, and no time was left to try"
            return Undecided(summary=summary, action="Give the run more time with --timeout.", evidence=evidence)
        case StillGone(waited=waited, tries=tries, last=last):
            gone = f"{lost} and did not come back in {waited:.0f} s ({_tries(tries)})"
            summary = f"{gone}; the SDK gives up after {SDK_BUDGET:.0f} s"
            return Failed(cause=cause, summary=summary, evidence={**evidence, "last_try": last})
        case TurnedAway(said=said):
            told = _refused(said) if isinstance(said, InitRefusal) else judge_word(host, said, "says no")
            return replace(told, summary=f"{lost}; {told.summary}", evidence={**told.evidence, **evidence})


def _tries(tries: int) -> str:
    return "1 try" if tries == 1 else f"{tries} tries"


def _how(ending: Ended | Quiet) -> str:
    match ending:
        case Closed(code=code):
            return f"closed with {code}"
        case Lost(failure=failure):
            return f"broke off: {failure}"
        case Broken(detail=detail):
            return f"broke the websocket protocol: {detail}"
        case Quiet(waited=waited):
            return f"fell silent for {waited:.0f} s"


def _refused(said: InitRefusal) -> Failed:
    """Init's own code takes 1003's place and ends the session at once, where it is a code of the pages."""
    cause = cause_of_refusal(said.status, said.code, said.text)
    number = f"code {said.code}, " if said.code else ""
    verbatim = {**cause.platform_codes, Platform.WEB: web_code(said.status, said.code)}
    return Failed(
        cause=replace(cause, platform_codes=verbatim),
        summary=f"on the way back init answers {said.status}: {number}{said.text or 'no message'}",
        action=action_for(cause, said.text),
        evidence={"status": said.status, "server_code": said.code, "server_message": said.text},
        word=cause.code if is_word(cause) else NO_CODE,
    )
