"""The publish connection: the answer to our offer, its transport, and the renegotiation that adds our tracks."""

from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.room.transports import Transport
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.units import Milliseconds, Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Renegotiated:
    """The server took the offer with our tracks."""

    kinds: tuple[str, ...]  # of "audio" and "video"
    took: Milliseconds


@dataclass(frozen=True, kw_only=True, slots=True)
class RenegotiationRefused:
    """The server answered the offer with an error."""

    fault: ServerFault


@dataclass(frozen=True, kw_only=True, slots=True)
class RenegotiationEmpty:
    """The server's answer holds neither a description nor an error."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RenegotiationUnanswered:
    """Nothing came for the offer."""

    waited: Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class NotRenegotiated:
    """It never came to that, and why (the transport did not stand, the role publishes nothing)."""

    why: str


Renegotiation: TypeAlias = (
    Renegotiated
    | RenegotiationRefused
    | RenegotiationEmpty
    | RenegotiationUnanswered
    | DescriptionFailed
    | NotRenegotiated
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Publishing:
    """The publish connection as last seen (observation of ``room.publish``)."""

    transport: Transport
    renegotiation: Renegotiation


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishNotSet:
    """The server's answer could not be set: there is no transport to look at."""

    failed: DescriptionFailed


@dataclass(frozen=True, kw_only=True, slots=True)
class NothingToPublish:
    """The role neither publishes nor subscribes."""

    role: str


PublishOutcome: TypeAlias = Publishing | PublishNotSet | NothingToPublish
