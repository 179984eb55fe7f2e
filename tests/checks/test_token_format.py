"""token.format: what was given → finding, cause, words."""

import pytest
from tokens import given, segment, signed, token

from hms_doctor.checks.token_format import CHECK
from hms_doctor.model.causes import Platform, every_cause
from hms_doctor.model.finding import Failed, Finding, Passed, Warned, action_of, code_of
from hms_doctor.model.token.facts import LARGEST_TOKEN, WellFormedToken
from hms_doctor.model.token.form import LONG, look_at
from hms_doctor.model.token.form_faults import _PASTED
from hms_doctor.model.token.shape import Thing

HEALTHY = token()
HEADER, CLAIMS, SIGNATURE = HEALTHY.split(".")


def find(text: str, platform: Platform = Platform.ANY) -> tuple[Finding, ...]:
    return CHECK.judge(look_at(given(text), platform)).findings


def only_failure(text: str) -> Failed:
    [failure] = [finding for finding in find(text) if isinstance(finding, Failed)]
    return failure


def test_a_healthy_token_passes_and_is_handed_on() -> None:
    snapshot = CHECK.judge(look_at(given(HEALTHY), Platform.ANY))
    [passed] = snapshot.findings
    assert isinstance(passed, Passed)
    assert passed.summary == "3 segments, HS256"
    [fact] = snapshot.facts
    assert isinstance(fact, WellFormedToken)


@pytest.mark.parametrize(
    ("text", "cause", "words"),
    [
        ("", "token.empty", "the token is empty (a test)"),
        ("\n", "token.empty", "the token is empty"),
        ("x" * (LARGEST_TOKEN + 1), "token.too_large", "larger than 4 MB"),
        ("hello", "token.segments", "1 segment between dots, not 3"),
        (f"{HEALTHY}.a.b", "token.segments", "5 segments between dots"),
        (f"{HEADER}.{CLAIMS}", "token.truncated", "ends after the claims"),
        (f"{HEADER}.{CLAIMS[:9]}", "token.truncated", "ends inside the claims"),
        (HEALTHY[1:], "token.truncated", "lacks its first character"),
        (f"{HEADER}.!.x", "token.base64", f"a ! at character {len(HEADER) + 3 - 1}, in its claims"),
        (f"{HEADER}.{CLAIMS}+.x", "token.base64", "base64url has -"),
        (f"{HEADER}.{CLAIMS}=.x", "token.base64", "padding (=)"),
        (f"{HEADER}.\u0435{CLAIMS}.x", "token.base64", "the character U+0435 at"),
        (f"{HEADER}.a\x1b.x", "token.base64", "the character U+001B at"),
        (f"{HEADER}a.{CLAIMS}.x", "token.truncated", "length of its header is impossible"),
        (signed(b"\xff"), "token.json", "no UTF-8 text at character 38, in its claims"),
        (signed(b"{oops}"), "token.json", "no JSON near character 39, in its claims"),
        (signed(b'{"a":'), "token.truncated", "the JSON of its claims ends early, near character"),
        (signed(b"null"), "token.json", "has null as its claims, not a JSON object"),
        (signed(b"{}", header=b"[]"), "token.json", "has a list as its header"),
        (signed(b'{"a":NaN}'), "token.json", "NaN is not JSON"),
        ("abc-defg-hij", "token.room_code_pasted", "no token but a room code"),
        ("https://example.com/api/token", "token.url_pasted", "no token but a URL"),
        ("60c0a1b2c3d4e5f607080912", "token.secret_pasted", "an access key or a room id"),
        ("undefined", "token.placeholder", "a placeholder"),
        ("./t.jwt", "token.mistaken", "the name of a file"),
        (f"Bearer {HEALTHY}", "token.wrapped", 'the word "Bearer" before it; the token itself is well formed'),
    ],
)
def test_each_fault_has_its_cause_and_is_2004(text: str, cause: str, words: str) -> None:
    failure = only_failure(text)
    assert failure.cause.id == cause
    assert code_of(failure, Platform.ANY) == 2004
    assert words in failure.summary


def test_a_wrapped_token_is_told_what_to_strip_and_is_not_handed_on() -> None:
    snapshot = CHECK.judge(look_at(given(f'"{HEALTHY}"\n'), Platform.ANY))
    [failure] = snapshot.findings
    assert action_of(failure).startswith("Strip blanks or line breaks around it and quotes around it")
    assert not snapshot.facts


def test_a_wrapped_token_with_a_fault_leads_with_the_fault() -> None:
    first, second = find(f"Bearer {HEADER}.{CLAIMS}")
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert (first.cause.id, second.cause.id) == ("token.truncated", "token.wrapped")
    assert 'less the word "Bearer" before it' in first.summary


@pytest.mark.parametrize("thing", Thing)
def test_every_thing_that_can_be_mistaken_for_a_token_has_a_cause(thing: Thing) -> None:
    assert _PASTED[thing].code == 2004


@pytest.mark.parametrize("user", ["ü-~~~???", "\u65e5\u672c", "a>>>?"])
@pytest.mark.parametrize("platform", [Platform.ANY, Platform.WEB])
def test_a_valid_token_that_the_web_sdk_cannot_decode_warns(user: str, platform: Platform) -> None:
    text = signed(f'{{"user_id":"{user}~~~???>>>"}}'.encode())
    assert {"-", "_"} & set(text.split(".")[1])
    passed, warned = find(text, platform)
    assert isinstance(passed, Passed)
    assert isinstance(warned, Warned)
    assert warned.cause.id == "token.base64url_on_web"
    assert "atob throws InvalidCharacterError" in warned.summary


@pytest.mark.parametrize("platform", [Platform.ANDROID, Platform.IOS, Platform.FLUTTER, Platform.REACT_NATIVE])
def test_other_sdks_decode_it(platform: Platform) -> None:
    assert len(find(signed(b'{"user_id":"~~~???>>>"}'), platform)) == 1


def test_the_same_characters_in_header_and_signature_disturb_nobody() -> None:
    assert len(find(f"{segment(b'{}')}.{segment(b'{}')}.{'-_' * 21}A")) == 1


def test_a_token_that_header_limits_would_refuse_warns() -> None:
    _, warned = find(token(note="x" * LONG), Platform.IOS)
    assert isinstance(warned, Warned)
    assert warned.cause.id == "token.long"


def test_no_finding_shows_the_token() -> None:
    for text in (HEALTHY, f"Bearer {HEALTHY}", HEALTHY[:-1] + "!", f"{HEADER}.{CLAIMS}"):
        told = repr(find(text))
        assert not any(part in told for part in (HEADER, CLAIMS, SIGNATURE[:-1]))


def test_the_causes_are_found_by_their_ids() -> None:
    assert {"token.empty", "token.base64url_on_web"} <= set(every_cause())
