"""Whether a report needs cleaning at all: the walk through every string costs more than reading the token."""

import json
from collections.abc import Iterable
from typing import Final

from hms_doctor.model.report.report import Report
from hms_doctor.model.secret import Secret

_TELLING: Final = (
    "eyj", "bearer", "authorization", "://", "\x7f",
    "token=", "signature=", "sig=", "secret=", "password=", "credential=",
)  # fmt: skip
"""Without one of these, in small letters, no text looks like a secret or hides a control character."""
_ELLIPSIS: Final = json.dumps("…").strip('"')
_LONGEST: Final = 2000
"""Characters that a string of a report may have before cleaning shortens it."""


def is_plain(told: str, secrets: Iterable[Secret]) -> bool:
    """Whether JSON in ASCII has no long string, escapes nothing but quotes and our ellipsis, and holds no secret."""
    if _has_long_string(told) or told.count("\\") != told.count('\\"') + told.count(_ELLIPSIS):
        return False
    small = told.lower()
    return not any(word in small for word in (*_TELLING, *(secret.reveal().lower() for secret in secrets)))


def _has_long_string(told: str) -> bool:
    return len(told) > _LONGEST and max(map(len, told.replace('\\"', "''").split('"'))) > _LONGEST


def with_ellipsis(told: str) -> str:
    """Give plain JSON with the one character beyond ASCII that it has."""
    return told.replace(_ELLIPSIS, "…")


def cleaned(report: Report, token: Iterable[Secret], secrets: tuple[Secret, ...]) -> Report:
    """Clean a report unless nothing that came from outside could need it; ``secrets`` are those beside the token."""
    findings = [finding for check in report.checks for finding in check.findings]
    words = [[f.summary, getattr(f, "action", ""), f.evidence] for f in findings]
    if is_plain(json.dumps([report.extra, words]), secrets):
        return report
    from hms_doctor.model.report.clean import clean_report

    return clean_report(report, (*token, *secrets))
