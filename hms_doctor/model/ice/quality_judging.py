"""Judges what packets told of the relays: it never fails, and warns only of what is not chance and not our own doing.

A call takes one path: a browser prefers a relay over UDP, then TCP, then TLS. Only that one can warn; the rest is
evidence. Over TCP and TLS loss on the way to the relay cannot be seen: it shows as spikes of delay.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import quality as causes
from hms_doctor.model.finding import Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.ice.bandwidth import Bandwidth, bandwidths_of
from hms_doctor.model.ice.emodel import Driver, Scored, score_of
from hms_doctor.model.ice.figures import Figures, NoFigures, figures_from
from hms_doctor.model.ice.media import BrokeOff, Carried, Load, LoopRow, NoLoad, Quality
from hms_doctor.model.ice.odds import is_more_than_felt, likely
from hms_doctor.model.ice.quality_words import (
    bandwidth_words,
    busy_words,
    cost_words,
    evidence_of,
    load_evidence,
    loss_words,
    outcome_words,
    over_words,
    spikes,
    told,
    too_lossy_words,
    voice_words,
)
from hms_doctor.model.ice.relay_words import ms_words
from hms_doctor.model.ice.relays import Path
from hms_doctor.model.ice.thresholds import JITTER_FELT, ROUND_TRIP_FELT, SCORE_FELT
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass

_MEASURE_AGAIN: Final = "Close what keeps this machine busy, then measure again."
_ONCE_MORE: Final = "Measure again, on an idle machine and with more time (--timeout 60)."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Measured:
    """The path that a call would take, with figures and score."""

    path: Path
    figures: Figures
    score: Scored


@dataclass(frozen=True, slots=True)
class _Felt:
    """Something that a user would feel; ``ours`` where this machine may have done it itself."""

    driver: Driver
    cause: Cause
    seen: str
    ours: bool


def judge_quality(quality: Quality) -> Iterable[Finding]:
    """Say how a call through the relay would sound, what spoils it, and what bandwidth there is."""
    best = _best(quality.rows)
    for measured in best:
        voice = voice_words(measured.score, measured.figures)
        evidence: JsonObject = {"voice": voice, "rows": [evidence_of(row) for row in quality.rows]}
        yield Passed(summary=f"{told(measured.path, measured.figures)}; voice {voice}", evidence=evidence)
        yield from _spoilers(measured)
    yield from _broken(quality.rows, best)
    if not best:
        yield from _nothing(quality.rows)
    yield from _judge_load(quality.load, best)


def figures_of(quality: Quality) -> Mapping[str, float]:
    """Give the figures of the path that a call would take, units in their names."""
    figures: dict[str, float] = {}
    best = _best(quality.rows)
    for measured in best:
        figures |= {
            "rtt_ms": measured.figures.round_trip,
            "rtt_p95_ms": measured.figures.round_trip_p95,
            "jitter_ms": measured.figures.jitter,
            "loss_percent": measured.figures.loss,
            "reordered_percent": measured.figures.reordered,
            "mos": measured.score.mos,
        }
    for found in bandwidths_of(quality.load):
        if not _is_but_loss(found, best):
            figures["bandwidth_kbps"] = found.rate / 1000
    return figures


def _best(rows: Sequence[LoopRow]) -> list[_Measured]:
    found = [each for transport in Transport for row in rows if row.path.transport is transport for each in _of(row)]
    return found[:1]


def _of(row: LoopRow) -> Iterable[_Measured]:
    if not isinstance(row.outcome, Carried):
        return
    figures = figures_from(row.outcome.loop)
    score = score_of(figures)
    if isinstance(figures, Figures) and isinstance(score, Scored):
        yield _Measured(path=row.path, figures=figures, score=score)


def _spoilers(measured: _Measured) -> Iterable[Finding]:
    """Warn of what a user would feel, the dearest first; what may be our own doing is not blamed on the network."""
    felt = sorted(_felt(measured), key=lambda each: -measured.score.costs[each.driver])
    for each in felt:
        if not each.ours:
            summary = f"{each.seen}, which {cost_words(measured.score, each.driver)}"
            yield Warned(cause=each.cause, summary=summary)
    for each in [each for each in felt if each.ours][:1]:
        summary = f"we could not tell whose doing this is: {each.seen}; {busy_words(measured.figures)}"
        yield Undecided(summary=summary, action=_MEASURE_AGAIN)


def _felt(measured: _Measured) -> Iterable[_Felt]:
    figures, way = measured.figures, over_words(measured.path)
    if is_more_than_felt(figures.lost, figures.sent):
        yield _Felt(Driver.LOSS, causes.LOSS, f"{way} {loss_words(figures)}", ours=False)
    if figures.variation >= JITTER_FELT:
        cause, seen = _unsteady(measured)
        yield _Felt(Driver.JITTER, cause, seen, ours=figures.may_be_ours(figures.variation))
    if figures.round_trip >= ROUND_TRIP_FELT:
        seen = f"a round trip {way} takes {ms_words(figures.round_trip)}"
        yield _Felt(Driver.DELAY, causes.DELAY, seen, ours=figures.may_be_ours(figures.round_trip))


def _unsteady(measured: _Measured) -> tuple[Cause, str]:
    figures, way = measured.figures, over_words(measured.path)
    late = f"the slowest twentieth comes {ms_words(spikes(figures))} late"
    if measured.path.transport is Transport.UDP:
        return causes.JITTER, f"packets arrive unevenly {way}, with {ms_words(figures.jitter)} of jitter; {late}"
    return causes.HELD_UP, f"{way} packets wait for lost ones, and {late}"


def _broken(rows: Sequence[LoopRow], best: Sequence[_Measured]) -> Iterable[Finding]:
    """A path that dies warns where a call would have taken it; what it means for calls is ``ice.verdict``'s."""
    order = list(Transport)
    taken = min((order.index(measured.path.transport) for measured in best), default=len(order))
    for row in rows:
        if isinstance(row.outcome, BrokeOff):
            summary = f"the relay {over_words(row.path)} {outcome_words(row.outcome)}"
            if order.index(row.path.transport) < taken:
                yield Warned(cause=causes.BROKE_OFF, summary=summary, evidence={"rows": [evidence_of(row)]})
            else:
                yield Passed(summary=f"beside it, {summary}")


def _nothing(rows: Sequence[LoopRow]) -> Iterable[Finding]:
    """Nothing was measured; where a path broke off that has been said."""
    left = [row for row in rows if not isinstance(row.outcome, BrokeOff)]
    if not rows:
        yield NothingToCheck(summary="no relay to measure")
    elif len(left) == len(rows):
        summary = f"we could not tell how the relay {over_words(left[0].path)} carries voice: {_why(left[0])}"
        evidence = {"rows": [evidence_of(row) for row in rows]}
        yield Undecided(summary=summary, action=_ONCE_MORE, evidence=evidence)


def _why(row: LoopRow) -> str:
    figures = figures_from(row.outcome.loop) if isinstance(row.outcome, Carried) else NoFigures(why="")
    return outcome_words(row.outcome) or (figures.why if isinstance(figures, NoFigures) else "")


def _judge_load(load: Load | NoLoad, best: Sequence[_Measured]) -> Iterable[Finding]:
    for found in bandwidths_of(load):
        summary = f"bandwidth {bandwidth_words(found)}"
        evidence = {"load": load_evidence(found)}
        if _is_but_loss(found, best):
            yield Passed(summary=f"bandwidth {too_lossy_words(found)}", evidence=evidence)
        elif found.limited and found.band.score <= SCORE_FELT:
            yield Warned(cause=causes.BANDWIDTH, summary=summary, evidence=evidence)
        else:
            yield Passed(summary=summary, evidence=evidence)


def _is_but_loss(found: Bandwidth, best: Sequence[_Measured]) -> bool:
    """Whether no more was missing under load than the path loses of voice: that tells of no limit."""
    losses = [each.figures for each in best if each.path == found.load.path and each.figures.lost]
    return found.limited and any(found.missing <= likely(each.lost, each.sent)[1] for each in losses)
