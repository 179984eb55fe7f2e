"""What a relay row means: its cause, its words, its line of evidence. Pure; shared by the checks that judge rows."""

from collections.abc import Iterable, Sequence
from typing import Final

from hms_doctor.model.causes import Cause, turn_proxy
from hms_doctor.model.causes import ice as causes
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import (
    Allocated,
    NotAUrl,
    Proven,
    Refused,
    RelayOutcome,
    RelayRow,
    Stage,
    Unfinished,
    Unreached,
    is_unknown,
)
from hms_doctor.model.ice.servers import ExpiresIn
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.json import JsonObject

_BY_CODE: Final = {
    403: causes.FORBIDDEN,
    437: causes.REALM,
    438: causes.STALE_NONCE,
    486: causes.QUOTA,
    508: causes.CAPACITY,
}
_UNAUTHENTICATED: Final = frozenset({401, 441})
_BY_KIND: Final = {
    Kind.SILENT: causes.NO_ANSWER,
    Kind.IPV6_ALONE: causes.IPV4_LITERAL,
    Kind.MALFORMED: causes.NOT_TURN,
    Kind.CLOSED: causes.NOT_TURN,
    Kind.TLS_EXPIRED: causes.TLS_EXPIRED,
    Kind.TLS_NOT_YET_VALID: causes.TLS_NOT_YET_VALID,
    Kind.TLS_WRONG_NAME: causes.TLS_WRONG_NAME,
    Kind.TLS_UNKNOWN_ISSUER: causes.TLS_UNTRUSTED,
    Kind.TLS_SELF_SIGNED: causes.TLS_UNTRUSTED,
    Kind.TLS_REJECTED: causes.TLS_UNTRUSTED,
}
_BY_PROXY: Final = {Kind.PROXY_AUTH: turn_proxy.AUTH, Kind.PROXY_UPSTREAM: turn_proxy.UPSTREAM}
_BY_OPERATION: Final = {
    Operation.RESOLVE: causes.UNRESOLVED,
    Operation.PROXY: turn_proxy.REFUSED,
    Operation.TLS: causes.TLS,
}
NETWORK: Final = frozenset(
    cause.id
    for cause in (
        causes.UNREACHABLE,
        causes.NO_ANSWER,
        causes.UNRESOLVED,
        causes.IPV4_LITERAL,
        turn_proxy.REFUSED,
        turn_proxy.AUTH,
        turn_proxy.UPSTREAM,
    )
)
"""Causes that lie on the way, not with a server: beside a working relay they are a note."""
_QUOTED: Final = 120
_SAYS: Final = "it says "


def works(outcome: RelayOutcome) -> bool:
    """Whether a relay was had on this path."""
    return isinstance(outcome, Proven | Allocated)


def answers(outcome: RelayOutcome) -> bool:
    """Whether a TURN server spoke on this path, be it to refuse."""
    return isinstance(outcome, Proven | Allocated | Refused)


def causes_of(rows: Iterable[RelayRow]) -> dict[str, tuple[Cause, list[RelayRow]]]:
    """Group the rows that do not work by their cause, in the order of the list."""
    found: dict[str, tuple[Cause, list[RelayRow]]] = {}
    for row in rows:
        for cause in _causes_of_one(row):
            found.setdefault(cause.id, (cause, []))[1].append(row)
    return found


def _causes_of_one(row: RelayRow) -> tuple[Cause, ...]:
    match row.outcome:
        case NotAUrl():
            return (causes.NOT_A_URL,)
        case Refused() as refused:
            return (_cause_of_refusal(refused, row),)
        case Unreached(failure=failure) if not is_unknown(row.outcome):
            return (_cause_of_failure(failure),)
        case Unreached() | Proven() | Allocated() | Unfinished():
            return ()


def _cause_of_refusal(refused: Refused, row: RelayRow) -> Cause:
    if refused.code not in _UNAUTHENTICATED:
        return _BY_CODE.get(refused.code, causes.REFUSED)
    if refused.stage is Stage.CHALLENGE:
        return causes.NO_LOGIN
    return causes.EXPIRED if has_expired(row) else causes.WRONG_LOGIN


def has_expired(row: RelayRow) -> bool:
    """Whether a server did not take a login whose time has passed on its own clock."""
    denied = isinstance(row.outcome, Refused) and row.outcome.code in _UNAUTHENTICATED
    return denied and isinstance(row.expiry, ExpiresIn) and row.expiry.seconds <= 0


def _cause_of_failure(failure: Failure) -> Cause:
    if failure.kind in _BY_PROXY:
        return _BY_PROXY[failure.kind]
    if failure.operation in {Operation.RESOLVE, Operation.PROXY}:
        return _BY_OPERATION[failure.operation]
    if failure.operation is Operation.TLS and failure.kind is Kind.CLOSED:
        return causes.TLS
    return _BY_KIND.get(failure.kind) or _BY_OPERATION.get(failure.operation, causes.UNREACHABLE)


def words_of(outcome: RelayOutcome) -> str:
    """Say in a few words how a path ended; empty for a proven one."""
    match outcome:
        case Proven():
            return ""
        case Allocated(why=why):
            return f"allocated, echo not seen: {why}"[:_QUOTED]
        case Refused(code=code, reason=reason):
            return f"{code} {reason}".strip()[:_QUOTED]
        case Unreached(stage=stage, failure=failure):
            return _lost_words(stage, failure)[:_QUOTED]
        case NotAUrl(why=why):
            return f"not a TURN URL: {why}"[:_QUOTED]
        case Unfinished():
            return Kind.CUT_OFF.value


def _lost_words(stage: Stage, failure: Failure) -> str:
    if speaks_http(failure):
        return f"a web server answers ({failure.detail.removeprefix(_SAYS)})"
    if stage is Stage.CHALLENGE and failure.kind is Kind.CLOSED:
        return "closed at the first request"
    return str(failure)


def speaks_http(failure: Failure) -> bool:
    """Whether a web server answered in TURN's place."""
    return failure.kind is Kind.MALFORMED and failure.detail.startswith(f'{_SAYS}"HTTP/')


def stage_of(outcome: RelayOutcome) -> Stage:
    """Give the contract's word for how far a path came."""
    match outcome:
        case Proven():
            return Stage.OK
        case Allocated(stage=stage) | Refused(stage=stage) | Unreached(stage=stage):
            return stage
        case NotAUrl():
            return Stage.RESOLVE
        case Unfinished():
            return Stage.REACH


def evidence_of(row: RelayRow) -> JsonObject:
    """Give the contract's row, and what else was seen on the path."""
    return {
        "url": row.path.url,
        "transport": row.path.transport.value,
        "family": row.path.family.value,
        "stage": stage_of(row.outcome).value,
        "failure": words_of(row.outcome) or None,
        "rtt_ms": round(row.outcome.rtt_ms, 2) if isinstance(row.outcome, Proven) else None,
        **({"proof": row.outcome.proof.value} if isinstance(row.outcome, Proven) else {}),
        "attempts": row.attempts,
        **({"via": row.via} if row.via else {}),
        **({"addresses": list(row.addresses)} if row.addresses else {}),
        **({"from": row.source} if row.source else {}),
        **({"moved_to": f"{row.moved_to[0].host} port {row.moved_to[0].port}"} if row.moved_to else {}),
        **({"vouched_by": row.vouched_by} if row.vouched_by else {}),
    }


def ms_words(ms: float) -> str:
    """Say milliseconds as people read them."""
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"  # noqa: PLR2004


def best_rtt(rows: Iterable[RelayRow]) -> tuple[float, ...]:
    """Give the shortest round trip through a relay, if there is one."""
    return tuple(sorted(row.outcome.rtt_ms for row in rows if isinstance(row.outcome, Proven)))[:1]


def over(rows: Iterable[RelayRow], *transports: Transport) -> tuple[RelayRow, ...]:
    """Give the rows of some transports."""
    return tuple(row for row in rows if row.path.transport in transports)


def tally(rows: Sequence[RelayRow]) -> str:
    """Say how many relays work and how, by transport: ``2 of 5 relays: udp 42 ms, tcp+tls connection refused``."""
    ways: dict[str, list[str]] = {}
    for transport in Transport:
        if over(rows, transport):
            ways.setdefault(_way(over(rows, transport)), []).append(transport.value)
    working = sum(works(row.outcome) for row in rows)
    told = ", ".join("+".join(names) + f" {way}" for way, names in ways.items())
    return f"{working} of {len(rows)} relays: {told}"


def _way(rows: Sequence[RelayRow]) -> str:
    for rtt in best_rtt(rows):
        return ms_words(rtt)
    return "allocated" if any(works(row.outcome) for row in rows) else short_words(rows[0].outcome)


def short_words(outcome: RelayOutcome) -> str:
    """Say how a path failed without its particulars."""
    match outcome:
        case Unreached(failure=failure) if speaks_http(failure):
            return "a web server answers"
        case Unreached(failure=Failure(kind=Kind.MALFORMED)):
            return "no TURN server"
        case Unreached(stage=Stage.CHALLENGE, failure=Failure(kind=Kind.CLOSED)):
            return words_of(outcome)
        case Unreached(failure=failure):
            return failure.kind.value
        case NotAUrl():
            return "not a TURN URL"
        case Proven() | Allocated() | Refused() | Unfinished():
            return words_of(outcome)
