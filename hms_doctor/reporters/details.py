"""What ``-v`` adds to a row: the other findings, their evidence, the timed steps."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hms_doctor.model.finding import CheckResult, Ran, status_of
from hms_doctor.model.json import JsonValue
from hms_doctor.reporters.layout import Line, Role, Span, hang
from hms_doctor.reporters.words import GLYPH

_SELF_EVIDENT: Final = ("url", "stage")
_UNITS: Final = {"ms": "ms", "s": "s", "percent": "%", "kbps": "kbit/s"}


def details(result: CheckResult, width: int, shown: tuple[str, ...] = ()) -> Iterator[Line]:
    """Set what lies behind a row; ``shown`` names members of the evidence that stand elsewhere already."""
    for text in _texts(result, shown):
        first, space, rest = text.partition(" ")
        yield from hang((Span(f"     {first}{space}", Role.DIM),), rest, width, Role.DIM)


def _texts(result: CheckResult, shown: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(result.outcome, Ran):
        return
    said = result.leading[0] if result.leading else None
    told_before: set[str] = set()  # several findings may rest on the same evidence
    for finding in result.findings:
        if finding is not said:
            yield f"{GLYPH[status_of(finding)]} {finding.summary}"
        evidence = {name: value for name, value in finding.evidence.items() if name not in shown}
        lines = [line for line in evidence_lines(evidence) if line not in told_before]
        told_before.update(lines)
        yield from lines
    if result.outcome.measurements:
        yield f"measured: {', '.join(' '.join(_named(*each)) for each in result.outcome.measurements.items())}"
    if result.outcome.attempts > 1:
        yield f"tries: {result.outcome.attempts}"


def _named(name: str, value: JsonValue) -> tuple[str, str]:
    """Move the unit from a member's name to its figure."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        for ending, unit in _UNITS.items():
            if name.endswith(f"_{ending}"):
                return name.removesuffix(f"_{ending}"), f"{told(value)} {unit}"
    return name, told(value)


def evidence_lines(evidence: Mapping[str, JsonValue]) -> Iterator[str]:
    """Give evidence as lines, a row each where a member is a list of rows."""
    for name, value in evidence.items():
        if value == "":
            continue
        if isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
            yield from (f"{name}: {told(item)}" for item in value)
        else:
            yield ": ".join(_named(name, value))


def told(value: JsonValue) -> str:
    """Give a JSON value as people read it."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.1f}".removesuffix(".0")
        case int() | str():
            return str(value)
        case Mapping():
            members = (_named(name, item) for name, item in value.items() if item is not None and item != "")
            return ", ".join(text if name in _SELF_EVIDENT else f"{name} {text}" for name, text in members)
        case Sequence():
            return ", ".join(told(item) for item in value) or "none"
