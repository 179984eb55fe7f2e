"""ICE candidates as text (RFC 8839, 5.1): read strictly, as a browser reads what is trickled to it."""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from hms_doctor.model.json import JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.transports import Candidate, CandidateType

_LINE: Final = re.compile(
    r"(?:a=)?candidate:(?P<foundation>[A-Za-z0-9+/]{1,64}) (?P<component>\d{1,5}) (?P<protocol>[A-Za-z0-9-]+)"
    r" (?P<priority>\d{1,10}) (?P<address>[0-9A-Za-z.:%_-]+) (?P<port>\d{1,5}) typ (?P<type>host|srflx|prflx|relay)"
    r"(?P<rest>(?: [^\s]+ [^\s]*)*)\s*",
    re.ASCII,
)
_LAST_PORT: Final = 65535
_SHOWN: Final = 200
_SIDES: Final = {0: Side.PUBLISH, 1: Side.SUBSCRIBE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trickled:
    """A candidate for one of the connections; ``text`` is the line from its foundation on."""

    side: Side
    text: str
    mid: str
    index: int
    candidate: Candidate


@dataclass(frozen=True, kw_only=True, slots=True)
class NoMoreCandidates:
    """The empty candidate: the server has told all of them."""

    side: Side


@dataclass(frozen=True, kw_only=True, slots=True)
class UnreadableCandidate:
    """A candidate at which ``addIceCandidate`` throws, described without its addresses."""

    side: Side
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotACandidate:
    """A text that breaks the grammar."""


TrickleRead: TypeAlias = Trickled | NoMoreCandidates | UnreadableCandidate


def read_trickle(params: JsonValue) -> TrickleRead:
    """Read the parameters of ``trickle``: a target (0 publish, 1 subscribe) and an RTCIceCandidateInit."""
    told = params if isinstance(params, Mapping) else {}
    target, init = told.get("target"), told.get("candidate")
    side = _SIDES.get(target, Side.SUBSCRIBE) if isinstance(target, int) else Side.SUBSCRIBE
    if init is None and "candidate" in told:
        return NoMoreCandidates(side=side)
    if not isinstance(init, Mapping):
        return UnreadableCandidate(side=side, what="no candidate in it")
    text = init.get("candidate")
    if text == "":
        return NoMoreCandidates(side=side)
    if not isinstance(text, str):
        return UnreadableCandidate(side=side, what="a candidate that is no text")
    return _read_line(side, text, init.get("sdpMid"), init.get("sdpMLineIndex"))


def _read_line(side: Side, text: str, mid: JsonValue, index: JsonValue) -> Trickled | UnreadableCandidate:
    found = read_candidate(text)
    if isinstance(found, NotACandidate):
        return UnreadableCandidate(side=side, what=hide_addresses(text)[:_SHOWN])
    named, number = isinstance(mid, str), isinstance(index, int)
    if not named and not number:
        return UnreadableCandidate(side=side, what="a candidate that names no media section")
    return Trickled(
        side=side,
        text=text.removeprefix("a=").removeprefix("candidate:"),
        mid=mid if isinstance(mid, str) else "",
        index=index if isinstance(index, int) else 0,
        candidate=found,
    )


def read_candidate(text: str) -> Candidate | NotACandidate:
    """Read ``candidate:…``."""
    found = _LINE.fullmatch(text)
    if found is None or int(found["port"]) > _LAST_PORT:
        return NotACandidate()
    return Candidate(
        type=CandidateType(found["type"]),
        protocol=found["protocol"].lower(),
        address=found["address"],
        port=int(found["port"]),
    )


_ADDRESS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*|[\w-]+\.local\b")


def hide_addresses(text: str) -> str:
    """Put an ellipsis in the place of every address."""
    return _ADDRESS.sub("…", text)
