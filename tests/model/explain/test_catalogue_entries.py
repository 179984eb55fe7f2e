"""The catalogue is whole, says what 100ms's pages say, and says it in words that can be read and acted on."""

import re
from collections.abc import Iterator

import pytest

from hms_doctor.model.catalogue import CATALOGUE, Entry, Meaning, NotListed, Retried, Terminal, find, meaning
from hms_doctor.model.catalogue.entry import EVERYWHERE
from hms_doctor.model.causes.cause import Platform

EVERY_CODE = [
    101, 400, 401, 403, 404, 410, 421, 424, 429, 500, 502, 1000, 1003, 1006, 2000, 2001, 2002, 2003, 2004, 2400,
    3000, 3001, 3002, 3003, 3004, 3005, 3006, 3007, 3008, 3009, 3010, 3011, 3012, 3013, 3014, 3015, 3017,
    4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 5000, 5001, 5002,
    6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010, 6011, 6012, 6013,
    7000, 7001, 7002, 7003, 7004, 7005, 7006, 8001, 8002, 9001,
    40000, 40001, 40002, 40004, 40100, 40101, 40102, 40103, 40104, 40105, 40107, 40108, 40109, 41001, 50000,
]  # fmt: skip

PAGES = {
    1003: "websocket", 2002: "endpoint", 2003: "reached", 2004: "JWT",
    3001: "permission", 3002: "not connected", 3003: "another", 3008: "autoplay",
    3012: "BLUETOOTH_CONNECT", 3013: "BLUETOOTH",
    4001: "createOffer", 4002: "createAnswer", 4003: "setLocalDescription", 4004: "setRemoteDescription",
    4005: "ICE", 5001: "joined", 6002: "negotiat",
    7001: "platform", 7002: "start", 7003: "processed", 7004: "added",
    40001: "room", 40002: "room", 40004: "already joined", 40100: "rejected", 40101: "access key", 40102: "room id",
    40103: "auth id", 40104: "app id", 40105: "customer id", 40107: "user id", 40108: "role", 40109: "JWT",
    41001: "no longer in the room",
}  # fmt: skip
"""The 34 codes of 100ms's two error pages, each with a word of what they mean by it."""

COLLISIONS = {
    3008: {Platform.WEB: "autoplay", Platform.IOS: "media services"},
    3011: {Platform.WEB: "operating system", Platform.ANDROID: "microphone", Platform.IOS: "microphone"},
    3012: {Platform.FLUTTER: "BLUETOOTH_CONNECT", Platform.REACT_NATIVE: "BLUETOOTH_CONNECT", Platform.WEB: "tab"},
    3013: {Platform.ANDROID: "BLUETOOTH", Platform.WEB: "sound of another peer"},
    6010: {Platform.WEB: "camera and microphone", Platform.FLUTTER: "Android version"},
    6012: {Platform.WEB: "storage", Platform.ANDROID: "poll"},
    7005: {Platform.WEB: "plugin", Platform.ANDROID: "Bluetooth headset"},
    8001: {Platform.WEB: "playlist", Platform.FLUTTER: "picture"},
    2002: {Platform.ANDROID: "not a valid URL", Platform.WEB: "init answer was missing"},
    3004: {Platform.WEB: "lost during the call", Platform.IOS: "released"},
    5002: {Platform.WEB: "join was called", Platform.ANDROID: "preview was started twice"},
    6008: {Platform.WEB: "role", Platform.FLUTTER: "message"},
    1003: {Platform.ANDROID: "lost", Platform.IOS: "lost"},
    1000: {Platform.WEB: "websocket", Platform.REACT_NATIVE: "no detail"},
}
"""The codes that mean different things on different platforms, each with a word of its title there."""

COMMANDS = "check|demo|simulate|token (?:decode|verify|create)|devices|network|explain|codes|list|schema"


def every_meaning() -> Iterator[tuple[int, Meaning]]:
    for code, entry in CATALOGUE.items():
        for each in entry.meanings:
            yield code, each


@pytest.fixture(params=every_meaning(), ids=lambda pair: f"{pair[0]}-{pair[1].name}")
def listed(request: pytest.FixtureRequest) -> Meaning:
    _code, each = request.param
    assert isinstance(each, Meaning)
    return each


def test_every_code_is_there_once_in_order() -> None:
    assert list(CATALOGUE) == EVERY_CODE
    assert all(code == entry.code for code, entry in CATALOGUE.items())


@pytest.mark.parametrize(("code", "word"), PAGES.items())
def test_the_pages_codes_mean_first_what_the_pages_say(code: int, word: str) -> None:
    told = meaning(code)
    assert isinstance(told, Meaning)
    assert word.lower() in f"{told.title} {told.cause}".lower()


def test_the_pages_have_34_codes() -> None:
    assert len(PAGES) == 34


@pytest.mark.parametrize(("code", "platform"), [(code, each) for code, titles in COLLISIONS.items() for each in titles])
def test_where_a_code_means_several_things_the_platforms_own_comes_first(code: int, platform: Platform) -> None:
    entry = CATALOGUE[code]
    first, *others = entry.seen_from(platform)
    assert COLLISIONS[code][platform] in first.title
    assert platform in first.platforms
    assert {first, *others} == set(entry.meanings)
    assert others


def test_platforms_of_one_code_do_not_overlap_but_where_the_pages_do() -> None:
    shared = {
        code
        for code, entry in CATALOGUE.items()
        if sum(len(each.platforms) for each in entry.meanings)
        > len(frozenset().union(*map(_platforms, entry.meanings)))
    }
    assert shared == {6002}  # the page for Android lists it twice


def _platforms(each: Meaning) -> frozenset[Platform]:
    return each.platforms


def test_a_meaning_is_somewhere_and_says_where(listed: Meaning) -> None:
    assert listed.platforms
    assert listed.platforms <= EVERYWHERE
    assert set(listed.ordered_platforms) == listed.platforms
    assert listed.where


def test_sentences_are_sentences(listed: Meaning) -> None:
    for sentence in filter(None, (listed.cause, listed.action, listed.retries, listed.terminal_when)):
        assert sentence.endswith("."), sentence
        assert ".." not in sentence
        assert "  " not in sentence
    assert listed.cause
    assert listed.action
    assert not listed.title.endswith(".")


def test_texts_are_plain(listed: Meaning) -> None:
    texts = (
        listed.name, listed.title, listed.cause, listed.action, listed.message, listed.retries, listed.terminal_when,
        listed.source, *listed.symptoms,
    )  # fmt: skip
    for text in texts:
        assert text.isprintable(), text
        assert text == text.strip()
    ours = " ".join((listed.title, listed.cause, listed.action, listed.retries, *listed.symptoms)).lower()
    assert not [word for word in ("please", "unknown error", "!", "oops", "simply") if word in ours]
    assert listed.name
    assert listed.title
    assert listed.symptoms
    assert listed.source


def test_an_action_names_only_commands_that_exist(listed: Meaning) -> None:
    text = f"{listed.cause} {listed.action}"
    assert len(re.findall(r"hms-doctor", text)) == len(re.findall(rf"hms-doctor (?:{COMMANDS})\b", text))


def test_what_depends_says_on_what(listed: Meaning) -> None:
    assert bool(listed.terminal_when) == (listed.terminal is Terminal.DEPENDS)
    assert listed.after_s or listed.terminal is not Terminal.AFTER_RETRIES
    assert listed.retries or listed.retried is not Retried.YES


def test_only_ios_gives_up_before_60_seconds() -> None:
    figures = {(code, each.after_s, each.where) for code, each in every_meaning() if each.after_s not in {0, 60}}
    assert figures == {(1003, 50, "ios")}


def test_the_first_meaning_is_related_to_itself() -> None:
    assert not [code for code, entry in CATALOGUE.items() if entry.meanings[0].unrelated]


@pytest.mark.parametrize(
    ("code", "platform", "expected"),
    [
        (3017, Platform.REACT_NATIVE, True),  # handed on by the wrapper
        (3008, Platform.FLUTTER, True),
        (7001, Platform.IOS, False),
        (4006, Platform.ANDROID, False),
        (4006, Platform.ANY, True),
    ],
)
def test_wrappers_know_what_the_phones_sdk_says(code: int, platform: Platform, expected: bool) -> None:
    assert any(each.known_on(platform) for each in CATALOGUE[code].meanings) is expected


@pytest.mark.parametrize(
    ("code", "nearest"),
    [
        (40106, (40104, 40105, 40107)),
        (4009, (4006, 4007, 4008)),
        (503, (403, 500, 502)),
        (4050, (4005, 4007, 4008)),
        (0, (101, 400, 401)),
        (1004, (1000, 1003, 1006)),
        (99999999, (40109, 41001, 50000)),
    ],
)
def test_a_number_that_is_no_code_names_the_nearest(code: int, nearest: tuple[int, ...]) -> None:
    assert find(code) == meaning(code, Platform.WEB) == NotListed(code=code, nearest=nearest)


def test_a_code_is_found_by_its_number() -> None:
    entry = find(4005)
    assert isinstance(entry, Entry)
    assert entry.code == 4005


@pytest.mark.parametrize(
    ("code", "where"),
    [
        (2004, "all"),
        (1003, "all but ios"),
        (4006, "web, ios"),
        (9001, "android, flutter"),
        (7001, "all but ios"),
        (101, "react-native"),
    ],
)
def test_where_is_told_in_few_words(code: int, where: str) -> None:
    assert CATALOGUE[code].meanings[0].where == where
