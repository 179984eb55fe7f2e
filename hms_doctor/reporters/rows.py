"""The rows of the table: one check, one row; its text is wrapped under its own column and no id is ever cut."""

from collections.abc import Iterator, Sequence
from typing import Final

from hms_doctor.model.finding import CheckResult, Failed, Ran, Status, Warned
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.report import Report, RootCause, Verdict
from hms_doctor.reporters.details import details
from hms_doctor.reporters.layout import Line, Role, Span, cells, fold, hang, pad
from hms_doctor.reporters.room_words import TOLD_APART
from hms_doctor.reporters.story import code
from hms_doctor.reporters.style import Style, Verbosity
from hms_doctor.reporters.words import GLYPH, is_about_devices, is_cut_off, is_idle, is_left_out, seen

_LEAST_ROOM: Final = 24
"""Cells under which the text goes below its id instead of beside it."""
_ROLES: Final = {
    Status.PASS: Role.GOOD,
    Status.WARN: Role.CARE,
    Status.FAIL: Role.CARE,
    Status.SKIP: Role.DIM,
    Status.INCONCLUSIVE: Role.CARE,
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One check, in words."""

    result: CheckResult
    code: str
    seen: str
    took: str
    role: Role  # of the glyph and the code
    text: Role  # of the rest


@dataclass(frozen=True, kw_only=True)
class Columns:
    """How wide the columns are; no code column where no row has a code."""

    name: int
    code: int
    seen: int
    took: int
    stacked: bool


def rows(report: Report, style: Style) -> Iterator[Line]:
    """Set one row a check that has something to say; ``-v`` sets them all, with evidence."""
    verbose = style.verbosity is Verbosity.VERBOSE
    told = [_row(report, result) for result in report.checks if verbose or _is_telling(report, result)]
    if not told:
        return
    columns = _columns(told, style.width)
    yield _heading(columns)
    for row in told:
        yield from _set(row, columns, style.width)
        if verbose:
            yield from details(row.result, style.width, ("devices",) if is_about_devices(report) else TOLD_APART)


def _is_telling(report: Report, result: CheckResult) -> bool:
    if is_idle(result) or is_left_out(result):
        return False
    return report.verdict is not Verdict.PASS or result.status is not Status.PASS


def _row(report: Report, result: CheckResult) -> Row:
    outcome = result.outcome
    return Row(
        result=result,
        code=code(report, result),
        seen=seen(report, result) + _note(report, result),
        took=f"{outcome.duration_ms:.0f}" if isinstance(outcome, Ran) else "",
        role=_role(report, result),
        text=Role.DIM if result.status is Status.SKIP or _explained_by(report, result) else Role.PLAIN,
    )


def _role(report: Report, result: CheckResult) -> Role:
    root = report.diagnosis.root
    if isinstance(root, RootCause) and root.check == result.id and result.status is Status.FAIL:
        return Role.BAD
    return Role.DIM if _explained_by(report, result) else _ROLES[result.status]


def _explained_by(report: Report, result: CheckResult) -> str:
    """Give the cause that all of this check's trouble follows from, empty where some of it stands for itself."""
    diagnosis = report.diagnosis
    standing = [told.check for told in (diagnosis.root, *diagnosis.others) if isinstance(told, RootCause)]
    if result.id in standing:
        return ""
    return next((each.explained_by for each in diagnosis.consequences if each.check == result.id), "")


def _note(report: Report, result: CheckResult) -> str:
    cause = _explained_by(report, result)
    follows = f" (follows from {cause})" if cause and cause not in _own_causes(result) else ""
    return f"{follows} (not finished)" if is_cut_off(result) else follows


def _own_causes(result: CheckResult) -> set[str]:
    """Give the causes that a check found itself: two checks may see the same one."""
    return {finding.cause.id for finding in result.findings if isinstance(finding, Failed | Warned)}


def _columns(told: Sequence[Row], width: int) -> Columns:
    name = max(cells(row.result.id) for row in told)
    number = max(4, *(len(row.code) for row in told)) if any(row.code for row in told) else 0
    took = max(2, *(len(row.took) for row in told))
    room = width - (3 + name + 2 + (number + 2 if number else 0) + 2 + took)
    seen = max(cells("what we saw"), *(cells(row.seen) for row in told))
    return Columns(name=name, code=number, seen=min(room, seen), took=took, stacked=room < _LEAST_ROOM)


def _indent(columns: Columns) -> int:
    return 5 if columns.stacked else 3 + columns.name + 2 + (columns.code + 2 if columns.code else 0)


def _heading(columns: Columns) -> Line:
    names = f"   {pad('id', columns.name)}  " + (f"{pad('code', columns.code)}  " if columns.code else "")
    if columns.stacked:
        return (Span(names, Role.DIM),)
    return (Span(f"{names}{pad('what we saw', columns.seen)}  {'ms':>{columns.took}}", Role.DIM),)


def _set(row: Row, columns: Columns, width: int) -> Iterator[Line]:
    lead: Line = (
        Span(f" {GLYPH[row.result.status]} ", row.role),
        Span(pad(row.result.id, columns.name) + "  ", Role.BAD if row.role is Role.BAD else row.text),
        *((Span(pad(row.code, columns.code) + "  ", row.role),) if columns.code else ()),
    )
    if columns.stacked:
        yield (*lead, Span(f"{row.took} ms" if row.took else "", Role.DIM))
        yield from hang((Span(" " * _indent(columns)),), row.seen, width, row.text)
        return
    first, *more = fold(row.seen, columns.seen)
    yield (*lead, Span(pad(first, columns.seen), row.text), Span(f"  {row.took:>{columns.took}}", Role.DIM))
    for piece in more:
        yield (Span(" " * _indent(columns)), Span(piece, row.text))
