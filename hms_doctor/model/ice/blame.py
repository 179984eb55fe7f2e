"""Which cause stands for many rows that fail, and what to do about it. Pure; for ``ice.verdict``."""

from collections.abc import Sequence
from typing import Final

from hms_doctor.model.causes import Cause, turn_proxy
from hms_doctor.model.causes import ice as causes
from hms_doctor.model.ice.obstacles import opening, question_of_names
from hms_doctor.model.ice.relay_words import causes_of, over
from hms_doctor.model.ice.relays import NotAUrl, RelayRow
from hms_doctor.model.ice.udp import Udp
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.network.own_host import addressed

_CERTIFICATES: Final = (causes.TLS_EXPIRED, causes.TLS_NOT_YET_VALID, causes.TLS_WRONG_NAME, causes.TLS_UNTRUSTED)
_SEEN: Final = (*_CERTIFICATES, turn_proxy.AUTH, turn_proxy.UPSTREAM, turn_proxy.REFUSED)
"""What somebody on the way showed says more than the silence of others."""
NOT_THE_NETWORKS: Final = (
    causes.NOT_A_URL,
    causes.NONE_OFFERED,
    causes.UNRESOLVED,
    causes.NOT_TURN,
    causes.IPV4_LITERAL,
    *_SEEN,
)
"""No rule of a firewall mends these."""


def first_cause(rows: Sequence[RelayRow]) -> Cause:
    """Give the cause of the first row that fails; there must be one."""
    return next(iter(causes_of(rows).values()))[0]


def cause_of_block(rows: Sequence[RelayRow], udp: Udp) -> Cause:
    """Give one cause for all rows where they agree; otherwise what they have in common: they are unreachable."""
    found = [cause for cause, _rows in causes_of(rows).values()]
    seen = [cause for cause in found if cause in _SEEN]
    if not found or (udp is Udp.DEAD and not streams(rows)):
        return causes.UDP_BLOCKED
    if len(found) == 1 or len(seen) == 1:
        return (seen or found)[0]
    return causes.UNREACHABLE


def streams(rows: Sequence[RelayRow]) -> Sequence[RelayRow]:
    """Give the rows over TCP and TLS."""
    return [row for row in over(rows, Transport.TCP, Transport.TLS) if not isinstance(row.outcome, NotAUrl)]


def own_action(cause: Cause, rows: Sequence[RelayRow]) -> str:
    """Give the cause's own order, with the host that it is about; where streams are stopped, UDP is a way too."""
    if cause is causes.UNRESOLVED:
        return question_of_names(rows, cause.action)
    own = addressed(cause.action, rows[0].path.host) if rows else ""
    blocked = opening(over(rows, Transport.UDP)) if cause in _SEEN and cause is not turn_proxy.REFUSED else ""
    return f"{own} Or {blocked[:1].lower()}{blocked[1:]}" if blocked else own
