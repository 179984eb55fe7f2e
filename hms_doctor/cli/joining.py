"""``--join``: what lets a run enter the room, and what that run must then decide."""

from dataclasses import replace
from typing import Final

from hms_doctor.cli.errors import UsageError
from hms_doctor.model.check import AnyCheck
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.model.settings import Selection
from hms_doctor.runner import Plan, covers
from hms_doctor.wire.meanwhile import load_meanwhile

DEEP_MEDIA: Final = 10.0
"""Seconds for which `--deep` watches media."""
_FIRST: Final = "signalling.join"
_MEDIA: Final = "room.media"
_CARRIERS: Final = ("room.publish", "room.subscribe")


def join_seeds(*, join: bool, deep: bool = False) -> tuple[JoinWanted, ...]:
    """Give the fact that opens the room, where it was asked for."""
    if not join:
        return ()
    load_meanwhile("room")
    return (JoinWanted(media_seconds=DEEP_MEDIA) if deep else JoinWanted(),)


def with_ways(selection: Selection) -> Selection:
    """Let who names the media alone have the connections that carry it, which its check only wants."""
    more = _CARRIERS if _MEDIA in selection.only else ()
    return replace(selection, only=(*selection.only, *more))


def enters(check: AnyCheck) -> bool:
    """Whether a check looks only where the room is joined."""
    return JoinWanted in check.needs


def fit_join(plan: Plan, selection: Selection, *, join: bool) -> Plan:
    """Hold a run that joins to what it was asked for: what it cannot tell of the join stays open (exit code 3).

    Raises UsageError where the selection leaves the join out, or names what only a join can do without asking for one.
    """
    if not join:
        _refuse_others(plan, selection)
        return plan
    ids = frozenset(planned.check.id for planned in plan.run if enters(planned.check))
    if _FIRST not in ids:
        raise UsageError(f"--join wants {_FIRST}, which this run leaves out: drop --join, or let {_FIRST} run")
    return replace(plan, named=plan.named | ids)


def _refuse_others(plan: Plan, selection: Selection) -> None:
    for flag, wishes in (("--only", selection.only), ("--require", selection.require)):
        for wish in wishes:
            named = [planned.check for planned in plan.run if covers(wish, planned.check.id)]
            if named and all(map(enters, named)):
                raise UsageError(f"{flag} {wish} wants to join the room, where others see it: add --join")
