"""The room code, exchanged for a token as the SDKs do (getAuthTokenByRoomCode)."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import NO_CODE, Cause
from hms_doctor.model.causes import token_service as causes
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.failure import Kind, was_asked_again
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided
from hms_doctor.model.init.server_words import WORD_CODES, code_for
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.not_reached import judge_not_reached
from hms_doctor.model.settings import RoomCode
from hms_doctor.model.token.facts import TokenText
from hms_doctor.wire.http.exchange import Request
from hms_doctor.wire.http.token_service import (
    Asked,
    BadUrl,
    BrokenOff,
    NotConnected,
    OddAnswer,
    Refused,
    TokenGiven,
    ask,
    steps_of,
)

_BY_STATUS: Final[Mapping[int, Cause]] = {403: causes.INACTIVE, 404: causes.UNKNOWN}
"""What 100ms's web prebuilt tells its users for these (roomkit-react: AuthToken)."""
_BUSY: Final = 429
_SERVER_ERRORS: Final = 500


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Asked]:
    """Post the code without a content type of its own, as the web SDK does."""
    body = json.dumps({"code": facts[RoomCode].value.reveal()}).encode()
    headers = {"content-type": "text/plain;charset=UTF-8"}
    yield await ask(ctx, Request(url=ctx.settings.auth_endpoint, method="POST", headers=headers, body=body))


def diagnose(asked: Asked) -> Iterable[Finding]:
    """Tell a code that is refused from a service that is not reached."""
    match asked:
        case TokenGiven(service=service, tries=tries):
            yield Passed(summary=f"{service.host} gave a token{_in_tries(tries)}")
        case Refused():
            yield _refused(asked)
        case OddAnswer(status=status, what=what, service=service, tries=tries):
            summary = f"{service.host} answers {what} (status {status}){_in_tries(tries)}"
            yield Failed(cause=causes.ANSWER, summary=summary, evidence=_evidence(status, tries))
        case BrokenOff(failure=failure, service=service) if failure.kind is Kind.CUT_OFF:
            yield Undecided(
                summary=f"we could not tell: no time left for {service.host}",
                action="Give the run more time with --timeout.",
            )
        case BrokenOff(failure=failure, service=service):
            summary = f"{service.host} took the room code and did not answer: {failure}"
            yield Failed(cause=causes.CUT, summary=summary)
        case NotConnected():
            yield judge_not_reached(asked.attempt)
        case BadUrl(why=why):
            yield Failed(cause=causes.URL, summary=f"the room-code service's address is unusable: {why}")


def _in_tries(tries: int) -> str:
    return f" after {tries} tries" if tries > 1 else ""


def _evidence(status: int, tries: int) -> JsonObject:
    return {"status": status, "tries": tries}


def _refused(seen: Refused) -> Failed:
    """The server's word: a code of the pages in its body or text, else the page's word for a code that fits no room.

    The SDK hands ``body.code`` on, which public reports show as 403 or 404; the pages have 40001 for it: "Room ID
    provided while fetching the token is an invalid room".
    """
    status = seen.code if seen.code in _BY_STATUS else seen.status
    busy = seen.status == _BUSY or seen.status >= _SERVER_ERRORS
    word = NO_CODE if busy else code_for(seen.message, seen.code)
    cause = causes.BUSY if busy else _BY_STATUS.get(status, causes.REFUSED)
    told = f': "{seen.message}"' if seen.message else ""
    summary = f"{cause.title} (status {seen.status}{told}){_in_tries(seen.tries)}"
    evidence = {**_evidence(seen.status, seen.tries), "code": seen.code, "message": seen.message}
    if word != NO_CODE:
        cause = replace(cause, platform_codes={})  # the service's own number stands on every platform
    return Failed(cause=cause, summary=summary, word=word, evidence=evidence)


def _facts_in(asked: Asked) -> Iterable[object]:
    return (TokenText(value=asked.token, origin="room code"),) if isinstance(asked, TokenGiven) else ()


def _worth_repeating(asked: Asked) -> bool:
    match asked:
        case NotConnected(failed=failed):
            return not was_asked_again(failed.failure)
        case _:
            return isinstance(asked, BrokenOff)


CHECK = Check[Asked](
    id="token.room_code",
    title="the room code's token",
    asks="Does 100ms's room-code service give a token for the room code?",
    codes=frozenset({2002, 2003, 40001} | WORD_CODES),
    needs=(RoomCode,),
    yields=(TokenText,),
    observe=observe,
    diagnose=diagnose,
    offers=_facts_in,
    measure=steps_of,
    worth_repeating=_worth_repeating,
)
