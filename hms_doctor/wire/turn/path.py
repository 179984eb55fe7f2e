"""One path to a TURN server, from the socket to the proof, tried once more where a fresh socket could do better."""

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.relays import Path, Refused, RelayOutcome, RelayRow, Unfinished, Unreached, is_unknown
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.connection.proxy import is_loopback
from hms_doctor.wire.connection.resolve import Address, as_literal
from hms_doctor.wire.turn.addresses import WORTH_A_SECOND_TRY
from hms_doctor.wire.turn.opening import NotOpened, open_line
from hms_doctor.wire.turn.proof import prove
from hms_doctor.wire.turn.relay import Relay
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Login, Talk

QUOTA_REACHED: Final = 486
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


@dataclass(frozen=True, kw_only=True)
class Tried:
    """How one try ended."""

    outcome: RelayOutcome
    via: str = ""
    source: str = ""
    steps: dict[str, float] = field(default_factory=dict)


async def look_at_path(ctx: Context, path: Path, addresses: Sequence[Address], login: Login) -> RelayRow:
    """Prove a relay on one path. Over UDP the addresses are tried in turn; streams are dialled by name."""
    attempts, last = 1, await _try(ctx, path, addresses[:1], login)
    if _worth_repeating(last.outcome) and ctx.remaining() > WORTH_A_SECOND_TRY:
        second = await _try(ctx, path, addresses[1:2] or addresses[:1], login)
        if not is_unknown(second.outcome):
            attempts, last = 2, second
    row = RelayRow(
        path=path, outcome=last.outcome, attempts=attempts, via=last.via, source=last.source, steps=last.steps
    )
    return await _moved(ctx, row, last.outcome, login) if isinstance(last.outcome, Refused) else row


async def _moved(ctx: Context, row: RelayRow, refused: Refused, login: Login) -> RelayRow:
    """Go where a server sends its clients, once, as browsers do (RFC 8489 section 10); what fails there is its fault.

    Over TLS that address would have to show the certificate of a name that nobody told; nobody is sent from outside
    to this machine's own ports.
    """
    for ip, port in () if row.path.transport is Transport.TLS or row.via else refused.elsewhere[:1]:
        other = as_literal(ip)
        if other is None or is_loopback(ip) != is_loopback(row.path.host):
            continue
        there = replace(row.path, host=ip, port=port, family=other.family)
        tried = await _try(ctx, there, (other,), login)
        if not isinstance(tried.outcome, Refused | Unreached | Unfinished):
            return replace(row, outcome=tried.outcome, steps=tried.steps, moved_to=(there,))
    return row


def _worth_repeating(outcome: RelayOutcome) -> bool:
    match outcome:
        case Unreached(failure=failure):
            return failure.kind not in _FINAL_FAILURES and not is_unknown(outcome)
        case Refused(code=code):
            return code not in _FINAL_WORDS
        case _:
            return False


async def _try(ctx: Context, path: Path, addresses: Sequence[Address], login: Login) -> Tried:
    opened = await open_line(ctx, path, addresses)
    if isinstance(opened, NotOpened):
        return Tried(outcome=opened.outcome, via=opened.via, steps=opened.steps)
    relay = Relay(Session(ctx, opened.line, Talk(login)), opened.first, opened.steps)
    try:
        outcome = await prove(relay, opened.doors)
    finally:
        await relay.part()
    return Tried(outcome=outcome, via=opened.via, source=opened.line.source, steps=opened.steps)
