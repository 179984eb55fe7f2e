"""Rows of an address family that this machine does not have say nothing while the other family has rows. Pure."""

from collections.abc import Sequence

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.relays import BindingOutcome, BindingRow, RelayOutcome, RelayRow, Unanswered, Unreached


def relays_here(rows: Sequence[RelayRow]) -> tuple[RelayRow, ...]:
    """Give the rows that this machine has a way for, or all where it has a way for none."""
    ways = {row.path.url for row in rows if not _has_no_way(row.outcome)}
    return tuple(row for row in rows if row.path.url not in ways or not _has_no_way(row.outcome))


def bindings_here(rows: Sequence[BindingRow]) -> tuple[BindingRow, ...]:
    """Give the same of bindings."""
    ways = {row.path.url for row in rows if not _has_no_way(row.outcome)}
    return tuple(row for row in rows if row.path.url not in ways or not _has_no_way(row.outcome))


def _has_no_way(outcome: RelayOutcome | BindingOutcome) -> bool:
    """Whether the kernel refused at once for want of a route (ENETUNREACH), before anything was sent."""
    match outcome:
        case Unreached(failure=failure) | Unanswered(failure=failure):
            return failure.kind is Kind.NO_NETWORK
        case _:
            return False
