"""The subscribe connection: the server's offer, our answer, its transport."""

from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.room.transports import Transport
from hms_doctor.model.units import Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscribing:
    """The subscribe connection as last seen; ``tracks`` are remote ones by kind."""

    transport: Transport
    tracks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscribeNotSet:
    """One step of answering the server's offer failed."""

    failed: DescriptionFailed


@dataclass(frozen=True, kw_only=True, slots=True)
class BadCandidate:
    """The server trickled a candidate that cannot be read (RFC 8839, 5.1): the SDK ends in 6002."""

    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NeverOffered:
    """No offer came; with others who publish there should have been one."""

    waited: Seconds
    others_publish: int  # tracks of others that the server told of


@dataclass(frozen=True, kw_only=True, slots=True)
class NothingToSubscribe:
    """The role hears nobody."""

    role: str


SubscribeOutcome: TypeAlias = Subscribing | SubscribeNotSet | BadCandidate | NeverOffered | NothingToSubscribe
