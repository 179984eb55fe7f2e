"""Many tokens, one report a line, in constant memory."""

import json
from collections.abc import Iterable
from typing import TextIO

from hms_doctor.cli.token_plain import is_plain, with_ellipsis
from hms_doctor.cli.token_report import Question, report_on
from hms_doctor.model.report.clean import clean_report
from hms_doctor.model.report.report import Report
from hms_doctor.model.token.facts import TokenText
from hms_doctor.reporters.json import document


def tell_each(question: Question, tokens: Iterable[TokenText], out: TextIO, *, unicode: bool) -> int:
    """Write the report of each token as it is read; give the worst exit code, 3 where there was none at all."""
    codes: set[int] = set()
    for given in tokens:
        report = report_on(question, (given,))
        out.write(_line(report, question, given, ascii_only=not unicode) + "\n")
        codes.add(report.exit_code)
    return next((code for code in (1, 3, 0) if code in codes), 3)


def _line(report: Report, question: Question, given: TokenText, *, ascii_only: bool) -> str:
    line = json.dumps(document(report))
    if is_plain(line, question.secrets):
        return line if ascii_only else with_ellipsis(line)
    return json.dumps(document(clean_report(report, (given.value, *question.secrets))), ensure_ascii=ascii_only)
