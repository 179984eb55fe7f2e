"""The catalogue as a table: code, meaning, where."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from hms_doctor.model.explain.explanation import Explanation
from hms_doctor.reporters.layout import Line, Role, Span, fold, pad, paint
from hms_doctor.reporters.style import Style

_CODE, _WHERE, _GAPS = 5, 21, 4


def render(explanations: Sequence[Explanation], style: Style) -> str:
    """Give the table; a long cell goes on in the next line, nothing is cut off."""
    wide = max((len(one.meaning.title) for one in explanations), default=0)
    meaning = max(20, min(wide, style.width - _CODE - _WHERE - _GAPS))
    rows = [_row(("code", "meaning", "where"), meaning, Role.STRONG)]
    for explanation in explanations:
        rows.extend(_rows(explanation, meaning))
    return paint(rows, style)


def _rows(explanation: Explanation, width: int) -> Iterator[Line]:
    cells = (fold(explanation.meaning.title, width), fold(explanation.meaning.where, _WHERE))
    for number, (meaning, where) in enumerate(zip_longest(*cells, fillvalue="")):
        yield _row(("" if number else str(explanation.code), meaning, where), width)


def _row(cells: tuple[str, str, str], width: int, role: Role = Role.PLAIN) -> Line:
    code, meaning, where = cells
    return (Span(f"{code:>{_CODE}}  {pad(meaning, width)}  {where}", role),)
