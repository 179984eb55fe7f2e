"""What a running simulator says of what it plays: one line each, names of peers made plain."""

import time
from datetime import UTC, datetime
from typing import Final

from hms_doctor.model.report.clean import plain
from hms_doctor.simulator.crowd import Member
from hms_doctor.simulator.steering_parts import End, Part, Until
from hms_doctor.simulator.steering_words import Play, Start
from hms_doctor.simulator.switching import Everyone, Named, Others, Peers

_WIDTH: Final = 80
_NAME: Final = 40
_MINUTE: Final = 60


def switched(at: float, part: Part, peers: Peers, end: End, step: str = "") -> str:
    """Tell what is played from now on, and at which step it is met; what that means stands behind it if it fits."""
    until = f" until {clock(end.at)}" if isinstance(end, Until) else ""
    line = f"{clock(at)}  {part.title} for {whom(peers)}{until}{f', met at {step}' if step else ''}"
    told = f"{line}: {part.plays}"
    return told if len(told) <= _WIDTH else line


def instead(said: str, part: Part) -> str:
    """Tell that a code's first fault would need a new start, and which other one is played for it."""
    return f"the first fault of {said} needs a restart; {part.name} ends in it too"


def scheduled(at: float, play: Play, part: Part) -> str:
    """Tell what will be played."""
    lasts = f", for {lasting(play.lasts)}" if play.lasts else ""
    delay = f"{lasting(play.after)} after" if play.after else "at"
    when = f"{delay} the next join" if play.start is Start.JOIN else f"at {clock(at + play.after)}"
    return f"{clock(at)}  {part.title} for {whom(play.peers)} {when}{lasts}"


def came(at: float, member: Member, others: int) -> str:
    """Tell that somebody joined."""
    return f"{clock(at)}  {called(member.name)} joined as {called(member.role)}, {_company(others)}"


def left(at: float, member: Member, others: int) -> str:
    """Tell that somebody is gone."""
    return f"{clock(at)}  {called(member.name)} is gone, {_company(others)}"


def _company(others: int) -> str:
    return f"{others} in the room" if others else "the room is empty"


def whom(peers: Peers) -> str:
    """Name those to whom something is played."""
    match peers:
        case Everyone():
            return "everyone"
        case Others():
            return "everyone else"
        case Named(name=name):
            return f"peer {called(name)}"


def called(name: str) -> str:
    """Give a name that an app gave, fit to be printed."""
    shown = plain(name)
    return shown if len(shown) <= _NAME else f"{shown[: _NAME - 1]}…"


def clock(at: float) -> str:
    """Give the time of day here."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def stamp(at: float) -> str:
    """Give a moment for machines (RFC 3339, UTC)."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def lasting(seconds: float) -> str:
    """Give a duration as it can be typed."""
    if seconds < 1:
        return f"{seconds * 1000:g}ms"
    if seconds >= _MINUTE and not seconds % _MINUTE:
        return f"{seconds / _MINUTE:g}m"
    return f"{seconds:g}s"
