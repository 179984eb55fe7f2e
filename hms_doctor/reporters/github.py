"""Annotations of a GitHub Actions run: the root cause first, since only ten of a kind are shown."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.finding import Status
from hms_doctor.model.report.clean import map_text
from hms_doctor.model.report.report import Report, RootCause, Verdict
from hms_doctor.reporters.layout import ascii_only
from hms_doctor.reporters.room_words import flows, steps
from hms_doctor.reporters.story import leading_cause, leading_question, other_causes, other_questions, way_out
from hms_doctor.reporters.style import Style
from hms_doctor.reporters.words import WHY, addressee, open_points

NAME: Final = "github"


def render(report: Report, style: Style) -> str:
    """Give one workflow command a line: errors, warnings, and a notice where all is well."""
    shown = report if style.unicode else map_text(report, ascii_only)
    return "".join(f"{line if style.unicode else ascii_only(line)}\n" for line in _commands(shown))


def _commands(report: Report) -> Iterator[str]:
    match report.verdict:
        case Verdict.PASS:
            yield _command("notice", "hms-doctor", " ".join((report.headline, *open_points(report))))
        case Verdict.INCONCLUSIVE:
            ways_out = filter(None, map(way_out, leading_question(report)))
            yield _command("error", "hms-doctor", "\n".join((report.headline, *ways_out, *open_points(report))))
        case Verdict.WARN | Verdict.FAIL:
            yield from map(_told, leading_cause(report))
    yield from map(_told, other_causes(report))
    reached = list(map(str, steps(report)))
    if reached:
        yield _command("notice", "hms-doctor --join", "\n".join((*reached, *map(str, flows(report)))))
    for result in other_questions(report):
        yield _command("warning", f"hms-doctor {result.id}", "\n".join((result.summary, way_out(result))))


def _told(told: RootCause) -> str:
    lines = [told.summary, *([f"{addressee(told)}: {told.action}"] if told.action else [])]
    if told.evidence:
        lines += [f"{WHY[told.confidence]}:", *(f"- {sentence}" for sentence in told.evidence)]
    title = f"HMS {told.code}" if told.code else f"hms-doctor {told.check}"
    return _command("error" if told.status is Status.FAIL else "warning", title, "\n".join(lines))


def _command(kind: str, title: str, message: str) -> str:
    return f"::{kind} title={_property(title)}::{_data(message.strip())}"


def _data(text: str) -> str:
    """Escape a message as the runner unescapes it (actions/toolkit: command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
