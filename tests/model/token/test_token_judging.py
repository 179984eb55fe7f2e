"""Whatever is in a token: something is said, with a declared code, in few words, and never the token itself."""

import string

import jwt
import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from tokens import ABSENT, APP_SECRET, claims, given, signed, token

from hms_doctor.checks import token_claims, token_format, token_time
from hms_doctor.model.causes import Platform
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned, action_of, code_of
from hms_doctor.model.json import JsonValue
from hms_doctor.model.token.claims import MEANINGS, TIMES, shown, shown_with_kind
from hms_doctor.model.token.facts import WellFormedToken
from hms_doctor.model.token.form import diagnose, look_at
from hms_doctor.model.token.lint import diagnose as lint
from hms_doctor.model.token.moments import JudgingClock
from hms_doctor.model.token.validity import diagnose as judge_times
from hms_doctor.model.token.validity import times_of

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(sorted(MEANINGS)) | st.text(max_size=8)
LONGEST = 400
PIECE = 20


def well_formed(header: dict[str, JsonValue], said: dict[str, JsonValue]) -> WellFormedToken:
    from hms_doctor.model.secret import Secret

    return WellFormedToken(text=Secret("a.b.c"), header=header, claims=said)


def is_told_well(finding: Finding) -> bool:
    return 0 < len(finding.summary) <= LONGEST and (isinstance(finding, Passed) or bool(action_of(finding)))


@given_any(st.dictionaries(NAMES, ANYTHING), st.dictionaries(st.sampled_from(["alg", "typ", "kid"]), ANYTHING))
def test_no_claims_and_no_header_are_too_odd_to_be_judged(
    said: dict[str, JsonValue], header: dict[str, JsonValue]
) -> None:
    found = tuple(lint(well_formed(header, said)))
    assert found
    assert all(is_told_well(finding) for finding in found)
    assert {code_of(f, Platform.ANY) for f in found if isinstance(f, Failed)} <= token_claims.CHECK.codes
    assert not any(isinstance(f, Undecided) for f in found)


@given_any(st.dictionaries(NAMES, ANYTHING), st.floats(0, 4e9), st.floats(-1e6, 1e6), st.sampled_from(["", "host"]))
def test_no_times_are_too_odd_to_be_judged(said: dict[str, JsonValue], now: float, skew: float, by: str) -> None:
    found = tuple(judge_times(times_of(said, JudgingClock(now=now, by=by, skew=skew if by else 0.0))))
    assert found
    assert all(is_told_well(finding) for finding in found)
    assert {code_of(f, Platform.ANY) for f in found if isinstance(f, Failed)} <= token_time.CHECK.codes


@given_any(st.text() | st.text(alphabet="eyJ0.-_=\"' {}:\n" + string.ascii_letters, max_size=80))
def test_every_text_is_judged_with_2004_or_nothing(text: str) -> None:
    found = tuple(diagnose(look_at(given(text), Platform.ANY)))
    assert found
    assert all(is_told_well(finding) for finding in found)
    assert {code_of(f, Platform.ANY) for f in found if isinstance(f, Failed)} <= token_format.CHECK.codes


@given_any(st.integers(0, 420), st.integers(0, 420), st.sampled_from(["", "!", "\n", ".", "é"]))
def test_no_finding_holds_a_piece_of_the_token(start: int, length: int, between: str) -> None:
    text = token(note="x" * 20)
    given_text = text[:start] + between + text[start + length :]
    told = repr(tuple(diagnose(look_at(given(given_text), Platform.ANY))))
    assert not any(given_text[i : i + PIECE] in told for i in range(len(given_text) - PIECE + 1))


@pytest.mark.parametrize("name", [name for name in MEANINGS if name not in {"app_id", "iss", "user_id"}])
def test_every_claim_of_100ms_is_missed(name: str) -> None:
    from hms_doctor.model.token.reading import read_sound

    [read] = read_sound(token(**{name: ABSENT}))
    found = [*lint(read), *judge_times(times_of(read.claims, JudgingClock(now=read_now())))]
    told = [f for f in found if isinstance(f, Failed | Warned)]
    assert [f.evidence["claim"] for f in told] == [name]
    assert f"{name} is missing" in told[0].summary


def read_now() -> float:
    issued = claims()["iat"]
    assert isinstance(issued, int)
    return float(issued + 20)


@pytest.mark.parametrize("wrong", [17, True, ["a"], {"a": 1}, 1.5])
@pytest.mark.parametrize("name", ["access_key", "room_id", "user_id", "role", "type", "jti"])
def test_every_claim_that_must_be_text_is_held_to_it(name: str, wrong: JsonValue) -> None:
    from hms_doctor.model.token.reading import read_sound

    [read] = read_sound(token(**{name: wrong}) if name != "jti" else jti(wrong))
    [failure] = [f for f in lint(read) if isinstance(f, Failed)]
    assert failure.evidence["claim"] == name
    assert shown_with_kind(wrong) in failure.summary


def jti(value: JsonValue) -> str:
    """PyJWT refuses to sign such a jti itself."""
    import json

    return signed(json.dumps(claims(jti=value)).encode(), signature=jwt.encode({}, APP_SECRET).rpartition(".")[2])


@pytest.mark.parametrize("name", TIMES)
@pytest.mark.parametrize("wrong", ["2026-11-21T18:22:10Z", "1795285330", True, [], {}, -1])
def test_every_time_is_held_to_a_number(name: str, wrong: JsonValue) -> None:
    times: dict[str, JsonValue] = {"iat": 100, "nbf": 100, "exp": 10**6}
    found = list(judge_times(times_of(times | {name: wrong}, JudgingClock(now=200))))
    assert [f.cause.id for f in found if isinstance(f, Failed)] == ["token.time_type"]


@given_any(ANYTHING)
def test_every_value_is_shown_in_a_few_characters(value: JsonValue) -> None:
    assert len(shown(value)) <= 60
    assert len(shown_with_kind(value)) <= 80
