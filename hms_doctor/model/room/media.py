"""What passed over both connections while it was watched (RTP statistics; observation of ``room.media``)."""

from typing import ClassVar, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.units import BitsPerSecond, Milliseconds, Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A figure that the other side's reports (RTCP, RFC 3550, 6.4) or our own receiver gave."""

    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class NotTold:
    """No report came that has it."""


Figure: TypeAlias = Measured | NotTold


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackFlow:
    """One track over the time watched; ``round_trip`` and ``jitter`` in milliseconds, ``loss`` in percent."""

    side: Side
    kind: str  # "audio" or "video"
    packets: int  # sent, or received
    octets: int
    bitrate: BitsPerSecond
    round_trip: Figure = NotTold()
    jitter: Figure = NotTold()
    loss: Figure = NotTold()


@dataclass(frozen=True, kw_only=True)
class MediaFlow:
    """Everything that flowed; ``captured`` says that our synthetic tracks gave frames."""

    absent: ClassVar[str] = "no media was sent"
    watched: Seconds
    captured: tuple[str, ...]
    tracks: tuple[TrackFlow, ...]
    lost_midway: tuple[Side, ...] = ()  # connections that fell silent meanwhile, and not because we stood still
    unanswered: tuple[Side, ...] = ()  # connections whose silence could not be looked into to its end
    standstill: Milliseconds = Milliseconds(0)  # the longest time that our own event loop stood still meanwhile


@dataclass(frozen=True, kw_only=True, slots=True)
class NoMedia:
    """Nothing could be watched, and why."""

    why: str


MediaOutcome: TypeAlias = MediaFlow | NoMedia
