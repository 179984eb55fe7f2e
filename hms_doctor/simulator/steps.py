"""What the signalling server can do on an open websocket, step by step."""

from collections.abc import Callable
from typing import TypeAlias

from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.answers import unchanged


@dataclass(frozen=True, kw_only=True)
class SayPolicy:
    """Push ``on-policy-change`` for the token's role, its parameters after ``reshape``."""

    reshape: Callable[[JsonObject], JsonObject] = unchanged


@dataclass(frozen=True, kw_only=True)
class SayRoomState:
    """Push ``room-state`` of an empty room."""


@dataclass(frozen=True, kw_only=True)
class Say:
    """Push this text frame."""

    text: str


@dataclass(frozen=True, kw_only=True)
class SayBytes:
    """Push this binary frame."""

    data: bytes


@dataclass(frozen=True, kw_only=True)
class PingFrame:
    """Send a websocket ping (RFC 6455, 5.5.2)."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Wait this many seconds."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class CloseFrame:
    """Close the websocket with a status (RFC 6455, 7.4)."""

    code: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Sever:
    """Cut the TCP connection without a close frame."""


Frame: TypeAlias = SayPolicy | SayRoomState | Say | SayBytes | PingFrame | CloseFrame
Step: TypeAlias = Frame | Pause | Sever
