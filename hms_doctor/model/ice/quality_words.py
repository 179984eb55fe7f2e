"""How the quality of a relay is said, and its rows of evidence."""

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.bandwidth import Bandwidth
from hms_doctor.model.ice.emodel import Driver, NoScore, Score, Scored, score_of
from hms_doctor.model.ice.figures import Figures, NoFigures, figures_from
from hms_doctor.model.ice.media import BrokeOff, Carried, LoopOutcome, LoopRow, NotCarried
from hms_doctor.model.ice.odds import likely
from hms_doctor.model.ice.relay_words import ms_words
from hms_doctor.model.ice.relays import Path, Unfinished
from hms_doctor.model.ice.thresholds import STALL_TOLD
from hms_doctor.model.json import JsonObject
from hms_doctor.model.units import BitsPerSecond

_WORTH_SAYING = 0.1
_QUOTED = 120


def over_words(path: Path) -> str:
    """Say which way was measured: ``over UDP``."""
    return f"over {path.transport.value.upper()}"


def told(path: Path, figures: Figures) -> str:
    """Say the figures in one line: ``relay over UDP: 52 ms (p95 55), jitter 1.2 ms, no loss of 100``."""
    p95 = ms_words(figures.round_trip_p95).removesuffix(" ms")
    trip = f"{ms_words(figures.round_trip)} (p95 {p95}), jitter {ms_words(figures.jitter)}"
    return f"relay {over_words(path)}: {trip}, {loss_words(figures)}{_ours(figures)}"


def loss_words(figures: Figures) -> str:
    """Say a count, and what it can mean: 100 packets leave much to chance."""
    if not figures.lost:
        return f"no loss of {figures.sent}"
    least, most = likely(figures.lost, figures.sent)
    return f"{figures.lost} of {figures.sent} packets lost (can mean {least:.0f} to {most:.0f} %)"


def voice_words(score: Scored, figures: Figures) -> str:
    """Say the score, and its driver where that costs something: ``3.7 of 5 (loss 6 % costs 0.8)``."""
    voice = f"{score.mos:.1f} of 5"
    if score.costs.get(score.driver, 0.0) < _WORTH_SAYING:
        return voice
    return f"{voice} ({_driver(score.driver, figures)} {score.costs[score.driver]:.1f})"


def cost_words(score: Scored, driver: Driver) -> str:
    """Say what one impairment does to the score: ``takes voice from 4.4 to 3.3 of 5``."""
    if score.costs[driver] < _WORTH_SAYING:
        return f"leaves voice at {score.mos:.1f} of 5"
    return f"takes voice from {score.mos + score.costs[driver]:.1f} to {score.mos:.1f} of 5"


def _driver(driver: Driver, figures: Figures) -> str:
    match driver:
        case Driver.LOSS:
            return f"loss {figures.loss:.0f} % costs"
        case Driver.JITTER if figures.variation > figures.jitter:
            return f"spikes of {ms_words(spikes(figures))} cost"
        case Driver.JITTER:
            return f"jitter {ms_words(figures.jitter)} costs"
        case Driver.DELAY | Driver.NOTHING:
            return f"round trip {ms_words(figures.round_trip)} costs"


def spikes(figures: Figures) -> float:
    """How many milliseconds later than the median the slowest twentieth comes."""
    return figures.round_trip_p95 - figures.round_trip


def _ours(figures: Figures) -> str:
    if figures.stalls.longest < STALL_TOLD:
        return ""
    return f" (this machine stood still for up to {ms_words(figures.stalls.longest)}, which is taken out)"


def busy_words(figures: Figures) -> str:
    """Say what this machine itself did to the packets."""
    late, held = figures.stalls.late, figures.stalls.held
    longest = ms_words(figures.stalls.longest)
    return f"this machine stood still for up to {longest} ({late} packets left late, {held} lay here)"


def rate_words(rate: BitsPerSecond) -> str:
    """Say a rate as people read it, in steps of 1000."""
    return f"{rate / 1e6:.1f} Mbit/s" if rate >= 1e6 else f"{rate / 1e3:.0f} kbit/s"  # noqa: PLR2004


def bandwidth_words(found: Bandwidth) -> str:
    """Say over which path what came back, 100ms's score for it, and what it is enough for."""
    fell = f", after {rate_words(found.peak)} at first" if found.fell else ""
    band = f"{found.band.word} ({found.band.score} of 5 by 100ms's scale)"
    back = f"{rate_words(found.rate)} of {rate_words(found.tried)} came back{fell}"
    return f"{over_words(found.load.path)}: {back}: {band}, enough for {found.use.words}"


def too_lossy_words(found: Bandwidth) -> str:
    """Say that loss hides the bandwidth."""
    back = f"{rate_words(found.rate)} of {rate_words(found.tried)} came back"
    return f"{over_words(found.load.path)} cannot be told: {back}, which loss alone explains"


def outcome_words(outcome: LoopOutcome) -> str:
    """Say in a few words how a loop ended; empty for one that came to its end."""
    match outcome:
        case Carried():
            return ""
        case BrokeOff(loop=loop, failure=failure):
            figures = figures_from(loop)
            came = figures.arrived if isinstance(figures, Figures) else 0
            return f"broke off after {came} packets: {failure}"[:_QUOTED]
        case NotCarried(why=why):
            return why[:_QUOTED]
        case Unfinished():
            return Kind.CUT_OFF.value


def evidence_of(row: LoopRow) -> JsonObject:
    """Give one row of evidence: the path, and all figures where there are any."""
    way: JsonObject = {
        "url": row.path.url,
        "transport": row.path.transport.value,
        "family": row.path.family.value,
        "proof": row.proof.value,
        "failure": outcome_words(row.outcome) or None,
        "attempts": row.attempts,
    }
    return {**way, **_figures(row.outcome)}


def _figures(outcome: LoopOutcome) -> JsonObject:
    figures = figures_from(outcome.loop) if isinstance(outcome, Carried | BrokeOff) else NoFigures(why="")
    if isinstance(figures, NoFigures):
        return {}
    score = score_of(figures) if isinstance(outcome, Carried) else NoScore(why="")
    return {
        "sent": figures.sent,
        "arrived": figures.arrived,
        "rtt_ms": round(figures.round_trip, 2),
        "rtt_p95_ms": round(figures.round_trip_p95, 2),
        "jitter_ms": round(figures.jitter, 2),
        "jitter_rfc3550_ms": round(figures.jitter_rfc3550, 2),
        "loss_percent": round(figures.loss, 2),
        "longest_loss": figures.longest_loss,
        "reordered_percent": round(figures.reordered, 2),
        "duplicates": figures.duplicates,
        "left_late": figures.stalls.late,
        "held_here": figures.stalls.held,
        **_scored(score),
    }


def _scored(score: Score) -> JsonObject:
    match score:
        case NoScore():
            return {}
        case Scored():
            costs = {driver.value: round(cost, 2) for driver, cost in score.costs.items()}
            return {
                "rating": round(score.rating, 1),
                "mos": round(score.mos, 2),
                "driver": score.driver.value,
                "costs": costs,
            }


def load_evidence(found: Bandwidth) -> JsonObject:
    """Give what was tried and what came back."""
    return {
        "url": found.load.path.url,
        "transport": found.load.path.transport.value,
        "bandwidth_kbps": round(found.rate / 1000, 1),
        "score": found.band.score,
        "steps": [
            {"s": round(step.lasted, 2), "sent_bytes": step.sent_bytes, "came_back_bytes": step.came_back_bytes}
            for step in found.load.steps
        ],
    }
