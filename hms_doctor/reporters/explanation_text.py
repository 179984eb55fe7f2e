"""Explanations for people: what it means and what to do before the details, in at most 80 columns."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from hms_doctor.model.catalogue import Meaning, Retried, Terminal
from hms_doctor.model.causes.cause import NO_CODE, Platform
from hms_doctor.model.explain.explanation import Explanation
from hms_doctor.model.observed import AppSees
from hms_doctor.reporters.layout import Line, Role, Span, hang, paint
from hms_doctor.reporters.style import Style
from hms_doctor.reporters.words import APP_SEES

_WIDEST = 80
_LABEL = 20
_EMPTY: Line = ()
_UNNAMED = "(not named)"


def render(explanations: Sequence[Explanation], platform: Platform, style: Style) -> str:
    """Give every meaning in full, code by code."""
    width = min(style.width, _WIDEST)
    codes = groupby(explanations, key=lambda one: one.code)
    return paint(_apart(_one_code(code, list(group), platform, width) for code, group in codes), style)


def render_hits(found: Sequence[Explanation], style: Style) -> str:
    """Give the best hit in full and the others in a line each."""
    width = min(style.width, _WIDEST)
    best, *others = found
    told = [_in_full(best, width)]
    if others:
        told.append(_others(others, width))
    return paint(_apart(told), style)


def _apart(blocks: Iterable[Iterable[Line]]) -> Iterator[Line]:
    for number, block in enumerate(blocks):
        if number:
            yield _EMPTY
        yield from block


def _one_code(code: int, explanations: Sequence[Explanation], platform: Platform, width: int) -> Iterator[Line]:
    own = [one for one in explanations if one.meaning.known_on(platform)]
    foreign = [one for one in explanations if not one.meaning.known_on(platform)]
    yield from _apart(_in_full(one, width) for one in own)
    if foreign:
        yield from () if not own else (_EMPTY,)
        yield from hang((), _bridge(code, platform, known=bool(own)), width, Role.STRONG)
        yield _EMPTY
        yield from _apart(_in_full(one, width) for one in foreign)


def _bridge(code: int, platform: Platform, *, known: bool) -> str:
    return f"On other platforms {code} means:" if known else f"{code} is not known on {platform}; elsewhere it means:"


def _in_full(explanation: Explanation, width: int) -> Iterator[Line]:
    meaning = explanation.meaning
    code = "" if explanation.code == NO_CODE else f"{explanation.code}  "
    yield from hang((Span(code, Role.STRONG),), _head(meaning), width, Role.STRONG)
    yield (Span(" " * len(code) + _places(meaning), Role.DIM),)
    yield _EMPTY
    for label, text in _details(explanation):
        if text:
            yield from hang((Span(f"  {label:<{_LABEL}}", Role.DIM),), text, width)


def _head(meaning: Meaning) -> str:
    return meaning.title if meaning.name == _UNNAMED else f"{meaning.name}: {meaning.title}"


def _places(meaning: Meaning) -> str:
    return f"on {meaning.where} platforms" if meaning.where == "all" else f"on {meaning.where}"


def _details(explanation: Explanation) -> Iterator[tuple[str, str]]:
    meaning = explanation.meaning
    yield "What it means", "" if meaning.cause.lower() == f"{meaning.title}.".lower() else meaning.cause
    yield "What to do", meaning.action
    yield "Ends the call", _ending(meaning)
    yield "SDK retries", _retries(meaning)
    for number, sees in enumerate(explanation.app_sees):
        yield "" if number else APP_SEES, _sees(sees)
    yield "Seen as", "; ".join(meaning.symptoms)
    yield "SDK action", ", ".join(meaning.sdk_actions)
    yield "SDK message", meaning.message
    yield "Found by", ", ".join(explanation.found_by)
    on = f" --platform {explanation.demo_on}" if explanation.demo_on else ""
    yield "Try it", explanation.demo and f"hms-doctor demo {explanation.demo}{on}"
    yield "Source", meaning.source


def _ending(meaning: Meaning) -> str:
    match meaning.terminal:
        case Terminal.NEVER:
            return "No: not terminal."
        case Terminal.ALWAYS:
            return "Yes: terminal, the SDK has left the room."
        case Terminal.AFTER_RETRIES:
            return f"After {meaning.after_s} s of retries; then terminal."
        case Terminal.DEPENDS:
            return meaning.terminal_when
        case Terminal.UNKNOWN:
            return "Not documented; read isTerminal."


def _retries(meaning: Meaning) -> str:
    match meaning.retried:
        case Retried.YES:
            return meaning.retries
        case Retried.NO:
            return meaning.retries or "None."
        case Retried.UNKNOWN:
            return "Not documented."


def _sees(sees: AppSees) -> str:
    code = "no code" if sees.code == NO_CODE else f"code {sees.code}"
    return f"{sees.platform} {sees.sdk}, {code}: {sees.outcome}"


def _others(others: Sequence[Explanation], width: int) -> Iterator[Line]:
    yield (Span("Also fits", Role.STRONG),)
    yield _EMPTY
    for other in others:
        code = "-" if other.code == NO_CODE else str(other.code)
        yield from hang((Span(f"{code:>7}  "),), f"{other.meaning.title} ({other.meaning.name})", width)
    yield _EMPTY
    yield from hang((Span("  "),), "hms-doctor explain CODE tells all about one.", width, Role.DIM)
