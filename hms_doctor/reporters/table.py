"""The table: verdict and what to do first, then why, then what every check saw."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.report.clean import map_text
from hms_doctor.model.report.report import Report, RootCause, Verdict
from hms_doctor.reporters.layout import Line, Role, Span, ascii_only, hang, pad, paint, unbroken
from hms_doctor.reporters.room_lines import room_lines
from hms_doctor.reporters.rows import rows
from hms_doctor.reporters.sights import sights
from hms_doctor.reporters.story import leading_cause, leading_question, other_causes, other_questions, way_out
from hms_doctor.reporters.style import Style, Verbosity
from hms_doctor.reporters.words import (
    APP_SEES,
    GLYPH,
    WHY,
    addressee,
    circumstances,
    counts,
    first_line,
    is_about_devices,
    left_out,
    open_points,
    seconds,
    slowest,
    title,
)

NAME: Final = "table"
_PROSE: Final = 100
"""Cells of a line that is read as a sentence; longer ones are hard to follow."""
_BLANK: Final[Line] = ()
_ROLES: Final = {
    Verdict.PASS: Role.GOOD,
    Verdict.WARN: Role.CARE,
    Verdict.FAIL: Role.BAD,
    Verdict.INCONCLUSIVE: Role.CARE,
}
_LABEL: Final = 19  # cells, the gap behind it included


def render(report: Report, style: Style) -> str:
    """Set the report for people."""
    shown = report if style.unicode else map_text(report, ascii_only)
    if style.verbosity is Verbosity.QUIET:
        return paint(((Span(first_line(shown), _ROLES[shown.verdict]),),), style)
    lines = list(_lines(shown, style))
    if style.height and len(lines) >= style.height:  # what scrolled away is what matters: say it again
        lines += [_BLANK, *_head(shown, min(style.width, _PROSE))]
    return paint(lines, style)


def _lines(report: Report, style: Style) -> Iterator[Line]:
    prose = min(style.width, _PROSE)
    yield from _head(report, prose)
    between = [
        list(part) for part in (_reasons(report, prose), room_lines(report, prose), *_tables(report, style, prose))
    ]
    for lines in filter(None, between):
        yield _BLANK
        yield from lines
    if any(between):
        yield _BLANK
    yield from _foot(report, style, prose)


def _tables(report: Report, style: Style, prose: int) -> Iterator[Iterator[Line]]:
    """Give what stands beside the root, and every check; devices alone are told one by one, each with its trouble."""
    if is_about_devices(report):
        from hms_doctor.reporters.device_kinds import kinds
        from hms_doctor.reporters.device_rows import device_rows

        yield device_rows(tuple(kinds(report)), style)
    else:
        yield _beside(report, prose)
    if not is_about_devices(report) or style.verbosity is Verbosity.VERBOSE:
        yield rows(report, style)


def _head(report: Report, width: int) -> Iterator[Line]:
    yield from hang((Span(f"{title(report)}  ", _ROLES[report.verdict]),), report.headline, width, Role.STRONG)
    for root in leading_cause(report):
        yield from _advice(root, width, "  ")
    for unsure in leading_question(report):
        yield from _set(way_out(unsure), width, "  ")


def _advice(told: RootCause, width: int, indent: str) -> Iterator[Line]:
    yield from _set(f"{addressee(told)}: {told.action}" if told.action else "", width, indent)


def _set(text: str, width: int, indent: str, role: Role = Role.PLAIN) -> Iterator[Line]:
    if text:
        yield from hang((Span(indent),), text, width, role)


def _reasons(report: Report, width: int) -> Iterator[Line]:
    for root in leading_cause(report):
        yield from _labelled(WHY[root.confidence], root.evidence, width)
        seen = tuple(sights(root, report.environment.platform))
        yield from _labelled(APP_SEES, seen, width)


def _labelled(label: str, texts: tuple[str, ...], width: int) -> Iterator[Line]:
    """Set texts beside their label, or under it where there is little room."""
    if texts and width < 3 * _LABEL:
        yield (Span(f"  {label}", Role.DIM),)
    for number, text in enumerate(texts):
        lead = Span(f"  {pad(label if number == 0 else '', _LABEL)}", Role.DIM) if width >= 3 * _LABEL else Span("    ")
        yield from hang((lead, Span("· " if len(texts) > 1 else "")), text, width)


def _beside(report: Report, width: int) -> Iterator[Line]:
    """List the causes beside the root and what we could not tell, each with its own advice."""
    lines = [*_other_causes(report, width), *_other_questions(report, width)]
    if lines:
        yield (Span("  Also", Role.DIM),)
        yield from lines


def _other_causes(report: Report, width: int) -> Iterator[Line]:
    for told in other_causes(report):
        number = f"{told.code}, " if told.code else ""
        yield from _item(GLYPH[told.status], f"{told.summary} ({number}{told.check})", width)
        yield from _advice(told, width, "    ")


def _other_questions(report: Report, width: int) -> Iterator[Line]:
    for result in other_questions(report):
        yield from _item(GLYPH[result.status], f"{result.summary} ({result.id})", width)
        yield from _set(way_out(result), width, "    ")


def _item(glyph: str, text: str, width: int) -> Iterator[Line]:
    return hang((Span(f"  {glyph} ", Role.CARE),), text, width)


def _foot(report: Report, style: Style, width: int) -> Iterator[Line]:
    verbose = style.verbosity is Verbosity.VERBOSE
    parts = [counts(report), unbroken(seconds(report.duration_ms))]
    parts += [] if verbose else [unbroken("-v lists them" if report.verdict is Verdict.PASS else "-v shows more")]
    parts += [unbroken("report: --output json=FILE")] if report.verdict is not Verdict.PASS else []
    yield from hang((Span("  "),), f"{unbroken(' ')}· ".join(parts), width, Role.DIM)
    for sentence in (slowest(report),) if verbose else left_out(report):
        yield from _set(sentence, width, "  ", Role.DIM)
    for sentence in (circumstances(report), *open_points(report)):
        yield from _set(sentence, width, "  ")
