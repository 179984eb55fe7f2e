"""Whether UDP passes at all, by everybody who was asked over it. Pure; for ``ice.verdict``."""

from collections.abc import Sequence
from enum import StrEnum

from hms_doctor.model.failure import Kind, Operation
from hms_doctor.model.ice.relay_words import answers, over
from hms_doctor.model.ice.relays import (
    BindingOutcome,
    BindingRow,
    Bound,
    NotAUrl,
    RelayOutcome,
    RelayRow,
    Unanswered,
    Unreached,
    is_unknown,
)
from hms_doctor.model.ice.urls import Transport


class Udp(StrEnum):
    """Whether UDP passes at all."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


def udp_passes(rows: Sequence[RelayRow], bindings: Sequence[BindingRow]) -> Udp:
    """Say so; UDP is dead when everybody who was asked over it stayed silent or was refused on the way."""
    relays = [row.outcome for row in over(rows, Transport.UDP) if not isinstance(row.outcome, NotAUrl)]
    bound = [row.outcome for row in bindings]
    if any(answers(outcome) for outcome in relays) or any(isinstance(outcome, Bound) for outcome in bound):
        return Udp.ALIVE
    asked = [*relays, *bound]
    return Udp.DEAD if asked and all(_was_asked(outcome) for outcome in asked) else Udp.UNKNOWN


def _was_asked(outcome: RelayOutcome | BindingOutcome) -> bool:
    """Whether a server was really asked: its name was found, and the time was ours to wait."""
    match outcome:
        case Unreached(failure=failure) | Unanswered(failure=failure):
            is_elsewhere = failure.operation is Operation.RESOLVE or failure.kind is Kind.IPV6_ALONE
            return not is_elsewhere and not is_unknown(outcome)
        case _:
            return False


def silent_ports(bindings: Sequence[BindingRow]) -> set[int]:
    """Give the ports on which somebody was asked in vain."""
    return {row.path.port for row in bindings if _was_asked(row.outcome)}


def unbound_ports(bindings: Sequence[BindingRow]) -> set[int]:
    """Give the ports on which nobody answered who was asked."""
    return silent_ports(bindings) - {row.path.port for row in bindings if isinstance(row.outcome, Bound)}
