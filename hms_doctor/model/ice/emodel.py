"""How voice sounds over a path: the E-model, narrowband (ITU-T G.107, 06/2015), R = Ro - Is - Id - Ie,eff + A.

What is not the network stays at G.107's defaults (table 1) with perfect echo control, as browsers cancel echo:
Ro - Is - Idle = 94.77 - 1.41 - 0.15 = 93.2, and A = 0. The codec is Opus at 20 ms with in-band FEC. G.113 lists no
narrowband figures for it; taken are Ie = 0 (without loss nobody hears it) and Bpl = 20, which the open scores for
WebRTC assume too, between G.729A (19) and G.711 with concealment (25.1), G.113 appendix I.
"""

from dataclasses import replace
from enum import StrEnum
from math import log2
from math import pow as power
from typing import Final, TypeAlias

from hms_doctor.model.ice.figures import Figures, NoFigures
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.units import Milliseconds, Percent

_UNIMPAIRED: Final = 93.2
_WORST_CODEC: Final = 95.0
_IE: Final = 0.0
_BPL: Final = 20.0
_MOST_BURST_RATIO: Final = 2.0
"""G.107 section 7.5: a higher BurstR is valid only below 2 % of loss."""
_CODEC: Final = Milliseconds(26.5)
"""One packet of 20 ms and 6.5 ms of Opus' look-ahead (RFC 6716 section 2)."""
_BUFFER: Final = 2.0
"""Jitters that a receiver's buffer holds, as other scores of WebRTC calls count it."""
_UNHEARD: Final = Milliseconds(100)
"""G.107's mT: one-way delay without effect."""
_ENDLESS: Final = Milliseconds(100_000)
_LEAST_COST: Final = 0.05
"""Less is told as 0.0."""


class Driver(StrEnum):
    """What costs the score most."""

    NOTHING = "nothing"
    DELAY = "delay"
    JITTER = "jitter"
    LOSS = "loss"


@dataclass(frozen=True, kw_only=True, slots=True)
class Impairments:
    """What a path does to voice; ``burst_ratio`` is 1 for random loss, higher where loss comes in bursts."""

    round_trip: Milliseconds
    jitter: Milliseconds
    loss: Percent
    burst_ratio: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """A score, and what each impairment takes from it: the opinion score that comes back if it alone were gone."""

    rating: float  # R, 0 to 93.2
    mos: float  # mean opinion score, 1 (bad) to 4.41
    costs: dict[Driver, float]

    @property
    def driver(self) -> Driver:
        """The dearest impairment."""
        dearest = max(self.costs, key=lambda driver: self.costs[driver])
        return dearest if self.costs[dearest] >= _LEAST_COST else Driver.NOTHING


@dataclass(frozen=True, kw_only=True, slots=True)
class NoScore:
    """Nothing came back that could be scored: that is no bad score and no good one."""

    why: str


Score: TypeAlias = Scored | NoScore


def score_of(figures: Figures | NoFigures) -> Score:
    """Score what a loop measured."""
    match figures:
        case NoFigures(why=why):
            return NoScore(why=why)
        case Figures():
            return score(
                Impairments(
                    round_trip=figures.round_trip,
                    jitter=figures.variation,
                    loss=figures.loss,
                    burst_ratio=figures.burst_ratio,
                )
            )


def score(impairments: Impairments) -> Scored:
    """Score a path; defined for every input, and never better for more of anything."""
    rating = _rating(impairments)
    without = {
        Driver.DELAY: replace(impairments, round_trip=Milliseconds(0)),
        Driver.JITTER: replace(impairments, jitter=Milliseconds(0)),
        Driver.LOSS: replace(impairments, loss=Percent(0)),
    }
    mos = mos_of(rating)
    costs = {driver: mos_of(_rating(rest)) - mos for driver, rest in without.items()}
    return Scored(rating=rating, mos=mos, costs=costs)


def mouth_to_ear(impairments: Impairments) -> Milliseconds:
    """One way: half the round trip, the codec, and a receiver's buffer of twice the jitter.

    It ends at the media server beside the relay; what lies between that and the other side is not known here.
    """
    way = max(0.0, impairments.round_trip) / 2 + _CODEC + _BUFFER * max(0.0, impairments.jitter)
    return Milliseconds(min(way, _ENDLESS))


def delay_impairment(one_way: Milliseconds) -> float:
    """Give Idd (G.107 equations 7-27 and 7-28, sT = 1): 0 up to 100 ms, 3 at 200 ms, 24 at 400 ms, at most 50."""
    if one_way <= _UNHEARD:
        return 0.0
    x = log2(one_way / _UNHEARD)
    return 25 * (_bend(x) - 3 * _bend(x / 3) + 2)


def _bend(x: float) -> float:
    return power(1 + power(x, 6), 1 / 6)


def loss_impairment(loss: Percent, burst_ratio: float, *, ie: float = _IE, bpl: float = _BPL) -> float:
    """Give Ie,eff (G.107 equation 7-29)."""
    share = min(max(0.0, loss), 100.0)
    ratio = min(max(1.0, burst_ratio), _MOST_BURST_RATIO)
    return ie + (_WORST_CODEC - ie) * share / (share / ratio + bpl)


def mos_of(rating: float) -> float:
    """Give the mean opinion score of R (G.107 annex B), never below 1: the cubic dips there between 0 and 6.5."""
    if rating >= 100:  # noqa: PLR2004
        return 4.5
    cubic = 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating)
    return max(1.0, cubic) if rating > 0 else 1.0


def _rating(impairments: Impairments) -> float:
    delay = delay_impairment(mouth_to_ear(impairments))
    loss = loss_impairment(impairments.loss, impairments.burst_ratio)
    return max(0.0, _UNIMPAIRED - delay - loss)
