"""What a count of lost packets says of the loss on the path: chance or not, and how sure."""

from math import exp, fsum, lgamma, log, sqrt

from hms_doctor.model.ice.thresholds import CHANCE, LOSS_FELT, WIDE
from hms_doctor.model.units import Percent


def is_more_than_felt(lost: int, sent: int) -> bool:
    """Whether a path that loses ``LOSS_FELT`` would hardly ever lose as many (one-sided binomial test)."""
    return odds_of_at_least(lost, sent, LOSS_FELT) < CHANCE


def odds_of_at_least(lost: int, sent: int, true: Percent) -> float:
    """How often a path that truly loses ``true`` (above 0, below 100) loses at least so many."""
    share = true / 100
    return min(1.0, fsum(exp(_log_odds(count, sent, share)) for count in range(lost, sent + 1)))


def _log_odds(count: int, sent: int, share: float) -> float:
    ways = lgamma(sent + 1) - lgamma(count + 1) - lgamma(sent - count + 1)
    return ways + count * log(share) + (sent - count) * log(1 - share)


def likely(lost: int, sent: int) -> tuple[Percent, Percent]:
    """Give the 95 % interval of the true loss (Wilson's score interval); ``sent`` is at least 1."""
    share, square = lost / sent, WIDE**2
    middle = (share + square / (2 * sent)) / (1 + square / sent)
    half = WIDE / (1 + square / sent) * sqrt(share * (1 - share) / sent + square / (4 * sent**2))
    return Percent(100 * max(0.0, middle - half)), Percent(100 * min(1.0, middle + half))
