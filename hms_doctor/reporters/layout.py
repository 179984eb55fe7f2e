"""Text in cells: wrapped, hung under its own column, coloured last. The same lines go to terminals, pipes and files."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Final, TypeAlias

from hms_doctor.reporters.style import Style


class Role(Enum):
    """What a piece of text is; its value is the ANSI colour (ECMA-48 SGR), of the 8 that every theme redefines."""

    PLAIN = ""
    GOOD = "32"
    CARE = "33"
    BAD = "1;31"
    STRONG = "1"
    DIM = "2"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line."""

    text: str
    role: Role = Role.PLAIN


Line: TypeAlias = tuple[Span, ...]

_OURS: Final = str.maketrans({"✓": "+", "✗": "x", "–": "-", "·": "|", "…": "~", "×": "x", "→": ">"})
"""One cell for one cell, so that what was laid out stays aligned."""
_SPELT: Final = str.maketrans(
    {"…": "...", "“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "−": "-", "≥": ">=", "≤": "<="}
)
_HELD: Final = "\u00a0"
_UNIT: Final = re.compile(r"(?<=\d) (?=(?:ms|s|min|h|[kM]?B|[kM]bit/s|of \d+)\b|%)|(?<=\d of) (?=\d)")
_NARROW: Final = re.compile(r"[\u0000-\u02ff\u2010-\u2027✓✗]*")


def ascii_only(text: str) -> str:
    """Spell a text in ASCII: letters without their accents, anything else as its escape."""
    if text.isascii():
        return text
    return "".join(map(_ascii_character, text.translate(_OURS | _SPELT)))


def _ascii_character(character: str) -> str:
    base = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return base or character.encode("ascii", "backslashreplace").decode()


def cells(text: str) -> int:
    """Give the width of a text in a terminal: CJK takes two cells, a combining mark none."""
    return len(text) if _NARROW.fullmatch(text) else _measured(text)


@cache
def _measured(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def fold(text: str, width: int) -> Iterator[str]:
    """Break a text into lines of at most so many cells, between words; a longer word is broken, never cut off.

    A figure stays beside its unit.
    """
    line = ""
    for word in _UNIT.sub(_HELD, text).split(" "):
        if line and cells(line) + 1 + cells(word) <= width:
            line = f"{line} {word}"
            continue
        if line:
            yield line.replace(_HELD, " ")
        *whole, line = _chunks(word, width)
        yield from whole
    yield line.replace(_HELD, " ")


def _chunks(word: str, width: int) -> Iterator[str]:
    chunk = ""
    for character in word:
        if cells(chunk) + cells(character) > width:
            yield chunk
            chunk = ""
        chunk += character
    yield chunk


def hang(lead: Line, text: str, width: int, role: Role = Role.PLAIN) -> Iterator[Line]:
    """Set a text behind its lead; the lines that follow are aligned under the first."""
    indent = cells("".join(span.text for span in lead))
    for number, piece in enumerate(fold(text, max(1, width - indent))):
        yield (*(lead if number == 0 else (Span(" " * indent),)), Span(piece, role))


def unbroken(text: str) -> str:
    """Keep the words of a text on one line."""
    return text.replace(" ", _HELD)


def pad(text: str, width: int) -> str:
    """Fill a text up to so many cells."""
    return text + " " * (width - cells(text))


def paint(lines: Iterable[Line], style: Style) -> str:
    """Make text of lines, in colour where the style allows; no line ends in blanks."""
    text = "".join("".join(_painted(span, style) for span in _stripped(line)) + "\n" for line in lines)
    return text if style.unicode else text.translate(_OURS)


def _stripped(line: Line) -> Line:
    while line and not line[-1].text.strip():
        line = line[:-1]
    return (*line[:-1], Span(line[-1].text.rstrip(), line[-1].role)) if line else line


def _painted(span: Span, style: Style) -> str:
    coloured = style.colour and span.role.value and span.text.strip()
    return f"\x1b[{span.role.value}m{span.text}\x1b[0m" if coloured else span.text
