"""``network --firewall-request``: the missing rules, as text for a mail or as CSV for a change request."""

import csv
import io
from collections.abc import Iterator, Sequence

from hms_doctor.model.network.own_host import MEDIA_PORTS, is_of_100ms
from hms_doctor.model.report.firewall import Row, rows, sign_in, unresolved
from hms_doctor.model.report.report import Report
from hms_doctor.reporters.style import Style

_COLUMNS = ("host", "port", "protocol", "purpose", "seen", "addresses")
_WHOLE_LIST = (
    "These rows are what failed from here. For every caller, 100ms asks for *.100ms.live: TCP 80, 443 and 3478,",
    f'{MEDIA_PORTS}; the least is TCP 80 and 443. Its page "Firewall and ports" has the addresses too.',
)
"""100ms-docs: server-side/v2/how-to-guides/firewall-and-ports."""


def render_text(report: Report, _style: Style) -> str:
    """Give one line a rule under a sentence that an administrator can act on."""
    portal, wanted, nameless = sign_in(report), rows(report), unresolved(report)
    if portal:
        said = f"{portal[:1].upper()}{portal[1:]}."
        return f"{said}\nSign in first, then run this again: until then everything is blocked.\n"
    if not wanted and nameless:
        return "".join(f"{why}: mend that first, then run this again.\n" for why in nameless)
    if not wanted:
        return "Nothing to ask for: no connection that 100ms needs was found blocked from here.\n"
    host, port = max(len(row.host) for row in wanted), max(len(str(row.port)) for row in wanted)
    lines = ["Allow these outgoing connections; from here they fail:", ""]
    lines += [f"  {r.protocol}  {r.host:<{host}}  {r.port:>{port}}  {r.purpose}: {r.seen}" for r in wanted]
    lines += ["", *(f"{why}: mend that too." for why in nameless)] if nameless else []
    return "\n".join([*lines, *_notes(wanted)]) + "\n"


def _notes(wanted: Sequence[Row]) -> Iterator[str]:
    """Add what a rule by address needs, and where the rows are 100ms's, what it asks for as a whole."""
    known = {host: _addresses(wanted, host) for host in dict.fromkeys(row.host for row in wanted)}
    named = [f"  {host}  {', '.join(found)}" for host, found in known.items() if found and found != [host]]
    if named:
        yield from ("", "Where a rule takes no names, these are their addresses now (they may change):", "", *named)
    if any(is_of_100ms(row.host) for row in wanted):
        yield from ("", *_WHOLE_LIST)


def _addresses(wanted: Sequence[Row], host: str) -> list[str]:
    return list(dict.fromkeys(ip for row in wanted if row.host == host for ip in row.addresses))


def render_csv(report: Report, _style: Style) -> str:
    """Give the same rules as CSV (RFC 4180), the header first; a cell that a spreadsheet would run is quoted by a '."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows(report):
        cells = (row.host, str(row.port), row.protocol, row.purpose, row.seen, " ".join(row.addresses))
        writer.writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
