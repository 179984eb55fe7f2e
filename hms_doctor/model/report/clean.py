"""The last net before any output: hostile text made plain, secrets taken out, over every string of a report."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Final, TypeVar

from hms_doctor.model.causes import Cause
from hms_doctor.model.report.redaction import Redactor
from hms_doctor.model.report.report import Report
from hms_doctor.model.secret import Secret

LONGEST: Final = 2000
"""Characters that one string of a report may have."""

_INVISIBLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0 and C1 controls, ESC among them
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # hidden joints and fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, direction overrides and isolates
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\ud800-\udfff"  # lone surrogates: not text at all
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"  # tags: text that nobody sees
)
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}

Tree = TypeVar("Tree")


def plain(text: str) -> str:
    """Give text whose every character is seen as what it is: a control character or the like becomes its escape."""
    shown = _INVISIBLE.sub(_escape, text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or character.encode("unicode-escape", "surrogatepass").decode("ascii")


def bare(text: str) -> str:
    """Give the text without what nobody sees: a secret may be cut up by such characters."""
    return _INVISIBLE.sub("", text)


def clean_text(text: str, redactor: Redactor) -> str:
    """Take the secrets out, then make the rest plain; a secret cut up by invisible characters is found too."""
    visible = bare(text)
    redacted = redactor(visible)
    return plain(redacted if redacted != visible else redactor(text))


def clean(tree: Tree, secrets: Iterable[Secret]) -> Tree:
    """Clean every string in a frozen value (a report, an event of a run)."""
    redactor = Redactor(secrets)
    return map_text(tree, lambda text: clean_text(text, redactor))


def clean_report(report: Report, secrets: Iterable[Secret]) -> Report:
    """Clean every string of a report; nothing that a reporter prints has not gone through here."""
    return clean(report, secrets)


def map_text(tree: Tree, change: Callable[[str], str]) -> Tree:
    """Rebuild a value with every string in it changed, in dataclasses, mappings (keys too) and sequences.

    Found by looking, so a field that is added later is not forgotten. Enums and causes are our own words and stay.
    """
    changed = _mapped(tree, change)
    if not isinstance(changed, type(tree)):
        raise TypeError(type(tree).__name__)
    return changed


def _mapped(value: object, change: Callable[[str], str]) -> object:
    match value:
        case Enum() | Cause():
            return value
        case str():
            return change(value)
        case Mapping():
            return {_mapped(key, change): _mapped(item, change) for key, item in value.items()}
        case tuple() | list():
            return type(value)(_mapped(item, change) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{each.name: _mapped(getattr(value, each.name), change) for each in fields(value)})
        case _:
            return value
