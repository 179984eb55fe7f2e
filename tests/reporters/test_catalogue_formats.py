"""The catalogue's formats: for people, pages and programs."""

import json

import pytest

from hms_doctor.model.catalogue import CATALOGUE
from hms_doctor.model.causes import every_cause
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.explain.explanation import Explanation, of_cause, of_meaning
from hms_doctor.reporters import (
    Style,
    catalogue_json,
    catalogue_markdown,
    catalogue_table,
    every_format,
    explanation_text,
)

EVERYTHING = tuple(of_meaning(code, each) for code, entry in CATALOGUE.items() for each in entry.meanings)
ASCII = Style(width=80, unicode=False)
COLOUR = Style(width=80, colour=True)


def of_code(code: int) -> list[Explanation]:
    return [each for each in EVERYTHING if each.code == code]


def test_they_are_no_formats_of_a_report() -> None:
    assert not [name for name in every_format() if "catalogue" in name or "explanation" in name]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_table_cuts_nothing_off_and_fits(width: int) -> None:
    table = catalogue_table.render(EVERYTHING, Style(width=width))
    for each in EVERYTHING:
        assert all(word in table for word in each.meaning.title.split())
    if width >= 60:
        assert max(map(len, table.splitlines())) <= width


def test_the_table_has_a_row_a_meaning_with_code_and_place() -> None:
    head, *rows = catalogue_table.render(of_code(3012), Style(width=80)).splitlines()
    assert head.split() == ["code", "meaning", "where"]
    assert rows == [
        " 3012  the app lacks the BLUETOOTH_CONNECT permission   android, flutter,",
        "                                                        react-native",
        " 3012  another surface than the current tab was shared  web",
    ]


def test_the_markdown_table_keeps_marks_as_text() -> None:
    *head, row = catalogue_markdown.render(of_code(9001), Style()).splitlines()
    assert head[0].startswith("| code | name |")
    assert row.startswith("| 9001 | BlurPlugin | background blur")
    assert r"BLUETOOTH\_CONNECT" in catalogue_markdown.render(of_code(3012), Style())
    assert catalogue_markdown.render(EVERYTHING, ASCII).isascii()
    assert all(line.count(" | ") == 4 for line in catalogue_markdown.render(EVERYTHING, Style()).splitlines()[2:])


def test_json_says_null_for_what_is_not_there_and_ascii_where_it_must() -> None:
    (told,) = json.loads(catalogue_json.render(of_code(9001), ASCII))
    assert (told["after_s"], told["demo"], told["found_by"], told["app_sees"]) == (None, None, [], [])
    assert catalogue_json.render(EVERYTHING, ASCII).isascii()
    (warning,) = json.loads(catalogue_json.render([of_cause(every_cause()["network.flaky"])], Style()))
    assert warning["code"] is None


def test_an_explanation_says_what_to_do_before_the_details() -> None:
    told = explanation_text.render(of_code(4005), Platform.ANY, Style())
    labels = ["What it means", "What to do", "Ends the call", "SDK retries", "What your app sees", "Seen as", "Source"]
    places = [told.index(label) for label in labels]
    assert places == sorted(places)
    assert told.startswith("4005  ICEFailure: no media path could be built (ICE failed)\n      on all platforms\n")
    assert "web 0.15.2, no code: Relays alone" in " ".join(told.split())


@pytest.mark.parametrize("width", [40, 80, 300])
@pytest.mark.parametrize("platform", Platform)
def test_an_explanation_fits_eighty_columns_and_has_every_word(width: int, platform: Platform) -> None:
    told = explanation_text.render(EVERYTHING, platform, Style(width=width))
    assert max(map(len, told.splitlines())) <= min(width, 80)
    for each in EVERYTHING:
        assert all(word in told for word in each.meaning.action.split() if len(word) < 20)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (2004, "Yes: terminal, the SDK has left the room."),
        (3001, "No: not terminal."),
        (1003, "After 60 s of retries; then terminal."),
        (4005, "Receiving: after 60 s without a path."),
    ],
)
def test_an_explanation_says_whether_the_call_ends(code: int, words: str) -> None:
    assert words in explanation_text.render(of_code(code), Platform.ANY, Style())


def test_what_is_not_documented_is_said_to_be_so() -> None:
    told = explanation_text.render(of_code(424), Platform.ANY, Style())
    assert "SDK retries         Not documented." in told
    assert "Not documented; read isTerminal." in explanation_text.render(of_code(3011), Platform.ANDROID, Style())


def test_a_meaning_without_a_name_is_told_by_its_title() -> None:
    assert explanation_text.render(of_code(424), Platform.ANY, Style()).startswith("424  the server ended the call")


def test_a_fault_that_shows_the_code_can_be_copied() -> None:
    (base,) = of_code(4005)
    shown = Explanation(code=4005, meaning=base.meaning, found_by=("ice.verdict",), demo="udp-blocked")
    told = explanation_text.render([shown], Platform.ANY, Style())
    assert "Found by            ice.verdict\n" in told
    assert "Try it              hms-doctor demo udp-blocked\n" in told


def test_hits_are_told_the_best_in_full() -> None:
    told = explanation_text.render_hits([*of_code(3003), of_cause(every_cause()["network.flaky"])], Style(width=80))
    assert told.startswith("3003  DeviceInUse")
    assert "\nAlso fits\n\n      -  " in told
    assert "(network.flaky)" in told


def test_a_cause_without_a_code_is_told_without_a_number() -> None:
    told = explanation_text.render_hits([of_cause(every_cause()["network.flaky"])], Style())
    assert told.startswith("network.flaky: ")
    assert "Also fits" not in told


def test_colour_only_repeats() -> None:
    plain = explanation_text.render(of_code(3012), Platform.WEB, Style(width=80))
    coloured = explanation_text.render(of_code(3012), Platform.WEB, COLOUR)
    assert "\x1b[" in coloured
    assert "\x1b" not in plain
    bare = coloured
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
        bare = bare.replace(code, "")
    assert bare == plain
