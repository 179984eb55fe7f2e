"""Text is measured in cells, wrapped between words, and loses nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.reporters import Style
from hms_doctor.reporters.layout import Role, Span, ascii_only, cells, fold, hang, pad, paint, unbroken

PRINTABLE = st.text(alphabet=st.characters(blacklist_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Zs")), max_size=40)


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("✓ 1280×720 …", 12), ("内蔵", 4), ("e\u0301", 1), ("ｶﾒﾗ", 3), ("🎥", 2), ("", 0)]
)
def test_a_text_is_as_wide_as_a_terminal_shows_it(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 9, ["one two", "three"]),
        ("one two three", 13, ["one two three"]),
        ("a https://long.example/path b", 10, ["a", "https://lo", "ng.example", "/path b"]),
        ("内蔵カメラ is", 6, ["内蔵カ", "メラ", "is"]),
        ("in 48 ms", 5, ["in", "48 ms"]),
        ("", 10, [""]),
    ],
)
def test_lines_break_between_words(text: str, width: int, lines: list[str]) -> None:
    assert list(fold(text, width)) == lines


@given(text=PRINTABLE, width=st.integers(2, 30))
def test_nothing_is_cut_off_and_nothing_is_too_wide(text: str, width: int) -> None:
    lines = list(fold(text, width))
    assert all(cells(line) <= width for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_wrapped_text_hangs_under_its_lead() -> None:
    lines = hang((Span("  内 "),), "one two three", 11)
    assert paint(lines, Style()) == "  内 one\n     two\n     three\n"


def test_words_can_be_kept_together() -> None:
    assert list(fold(f"a b {unbroken('c d')}", 5)) == ["a b", "c d"]


def test_padding_counts_cells() -> None:
    assert pad("内", 4) == "内  "


def test_colour_is_set_around_text_alone_and_lines_end_clean() -> None:
    lines = [(Span("  ", Role.BAD), Span("x ", Role.BAD), Span("   ")), (), (Span("y"),)]
    assert paint(lines, Style(colour=True)) == "  \x1b[1;31mx\x1b[0m\n\ny\n"
    assert paint(lines, Style()) == "  x\n\ny\n"


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("plain", "plain"),
        ("✓ ✗ – · ×", "+ x - | x"),
        ("“Écouteurs” …", '"Ecouteurs" ...'),
        ("内", r"\u5185"),
        ("≥ 2 — it’s", ">= 2 - it's"),
    ],
)
def test_ascii_spells_what_it_lacks(text: str, spelt: str) -> None:
    assert ascii_only(text) == spelt


@given(PRINTABLE)
def test_ascii_is_ascii(text: str) -> None:
    assert ascii_only(text).isascii()


def test_our_own_glyphs_take_one_cell_in_ascii_too() -> None:
    assert paint([(Span("✓✗–·…×→"),)], Style(unicode=False)) == "+x-|~x>\n"
