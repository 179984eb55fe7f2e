"""What flowed in the room in words, as evidence and as a score of the voice."""

from collections.abc import Iterable, Mapping, Sequence

from hms_doctor.model.ice.emodel import Driver, Impairments, Scored, score
from hms_doctor.model.ice.obstacles import listed
from hms_doctor.model.ice.relay_words import ms_words
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.media import Figure, Measured, MediaFlow, MediaOutcome, TrackFlow
from hms_doctor.model.units import Milliseconds, Percent

_WORTH_SAYING = 0.1


def sent(flow: MediaFlow) -> tuple[TrackFlow, ...]:
    """Give the tracks that went out."""
    return tuple(track for track in flow.tracks if track.side is Side.PUBLISH and track.packets)


def received(flow: MediaFlow) -> tuple[TrackFlow, ...]:
    """Give the tracks that came in."""
    return tuple(track for track in flow.tracks if track.side is Side.SUBSCRIBE and track.packets)


def kinds(tracks: Iterable[TrackFlow]) -> str:
    """Name the kinds once each: ``audio and video``."""
    return listed(sorted({track.kind for track in tracks}))


def flow_words(flow: MediaFlow) -> str:
    """Say what flows where: ``audio and video flow both ways at 12 ms``."""
    back, trip = kinds(received(flow)), _trip_words(flow)
    out, unknown = (kinds(track for track in sent(flow) if is_told(track) is told) for told in (True, False))
    if out and out == back and not unknown:
        return f"{out} {_verb(out, 'flow')} both ways{trip}"
    ways = (
        f"{out} {_verb(out, 'reach')} the server{trip}" if out else "",
        f"{unknown} {'are' if ' and ' in unknown else 'is'} sent, not yet reported on" if unknown else "",
        f"{back} of others {_verb(back, 'arrive')}" if back else "",
    )
    return ", ".join(filter(None, ways))


def _verb(told: str, verb: str) -> str:
    ending = "es" if verb.endswith("ch") else "s"
    return verb if " and " in told else f"{verb}{ending}"


def _trip_words(flow: MediaFlow) -> str:
    """Give the round trip that ``figures_of_media`` gives, without audio that of the rest."""
    trips = [(track.kind, track.round_trip) for track in flow.tracks]
    told = [(kind != "audio", -trip.value) for kind, trip in trips if isinstance(trip, Measured)]
    return f" at {ms_words(-min(told)[1])}" if told else ""


def is_told(track: TrackFlow) -> bool:
    """Whether the server reported anything of what we sent."""
    return any(isinstance(figure, Measured) for figure in (track.round_trip, track.jitter, track.loss))


def voices(flow: MediaFlow) -> Sequence[tuple[TrackFlow, Scored]]:
    """Score every audio track over the round trip that is known; the worst first, none where no round trip is known."""
    trips = [track.round_trip.value for track in flow.tracks if isinstance(track.round_trip, Measured)]
    if not trips:
        return ()
    audio = [track for track in (*sent(flow), *received(flow)) if track.kind == "audio"]
    scores = [(track, _score(track, max(trips))) for track in audio]
    return sorted(scores, key=lambda scored: scored[1].mos)


def _score(track: TrackFlow, trip: float) -> Scored:
    loss, jitter = (value_of(figure, 0.0) for figure in (track.loss, track.jitter))
    own = value_of(track.round_trip, trip)
    return score(Impairments(round_trip=Milliseconds(own), jitter=Milliseconds(jitter), loss=Percent(loss)))


def value_of(figure: Figure, otherwise: float) -> float:
    """Give a figure's value, or another where nobody told it."""
    return figure.value if isinstance(figure, Measured) else otherwise


def cost_words(flow: MediaFlow, driver: Driver) -> str:
    """Say what an impairment does to the voice: ``, which takes voice from 4.4 to 3.3 of 5``; empty where nothing."""
    for _track, scored in voices(flow)[:1]:
        if scored.costs[driver] >= _WORTH_SAYING:
            return f", which takes voice from {scored.mos + scored.costs[driver]:.1f} to {scored.mos:.1f} of 5"
    return ""


def voice_words(flow: MediaFlow) -> str:
    """Say the score as ``ice.quality`` says it: ``4.4 of 5``; empty where nothing could be scored."""
    return next((f"{scored.mos:.1f} of 5" for _track, scored in voices(flow)), "")


def rows_of(flow: MediaFlow) -> Sequence[JsonObject]:
    """Give one row of evidence a track that flowed; what nobody told is left out."""
    return [_row(track) for track in flow.tracks if track.packets]


def _row(track: TrackFlow) -> JsonObject:
    figures = {"rtt_ms": track.round_trip, "jitter_ms": track.jitter, "loss_percent": track.loss}
    return {
        "direction": "sent" if track.side is Side.PUBLISH else "received",
        "kind": track.kind,
        "packets": track.packets,
        "kbps": round(track.bitrate / 1000, 1),
        **{name: round(figure.value, 2) for name, figure in figures.items() if isinstance(figure, Measured)},
    }


def figures_of_media(outcome: MediaOutcome) -> Mapping[str, float]:
    """Give the worst of the audio tracks, units in their names."""
    if not isinstance(outcome, MediaFlow):
        return {}
    audio = [track for track in outcome.tracks if track.kind == "audio" and track.packets]
    figures = {
        "rtt_ms": [track.round_trip for track in audio],
        "jitter_ms": [track.jitter for track in audio],
        "loss_percent": [track.loss for track in audio],
    }
    told = {name: [each.value for each in all_of if isinstance(each, Measured)] for name, all_of in figures.items()}
    worst = {name: max(values) for name, values in told.items() if values}
    for _track, scored in voices(outcome)[:1]:
        worst["mos"] = scored.mos
    return worst
