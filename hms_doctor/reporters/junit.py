"""JUnit XML as CI services read it: a suite a group, a test case a check."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Final

from hms_doctor.model.finding import CheckResult, Finding, Ran, Status, Undecided, action_of
from hms_doctor.model.report.report import Report, Verdict
from hms_doctor.reporters.details import evidence_lines
from hms_doctor.reporters.room_words import flows, steps
from hms_doctor.reporters.story import code
from hms_doctor.reporters.style import Style
from hms_doctor.reporters.words import first_line, open_points, seen

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME: Final = "junit"
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold at all (section 2.2)."""


def render(report: Report, style: Style) -> str:
    """Give a document; what is no ASCII becomes a character reference where the stream knows nothing else."""
    from xml.etree.ElementTree import indent, tostring

    root = _suites(report)
    indent(root)
    text = tostring(root, encoding="unicode")
    body = text if style.unicode else text.encode("ascii", "xmlcharrefreplace").decode()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _suites(report: Report) -> "Element":
    suites = [_suite(group, tuple(results), report) for group, results in groupby(report.checks, lambda r: r.group)]
    suites += [_verdict_suite(report)] if _is_told_by_no_check(report) else []
    root = _element("testsuites", {"name": "hms-doctor", "time": _seconds(report.duration_ms)})
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    for suite in suites[:1]:
        suite.insert(0, _properties(report))
    root.extend(suites)
    return root


def _properties(report: Report) -> "Element":
    properties = _element("properties", {})
    told = [("verdict", first_line(report)), ("version", report.version), ("run_id", report.run_id)]
    told += [(step.stage.value, f"{step.reached.value} {', '.join(step.seen)}".strip()) for step in steps(report)]
    told += [(flow.name, ", ".join(flow.figures)) for flow in flows(report)]
    for name, value in told:
        properties.append(_element("property", {"name": name, "value": value}))
    return properties


def _suite(group: str, results: tuple[CheckResult, ...], report: Report) -> "Element":
    statuses = [result.status for result in results]
    took = sum(result.outcome.duration_ms for result in results if isinstance(result.outcome, Ran))
    suite = _empty_suite(group, report, took)
    suite.set("tests", str(len(results)))
    suite.set("failures", str(statuses.count(Status.FAIL)))
    suite.set("errors", str(statuses.count(Status.INCONCLUSIVE)))
    suite.set("skipped", str(statuses.count(Status.SKIP)))
    suite.extend(_case(result, report) for result in results)
    return suite


def _empty_suite(group: str, report: Report, took: float) -> "Element":
    suite = _element("testsuite", {"name": f"hms-doctor.{group}", "time": _seconds(took)})
    suite.set("timestamp", _plain_time(report.started_at))
    return suite


def _is_told_by_no_check(report: Report) -> bool:
    """Whether the run is undecided and every case would be green or skipped: nobody may take that for a success."""
    undecided = report.verdict is Verdict.INCONCLUSIVE
    return undecided and not any(result.status is Status.INCONCLUSIVE for result in report.checks)


def _verdict_suite(report: Report) -> "Element":
    suite = _empty_suite("verdict", report, 0)
    for name, count in (("tests", "1"), ("failures", "0"), ("errors", "1"), ("skipped", "0")):
        suite.set(name, count)
    case = _element("testcase", {"classname": "hms-doctor", "name": "verdict", "time": "0.000"})
    text = "\n".join((report.headline, *open_points(report)))
    case.append(_element("error", {"type": Status.INCONCLUSIVE, "message": report.headline}, text))
    suite.append(case)
    return suite


def _case(result: CheckResult, report: Report) -> "Element":
    took = result.outcome.duration_ms if isinstance(result.outcome, Ran) else 0.0
    names = {"classname": f"hms-doctor.{result.group}", "name": result.id, "time": _seconds(took)}
    case = _element("testcase", names)
    case.extend(_outcome(result, report))
    return case


def _outcome(result: CheckResult, report: Report) -> Iterator["Element"]:
    told = "\n".join(line for finding in result.findings for line in _lines(finding))
    match result.status:
        case Status.FAIL:
            yield _element("failure", {"type": code(report, result), "message": result.summary}, told)
        case Status.INCONCLUSIVE:
            yield _element("error", {"type": Status.INCONCLUSIVE, "message": result.summary}, told)
        case Status.SKIP:
            yield _element("skipped", {"message": seen(report, result)})
        case Status.WARN:
            yield _element("system-out", {}, f"warning: {told}")
        case Status.PASS:
            return


def _lines(finding: Finding) -> Iterator[str]:
    yield finding.summary
    if action_of(finding):
        yield f"{'To find out' if isinstance(finding, Undecided) else 'What to do'}: {action_of(finding)}"
    yield from (f"  {line}" for line in evidence_lines(finding.evidence))


def _element(tag: str, attributes: Mapping[str, str], text: str = "") -> "Element":
    from xml.etree.ElementTree import Element

    element = Element(tag, {name: _legal(value) for name, value in attributes.items()})
    element.text = _legal(text) or None
    return element


def _legal(text: str) -> str:
    return _NOT_XML.sub("", text)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3f}"


def _plain_time(started_at: str) -> str:
    """Readers of JUnit XML want ISO 8601 without fraction and zone."""
    return started_at[: len("2026-11-21T18:22:10")]
