"""The media that was watched, judged: a path that falls silent fails, quality only warns (for ``room.media``)."""

from collections.abc import Iterable, Mapping
from typing import Final

from hms_doctor.model.causes import quality
from hms_doctor.model.causes import room as causes
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, Undecided, Warned
from hms_doctor.model.ice.emodel import Driver
from hms_doctor.model.ice.obstacles import listed
from hms_doctor.model.ice.odds import is_more_than_felt, likely
from hms_doctor.model.ice.relay_words import ms_words
from hms_doctor.model.ice.thresholds import JITTER_FELT, ROUND_TRIP_FELT
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.media import Measured, MediaFlow, MediaOutcome, NoMedia, TrackFlow
from hms_doctor.model.room.media_words import cost_words, flow_words, is_told, kinds, rows_of, sent, voice_words
from hms_doctor.model.room.stages import Stage
from hms_doctor.model.units import Seconds

REPORTS_DUE: Final = Seconds(2)
"""Who receives pictures reports on them every second or so (RFC 3550, 6.2; WebRTC stacks: 1 s)."""
AUDIO_REPORTS_DUE: Final = Seconds(8)
"""Of sound alone browsers report every 5 s, half as much earlier or later: a shorter watch misses none."""
_ENOUGH: Final = 20
"""Packets after which a report is due."""
_LOST: Final = 100.0
_SIDES: Final[Mapping[Side, str]] = {Side.PUBLISH: "sending", Side.SUBSCRIBE: "receiving"}


def judge_media(outcome: MediaOutcome) -> Iterable[Finding]:
    """Say what flowed, what did not arrive, and what a user would feel."""
    match outcome:
        case NoMedia(why=why):
            yield NothingToCheck(summary=f"no media to watch: {why}")
        case MediaFlow() if not outcome.captured and not outcome.lost_midway and not flow_words(outcome):
            yield NothingToCheck(summary="no media to watch: nothing was sent, and nothing came of others")
        case MediaFlow():
            yield from _flow(outcome)


def _flow(flow: MediaFlow) -> Iterable[Finding]:
    evidence = _evidence(flow)
    if flow.lost_midway:
        yield _fell_silent(flow, evidence)
        return
    if flow.unanswered:
        yield _cut_off(flow, evidence)
        return
    troubles = [*_unsent(flow, evidence), *_vanished(flow, evidence)]
    yield from troubles or [Passed(summary=flow_words(flow), evidence=evidence)]
    yield from _felt(flow)


def _evidence(flow: MediaFlow) -> JsonObject:
    voice = "" if _is_our_doing(flow) else voice_words(flow)
    published = bool(sent(flow)) and not _unreported(flow)
    stages = {
        Stage.MEDIA_CAPTURED.value: bool(flow.captured),
        Stage.MEDIA_PUBLISHED.value: published,
        Stage.COMPLETED.value: published and not flow.lost_midway and not flow.unanswered,
    }
    return {
        "watched_s": round(flow.watched, 1),
        **({"stages": stages} if flow.captured or sent(flow) else {}),
        "tracks": rows_of(flow),
        **({"voice": voice} if voice else {}),
        **({"stood_still_ms": round(flow.standstill)} if flow.standstill else {}),
    }


def _fell_silent(flow: MediaFlow, evidence: JsonObject) -> Failed:
    sides = listed([_SIDES[side] for side in flow.lost_midway])
    seen = f"{sides} stood, then the media server fell silent within {flow.watched:.0f} s"
    evidence = {**evidence, "sdk_action": flow.lost_midway[0].name}
    return Failed(cause=causes.ICE_LOST, summary=f"ICE connection failed: {seen}", evidence=evidence)


def _cut_off(flow: MediaFlow, evidence: JsonObject) -> Undecided:
    sides = listed([_SIDES[side] for side in flow.unanswered])
    summary = f"we could not tell whether {sides} goes on: cut off while waiting for an answer of the media server"
    return Undecided(summary=summary, action="Give the run more time with --timeout.", evidence=evidence)


def _unsent(flow: MediaFlow, evidence: JsonObject) -> Iterable[Finding]:
    """Our own tracks gave frames, and nothing of them went out: that is no fault of anybody's setup."""
    missing = sorted(set(flow.captured) - {track.kind for track in sent(flow)})
    if missing:
        yield Undecided(summary=f"we could not tell: no packet of our {listed(missing)} went out", evidence=evidence)


def _vanished(flow: MediaFlow, evidence: JsonObject) -> Iterable[Finding]:
    lacking = _unreported(flow)
    if lacking:
        count = sum(track.packets for track in lacking)
        summary = f"the server reports nothing of the {count} packets of {kinds(lacking)} that we sent in"
        yield Warned(cause=causes.VANISHES, summary=f"{summary} {flow.watched:.0f} s", evidence=evidence)


def _unreported(flow: MediaFlow) -> list[TrackFlow]:
    """Give the tracks of which a report is due and none came; sound is missed sooner where pictures are missed too."""
    lacking = [track for track in sent(flow) if track.packets >= _ENOUGH and not is_told(track)]
    pictures = any(track.kind == "video" for track in lacking)
    due = flow.watched >= (REPORTS_DUE if pictures else AUDIO_REPORTS_DUE)
    return [*(lacking if due else ()), *(track for track in sent(flow) if _all_lost(track))]


def _all_lost(track: TrackFlow) -> bool:
    return isinstance(track.loss, Measured) and track.loss.value >= _LOST


def _felt(flow: MediaFlow) -> Iterable[Finding]:
    """Warn once of each impairment, by the track that has the most of it."""
    told = [track for track in flow.tracks if track.packets and not _all_lost(track)]
    yield from _loss(flow, told)
    yield from _jitter(flow, told)
    yield from _delay(flow, told)


def _loss(flow: MediaFlow, tracks: Iterable[TrackFlow]) -> Iterable[Warned]:
    rows = [(track, track.loss.value) for track in tracks if isinstance(track.loss, Measured)]
    for track, percent in sorted(rows, key=lambda row: -row[1])[:1]:
        total = _total(track, percent)
        lost = round(total * percent / 100)
        if is_more_than_felt(lost, total):
            least, most = likely(lost, total)
            span = f"(can mean {least:.0f} to {most:.0f} %)"
            seen = f"{lost} of {total} packets of {track.kind} {_verb(track)} lost {span}"
            yield Warned(cause=quality.LOSS, summary=f"{seen}{cost_words(flow, Driver.LOSS)}")


def _total(track: TrackFlow, percent: float) -> int:
    """Of what was received, the packets that were lost come on top."""
    return track.packets if track.side is Side.PUBLISH else round(track.packets / max(0.01, 1 - percent / 100))


def _verb(track: TrackFlow) -> str:
    return "that we sent were" if track.side is Side.PUBLISH else "of others were"


def _jitter(flow: MediaFlow, tracks: Iterable[TrackFlow]) -> Iterable[Finding]:
    """Judge audio alone: a picture's packets share a time stamp, so video jitters by itself (RFC 3550, 6.4.1)."""
    told = [track.jitter.value for track in tracks if track.kind == "audio" and isinstance(track.jitter, Measured)]
    for value in sorted(told, reverse=True)[:1]:
        if value >= JITTER_FELT:
            seen = f"packets arrive unevenly, with {ms_words(value)} of jitter{cost_words(flow, Driver.JITTER)}"
            yield _unless_ours(flow, value, Warned(cause=quality.JITTER, summary=seen))


def _delay(flow: MediaFlow, tracks: Iterable[TrackFlow]) -> Iterable[Finding]:
    for value in sorted((t.round_trip.value for t in tracks if isinstance(t.round_trip, Measured)), reverse=True)[:1]:
        if value >= ROUND_TRIP_FELT:
            seen = f"a round trip to the media server takes {ms_words(value)}{cost_words(flow, Driver.DELAY)}"
            yield _unless_ours(flow, value, Warned(cause=quality.DELAY, summary=seen))


def _is_our_doing(flow: MediaFlow) -> bool:
    """Whether what would be felt is this machine's own doing, and a score would say nothing of the network."""
    return any(isinstance(found, Passed) for found in (*_jitter(flow, flow.tracks), *_delay(flow, flow.tracks)))


def _unless_ours(flow: MediaFlow, value: float, warned: Warned) -> Finding:
    """What is no longer than our own event loop stood still is not blamed on the network."""
    if value > flow.standstill:
        return warned
    still = f"this machine itself stood still for up to {ms_words(flow.standstill)}"
    return Passed(summary=f"{warned.summary}; not blamed on the network, as {still}")
