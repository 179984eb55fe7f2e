"""What was seen of the offered STUN and TURN servers: one row a path, as sums."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

from hms_doctor.model.failure import Failure, Kind
from hms_doctor.model.ice.servers import Expiry, NoExpiry
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family


class Stage(StrEnum):
    """How far a relay path came; the step that did not succeed, or ``ok``."""

    RESOLVE = "resolve"
    REACH = "reach"
    TLS = "tls"
    CHALLENGE = "challenge"
    ALLOCATE = "allocate"
    PERMISSION = "permission"
    ECHO = "echo"
    OK = "ok"


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """One way to one server. ``family`` is IPv4 where a name stands for no address at all."""

    url: str  # as the list has it
    host: str
    port: int
    transport: Transport
    family: Family


class Proof(StrEnum):
    """Between whom the packets went that proved a relay."""

    HAIRPIN = "hairpin"  # from the relay to its own address: one allocation
    OWN_SOCKET = "own socket"  # between the relay and a second UDP socket of ours, where relays forbid themselves


@dataclass(frozen=True, kw_only=True, slots=True)
class Proven:
    """Connectivity checks went out through the relay and came back; their round trips in milliseconds."""

    sent: int
    rtts_ms: tuple[float, ...]
    proof: Proof = Proof.HAIRPIN

    @property
    def rtt_ms(self) -> float:
        """The median round trip."""
        from statistics import median

        return median(self.rtts_ms)


@dataclass(frozen=True, kw_only=True, slots=True)
class Allocated:
    """The server lent a relay, which makes it reachable; that packets pass was not seen, and why."""

    stage: Stage  # PERMISSION or ECHO
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The server answered and lent no relay: its error code (RFC 8489 section 14.8) and its words."""

    stage: Stage  # CHALLENGE or ALLOCATE
    code: int
    reason: str
    elsewhere: tuple[tuple[str, int], ...] = ()  # with 300: the address and port that it sends clients to


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreached:
    """No TURN server was met on this path, or it was lost on the way."""

    stage: Stage
    failure: Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class NotAUrl:
    """The list holds a text that is no ICE URL."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unfinished:
    """Still being looked at when the last snapshot was taken."""


RelayOutcome: TypeAlias = Proven | Allocated | Refused | Unreached | NotAUrl | Unfinished


@dataclass(frozen=True, kw_only=True, slots=True)
class RelayRow:
    """One path and how it ended; ``steps`` has its timed steps in milliseconds."""

    path: Path
    outcome: RelayOutcome
    expiry: Expiry = field(default_factory=NoExpiry)
    attempts: int = 1
    via: str = ""  # the proxy, without its login
    steps: Mapping[str, float] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()  # what the host's name stands for, in the path's family
    source: str = ""  # from which address of ours, with its interface where that is known
    moved_to: tuple[Path, ...] = ()  # where a 300 sent us, and a relay was had
    vouched_by: str = ""  # over TLS: the issuer that this machine trusts and no public root vouches for


@dataclass(frozen=True, kw_only=True)
class Relays:
    """Every TURN path of the list (observation of ``ice.turn``)."""

    absent: ClassVar[str] = "no relay was looked at"
    rows: tuple[RelayRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """The server told the address from which it sees us."""

    address: str
    rtt_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Unanswered:
    """No binding answer."""

    failure: Failure


BindingOutcome: TypeAlias = Bound | Unanswered | Unfinished


@dataclass(frozen=True, kw_only=True, slots=True)
class BindingRow:
    """One UDP port that was asked for a binding."""

    path: Path
    outcome: BindingOutcome
    attempts: int = 1


@dataclass(frozen=True, kw_only=True)
class Bindings:
    """Who answers STUN over UDP (observation of ``ice.stun``)."""

    absent: ClassVar[str] = "no STUN binding was tried"
    offered: tuple[BindingRow, ...]
    beyond: tuple[BindingRow, ...] = ()  # usual ports of the same hosts that the list does not name: counterfactuals

    @property
    def rows(self) -> tuple[BindingRow, ...]:
        """All of them, the offered first."""
        return (*self.offered, *self.beyond)


_OURS: Final = frozenset({Kind.CUT_OFF, Kind.PROXY_LOGIN_FOREIGN, Kind.PROXY_UNUSABLE})
"""A browser may get further here than we did."""


def is_unknown(outcome: RelayOutcome | BindingOutcome) -> bool:
    """Whether our own deadline or lack of skill, not the network, kept us from knowing."""
    match outcome:
        case Unreached(failure=failure) | Unanswered(failure=failure):
            return failure.kind in _OURS
        case Unfinished():
            return True
        case Proven() | Allocated() | Refused() | NotAUrl() | Bound():
            return False
