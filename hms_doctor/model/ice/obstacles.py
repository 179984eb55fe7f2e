"""What stands in the way of media in words, and the one change that would help. Pure; for ``ice.verdict``."""

from collections.abc import Sequence

from hms_doctor.model.failure import Failure, Kind
from hms_doctor.model.ice.relay_words import over, short_words
from hms_doctor.model.ice.relays import RelayOutcome, RelayRow, Unreached
from hms_doctor.model.ice.urls import Transport


def ways_that_fail(rows: Sequence[RelayRow], *, udp_is_dead: bool) -> str:
    """Tell the ways that fail: ``UDP is blocked and TURN over TCP and TLS is refused``."""
    ways: dict[str, list[str]] = {}
    dead = ["UDP is blocked"] if udp_is_dead else []
    for transport in Transport:
        for row in over(rows, transport)[:1]:
            if not (dead and transport is Transport.UDP):
                ways.setdefault(fails_how(row), []).append(transport.value.upper())
    return _listed([*dead, *(f"TURN over {_listed(names)} {how}" for how, names in ways.items())])


def _listed(words: Sequence[str]) -> str:
    return ", ".join([*words[:-2], " and ".join(words[-2:])])


def fails_how(row: RelayRow) -> str:
    """Say as the end of a sentence how a path fails."""
    match row.outcome:
        case Unreached(failure=Failure(kind=Kind.REFUSED)):
            return "is refused"
        case Unreached(failure=Failure(kind=Kind.SILENT)):
            return "gets no answer"
        case Unreached(failure=Failure(kind=Kind.MALFORMED)):
            return "meets no TURN server"
        case _:
            return f"fails ({short_words(row.outcome)})"


def is_forbidden(outcome: RelayOutcome) -> bool:
    """Whether this machine itself does not let a path begin."""
    return isinstance(outcome, Unreached) and outcome.failure.kind is Kind.NOT_PERMITTED


def opening(rows: Sequence[RelayRow]) -> str:
    """Name the one change that would help: the first way of the list that the network does not let through."""
    for row in rows:
        if isinstance(row.outcome, Unreached):
            protocol = "UDP" if row.path.transport is Transport.UDP else "TCP"
            wish = f"Allow {protocol} {row.path.port} to {row.path.host} in"
            if is_forbidden(row.outcome):
                return f"{wish} this machine's own firewall or security software."
            return f"{wish} the firewall (hms-doctor network --firewall-request prints the exact rows)."
    return ""


def passage(rows: Sequence[RelayRow]) -> str:
    """Ask for TURN where STUN passes: a port that answers bindings is open."""
    hosts = [row.path.host for row in rows if isinstance(row.outcome, Unreached)][:1]
    return "".join(
        f"STUN passes and TURN does not: let the firewall pass TURN to {host} too, or have that server's operator look "
        "whether it lends relays."
        for host in hosts
    )
