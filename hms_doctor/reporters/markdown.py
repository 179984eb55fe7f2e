"""Markdown for a ticket or a job's summary; what a server or a device said can neither mark up, nor link, nor ping."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from hms_doctor.model.finding import CheckResult, Ran
from hms_doctor.model.report.clean import bare
from hms_doctor.model.report.report import Report, RootCause
from hms_doctor.reporters.room_words import JOIN, MEDIA, flows, steps
from hms_doctor.reporters.sights import sights
from hms_doctor.reporters.story import (
    code,
    leading_cause,
    leading_question,
    other_causes,
    other_questions,
    way_out,
)
from hms_doctor.reporters.style import Style
from hms_doctor.reporters.words import (
    APP_SEES,
    GLYPH,
    WHY,
    addressee,
    circumstances,
    counts,
    is_about_devices,
    is_idle,
    is_left_out,
    left_out,
    open_points,
    seconds,
    seen,
    title,
)

NAME: Final = "markdown"
_MARKS: Final = re.compile(r"[\\`*_{}\[\]<>#|~!$]|(?<=:)/(?=/)|(?<=www)\.")
"""What marks up, and the spots that make a bare address a link (GitHub Flavored Markdown, sections 2.4 and 6.9)."""
_PINGS: Final = re.compile(r"[@#](?=\w)")
_BEGINS: Final = re.compile(r"\A(\d{0,9})([-+.)])(?=\s|\Z)")  # what begins a list
_APART: Final = "\u200b"


def render(report: Report, style: Style) -> str:
    """Give a heading, what to do, why, and the table of checks."""
    text = "\n".join(_lines(report)) + "\n"
    return text if style.unicode else text.encode("ascii", "xmlcharrefreplace").decode()


def inert(text: str) -> str:
    """Make text that shows as itself, wherever it came from."""
    shown = bare(text).replace("&", "&amp;").strip()
    return _BEGINS.sub(r"\1\\\2", _MARKS.sub(_escape, _PINGS.sub(rf"\g<0>{_APART}", shown)))


def _escape(mark: re.Match[str]) -> str:
    return {"<": "&lt;", ">": "&gt;"}.get(mark[0], f"\\{mark[0]}")


def _lines(report: Report) -> Iterator[str]:
    yield f"### {title(report)}: {inert(report.headline)}"
    for told in leading_cause(report):
        yield from ("", _advice(told))
        yield from _listed(WHY[told.confidence], told.evidence)
        yield from _listed(APP_SEES, sights(told, report.environment.platform))
    for unsure in leading_question(report):
        yield from ("", inert(way_out(unsure)))
    yield from _listed("Also", _beside(report), plain=False)
    yield from _listed(JOIN, map(str, steps(report)))
    yield from _listed(MEDIA, map(str, flows(report)))
    yield from _table(report)
    if is_about_devices(report):
        yield from _devices(report)
    parts = (f"{counts(report)}; {seconds(report.duration_ms)}", *left_out(report), circumstances(report))
    yield from ("", *(f"- {inert(part)}" for part in (*parts, *open_points(report), _origin(report)) if part))


def _advice(told: RootCause) -> str:
    return f"**{addressee(told)}:** {inert(told.action)}"


def _listed(label: str, texts: Iterable[str], *, plain: bool = True) -> Iterator[str]:
    items = [f"- {inert(text) if plain else text}" for text in texts]
    if items:
        yield from ("", f"**{label}**", "", *items)


def _beside(report: Report) -> Iterator[str]:
    for told in other_causes(report):
        yield f"{GLYPH[told.status]} {inert(told.summary)} ({inert(told.check)}). {_advice(told)}"
    for result in other_questions(report):
        yield f"{GLYPH[result.status]} {inert(result.summary)} ({inert(result.id)}). {inert(way_out(result))}".rstrip()


def _table(report: Report) -> Iterator[str]:
    told = [result for result in report.checks if not is_idle(result) and not is_left_out(result)]
    if told:
        yield from ("", "| | check | code | what we saw | ms |", "|---|---|---|---|---:|")
        yield from (_row(result, report) for result in told)


def _row(result: CheckResult, report: Report) -> str:
    took = f"{result.outcome.duration_ms:.0f}" if isinstance(result.outcome, Ran) else ""
    cells = (f"{GLYPH[result.status]} {result.status}", inert(result.id), code(report, result))
    return f"| {' | '.join((*cells, inert(seen(report, result)), took))} |"


def _devices(report: Report) -> Iterator[str]:
    from hms_doctor.reporters.device_kinds import kinds

    rows = [(kind.id.partition(".")[2], row) for kind in kinds(report) for row in kind.rows]
    if rows:
        yield from ("", "| | kind | device | state | can |", "|---|---|---|---|---|")
    for kind, row in rows:
        cells = (f"{GLYPH[row.status]} {row.status}", *map(inert, (kind, row.name, row.standing, row.ability)))
        yield f"| {' | '.join(cells)} |"


def _origin(report: Report) -> str:
    environment = report.environment
    where = f"{environment.os}, Python {environment.python}"
    return f"hms-doctor {report.version}, {report.started_at}, {where}, run {report.run_id}."
