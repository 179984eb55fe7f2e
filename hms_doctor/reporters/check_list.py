"""``hms-doctor list``: the checks, as a table and as the contract's JSON."""

import json
from collections.abc import Sequence

from hms_doctor.model.check import AnyCheck
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.reporters import Style

Row = tuple[AnyCheck, tuple[str, ...]]
"""A check and the ids of the checks that make what it needs."""


def render_json(rows: Sequence[Row]) -> str:
    """Give a list of ``{"id", "title", "codes", "needs"}``."""
    told = [{"id": c.id, "title": c.title, "codes": sorted(c.codes), "needs": list(needs)} for c, needs in rows]
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def render_table(rows: Sequence[Row], style: Style) -> str:
    """Give a paragraph a check: id and codes, then the question and what it needs."""
    from textwrap import wrap

    lines = []
    for check, needs in rows:
        codes = ", ".join(str(code) for code in sorted(check.codes)) or "no code"
        lines += wrap(f"{check.id:<20} {codes}", style.width - 2, subsequent_indent=" " * 23, initial_indent="  ")
        asks = check.asks or check.title
        told = " ".join(filter(None, (asks, f"Needs {', '.join(needs)}." if needs else "", _joining(check))))
        lines += wrap(told, style.width - 2, initial_indent="      ", subsequent_indent="      ")
    return "\n".join(lines) + "\n"


def _joining(check: AnyCheck) -> str:
    return "Only with --join." if JoinWanted in check.needs else ""
