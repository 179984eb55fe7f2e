"""One peer connection's transport: ICE (RFC 8445), then DTLS (RFC 8827); what was seen of both."""

from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.units import Milliseconds, Seconds


class CandidateType(StrEnum):
    """RFC 8839, 5.1."""

    HOST = "host"
    SRFLX = "srflx"
    PRFLX = "prflx"
    RELAY = "relay"


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One candidate; ``protocol`` is ``udp`` or ``tcp``, ``address`` may be a name (mDNS, RFC draft-ietf-mmusic)."""

    type: CandidateType
    protocol: str
    address: str
    port: int
    reached_over: str = ""  # of a relay of ours: "udp", "tcp" or "tls", how it is spoken to


@dataclass(frozen=True, kw_only=True, slots=True)
class CandidatePair:
    """The pair that ICE selected."""

    local: Candidate
    remote: Candidate


@dataclass(frozen=True, kw_only=True, slots=True)
class NoPair:
    """No pair was selected, or the stack does not tell which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IceConnected:
    """Connectivity checks succeeded this long after the descriptions stood."""

    after: Milliseconds
    pair: CandidatePair | NoPair


@dataclass(frozen=True, kw_only=True, slots=True)
class IceFailed:
    """The stack gave up: no pair works."""

    after: Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class IceWaiting:
    """Neither connected nor failed after this long."""

    waited: Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class IceLost:
    """It was connected and then fell silent (consent expired, RFC 7675)."""

    after: Seconds  # since it was connected
    pair: CandidatePair | NoPair


Ice: TypeAlias = IceConnected | IceFailed | IceWaiting | IceLost


@dataclass(frozen=True, kw_only=True, slots=True)
class DtlsUp:
    """The handshake is done and the fingerprint fits, this long after ICE."""

    after: Milliseconds


@dataclass(frozen=True, kw_only=True, slots=True)
class DtlsFailed:
    """The handshake ended in an error, or the certificate is not the one whose fingerprint the description has."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DtlsWaiting:
    """ICE is connected, and the handshake neither ended nor failed after this long."""

    waited: Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class DtlsNotReached:
    """ICE came first and did not get there."""


Dtls: TypeAlias = DtlsUp | DtlsFailed | DtlsWaiting | DtlsNotReached


@dataclass(frozen=True, kw_only=True, slots=True)
class Transport:
    """One peer connection's transport as last seen."""

    side: Side
    ice: Ice
    dtls: Dtls
    ours: tuple[Candidate, ...] = ()  # gathered here
    theirs: tuple[Candidate, ...] = ()  # told by the server

    @property
    def is_up(self) -> bool:
        """Whether media can pass."""
        return isinstance(self.ice, IceConnected) and isinstance(self.dtls, DtlsUp)
