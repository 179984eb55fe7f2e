"""``network --firewall-request``: the missing rules, as text for a mail or as CSV for a change request."""

import csv
import io

from hms_doctor.model.report.firewall import rows
from hms_doctor.model.report.report import Report
from hms_doctor.reporters.style import Style

_COLUMNS = ("host", "port", "protocol", "purpose", "seen")


def render_text(report: Report, _style: Style) -> str:
    """Give one line a rule under a sentence that an administrator can act on."""
    wanted = rows(report)
    if not wanted:
        return "Nothing to ask for: no connection that 100ms needs was found blocked from here.\n"
    host, port = max(len(row.host) for row in wanted), max(len(str(row.port)) for row in wanted)
    lines = ["Allow these outgoing connections; from here they fail:", ""]
    lines += [f"  {r.protocol}  {r.host:<{host}}  {r.port:>{port}}  {r.purpose}: {r.seen}" for r in wanted]
    return "\n".join(lines) + "\n"


def render_csv(report: Report, _style: Style) -> str:
    """Give the same rules as CSV (RFC 4180), the header first; a cell that a spreadsheet would run is quoted by a '."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows(report):
        writer.writerow([_harmless(str(getattr(row, column))) for column in _COLUMNS])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
