"""A token for people: verdict and what to do, then every claim with its meaning, and what is wrong beside it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Status, Warned, status_of
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.report.report import Report, RootCause, Verdict
from hms_doctor.model.times import away_words, utc_words
from hms_doctor.model.token.claims import MEANINGS, TIMES, shortened, shown
from hms_doctor.model.token.moments import Moment, read_time
from hms_doctor.reporters.layout import Line, Role, Span, ascii_only, cells, hang, pad, paint
from hms_doctor.reporters.story import leading_cause, other_causes
from hms_doctor.reporters.style import Style, Verbosity
from hms_doctor.reporters.words import GLYPH, addressee, first_line, title

_PROSE: Final = 100
_MOST_CLAIMS: Final = 60
_WIDEST: Final = 40  # cells of a value that still has its meaning beside it
_ROOMY: Final = 80
_BLANK: Final[Line] = ()
_ROLES: Final = {
    Verdict.PASS: Role.GOOD,
    Verdict.WARN: Role.CARE,
    Verdict.FAIL: Role.BAD,
    Verdict.INCONCLUSIVE: Role.CARE,
}


def render(report: Report, style: Style) -> str:
    """Set a report that has a ``token`` for people; in quiet, its first line."""
    shown_report = report if style.unicode else _in_ascii(report)
    if style.verbosity is Verbosity.QUIET:
        return paint(((Span(first_line(shown_report), _ROLES[report.verdict]),),), style)
    return paint(_lines(shown_report, style), style)


def _in_ascii(report: Report) -> Report:
    from hms_doctor.model.report.clean import map_text

    return map_text(report, ascii_only)


def _lines(report: Report, style: Style) -> Iterator[Line]:
    width = min(style.width, _PROSE)
    yield from hang((Span(f"{title(report)}  ", _ROLES[report.verdict]),), report.headline, width, Role.STRONG)
    for root in leading_cause(report):
        yield from _advice(root, width, "  ")
    for told in other_causes(report):
        number = f" ({told.code})" if told.code else ""
        yield from hang((Span(f"  {GLYPH[told.status]} ", Role.CARE),), f"{told.summary}{number}", width)
        yield from _advice(told, width, "    ")
    token = _object(report.extra.get("token"))
    if token:
        yield _BLANK
        yield from _token(token, report, style.width)


def _advice(told: RootCause, width: int, indent: str) -> Iterator[Line]:
    if told.action:
        yield from hang((Span(indent),), f"{addressee(told)}: {told.action}", width)


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, Mapping) else {}


def _token(token: JsonObject, report: Report, width: int) -> Iterator[Line]:
    header, claims = _object(token.get("header")), _object(token.get("claims"))
    notes = dict(_notes(report.checks))
    if header:
        told = " · ".join(f"{name} {shown(value)}" for name, value in list(header.items())[:_MOST_CLAIMS])
        yield from hang((Span("  header   ", Role.DIM),), told, width)
    names = [*(name for name in MEANINGS if name in claims or name in notes), *(n for n in claims if n not in MEANINGS)]
    if header or claims:
        yield from _rows(names[:_MOST_CLAIMS], claims, notes, report, width)
    if len(names) > _MOST_CLAIMS:
        yield (Span(f"  and {len(names) - _MOST_CLAIMS} more claims", Role.DIM),)
    yield from _foot(token, report, width, readable=bool(header or claims))


def _rows(
    names: list[str], claims: JsonObject, notes: Mapping[str, Finding], report: Report, width: int
) -> Iterator[Line]:
    values = {name: _value(name, claims) for name in names}
    first = _column(names, min(_WIDEST, width // 3))
    second = _column(values.values(), _WIDEST if width >= _ROOMY else 0)
    for name in names:
        lead = Span(f"  {pad(name, first)}   ", Role.DIM)
        if cells(name) > first:
            yield from hang((Span("  "),), shown(name), width, Role.DIM)
            lead = Span(f"  {pad('', first)}   ")
        about = _about(name, claims, notes, report)
        told = f"{pad(values[name], second)}   {about.text}" if about.text else values[name]
        yield from hang((lead,), told, width, about.role)


def _column(texts: Iterable[str], most: int) -> int:
    return max((cells(text) for text in texts if cells(text) <= most), default=0)


def _value(name: str, claims: JsonObject) -> str:
    if name not in claims:
        return "–"
    value = claims[name]
    if name in TIMES and isinstance(time := read_time(claims, name), Moment):
        return utc_words(time.seconds)
    return shortened(value) if name == "access_key" and isinstance(value, str) else shown(value)


def _about(name: str, claims: JsonObject, notes: Mapping[str, Finding], report: Report) -> Span:
    """Say what a claim means, or what is wrong with it."""
    if name in notes:
        finding = notes[name]
        words = finding.summary.removeprefix(f"{name} ")
        match finding:
            case Passed():
                return Span(words)
            case _:
                role = Role.BAD if isinstance(finding, Failed) else Role.CARE
                return Span(f"{GLYPH[status_of(finding)]} {words}", role)
    if name in TIMES and isinstance(time := read_time(claims, name), Moment):
        return Span(away_words(time.seconds, _now(report)))
    return Span(MEANINGS.get(name, ""))


def _now(report: Report) -> float:
    return datetime.fromisoformat(report.started_at).timestamp()


def _notes(checks: tuple[CheckResult, ...]) -> Iterator[tuple[str, Finding]]:
    """Give what is said about single claims, the graver last, so that it stands."""
    told = [finding for check in checks for finding in check.findings if isinstance(finding.evidence.get("claim"), str)]
    for kind in (Passed, Warned, Failed):
        for finding in reversed(told):
            if isinstance(finding, kind) and not (isinstance(finding, Passed) and "clock" in finding.evidence):
                yield str(finding.evidence["claim"]), finding


def _foot(token: JsonObject, report: Report, width: int, *, readable: bool) -> Iterator[Line]:
    signature = next((check for check in report.checks if check.id == "token.signature"), None)
    if signature is not None and signature.status is not Status.SKIP:
        yield from hang((Span("  signature ", Role.DIM),), f"{GLYPH[signature.status]} {signature.summary}", width)
    hidden = "; the signature is not shown" if readable else ""
    told = f"token {shown(token.get('fingerprint'))} (first 8 hex digits of its SHA-256{hidden})"
    yield from hang((Span("  "),), told, width, Role.DIM)
    unproven = ", ".join(
        report.not_proven[:2] if report.not_proven[:1] == ("the signature",) else report.not_proven[:1]
    )
    yield from hang((Span("  "),), f"Read offline. Not checked: {unproven}.", width, Role.DIM)
