"""What `explain` and `codes` share: explanations with the checks and faults that belong to them, and the search."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from difflib import SequenceMatcher
from typing import Final

from hms_doctor.checks import every_check
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.output import stdout_style
from hms_doctor.cli.stdout import say
from hms_doctor.model.catalogue import CATALOGUE, Entry, NotListed, find
from hms_doctor.model.causes import every_cause
from hms_doctor.model.causes.cause import NO_CODE, Cause, Platform
from hms_doctor.model.explain.explanation import Explanation, of_cause, of_meaning
from hms_doctor.model.explain.search import Document, rank
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.clean import plain
from hms_doctor.reporters import catalogue_json, catalogue_markdown, catalogue_table, explanation_text
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.faults import every_fault

MOST_HITS: Final = 10
_LONGEST_QUOTE: Final = 80


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Who finds what, and what shows it."""

    checks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # code → check ids
    faults: Mapping[int, str] = field(default_factory=dict)  # code → the fault that `demo CODE` takes
    shown: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # cause id → its check and its fault
    raised: Mapping[tuple[Platform, int], Mapping[str, str]] = field(default_factory=dict)
    """A code that one platform's SDK raises → the checks that find it there, each with a fault."""

    def place(self, explanation: Explanation) -> Explanation:
        """Add the checks that find this meaning of a code, and the fault that shows it."""
        if explanation.meaning.unrelated:
            return explanation
        code = explanation.code
        if code in self.checks or code in self.faults:
            return replace(explanation, found_by=self.checks.get(code, ()), demo=self.faults.get(code, ""))
        for platform in explanation.meaning.ordered_platforms:
            if ways := self.raised.get((platform, code)):
                return replace(
                    explanation, found_by=tuple(ways), demo=next(iter(ways.values())), demo_on=platform.value
                )
        return explanation

    def place_cause(self, cause: Cause) -> Explanation:
        """Explain a cause with its own check and fault, else with those of its code."""
        placed = self.place(of_cause(cause))
        if cause.id not in self.shown:
            return placed
        check, fault = self.shown[cause.id]
        return replace(placed, found_by=(check,), demo=fault)


def look_around() -> Surroundings:
    """Ask the checks and the simulator's faults."""
    checks = [(code, check.id) for check in every_check() for code in check.codes]
    faults = tuple(every_fault().values())
    return Surroundings(
        checks={code: tuple(check for other, check in checks if other == code) for code, _ in checks},
        faults={fault.code: fault.name for fault in reversed(faults) if fault.code != NO_CODE},
        shown={fault.cause: (fault.check, fault.name) for fault in reversed(faults)},
        raised=_raised(faults),
    )


def _raised(faults: Sequence[Fault]) -> Mapping[tuple[Platform, int], Mapping[str, str]]:
    causes, raised = every_cause(), defaultdict[tuple[Platform, int], dict[str, str]](dict)
    for fault in (fault for fault in faults if fault.shows_code):
        for platform, code in causes[fault.cause].platform_codes.items():
            raised[platform, code].setdefault(fault.check, fault.name)
    return raised


def explain_codes(numbers: Sequence[str], platform: Platform, around: Surroundings) -> tuple[Explanation, ...]:
    """Give every meaning of some codes, for each code the platform's first; UsageError where one does not exist."""
    entries = [_entry(int(number)) for number in dict.fromkeys(numbers)]
    return tuple(
        around.place(of_meaning(entry.code, meaning)) for entry in entries for meaning in entry.seen_from(platform)
    )


def explain_text(text: str, platform: Platform, around: Surroundings) -> tuple[Explanation, ...]:
    """Give the meanings and causes that fit a text, the best first; UsageError where none does."""
    causes = (around.place_cause(cause) for cause in every_cause().values())
    return search(text, (*_known(platform, around), *causes))[:MOST_HITS]


def catalogue(text: str, platform: Platform, around: Surroundings) -> tuple[Explanation, ...]:
    """Give every meaning that an app on the platform may meet, by code; with a text those that fit, the best first."""
    known = tuple(_known(platform, around))
    return search(text, known) if text else known


def _known(platform: Platform, around: Surroundings) -> Iterator[Explanation]:
    for entry in CATALOGUE.values():
        for meaning in entry.seen_from(platform):
            if meaning.known_on(platform):
                yield around.place(of_meaning(entry.code, meaning))


def _entry(code: int) -> Entry:
    match find(code):
        case Entry() as entry:
            return entry
        case NotListed(nearest=nearest):
            raise UsageError(f"{code} is no HMS code; {_advice(nearest)}")


def search(text: str, explanations: Sequence[Explanation]) -> tuple[Explanation, ...]:
    """Give the explanations that a text fits, the best first; UsageError where it fits none."""
    found = rank(text, [Document(item=one, fields=tuple(_fields(one))) for one in explanations])
    if not found:
        quoted = plain(text[:_LONGEST_QUOTE])
        raise UsageError(f'nothing fits "{quoted}"; {_advice(_most_alike(quoted, explanations))}')
    return found


def _fields(explanation: Explanation) -> Iterator[tuple[float, str]]:
    """Give the texts in which is searched; a word in a name says more than one in a sentence."""
    meaning = explanation.meaning
    for strong in (str(explanation.code), meaning.name, meaning.title, *meaning.symptoms):
        yield 3.0, strong
    yield 2.0, meaning.message
    yield 1.5, meaning.cause
    yield 0.5, meaning.action
    for sees in explanation.app_sees:
        yield 1.0, sees.outcome


def _most_alike(text: str, explanations: Iterable[Explanation]) -> tuple[int, ...]:
    def likeness(explanation: Explanation) -> float:
        meaning = explanation.meaning
        said = (meaning.name, meaning.title, *meaning.symptoms)
        return max(SequenceMatcher(None, text.lower(), phrase.lower()).ratio() for phrase in said)

    ranked = sorted((one for one in explanations if one.code != NO_CODE), key=likeness, reverse=True)
    return tuple(dict.fromkeys(one.code for one in ranked))[:3]


def _advice(nearest: Sequence[int]) -> str:
    *first, last = map(str, nearest)
    return f"the nearest are {', '.join(first)} and {last} (`hms-doctor codes` lists all)"


def tell(found: Sequence[Explanation], platform: Platform, *, searched: bool) -> None:
    """Explain to people: codes in full, or the best hit in full and the others in a line each."""
    style = stdout_style()
    hits = explanation_text.render_hits(found, style) if searched else ""
    say(hits or explanation_text.render(found, platform, style))


def tell_table(found: Sequence[Explanation]) -> None:
    """List in a table."""
    say(catalogue_table.render(found, stdout_style()))


def tell_markdown(found: Sequence[Explanation]) -> None:
    """List for a page."""
    say(catalogue_markdown.render(found, stdout_style()))


def tell_json(found: Sequence[Explanation]) -> None:
    """List for programs."""
    say(catalogue_json.render(found, stdout_style()))
