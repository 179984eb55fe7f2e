"""The devices of a report that looks at nothing else: each one once, under its check."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from hms_doctor.model.finding import Status
from hms_doctor.reporters.device_kinds import DeviceRow, Kind
from hms_doctor.reporters.layout import Line, Role, Span, cells, fold, hang, pad
from hms_doctor.reporters.style import Style, Verbosity
from hms_doctor.reporters.words import GLYPH

_LEAST_NAME: Final = 20
_LEAST_WIDTH: Final = 60
"""Cells under which a device takes a line for its name and one for the rest."""
_PROSE: Final = 100
_INDENT: Final = 5
_GAP: Final = 2
Widths: TypeAlias = tuple[int, ...]
"""Of name, standing and ability; empty where there is no room for columns."""


def device_rows(told: Sequence[Kind], style: Style) -> Iterator[Line]:
    """Set the devices under their checks; ``-v`` adds what lies behind a device."""
    widths = _widths([row for kind in told for row in kind.rows], style.width)
    headings = _headings(told, widths, style.width)
    for kind, heading in zip(told, headings, strict=True):
        yield heading
        for row in kind.rows:
            yield from _set(row, widths) if widths else _stacked(row, style.width)
            for line in row.behind if style.verbosity is Verbosity.VERBOSE else ():
                yield from hang((Span(" " * (_INDENT + _GAP)),), line, style.width, Role.DIM)
        for remark in kind.remarks:
            yield from hang((_glyph(remark.status, remark.role),), remark.text, min(style.width, _PROSE))
            if remark.advice:
                yield from hang((Span(" " * _INDENT),), remark.advice, min(style.width, _PROSE))


def _glyph(status: Status, role: Role) -> Span:
    return Span(f"   {GLYPH[status]} ", role)


def _headings(told: Sequence[Kind], widths: Widths, width: int) -> Iterator[Line]:
    """Set each check with its code, and at the end of the line how long it took."""
    name = max((cells(kind.id) for kind in told), default=0)
    number = max((len(kind.code) for kind in told), default=0)
    took = max((len(kind.took) for kind in told), default=0)
    line = max(_LEAST_WIDTH, _INDENT + sum(widths) + 2 * _GAP) if widths else 0
    filled = 3 + name + _GAP + number
    room = max(filled + _GAP + took, min(width, line))
    for kind in told:
        left = f"{pad(kind.id, name + _GAP)}{kind.code}"
        strong = kind.role if kind.role is Role.BAD else Role.PLAIN
        yield (
            Span(f" {GLYPH[kind.status]} ", kind.role),
            Span(pad(left, room - 3 - took), strong),
            Span(f"{kind.took:>{took}}", Role.DIM),
        )


def _widths(rows: Sequence[DeviceRow], width: int) -> Widths:
    if width < _LEAST_WIDTH or not rows:
        return ()
    room = width - _INDENT - 2 * _GAP
    name, state, can = (max(cells(part) for part in column) for column in zip(*map(_parts, rows), strict=True))
    most = room * 2 // 5
    given = max(_LEAST_NAME, min(name, room - min(state, most) - min(can, most)))
    middle = min(state, room - given - min(can, most))
    return given, middle, max(1, min(can, room - given - middle))


def _parts(row: DeviceRow) -> tuple[str, str, str]:
    return row.name, row.standing, row.ability


def _set(row: DeviceRow, widths: Widths) -> Iterator[Line]:
    columns = [list(fold(part, width)) for part, width in zip(_parts(row), widths, strict=True)]
    for number in range(max(map(len, columns))):
        name, state, can = (column[number] if number < len(column) else "" for column in columns)
        yield (
            _glyph(row.status, row.role) if number == 0 else Span(" " * _INDENT),
            Span(pad(name, widths[0] + _GAP), Role.DIM if row.status is Status.SKIP else Role.PLAIN),
            Span(pad(state, widths[1] + _GAP), row.role if row.role in {Role.BAD, Role.CARE} else Role.DIM),
            Span(can, Role.DIM),
        )


def _stacked(row: DeviceRow, width: int) -> Iterator[Line]:
    yield from hang((_glyph(row.status, row.role),), row.name, width)
    for part in filter(None, (row.standing, row.ability)):
        yield from hang((Span(" " * (_INDENT + _GAP)),), part, width, Role.DIM)
