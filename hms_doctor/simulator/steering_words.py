"""What can be said to a running simulator, typed or posted: one grammar, read into one wish."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final, TypeAlias

from hms_doctor.model.json import JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.switching import Everyone, Named, Peers

HEALTHY: Final = "healthy"
A_DAY: Final = 86400.0
_LONGEST: Final = 1000
_UNITS: Final = {"ms": 0.001, "": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|min|h|)", re.ASCII)
_WORD: Final = re.compile(r'"([^"]*)"|(\S+)')


class Start(StrEnum):
    """From when on a delay counts."""

    NOW = "now"
    JOIN = "the next join"  # of the peer that it is for


@dataclass(frozen=True, kw_only=True)
class Play:
    """Play a fault, by name or HMS code, or ``healthy``; times are in seconds."""

    fault: str
    peers: Peers = field(default_factory=Everyone)
    after: float = 0.0
    start: Start = Start.NOW
    lasts: float = 0.0  # 0: until something else is played


class Question(StrEnum):
    """What can be asked."""

    PEERS = "peers"
    STATUS = "status"
    TRUST = "trust"
    HELP = "help"


@dataclass(frozen=True, kw_only=True)
class Faults:
    """Which faults can be played: all of them in short, or those with this text in their names, at length."""

    like: str = ""


@dataclass(frozen=True, kw_only=True)
class Quit:
    """End the simulator."""


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """An empty line."""


@dataclass(frozen=True, kw_only=True)
class Misheard:
    """What was said is no wish; ``why`` is a sentence without its full stop."""

    why: str


Wish: TypeAlias = Play | Question | Faults | Quit | Nothing | Misheard
WORDS: Final = (HEALTHY, "faults", *(question.value for question in Question), "quit")
_QUESTIONS: Final = {**{question.value: question for question in Question}, "?": Question.HELP}
_QUITS: Final = frozenset({"quit", "exit", "q"})
_KEYS: Final = frozenset({"for", "after", "peer"})


class _MisheardError(Exception):
    pass


def seconds_of(text: str) -> float:
    """Read a duration such as 500ms, 5s or 2m; a bare number is in seconds. Raises ValueError with the reason."""
    match = _DURATION.fullmatch(text.strip().lower())
    if not match:
        raise ValueError(f"{text[:40]!r} is no duration: write 500ms, 20s or 2m")
    seconds = float(match[1]) * _UNITS[match[2]]
    if seconds > A_DAY:
        raise ValueError(f"{text[:40]} is longer than a day")
    return seconds


def read_line(line: str) -> Wish:
    """Read one line: ``FAULT [for 20s] [after 5s] [peer NAME]``, in any order, or one of ``WORDS``."""
    words = [_Said(match) for match in _WORD.finditer(line[:_LONGEST])]
    match [word.text.lower() for word in words]:
        case ["faults", *rest]:
            return Faults(like=" ".join(rest))
        case [word] if word in _QUITS:
            return Quit()
        case [word] if word in _QUESTIONS:
            return _QUESTIONS[word]
    try:
        return _wish(_sorted(words)) if words else Nothing()
    except (_MisheardError, ValueError) as why:
        return Misheard(why=str(why))


def read_body(body: bytes) -> Wish:
    """Read what was posted: a line, or JSON with ``fault`` and, where wanted, ``for``, ``after`` and ``peer``."""
    try:
        text = body.decode()
        told: JsonValue = json.loads(text) if text.lstrip()[:1] in {"{", '"', "["} else text
    except (ValueError, RecursionError):
        return Misheard(why="the body is neither JSON nor a line of text")
    match told:
        case str() as line:
            return read_line(line)
        case Mapping() as members:
            try:
                return _wish(dict(_texts(members)))
            except (_MisheardError, ValueError) as why:
                return Misheard(why=str(why))
        case _:
            return Misheard(why='the body is no JSON object like {"fault": "ws-drop", "for": "20s"}')


class _Said:
    """One word, or what stood between quotation marks."""

    def __init__(self, match: re.Match[str]) -> None:
        self.quoted = match[2] is None
        self.text = match[1] if self.quoted else match[2]

    @property
    def key(self) -> str:
        """The keyword that this is, also in the spelling of the command line; empty for any other word."""
        bare = "" if self.quoted else self.text.lower().removeprefix("--")
        return bare if bare in _KEYS else ""


def _sorted(words: list[_Said]) -> dict[str, str]:
    """Give each keyword its word (a peer's name may have several) and the fault what is left."""
    told: dict[str, str] = {}
    key = "fault"
    for word in _without_everyone(words):
        if word.key:
            key = word.key
            if key in told:
                raise _MisheardError(f"{key!r} stands there twice")
            told[key] = ""
        elif key == "peer" or not told.get(key):
            told[key] = f"{told.get(key, '')} {word.text}".strip()
            key = key if key == "peer" else "fault"
        else:
            raise _MisheardError(f"one fault at a time: {told[key]!r} or {word.text[:60]!r}")
    return told


def _without_everyone(words: list[_Said]) -> Iterator[_Said]:
    """Leave out ``for everyone``, which says in the words of the answers what is so anyway."""
    before = set(range(len(words)))
    for index, word in enumerate(words[1:]):
        if words[index].key == "for" and not word.quoted and word.text.lower() == "everyone":
            before -= {index, index + 1}
    return (words[index] for index in sorted(before))


def _texts(members: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        if name not in {"fault", *_KEYS}:
            raise _MisheardError(f"there is no member {name[:60]!r}: fault, for, after and peer are read")
        match value:
            case str():
                yield name, value[:_LONGEST]
            case bool() | None:
                raise _MisheardError(f"{name!r} is no text")
            case int() | float():
                yield name, str(value)
            case _:
                raise _MisheardError(f"{name!r} is no text")


def _wish(told: Mapping[str, str]) -> Wish:
    for key in told.keys() & _KEYS:
        if not told[key]:
            raise _MisheardError(f"what comes after {key!r} is missing")
    if not told.get("fault"):
        raise _MisheardError("which fault? `faults` lists them")
    start, after = moment_of(told.get("after", "0s"))
    lasts = seconds_of(told["for"]) if "for" in told else 0.0
    if "for" in told and not lasts:
        raise _MisheardError("nothing lasts no time: give `for` more than 0s")
    peers: Peers = Named(name=told["peer"]) if "peer" in told else Everyone()
    return Play(fault=told["fault"], peers=peers, after=after, start=start, lasts=lasts)


def moment_of(text: str) -> tuple[Start, float]:
    """Read what ``after`` is given: a duration, ``join`` or ``join+5s``. Raises ValueError with the reason."""
    head, plus, rest = text.strip().lower().partition("+")
    if head.strip() == "join":
        return Start.JOIN, seconds_of(rest) if plus else 0.0
    return Start.NOW, seconds_of(text)
