"""What stands in the way of media in words, and the one change that would help. Pure; for ``ice.verdict``."""

from collections.abc import Sequence
from typing import Final

from hms_doctor.model.failure import ASKED, Failure, Kind, Operation
from hms_doctor.model.ice.relay_words import has_expired, over, short_words, speaks_http
from hms_doctor.model.ice.relays import Refused, RelayOutcome, RelayRow, Stage, Unreached
from hms_doctor.model.ice.servers import ExpiresIn
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.network.own_host import MEDIA_PORTS, addressed, is_of_100ms
from hms_doctor.model.times import utc_words

UNTRIED: Final = ", which this run did not try"
"""Ends what only a join can tell."""


def ways_that_fail(rows: Sequence[RelayRow], *, udp_is_dead: bool) -> str:
    """Tell the ways that fail: ``UDP is blocked and TURN over TCP and TLS is refused``."""
    ways: dict[str, list[str]] = {}
    dead = ["UDP is blocked"] if udp_is_dead else []
    unknown = [row for row in rows if is_unresolved(row.outcome)]
    known = [row for row in rows if row not in unknown]
    for transport in Transport:
        for row in over(known, transport)[:1]:
            if not (dead and transport is Transport.UDP):
                ways.setdefault(fails_how(row), []).append(transport.value.upper())
    named = {row.path.host: looked_up_in_vain(row) for row in reversed(unknown)}
    return listed([*dead, *(f"TURN over {listed(names)} {how}" for how, names in ways.items()), *named.values()])


def is_unresolved(outcome: RelayOutcome) -> bool:
    """Whether already the server's name led nowhere."""
    return isinstance(outcome, Unreached) and outcome.failure.operation is Operation.RESOLVE


def looked_up_in_vain(row: RelayRow) -> str:
    """Say that a name was not found, why, and who was asked."""
    failure = row.outcome.failure if isinstance(row.outcome, Unreached) else _NOT_ASKED
    why = "no DNS server answers" if failure.kind is Kind.SILENT else failure.kind.value
    asked = _asked(failure)
    return f"{row.path.host} cannot be looked up ({why}{f'; asked: {asked}' if asked else ''})"


def _asked(failure: Failure) -> str:
    return failure.detail.partition(ASKED)[2]


_NOT_ASKED = Failure(operation=Operation.RESOLVE, kind=Kind.OTHER)


def question_of_names(rows: Sequence[RelayRow], otherwise: str) -> str:
    """Ask for what would let a name be found: servers that answer, the right spelling, or else an entry."""
    for row in rows:
        if isinstance(row.outcome, Unreached) and is_unresolved(row.outcome):
            failure, host = row.outcome.failure, row.path.host
            servers = _asked(failure)
            if failure.kind in {Kind.SILENT, Kind.UNRESOLVED} and servers:
                return (
                    f"Check the DNS server that this machine asks ({servers}): it gives no usable answer about {host}; "
                    "UDP and TCP 53 must reach it."
                )
            if failure.kind is Kind.NXDOMAIN and not is_of_100ms(host):
                return f"Check how {host} is spelt; if that is right, let the DNS servers of this network resolve it."
            return addressed(otherwise, host)
    return otherwise


def listed(words: Sequence[str]) -> str:
    """Join words as a sentence does."""
    return ", ".join([*words[:-2], " and ".join(words[-2:])])


def fails_how(row: RelayRow) -> str:
    """Say as the end of a sentence how a path fails."""
    match row.outcome:
        case Unreached(failure=Failure(operation=Operation.PROXY)):
            return f"stops at the proxy {row.via} ({short_words(row.outcome)})"
        case Unreached(stage=stage, failure=failure):
            return _lost_how(stage, failure) or f"fails ({short_words(row.outcome)})"
        case Refused() if has_expired(row) and isinstance(row.expiry, ExpiresIn):
            return f"refuses a login that expired at {utc_words(row.expiry.at)}"
        case _:
            return f"fails ({short_words(row.outcome)})"


_LOST: Final = {
    Kind.REFUSED: "is refused",
    Kind.SILENT: "gets no answer",
    Kind.MALFORMED: "meets no TURN server",
}


def _lost_how(stage: Stage, failure: Failure) -> str:
    if speaks_http(failure):
        return "meets a web server"
    if stage is Stage.CHALLENGE and failure.kind is Kind.CLOSED:
        return "is closed at the first request"
    return _LOST.get(failure.kind, "")


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
            rows_at = "hms-doctor network --firewall-request prints the exact rows"
            best = (
                f"best for calls: {MEDIA_PORTS} to *.100ms.live; "
                if protocol == "UDP" and is_of_100ms(row.path.host)
                else ""
            )
            return f"{wish} the firewall ({best}{rows_at})."
    return ""


def passage(rows: Sequence[RelayRow]) -> str:
    """Ask for TURN where STUN passes: a port that answers bindings is open."""
    hosts = [row.path.host for row in rows if isinstance(row.outcome, Unreached)][:1]
    return "".join(
        f"STUN passes and TURN does not: let the firewall pass TURN to {host} too, or have that server's operator look "
        "whether it lends relays."
        for host in hosts
    )
