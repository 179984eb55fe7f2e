"""What a running simulator answers to questions: for people line by line, for programs as JSON."""

from collections.abc import Iterator
from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator.steering_parts import Coming, End, Part, Showing, Until
from hms_doctor.simulator.steering_says import called, clock, lasting, stamp, whom
from hms_doctor.simulator.steering_words import Faults, Play, Question, Start
from hms_doctor.simulator.switching import Named, Peers

if TYPE_CHECKING:
    from hms_doctor.simulator.steering import Steering

_WIDTH: Final = 80
_MARGIN: Final = "  "
HELP: Final = (
    "  FAULT             a fault by name or HMS code, such as ws-drop or 40102",
    "  FAULT for 20s     ... for a while (500ms, 20s, 2m), then what was before",
    "  FAULT after 5s    ... later; `after join+5s` counts from the next join",
    "  FAULT peer NAME   ... to one peer, by its name or peer id",
    "  healthy           everything works, and nothing is to come",
    "  status, peers     what is played to whom; who is in the room",
    "  faults [TEXT]     what can be played; with TEXT what it does",
    "  trust             how programs and phones are made to trust its certificate",
    "  quit              end the simulator, as Ctrl-C does",
)


def answer(question: Question | Faults, steering: "Steering") -> Iterator[str]:
    """Answer line by line, in 80 columns."""
    match question:
        case Question.HELP:
            yield from HELP
        case Question.PEERS:
            yield from _peers(steering)
        case Question.STATUS:
            yield from _status(steering)
        case Question.TRUST:
            yield from steering.trust
        case Faults(like=""):
            yield from _every_fault(steering)
        case Faults(like=like):
            yield from _some_faults(steering, like)


def _peers(steering: "Steering") -> Iterator[str]:
    for member in steering.present:
        showing = steering.shown_to(member)
        yield f"{_MARGIN}{called(member.name)}  {called(member.role)}  {called(member.peer_id)}"
        yield f"{_MARGIN * 2}{showing.part.title}{_until(showing.end)}"
    if not steering.present:
        yield f"{_MARGIN}nobody is in the room"


def _status(steering: "Steering") -> Iterator[str]:
    for peers, showing in steering.showing.items():
        yield f"{_MARGIN}{whom(peers)}: {showing.part.title}{_until(showing.end)}"
    for coming in steering.coming:
        play = coming.play
        lasts = f", for {lasting(play.lasts)}" if play.lasts else ""
        when = f"at {clock(coming.at)}" if coming.at else f"{lasting(play.after)} after the next join"
        yield f"{_MARGIN}{when}: {coming.part.title} for {whom(play.peers)}{lasts}"


def _until(end: End) -> str:
    return f" until {clock(end.at)}" if isinstance(end, Until) else ""


def _every_fault(steering: "Steering") -> Iterator[str]:
    parts = list(steering.parts())
    now = [part for part in parts if steering.can_play(part)]
    cells = [f"{part.code or '':>5} {part.name}" for part in now]
    half = -(-len(cells) // 2)
    for left, right in zip_longest(cells[:half], cells[half:], fillvalue=""):
        yield f"{left:<40}{right}".rstrip()
    yield f"{len(parts) - len(now)} more need a restart; `faults turn` tells what those with turn in them do"


def _some_faults(steering: "Steering", like: str) -> Iterator[str]:
    found = [part for part in steering.parts() if like in part.name or like == str(part.code)]
    for part in found:
        yield f"{_MARGIN}{part.title}{'' if steering.can_play(part) else ', needs a restart'}"
        yield from wrap(part.plays, _WIDTH, initial_indent=_MARGIN * 2, subsequent_indent=_MARGIN * 2)
    if not found:
        yield f"{_MARGIN}no fault has {called(like)} in its name"


def state_of(steering: "Steering") -> JsonObject:
    """Give what is played to everyone (``fault``, ``since``, ``until``), who is in the room, and what is to come."""
    (_everyone, showing), *named = steering.showing.items()
    return {
        **_showing(showing),
        "peers": [
            {"id": member.peer_id, "name": member.name, "role": member.role, **_showing(steering.shown_to(member))}
            for member in steering.present
        ],
        "named": [{"peer": _name(peers), **_showing(shown)} for peers, shown in named],
        "coming": [_coming(coming) for coming in steering.coming],
    }


def _showing(showing: Showing) -> JsonObject:
    until = stamp(showing.end.at) if isinstance(showing.end, Until) else None
    return {**_part(showing.part), "since": stamp(showing.since), "until": until}


def _part(part: Part) -> JsonObject:
    return {"fault": part.name, "code": part.code or None, "plays": part.plays}


def _coming(coming: Coming) -> JsonObject:
    play: Play = coming.play
    return {
        **_part(coming.part),
        "peer": _name(play.peers),
        "at": stamp(coming.at) if coming.at else None,
        "after_join_s": play.after if play.start is Start.JOIN else None,
        "for_s": play.lasts or None,
    }


def _name(peers: Peers) -> str | None:
    return peers.name if isinstance(peers, Named) else None
