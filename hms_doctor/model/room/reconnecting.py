"""A connection that was lost inside the room, and the SDK's reconnection policy played through as far as time allows.

1 s between tries, 60 s in all, each try asks init again and opens a new websocket (hms-video-store: RetryScheduler).
"""

from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.websocket import Ended, Quiet
from hms_doctor.model.units import Seconds

SDK_BUDGET: Final = Seconds(60)
"""After which the SDK makes 1003 terminal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CameBack:
    """A try succeeded: the app saw RECONNECTING and RECONNECTED."""

    after: Seconds
    tries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StillGone:
    """No try succeeded while this run could wait; the SDK goes on to 60 s and ends in a terminal 1003."""

    waited: Seconds
    tries: int
    last: str  # what the last try ended in, in words


@dataclass(frozen=True, kw_only=True, slots=True)
class InitRefusal:
    """Init's no on the way back: the HTTP status, the body's code (0: none) and its words."""

    status: int
    code: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnedAway:
    """The server said no on the way back: its code takes 1003's place and ends the session at once."""

    said: ServerFault | InitRefusal
    tries: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Interruption:
    """How the connection was lost, when (seconds after the join), and what came of reconnecting."""

    ending: Ended | Quiet
    at: Seconds
    outcome: CameBack | StillGone | TurnedAway


Interruptions: TypeAlias = tuple[Interruption, ...]
