"""Many tokens, one report a line, in constant memory."""

import json
from collections.abc import Iterable
from typing import Final, TextIO

from hms_doctor.cli.token_report import Question, report_on
from hms_doctor.model.clean import clean_report
from hms_doctor.model.report import Report
from hms_doctor.model.secret import Secret
from hms_doctor.model.token import TokenText
from hms_doctor.reporters.json import document

_TELLING: Final = ("eyj", "bearer", "authorization", "=", "://", "\x7f")
"""Without one of these, in small letters, no text looks like a secret or hides a control character."""
_OUR_ELLIPSIS: Final = json.dumps("…").strip('"')
_LONG: Final = 8000
"""Characters from which on a line may hold a string that a report shortens."""


def tell_each(question: Question, tokens: Iterable[TokenText], out: TextIO, *, unicode: bool) -> int:
    """Write the report of each token as it is read; give the worst exit code, 3 where there was none at all."""
    codes: set[int] = set()
    for given in tokens:
        report = report_on(question, (given,))
        out.write(_line(report, question, given, ascii_only=not unicode) + "\n")
        codes.add(report.exit_code)
    return next((code for code in (1, 3, 0) if code in codes), 3)


def _line(report: Report, question: Question, given: TokenText, *, ascii_only: bool) -> str:
    """Set a report on one line. Cleaning walks through every string: it is spared a line in which nothing could be."""
    line = json.dumps(document(report))
    secrets = tuple(secret.value for secret in question.secret)
    if _is_plain(line, secrets):
        return line if ascii_only else line.replace(_OUR_ELLIPSIS, "…")
    return json.dumps(document(clean_report(report, (given.value, *secrets))), ensure_ascii=ascii_only)


def _is_plain(line: str, secrets: Iterable[Secret]) -> bool:
    """Whether a line is short, escapes nothing but quotes and our ellipsis, and holds no secret and no telling word."""
    if len(line) > _LONG or line.count("\\") != line.count('\\"') + line.count(_OUR_ELLIPSIS):
        return False
    small = line.lower()
    return not any(word in small for word in (*_TELLING, *(secret.reveal().lower() for secret in secrets)))
