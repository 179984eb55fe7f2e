"""What the official SDK was made to do, what it told its app, and what it must tell: the table's shapes."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from hms_doctor.model.json import JsonObject

OBSERVED: Final = "0.15.2"
"""The release of hms-video-store that the table was observed with."""


class Way(StrEnum):
    """How an app could learn of an error."""

    REJECTED = "rejected"  # join() rejects
    ERROR = "error"  # onError
    RECONNECTING = "reconnecting"  # onReconnecting
    RECONNECTED = "reconnected"


class Settles(StrEnum):
    """What becomes of the promise that join() gave."""

    RESOLVES = "resolved"
    REJECTS = "rejected"
    NEVER = "pending"
    EITHER = "resolved, or pending"


class Act(StrEnum):
    """What the page does; the value is the name of the page's function."""

    JOIN = "join"
    PREVIEW = "preview"
    JOIN_TWICE_AT_ONCE = "joinTwiceAtOnce"  # two raw HMSSdk.join()
    JOIN_TWICE = "joinTwiceByActions"
    ADD_TRACK = "addTrack"  # joins first
    DIAGNOSE = "diagnose"


class Machine(StrEnum):
    """What the page's browser has."""

    DEVICES = "a fake camera and microphone, allowed"
    FORBIDDEN = "the same, not allowed"
    NO_DEVICES = "neither camera nor microphone"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that the page told: ``at`` in seconds since join() was called; console lines have 0."""

    kind: str
    at: float
    text: str = ""
    code: int = 0
    name: str = ""
    action: str = ""
    terminal: bool = False

    def __str__(self) -> str:
        """Give the line of a timeline."""
        code = f" {self.code or self.name}" if self.kind in set(Way) - {Way.RECONNECTED} else ""
        return f"{self.at:6.1f} s  {self.kind}{code}{' terminal' if self.terminal else ''}  {self.text[:160]}"


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One error that must reach the app, and when (seconds since join() was called)."""

    way: Way
    code: int
    terminal: bool = False
    earliest: float = 0.0
    latest: float = 20.0
    name: str = ""  # of the exception, where it has no code of 100ms's

    def __str__(self) -> str:
        """Give it in words."""
        when = f"{self.earliest:g} to {self.latest:g} s"
        return f"{self.way} {self.code or self.name}{' terminal' if self.terminal else ''} after {when}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One fault and what the SDK must do under it.

    Whatever else of the three ways comes within ``watch`` seconds is a difference, ``besides`` apart. ``sees`` is the
    code of the ``app_sees`` that hms-doctor gives for ``cause`` (or for the pages' code ``of``), ``words`` stand in it.
    """

    name: str
    fault: str = "healthy"
    act: Act = Act.JOIN
    role: str = "host"
    machine: Machine = Machine.DEVICES
    injections: tuple[str, ...] = ()
    later: str = ""  # a fault that the simulator is switched to once the page has joined
    offline: bool = False  # the browser knows that it has no network
    clicked: bool = True  # what the driver calls counts as a click of the user's
    others: int = 0  # healthy peers that are in the room before
    media: bool = False  # watched until media flows, out and (with others) in
    leaves: bool = False  # in the end, and the others are asked whether they noticed
    signs: tuple[Sign, ...] = ()
    besides: tuple[tuple[Way, int], ...] = ()
    settles: Settles = Settles.NEVER
    watch: float = 20.0
    whole: bool = False  # watched to the end, though every sign has come
    reports: bool = False  # the SDK's own diagnostics end in a report
    state: str = ""  # of the room in the end, as the SDK's store has it
    console: str = ""  # what stands in the console, where nothing else tells
    shows: tuple[int, ...] = ()  # codes of the pages that the row stands for
    cause: str = ""
    of: int = 0
    sees: int = 0
    words: tuple[str, ...] = ()
    doctor: bool = False  # hms-doctor is run beside it, and its root cause must have the code too


@dataclass
class Seen:
    """What came of a row."""

    events: list[Event] = field(default_factory=list)
    watched: float = 0.0
    doctor: str = ""  # hms-doctor's root cause, its code first, or why there is none
    looks: list[JsonObject] = field(default_factory=list)  # at the end: the page's own, then those of the others
    looks_after: list[JsonObject] = field(default_factory=list)  # of the others, once the page has left

    def of(self, *kinds: str) -> list[Event]:
        """Give the events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def report(self) -> JsonObject:
        """Give the report of the SDK's own diagnostics; empty: none came."""
        told = self.of("report")
        report = json.loads(told[0].text) if told else {}
        assert isinstance(report, dict)
        return report

    def timeline(self) -> str:
        """Give everything that was told, a line each; of the console's lines the last ten."""
        console = self.of("console")[-10:]
        return "\n".join(str(event) for event in self.events if event.kind != "console" or event in console)


def rejects(code: int, *, terminal: bool = True, name: str = "", earliest: float = 0.0, latest: float = 20.0) -> Sign:
    """Say that join() rejects."""
    return Sign(way=Way.REJECTED, code=code, terminal=terminal, name=name, earliest=earliest, latest=latest)


def ends(code: int, *, terminal: bool = True, earliest: float = 0.0, latest: float = 20.0) -> Sign:
    """Say that onError gets it."""
    return Sign(way=Way.ERROR, code=code, terminal=terminal, earliest=earliest, latest=latest)


def both(code: int, *, terminal: bool = True, earliest: float = 0.0, latest: float = 20.0) -> tuple[Sign, Sign]:
    """Say that onError gets it and join() rejects with it."""
    return (
        ends(code, terminal=terminal, earliest=earliest, latest=latest),
        rejects(code, terminal=terminal, earliest=earliest, latest=latest),
    )


def reconnects(code: int, *, earliest: float = 0.0, latest: float = 20.0) -> Sign:
    """Say that onReconnecting gets it."""
    return Sign(way=Way.RECONNECTING, code=code, earliest=earliest, latest=latest)
