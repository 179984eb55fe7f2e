"""What the room of a simulated 100ms does, said as data: the default is a healthy room, a fault changes one thing."""

from enum import StrEnum
from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.answers import JUDGING, InitAnswer
from hms_doctor.simulator.steps import Step


@dataclass(frozen=True, kw_only=True)
class Granted:
    """The request is answered as a healthy server answers it."""


@dataclass(frozen=True, kw_only=True)
class Denied:
    """The request is answered with a JSON-RPC error."""

    code: int
    message: str


@dataclass(frozen=True, kw_only=True)
class Ignored:
    """The request is never answered; pings still are."""


@dataclass(frozen=True, kw_only=True)
class Garbled:
    """The request is answered with a description that no WebRTC stack can set."""

    sdp: str = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=nonsense\r\n"


@dataclass(frozen=True, kw_only=True)
class Hollow:
    """The request is answered with neither a result nor an error."""


@dataclass(frozen=True, kw_only=True)
class Blank:
    """The request is answered with a result that is an empty object."""


@dataclass(frozen=True, kw_only=True)
class Severed:
    """The TCP connection is cut in place of an answer."""


Reply: TypeAlias = Granted | Denied | Ignored | Garbled | Hollow | Blank | Severed


class ServerOffer(StrEnum):
    """The server's offer for the subscribe connection."""

    GOOD = "good, followed by good candidates"
    NONE = "none ever comes"
    GARBAGE = "a description that cannot be set"
    UNANSWERABLE = "a description that can be set, and for which no answer can be made"
    BAD_CANDIDATE = "good, after a candidate that cannot be read"


class Path(StrEnum):
    """What passes between the media server and a peer on one of the two connections."""

    OPEN = "everything"
    ICE_SILENT = "nothing: no connectivity check is ever answered"
    DTLS_SILENT = "connectivity checks alone: no DTLS handshake is ever answered"
    WRONG_FINGERPRINT = "everything, with another certificate than the one whose fingerprint is told"
    DIES = "everything until shortly after DTLS stood, then nothing"
    MEDIA_VANISHES = "everything but the peer's own media packets"
    LOSSY = "everything but every fifth media packet, both ways"


class Reach(StrEnum):
    """From where the media server can be reached."""

    ANYWHERE = "from anywhere"
    RELAYS = "from the simulator's TURN relays alone"


class Sockets(StrEnum):
    """What becomes of the websockets of those who joined."""

    KEPT = "they stay"
    DROPPED = "they are cut, and while this lasts new ones are refused"
    DROPPED_ONCE = "they are cut once, and may come back"


class Listing(StrEnum):
    """Whom ``room-state`` names before a peer joins."""

    OTHERS = "those in the room"
    NEWCOMER_TOO = "those in the room, and the newcomer's own peer id among them"


@dataclass(frozen=True, kw_only=True)
class Other:
    """A synthetic peer in the room from the beginning; it publishes these kinds of tracks."""

    name: str
    role: str = "host"
    publishes: tuple[str, ...] = ("audio",)  # "audio" alone is played; another kind is told of and sends nothing


REMEMBERED_FOR: Final = 65.0
"""Seconds for which a peer that was thrown out stays in the room: the SDK tries for 60 s to come back."""
NOBODY_ELSE: Final[tuple[Other, ...]] = ()


@dataclass(frozen=True, kw_only=True)
class RoomScript:
    """The room's behaviour.

    ``after_join`` is played on the websocket right after the join was answered (``Say(text=…)`` with
    ``faults.codes.pushed_error`` pushes an ``on-error``). A peer whose websocket ``sockets`` cut stays in the room for
    ``remembered_for`` seconds, and ``returning`` is what init says to it. ``room_size`` is the most peers that may be
    in the room (0: as many as come); the next one is answered 403 "role limit reached".
    """

    join: Reply = Granted()
    after_join: tuple[Step, ...] = ()
    renegotiation: Reply = Granted()
    offer: ServerOffer = ServerOffer.GOOD
    publish: Path = Path.OPEN
    subscribe: Path = Path.OPEN
    reach: Reach = Reach.ANYWHERE
    sockets: Sockets = Sockets.KEPT
    remembered_for: float = REMEMBERED_FOR
    returning: InitAnswer = JUDGING
    others: tuple[Other, ...] = NOBODY_ELSE
    listing: Listing = Listing.OTHERS
    room_size: int = 0
