"""Finding by words: rare words count more, inflected and mistyped ones count too."""

import pytest

from hms_doctor.model.explain.search import Document, rank, vocabulary, words


def shelf(*texts: str) -> list[Document[str]]:
    return [Document(item=text, fields=((1.0, text),)) for text in texts]


SHELF = shelf(
    "the camera is in use",
    "the microphone is in use",
    "the camera is not connected",
    "permission for the camera is denied",
    "NotReadableError from getUserMedia",
    "the account was disabled",
)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("camera in use", "the camera is in use"),
        ("microphone", "the microphone is in use"),
        ("permissions", "permission for the camera is denied"),
        ("acount disabeld", "the account was disabled"),
        ("notreadableerror", "NotReadableError from getUserMedia"),
        ("Not Readable Error", "NotReadableError from getUserMedia"),
        ("getUserMedia()", "NotReadableError from getUserMedia"),
        ("DENIED", "permission for the camera is denied"),
    ],
)
def test_the_best_comes_first(query: str, first: str) -> None:
    assert rank(query, SHELF)[0] == first


@pytest.mark.parametrize("query", ["", "the", "is not in", "!?", "zebra", "zebra crossing camera"])
def test_too_little_finds_nothing(query: str) -> None:
    assert rank(query, SHELF) == ()


def test_nothing_is_found_on_an_empty_shelf() -> None:
    assert rank("camera", shelf()) == ()


def test_a_short_word_is_not_taken_for_a_mistyped_one() -> None:
    assert rank("moon", shelf("soon")) == ()
    assert rank("mooned", shelf("moaned")) == ("moaned",)


def test_a_word_that_fits_is_not_taken_for_a_mistyped_other() -> None:
    assert rank("denial", shelf("denial", "dental")) == ("denial",)


def test_a_rare_word_says_more_than_a_common_one() -> None:
    common = shelf("token one", "token two", "token three expired", "expired")
    assert rank("token expired", common)[0] == "token three expired"
    assert rank("three", common) == ("token three expired",)


def test_a_whole_field_beats_a_part_of_one_and_that_beats_loose_words() -> None:
    texts = ("use the camera", "camera use of old", "camera use")
    assert rank("camera use", shelf(*texts)) == ("camera use", "camera use of old", "use the camera")


def test_a_heavier_field_counts_more() -> None:
    light = Document(item="light", fields=((1.0, "turn"),))
    heavy = Document(item="heavy", fields=((3.0, "turn"), (1.0, "stun")))
    assert rank("turn", [light, heavy]) == ("heavy", "light")


def test_a_word_in_several_fields_breaks_the_tie() -> None:
    once = Document(item="once", fields=((3.0, "websocket join error"),))
    twice = Document(item="twice", fields=((3.0, "websocket refused"), (3.0, "websocket failed")))
    assert rank("websocket", [once, twice]) == ("twice", "once")


def test_equal_hits_keep_their_order() -> None:
    assert rank("same", shelf("same a", "same b")) == ("same a", "same b")


def test_words_are_cut_at_capitals_underscores_and_digits() -> None:
    assert words("user_id NotAllowedError turn:443") == ["user", "id", "not", "allowed", "error", "turn", "443"]
    assert {"notallowederror", "allowed", "user", "id"} <= vocabulary("NotAllowedError user_id")
