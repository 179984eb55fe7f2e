"""The lines of a table that tell of the room: the stages of the join, and the media that flowed."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.report.report import Report
from hms_doctor.reporters.layout import Line, Role, Span, cells, hang, pad, unbroken
from hms_doctor.reporters.room_words import JOIN, MEDIA, Reached, Step, flows, steps

_ROLES: Final = {
    Reached.YES: Role.GOOD,
    Reached.NO: Role.CARE,
    Reached.NOT_TOLD: Role.CARE,
    Reached.NOT_TRIED: Role.DIM,
}


def room_lines(report: Report, width: int) -> Iterator[Line]:
    """Set the stages in their order, publish and subscribe apart, then a line a track; nothing without a join."""
    reached = steps(report)
    if not reached:
        return
    yield (Span(f"  {JOIN}", Role.DIM),)
    names = max(cells(step.stage) for step in reached)
    for step in reached:
        yield from _step(step, names, width)
    flowing = flows(report)
    if flowing:
        yield (Span(f"  {MEDIA}", Role.DIM),)
    names = max((cells(flow.name) for flow in flowing), default=0)
    for flow in flowing:
        yield from hang((Span(f"    {pad(flow.name, names)}  "),), _whole(flow.figures), width)


def _step(step: Step, names: int, width: int) -> Iterator[Line]:
    text = Role.DIM if step.reached is Reached.NOT_TRIED else Role.PLAIN
    glyph = Span(f"  {step.reached.value} ", _ROLES[step.reached])
    if step.seen:
        return hang((glyph, Span(f"{pad(step.stage, names)}  ", text)), _whole(step.seen), width, text)
    return iter([(glyph, Span(step.stage, text))])


def _whole(parts: tuple[str, ...]) -> str:
    """Keep each figure on one line; a path may be long."""
    return ", ".join(unbroken(part) if part[-1:] in "s%" else part for part in parts)
