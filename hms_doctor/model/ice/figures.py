"""From the raw packets of a paced loop to round trip, jitter, loss and reordering; our own stalls told apart.

The loop goes up and down: every figure is of both directions together, so jitter and loss are upper bounds of what one
direction does. The sender's lateness is taken out by using the times at which packets really left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import ceil
from statistics import fmean, median
from typing import Final

from hms_doctor.model.ice.media import Echo, PacedLoop
from hms_doctor.model.ice.thresholds import BUSY, LATE, SAME_INSTANT
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
        """Whether this machine did so much to the packets that delay and jitter may be its own."""
        return 100 * (self.stalls.late + self.stalls.held) > BUSY * self.sent


@dataclass(frozen=True, kw_only=True, slots=True)
class NoFigures:
    """Nothing can be said of the path, and why."""

    why: str


def figures_of(loop: PacedLoop) -> Figures | NoFigures:
    """Work the figures out; never raises, never NaN."""
    sent = len(loop.left_at)
    known = [echo for echo in loop.echoes if 0 <= echo.number < sent]
    first = _without_copies(known)
    stalls = _stall_ends(loop)
    clean = [echo for echo in first if not _was_held(echo, loop.left_at, stalls)]
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
        stalls=Stalls(late=len(stalls), held=len(first) - len(clean), longest=_longest(loop)),
    )


def _without_copies(echoes: Sequence[Echo]) -> list[Echo]:
    first: dict[int, Echo] = {}
    for echo in echoes:
        first.setdefault(echo.number, echo)
    return list(first.values())


def _ms(seconds: Seconds) -> Milliseconds:
    return Milliseconds(1000 * seconds)


def _lateness(loop: PacedLoop) -> Iterator[tuple[Seconds, Milliseconds]]:
    for number, left in enumerate(loop.left_at):
        yield left, _ms(Seconds(left - number * loop.interval))


def _stall_ends(loop: PacedLoop) -> list[Seconds]:
    return [left for left, late in _lateness(loop) if late >= LATE]


def _longest(loop: PacedLoop) -> Milliseconds:
    return Milliseconds(max((late for _, late in _lateness(loop) if late >= LATE), default=0.0))


def _was_held(echo: Echo, left_at: Sequence[Seconds], stalls: Sequence[Seconds]) -> bool:
    """Whether it was received as a stall ended that had begun after it left."""
    near = Seconds(SAME_INSTANT / 1000)
    return any(abs(echo.at - end) <= near < end - left_at[echo.number] for end in stalls)


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
