"""What packets told of a relay that carried them as it would carry a call: raw (observation of ``ice.quality``)."""

from typing import ClassVar, TypeAlias

from hms_doctor.model.failure import Failure
from hms_doctor.model.ice.relays import Path, Proof, Unfinished
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.units import Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Echo:
    """One packet that came back through the relay; ``at`` is taken where it was received, before anything else ran."""

    number: int  # from 0, in the order of sending
    at: Seconds  # since the loop began


@dataclass(frozen=True, kw_only=True, slots=True)
class Stall:
    """Our own event loop stood still: what arrived meanwhile is stamped late, and that is not the network's doing."""

    at: Seconds  # when it should have gone on, since the loop began
    lasted: Seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class PacedLoop:
    """Packets of voice's size at voice's pace, out through the relay and back."""

    interval: Seconds
    left_at: tuple[Seconds, ...]  # when each packet really left, since the loop began; it was due at number * interval
    echoes: tuple[Echo, ...]  # in the order of arrival, duplicates included
    stalls: tuple[Stall, ...] = ()  # of this machine, as a heartbeat saw them


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """The loop came to its end."""

    loop: PacedLoop


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokeOff:
    """Packets passed, and then none did any more, on a fresh socket neither: the path died under way."""

    loop: PacedLoop
    failure: Failure


@dataclass(frozen=True, kw_only=True, slots=True)
class NotCarried:
    """The relay that was proven before could not be had again, or did not let packets pass; nothing was measured."""

    why: str


LoopOutcome: TypeAlias = Carried | BrokeOff | NotCarried | Unfinished


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopRow:
    """The loop over one path; of each transport the fastest path is taken."""

    path: Path
    outcome: LoopOutcome
    attempts: int = 1
    proof: Proof = Proof.HAIRPIN  # by own socket: out through the relay, back over UDP without it


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One rate that was tried for a while: what was sent, and what of it came back."""

    lasted: Seconds
    sent_bytes: int
    came_back_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """Bandwidth through the relay, the same bytes up and down; steps in the order in which they were tried."""

    path: Path
    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoLoad:
    """Bandwidth was not asked for (``--deep``), or there was no relay to ask."""


@dataclass(frozen=True, kw_only=True)
class Quality:
    """What the relays' paths do to a call's packets; no rows where none was asked for."""

    absent: ClassVar[str] = "no relay carried packets"
    rows: tuple[LoopRow, ...]
    load: Load | NoLoad = NoLoad()
