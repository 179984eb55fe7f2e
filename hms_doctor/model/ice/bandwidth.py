"""What a load through the relay says of the bandwidth each way: 100ms's own score, and what it is enough for."""

from collections.abc import Sequence

from hms_doctor.model.ice.media import Load, NoLoad, Step
from hms_doctor.model.ice.thresholds import ACCEPTED, BANDS, CAME_BACK, NO_BAND, NO_USE, USES, Band, Use
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.units import BitsPerSecond, Percent


@dataclass(frozen=True, kw_only=True, slots=True)
class Bandwidth:
    """What came back at the best of the rates tried; at the last of them where the rate had fallen by then.

    Bytes that did not come back count for nothing, so no answer of a proxy or a portal can pass for bandwidth.
    """

    load: Load
    rate: BitsPerSecond
    tried: BitsPerSecond  # what was sent meanwhile
    peak: BitsPerSecond  # the most that came back at any rate
    most: BitsPerSecond  # the most that was sent

    @property
    def fell(self) -> bool:
        """Whether it was once much more: a rate that collapses is not steady."""
        return self.rate < ACCEPTED * self.peak

    @property
    def limited(self) -> bool:
        """Whether the path set the limit, not what was tried."""
        return self.rate < CAME_BACK * self.most

    @property
    def missing(self) -> Percent:
        """What did not come back of what was sent at that rate."""
        return Percent(100 - 100 * self.rate / self.tried if self.tried else 0.0)

    @property
    def band(self) -> Band:
        """100ms's score of network quality in preview."""
        return next((band for band in BANDS if self.rate >= band.at_least), NO_BAND)

    @property
    def use(self) -> Use:
        """The most demanding use for which it is enough."""
        return next((use for use in USES if self.rate >= ACCEPTED * use.needs), NO_USE)


def bandwidths_of(load: Load | NoLoad) -> tuple[Bandwidth, ...]:
    """Work it out; nothing where no rate was tried."""
    match load:
        case NoLoad():
            return ()
        case Load():
            steps = [step for step in load.steps if step.lasted > 0]
            return (_bandwidth(load, steps),) if steps else ()


def _bandwidth(load: Load, steps: Sequence[Step]) -> Bandwidth:
    best = max(steps, key=_back)
    last = steps[-1]
    step = last if _back(last) < ACCEPTED * _back(best) else best
    most = max(_sent(step) for step in steps)
    return Bandwidth(load=load, rate=_back(step), tried=_sent(step), peak=_back(best), most=most)


def _back(step: Step) -> BitsPerSecond:
    return BitsPerSecond(8 * step.came_back_bytes / step.lasted)


def _sent(step: Step) -> BitsPerSecond:
    return BitsPerSecond(8 * step.sent_bytes / step.lasted)
