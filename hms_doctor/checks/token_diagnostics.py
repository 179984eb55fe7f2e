"""100ms's public diagnostics token, which its own diagnostics use where nobody gave a token."""

from collections.abc import AsyncIterator, Iterable

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding, Passed, Undecided
from hms_doctor.model.json import JsonObject
from hms_doctor.model.network.not_reached import judge_not_reached
from hms_doctor.model.settings import DiagnosticsTokenWanted
from hms_doctor.model.token.facts import TokenText
from hms_doctor.wire.http.exchange import Request
from hms_doctor.wire.http.token_service import (
    Asked,
    BadUrl,
    BrokenOff,
    NotConnected,
    OddAnswer,
    Refused,
    Service,
    TokenGiven,
    ask,
    steps_of,
)


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Asked]:
    """Fetch the token; nothing is sent along."""
    yield await ask(ctx, Request(url=facts[DiagnosticsTokenWanted].url))


def diagnose(asked: Asked) -> Iterable[Finding]:
    """Say whether there is a token to go on with; no app asks this service, so its absence breaks no call."""
    match asked:
        case TokenGiven(service=service):
            yield Passed(summary=f"{service.host} gave 100ms's public diagnostics token")
        case NotConnected():
            not_reached = judge_not_reached(asked.attempt)
            yield _no_token(not_reached.summary, not_reached.evidence)
        case Refused(status=status, service=service):
            yield _undecided(service, f"answers with status {status}")
        case OddAnswer(status=status, what=what, service=service):
            yield _undecided(service, f"answers {what} (status {status})")
        case BrokenOff(failure=failure, service=service):
            yield _undecided(service, f"does not answer: {failure}")
        case BadUrl(why=why):
            yield Undecided(summary=f"the address of the diagnostics token is unusable: {why}")


def _undecided(service: Service, what: str) -> Undecided:
    return _no_token(f"{service.host} {what}", {})


def _no_token(why: str, evidence: JsonObject) -> Undecided:
    return Undecided(
        summary=f"no diagnostics token: {why}",
        action="Give a token of your own with --token-file F, or run `hms-doctor check`.",
        evidence=evidence,
    )


def _facts_in(asked: Asked) -> Iterable[object]:
    if isinstance(asked, TokenGiven):
        yield TokenText(value=asked.token, origin="100ms's public diagnostics token")


CHECK = Check[Asked](
    id="token.diagnostics",
    title="100ms's diagnostics token",
    asks="Does 100ms hand out its public diagnostics token, where no token was given?",
    needs=(DiagnosticsTokenWanted,),
    yields=(TokenText,),
    observe=observe,
    diagnose=diagnose,
    offers=_facts_in,
    measure=steps_of,
    worth_repeating=lambda asked: isinstance(asked, NotConnected | BrokenOff),
)
