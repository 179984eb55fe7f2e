"""What the server made of our ``join`` (the room's half of ``signalling.join``'s observation)."""

from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.websocket import Ended
from hms_doctor.model.units import Milliseconds, Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """Somebody in the room, as ``room-state``, ``peer-list`` and ``on-peer-join`` tell; names are hostile text."""

    id: str
    name: str
    role: str
    user_id: str
    publishes: int  # tracks


@dataclass(frozen=True, kw_only=True, slots=True)
class Admitted:
    """The server answered the join; nobody else is named in a report, only counted."""

    host: str
    role: str
    took: Milliseconds
    others: tuple[Peer, ...]
    is_silent: bool  # the role neither publishes nor subscribes: no peer connection is needed


@dataclass(frozen=True, kw_only=True, slots=True)
class NotAdmitted:
    """The server said no: in answer to the join, or by ``on-error`` while it was awaited."""

    host: str
    fault: ServerFault
    already_here: bool  # before the join the server named our own peer id among those in the room


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """Nothing came for the join, although the connection lived (it answered pings)."""

    host: str
    waited: Seconds
    pongs: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerUnusable:
    """The join was answered with what is no session description."""

    host: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotOffered:
    """Our own side could make no offer to join with."""

    failed: DescriptionFailed


@dataclass(frozen=True, kw_only=True, slots=True)
class LostWhileJoining:
    """The connection ended while the join was awaited, and again on a second connection."""

    host: str
    ending: Ended
    times: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NoWebRtc:
    """The optional packages that make peer connections are not installed, or cannot be loaded here."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinUnderway:
    """Cut off here, we could not tell."""

    host: str
    waits_for: str


JoinOutcome: TypeAlias = (
    Admitted | NotAdmitted | Unanswered | AnswerUnusable | NotOffered | LostWhileJoining | NoWebRtc | JoinUnderway
)
