"""One path to a TURN server, from the socket to the proof, tried once more where a fresh socket could do better."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import Path, Refused, RelayOutcome, RelayRow, Stage, Unfinished, Unreached, is_unknown
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.network.server import CertificateFacts
from hms_doctor.model.times import utc_words
from hms_doctor.wire.dial import DialFailed, Target, dial
from hms_doctor.wire.resolve import Address
from hms_doctor.wire.turn import Login, Talk
from hms_doctor.wire.turn_line import DatagramLine, Line, StreamLine, open_datagrams
from hms_doctor.wire.turn_relay import prove_relay
from hms_doctor.wire.turn_session import Session

QUOTA_REACHED: Final = 486
WORTH_A_SECOND_TRY: Final = 0.3
"""Seconds that must be left before the run's deadline for a second try to make sense."""
_FINAL_WORDS: Final = frozenset({300, 400, 401, 403, 420, 437, 438, 441, 442, QUOTA_REACHED})
"""Refusals that a fresh socket does not change (RFC 8489 section 14.8, RFC 8656 section 19)."""
_FINAL_FAILURES: Final = frozenset(
    {
        Kind.TLS_EXPIRED,
        Kind.TLS_NOT_YET_VALID,
        Kind.TLS_WRONG_NAME,
        Kind.TLS_UNKNOWN_ISSUER,
        Kind.TLS_SELF_SIGNED,
        Kind.TLS_REJECTED,
        Kind.PROXY_AUTH,
        Kind.PROXY_LOGIN_FOREIGN,
        Kind.PROXY_UNUSABLE,
    }
)
_STAGES: Final = {Operation.RESOLVE: Stage.RESOLVE, Operation.TLS: Stage.TLS}


@dataclass(frozen=True, kw_only=True)
class Tried:
    """How one try ended."""

    outcome: RelayOutcome
    via: str = ""
    steps: dict[str, float] = field(default_factory=dict)


async def look_at_path(ctx: Context, path: Path, addresses: Sequence[Address], login: Login) -> RelayRow:
    """Prove a relay on one path. Over UDP the addresses are tried in turn; streams are dialled by name."""
    attempts, last = 1, await _try(ctx, path, addresses[:1], login)
    if _worth_repeating(last.outcome) and ctx.remaining() > WORTH_A_SECOND_TRY:
        second = await _try(ctx, path, addresses[1:2] or addresses[:1], login)
        if not is_unknown(second.outcome):
            attempts, last = 2, second
    return RelayRow(path=path, outcome=last.outcome, attempts=attempts, via=last.via, steps=last.steps)


def _worth_repeating(outcome: RelayOutcome) -> bool:
    match outcome:
        case Unreached(failure=failure):
            return failure.kind not in _FINAL_FAILURES and not is_unknown(outcome)
        case Refused(code=code):
            return code not in _FINAL_WORDS
        case _:
            return False


async def _try(ctx: Context, path: Path, addresses: Sequence[Address], login: Login) -> Tried:
    ctx.waiting(f"{path.host}:{path.port}/{path.transport.value}", ctx.patience())
    if path.transport is Transport.UDP:
        line = await open_datagrams(addresses[0], path.port)
        if isinstance(line, Failure):
            return Tried(outcome=Unreached(stage=Stage.REACH, failure=line))
        return await _prove(ctx, line, login, Tried(outcome=Unfinished()))
    target = Target(host=path.host, port=path.port, protocol="turns" if path.transport is Transport.TLS else "turn")
    dialled = await dial(replace(ctx, vantage=replace(ctx.vantage, family=path.family)), target)
    if isinstance(dialled, DialFailed):
        return Tried(outcome=_undialled(dialled), via=dialled.via, steps=dict(dialled.steps))
    known = Tried(outcome=Unfinished(), via=dialled.via, steps=dict(dialled.steps))
    return await _prove(ctx, StreamLine(dialled.stream), login, known)


async def _prove(ctx: Context, line: Line, login: Login, known: Tried) -> Tried:
    first = Stage.REACH if isinstance(line, DatagramLine) else Stage.CHALLENGE
    try:
        outcome = await prove_relay(Session(ctx, line, Talk(login)), first, known.steps)
    finally:
        await line.aclose()
    return replace(known, outcome=outcome)


def _undialled(failed: DialFailed) -> Unreached:
    stage = _STAGES.get(failed.failure.operation, Stage.REACH)
    return Unreached(stage=stage, failure=replace(failed.failure, detail=_detail(failed)))


def _detail(failed: DialFailed) -> str:
    """Say of a rejected certificate what the reader can check."""
    match failed.certificate:
        case CertificateFacts() as certificate if failed.failure.kind is Kind.TLS_EXPIRED:
            return f"on {utc_words(certificate.not_after)}"
        case CertificateFacts() as certificate if failed.failure.kind is Kind.TLS_NOT_YET_VALID:
            return f"before {utc_words(certificate.not_before)}"
        case CertificateFacts() as certificate if failed.failure.kind is Kind.TLS_WRONG_NAME:
            return f"for {', '.join(certificate.names[:3])}"
        case CertificateFacts() as certificate:
            return f"issued by {certificate.issuer}"
        case _:
            return failed.failure.detail
