"""token.claims: claims → finding, cause, code."""

import pytest
from tokens import ABSENT, ACCESS_KEY, APP_SECRET, ROOM, signed, token, well_formed

from hms_doctor.checks.token_claims import CHECK
from hms_doctor.model.causes import NO_CODE, Cause, Platform
from hms_doctor.model.causes import token_claims as causes
from hms_doctor.model.finding import Failed, Finding, Passed, Warned, action_of, code_of
from hms_doctor.model.json import JsonValue
from hms_doctor.model.token.claims import shortened, shown, shown_with_kind
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.token.paste import read_token


def findings(**changes: object) -> tuple[Finding, ...]:
    return CHECK.judge(well_formed(**changes)).findings


def of(text: str) -> tuple[Finding, ...]:
    shape = read_token(text)
    assert isinstance(shape, WellFormedToken)
    return CHECK.judge(shape).findings


def test_a_healthy_token_says_who_joins_where_and_who_has_the_last_word() -> None:
    [passed] = findings()
    assert isinstance(passed, Passed)
    assert passed.summary == "host in room 60d1…1a2b as u-17"
    assert "only the server knows" in str(passed.evidence)


@pytest.mark.parametrize(
    ("changes", "cause", "code", "words"),
    [
        ({"access_key": ABSENT}, "token.access_key", 40101, "access_key is missing"),
        ({"access_key": None}, "token.access_key", 40101, "access_key is null"),
        ({"access_key": " "}, "token.access_key", 40101, "access_key is empty"),
        ({"access_key": 17}, "token.access_key", 40101, "access_key must be a string, it is the number 17"),
        ({"room_id": ABSENT}, "token.room_id", 40102, "room_id is missing"),
        ({"room_id": ["a"]}, "token.room_id", 40102, "room_id must be a string, it is a list of 1"),
        ({"user_id": 17}, "token.user_id", 40107, "user_id must be a string, it is the number 17"),
        ({"user_id": True}, "token.user_id", 40107, "user_id must be a string, it is true"),
        ({"user_id": {"id": 1}}, "token.user_id", 40107, "user_id must be a string, it is an object of 1"),
        ({"role": ABSENT}, "token.role", 40108, "role is missing"),
        ({"role": ""}, "token.role", 40108, "role is empty"),
        ({"role": 1}, "token.role", 40108, "role must be a string, it is the number 1"),
        ({"type": ABSENT}, "token.type", 40109, 'type is missing, it must be "app"'),
        ({"type": "auth"}, "token.type", 40109, 'type must be "app", it is the text "auth"'),
        ({"version": ABSENT}, "token.version", 40109, "version is missing, it must be the number 2"),
        ({"version": "2"}, "token.version", 40109, 'version must be the number 2, it is the text "2"'),
        ({"version": True}, "token.version", 40109, "version must be the number 2, it is true"),
        ({"version": 1}, "token.version", 40109, "it is the number 1"),
    ],
)
def test_each_wrong_claim_has_its_code(changes: dict[str, object], cause: str, code: int, words: str) -> None:
    [failure] = [f for f in findings(**changes) if isinstance(f, Failed)]
    assert (failure.cause.id, code_of(failure, Platform.ANY)) == (cause, code)
    assert words in failure.summary
    assert action_of(failure)


def test_a_number_is_shown_as_the_text_to_send() -> None:
    assert action_of(findings(user_id=17)[0]) == 'Send it as "17" where your server builds the token.'
    assert action_of(findings(user_id=1.5)[0]).startswith("Send user_id as a string")


def test_a_management_token_explains_what_it_lacks() -> None:
    found = findings(type="management", room_id=ABSENT, user_id=ABSENT, role=ABSENT)
    wrong_kind, *others = [f for f in found if isinstance(f, Failed)]
    assert (wrong_kind.cause.id, wrong_kind.cause.code) == ("token.wrong_kind", 40109)
    assert others
    assert all(wrong_kind.cause.accounts_for(other.cause) for other in others)


@pytest.mark.parametrize(
    ("algorithm", "told"), [("none", 'the text "none"'), ("hs256", 'the text "hs256"'), ("RS256", "RS256")]
)
def test_only_hs256_is_taken_and_init_is_still_tried(algorithm: str, told: str) -> None:
    payload = b'{"access_key":"a","room_id":"%s","role":"r","type":"app","version":2}' % ROOM.encode()
    first = of(signed(payload, header=b'{"alg":"%s"}' % algorithm.encode(), signature=""))[0]
    assert isinstance(first, Failed)
    assert (first.cause.id, first.cause.code) == ("token.algorithm", 40109)
    assert told in first.summary


def test_a_header_without_an_algorithm_is_told() -> None:
    assert "it is missing" in of(signed(b"{}", header=b"{}"))[1].summary


@pytest.mark.parametrize(
    ("changes", "cause", "words"),
    [
        ({"room_id": "abc-defg-hij"}, "token.room_id_form", "looks like a room code"),
        ({"room_id": "daily standup"}, "token.room_id_form", "24 hex digits"),
        ({"room_id": f"{ROOM} "}, "token.blanks", "begins or ends with a blank"),
        ({"role": " host"}, "token.blanks", "role begins or ends with a blank"),
        ({"access_key": APP_SECRET}, "token.secret_in_claims", "access_key has 64 characters, not 24"),
        ({"jti": ABSENT}, "token.jti", "jti is missing"),
    ],
)
def test_what_only_looks_odd_warns(changes: dict[str, object], cause: str, words: str) -> None:
    warned = [f for f in findings(**changes) if isinstance(f, Warned)]
    assert [f.cause.id for f in warned] == [cause]
    assert words in warned[0].summary
    assert code_of(warned[0], Platform.ANY) == NO_CODE
    assert not any(isinstance(f, Failed) for f in findings(**changes))


def test_a_jti_of_the_wrong_type_fails() -> None:
    assert [f.cause.id for f in findings(jti=17) if isinstance(f, Failed)] == ["token.jti"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"user_id": ABSENT}, "100ms allows that"),
        ({"user_id": None}, "100ms allows that"),
        ({"app_id": "x"}, "app_id is from before July 2021"),
        ({"iss": "x"}, "iss is from before July 2021"),
        ({"role": "Host"}, "role names are case-sensitive"),
        ({"something": {"else": [1]}}, "host in room"),
    ],
)
def test_what_100ms_allows_is_a_note_at_most(changes: dict[str, object], words: str) -> None:
    found = findings(**changes)
    assert all(isinstance(f, Passed) for f in found)
    assert words in found[-1].summary


def test_a_name_that_stands_twice_warns() -> None:
    found = of(signed(b'{"role":"a","role":"b"}'))
    assert [f.summary for f in found if isinstance(f, Warned) and f.cause.id == "token.repeated"] == [
        "role stands more than once in the token; the last one counts here"
    ]


@pytest.mark.parametrize(("length", "words"), [(0, "is missing"), (20, "has 20 characters"), (44, "has 44 characters")])
def test_a_signature_of_an_impossible_length_is_told_last(length: int, words: str) -> None:
    cut = ".".join([*token().split(".")[:2], "A" * length])
    [failure] = [f for f in of(cut) if isinstance(f, Failed)]
    assert (failure.cause.id, failure.cause.code) == ("token.signature_length", 40109)
    assert words in failure.summary


def test_hostile_and_long_values_are_quoted_short() -> None:
    told = findings(role="x" * 5000, user_id="\x1b[31m")[0].summary
    assert len(told) < 200


def test_declared_codes_are_those_of_the_causes() -> None:
    codes = {c.code for c in vars(causes).values() if isinstance(c, Cause) and ".expected." not in c.id}
    assert codes - {NO_CODE} == CHECK.codes


@pytest.mark.parametrize(
    ("value", "short"),
    [
        ("x" * 70, "x" * 59 + "…"),
        (10**80, "1" + "0" * 58 + "…"),
        (None, "null"),
        (False, "false"),
        ([1, 2], "a list of 2"),
    ],
)
def test_values_are_shown_in_a_few_characters(value: JsonValue, short: str) -> None:
    assert shown(value) == short
    assert short in shown_with_kind(value)


def test_ids_are_recognised_by_their_ends() -> None:
    assert shortened(ACCESS_KEY) == "60c0…0912"
    assert shortened("short") == "short"
