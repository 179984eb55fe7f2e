"""token.expectations: what the caller has in mind beside what the token says."""

import pytest
from tokens import ABSENT, ROOM, well_formed

from hms_doctor.checks.token_expectations import CHECK, compare
from hms_doctor.model.causes import Platform
from hms_doctor.model.finding import Failed, Finding, Passed, code_of
from hms_doctor.model.settings import Expectations


def find(expected: Expectations, **changes: object) -> tuple[Finding, ...]:
    return CHECK.judge(compare(well_formed(**changes).claims, expected)).findings


def test_what_agrees_passes() -> None:
    [passed] = find(Expectations(room_id=ROOM, role="host", user_id="u-17"))
    assert isinstance(passed, Passed)
    assert passed.summary == "room_id, role, user_id as expected"


@pytest.mark.parametrize(
    ("expected", "changes", "code", "words"),
    [
        (
            Expectations(room_id="60d1f2a3b4c5d6e7f8091a2c"),
            {},
            40002,
            f"room_id is {ROOM}, not 60d1f2a3b4c5d6e7f8091a2c",
        ),
        (Expectations(role="guest"), {}, 40108, "role is host, not guest"),
        (Expectations(role="Host"), {}, 40108, "role is host, not Host: upper and lower case differ"),
        (Expectations(user_id="u-18"), {}, 40107, "user_id is u-17, not u-18"),
        (Expectations(user_id="u-17"), {"user_id": ABSENT}, 40107, "user_id is missing; u-17 was expected"),
        (Expectations(role="host"), {"role": ["host"]}, 40108, "role is a list of 1, not host"),
    ],
)
def test_what_differs_has_its_code(expected: Expectations, changes: dict[str, object], code: int, words: str) -> None:
    [failure] = find(expected, **changes)
    assert isinstance(failure, Failed)
    assert code_of(failure, Platform.ANY) == code
    assert failure.summary == words


def test_each_difference_is_told() -> None:
    found = find(Expectations(room_id="x", role="y", user_id="z"))
    assert [code_of(f, Platform.ANY) for f in found] == [40002, 40108, 40107]
    assert {code_of(f, Platform.ANY) for f in found} == CHECK.codes


def test_a_number_in_place_of_text_is_left_to_the_claims() -> None:
    [passed] = find(Expectations(user_id="17"), user_id=17)
    assert isinstance(passed, Passed)


def test_nothing_expected_is_said() -> None:
    assert find(Expectations())[0].summary == "nothing was expected"
