"""A token set for people: narrow terminals, wide characters, ASCII, hostile and endless claims."""

import time

import pytest
from tokens import given, signed, token

from hms_doctor.cli.token_plain import cleaned
from hms_doctor.cli.token_report import Question, report_on
from hms_doctor.model.report.report import Environment
from hms_doctor.reporters.layout import cells
from hms_doctor.reporters.style import Style, Verbosity
from hms_doctor.reporters.token_text import render

QUESTION = Question(environment=Environment(os="Linux", python="3"))


def told(text: str, style: Style = Style()) -> str:  # noqa: B008 - it is frozen
    report = report_on(QUESTION, (given(text),))
    return render(cleaned(report, (given(text).value,), ()), style)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    text = token(user_id="長い名前" * 40, role="x" * 300, note={"a": 1}, **{"n" * 50: 1})
    assert all(cells(line) <= width for line in told(text, Style(width=width)).splitlines())


def test_in_ascii_nothing_else_is_written() -> None:
    assert told(token(user_id="é日\u200b"), Style(unicode=False)).isascii()


def test_in_quiet_it_is_one_line() -> None:
    assert (
        told(token(role=7), Style(verbosity=Verbosity.QUIET))
        == "✗ FAIL 40108  role must be a string, it is the number 7\n"
    )


def test_colour_repeats_what_glyph_and_word_say() -> None:
    text, plain = told(token(role=7), Style(colour=True)), told(token(role=7))
    assert "\x1b[1;31m✗ FAIL 40108" in text
    assert [line.split()[:1] for line in plain.splitlines()][:1] == [["✗"]]


def test_each_cause_beside_the_root_has_its_own_advice() -> None:
    text = told(token(role=7, room_id="x", exp=int(time.time()) + 60))
    assert "! room_id has not the form of a room's id" in text
    assert "! expires in" in text
    assert text.count("For the app's developer:") == 3


def test_unknown_and_old_claims_are_shown_with_what_is_known_of_them() -> None:
    text = told(token(app_id="x", custom=[1, 2], role="Host"))
    assert "app_id is from before" not in text
    assert "is from before July 2021; nothing reads it any more" in text
    assert "a list of 2" in text
    assert "has upper-case letters; role names are case-sensitive" in text


def test_endless_claims_are_cut_short() -> None:
    text = told(token(**{f"c{i}": i for i in range(5000)}))
    assert "more claims" in text
    assert text.count("\n") < 100


def test_times_that_are_none_are_shown_as_they_stand() -> None:
    text = told(token(exp="soon", nbf=1e300, iat=-5))
    assert "soon" in text
    assert "✗ must be a number of seconds" in text


def test_a_text_that_is_no_token_shows_no_claims() -> None:
    text = told("hello")
    assert "  header " not in text
    assert "token 2cf24dba (first 8 hex digits of its SHA-256)" in text


def test_hostile_names_of_claims_and_headers_are_plain() -> None:
    text = told(signed(b'{"\\u001b[2J":"\\u202e","a\\nb":1}', header=b'{"alg":"\\u0007","k\\n":"[red]"}'))
    assert not any((ord(c) < 32 and c != "\n") or c == "\u202e" for c in text)
    assert r"\x1b[2J" in text
