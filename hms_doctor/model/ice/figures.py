"""From the raw packets of a paced loop to round trip, jitter, loss and reordering; our own stalls told apart.

The loop goes up and down: every figure is of both directions together, so jitter and loss are upper bounds of what one
direction does. The sender's lateness is taken out by using the times at which packets really left.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import ceil
from statistics import fmean, median
from typing import Final

from hms_doctor.model.ice.media import Echo, PacedLoop
from hms_doctor.model.ice.thresholds import BUSY, LATE, SAME_INSTANT
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.units import Milliseconds, Percent, Seconds

_GAIN: Final = 16
"""RFC 3550 section 6.4.1: each difference counts a sixteenth."""
_REACH: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Stalls:
    """What this machine did to the packets: an event loop that stood still, not a network that jitters."""

    late: int  # packets that left late
    held: int  # echoes that lay waiting here until a stall ended; in no figure but loss and reordering
    longest: Milliseconds


@dataclass(frozen=True, slots=True)
class _Standstill:
    """A time in which our event loop did nothing."""

    start: Seconds
    end: Seconds

    def held(self, at: Seconds, left: Seconds) -> bool:
        """Whether a packet that left before may have lain here before it was stamped."""
        near = SAME_INSTANT / 1000
        return self.start <= at <= self.end + near and left < self.end - near


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What the loop measured. ``arrived`` counts packets, not copies."""

    sent: int
    arrived: int
    round_trip: Milliseconds  # median
    round_trip_p95: Milliseconds  # nearest rank
    jitter: Milliseconds  # mean |D|, see ``_jitter``
    jitter_rfc3550: Milliseconds  # the running estimate J as it stands at the end
    reordered: Percent  # of what arrived (RFC 4737 section 4.1)
    duplicates: int
    loss_runs: tuple[int, ...]  # lengths of the stretches of lost packets
    stalls: Stalls

    @property
    def lost(self) -> int:
        """Packets of which no copy came back."""
        return self.sent - self.arrived

    @property
    def loss(self) -> Percent:
        """Lost of sent."""
        return Percent(100 * self.lost / self.sent)

    @property
    def longest_loss(self) -> int:
        """Packets lost in a row."""
        return max(self.loss_runs, default=0)

    @property
    def burst_ratio(self) -> float:
        """G.107's BurstR: mean length of the stretches of loss over that of random loss, 1 / (1 - loss)."""
        return fmean(self.loss_runs) * self.arrived / self.sent if self.loss_runs else 1.0

    @property
    def variation(self) -> Milliseconds:
        """The jitter that a buffer must cope with, which holds twice of it.

        Where delay comes in spikes (over TCP all wait for one lost packet) it is half of what the slowest twentieth
        comes later than the median; the mean of the differences hides them.
        """
        return Milliseconds(max(self.jitter, (self.round_trip_p95 - self.round_trip) / 2))

    @property
    def busy(self) -> bool:
        """Whether this machine did something to many packets."""
        return 100 * (self.stalls.late + self.stalls.held) > BUSY * self.sent

    def may_be_ours(self, spell: Milliseconds) -> bool:
        """Whether this machine stood still so often and so long that a delay like this may be its own doing."""
        return self.busy and self.stalls.longest >= spell


@dataclass(frozen=True, kw_only=True, slots=True)
class NoFigures:
    """Nothing can be said of the path, and why."""

    why: str


def figures_from(loop: PacedLoop) -> Figures | NoFigures:
    """Work the figures out; never raises, never NaN."""
    sent = len(loop.left_at)
    known = [echo for echo in loop.echoes if 0 <= echo.number < sent]
    first = _without_copies(known)
    late = list(_late(loop))
    still = [*late, *(_Standstill(stall.at, Seconds(stall.at + stall.lasted)) for stall in loop.stalls)]
    clean = [echo for echo in first if not any(each.held(echo.at, loop.left_at[echo.number]) for each in still)]
    if not first:
        return NoFigures(why=f"none of {sent} packets came back" if sent else "no packet was sent")
    if not clean:
        return NoFigures(why="this machine was too busy to receive in time")
    transits = [_ms(Seconds(echo.at - loop.left_at[echo.number])) for echo in clean]
    return Figures(
        sent=sent,
        arrived=len(first),
        round_trip=Milliseconds(median(transits)),
        round_trip_p95=_p95(transits),
        jitter=_jitter(transits),
        jitter_rfc3550=_running(transits),
        reordered=Percent(100 * _reordered(first) / len(first)),
        duplicates=len(known) - len(first),
        loss_runs=tuple(_gaps({echo.number for echo in first}, sent)),
        stalls=Stalls(late=len(late), held=len(first) - len(clean), longest=_longest(still)),
    )


def _without_copies(echoes: Sequence[Echo]) -> list[Echo]:
    first: dict[int, Echo] = {}
    for echo in echoes:
        first.setdefault(echo.number, echo)
    return list(first.values())


def _ms(seconds: Seconds) -> Milliseconds:
    return Milliseconds(1000 * seconds)


def _late(loop: PacedLoop) -> Iterator[_Standstill]:
    for number, left in enumerate(loop.left_at):
        due = Seconds(number * loop.interval)
        if _ms(Seconds(left - due)) >= LATE:
            yield _Standstill(due, left)


def _longest(still: Sequence[_Standstill]) -> Milliseconds:
    return _ms(Seconds(max((each.end - each.start for each in still), default=0.0)))


def _p95(values: Sequence[Milliseconds]) -> Milliseconds:
    return sorted(values)[ceil(0.95 * len(values)) - 1]


def _jitter(transits: Sequence[Milliseconds]) -> Milliseconds:
    """Mean of |D(i, j)| (RFC 3550 section 6.4.1: difference of two packets' transits) over arrivals up to three apart.

    Where delays are independent that is what the RFC's running estimate wavers around. The estimate itself remembers
    some 30 differences and is off by more than a fifth in one loop of 100 packets of five; this one in one of 100.
    """
    pairs = [abs(b - a) for reach in range(1, _REACH + 1) for a, b in zip(transits, transits[reach:], strict=False)]
    return Milliseconds(fmean(pairs) if pairs else 0.0)


def _running(transits: Sequence[Milliseconds]) -> Milliseconds:
    """Give J of RFC 3550 appendix A.8, in order of arrival."""
    estimate = 0.0
    for before, after in pairwise(transits):
        estimate += (abs(after - before) - estimate) / _GAIN
    return Milliseconds(estimate)


def _reordered(arrivals: Sequence[Echo]) -> int:
    """Count what came after a packet with a higher number (RFC 4737 section 3.3)."""
    highest, count = -1, 0
    for echo in arrivals:
        count += echo.number < highest
        highest = max(highest, echo.number)
    return count


def _gaps(arrived: set[int], sent: int) -> Iterator[int]:
    for came, stretch in groupby(range(sent), key=arrived.__contains__):
        if not came:
            yield sum(1 for _ in stretch)
