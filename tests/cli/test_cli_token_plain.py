"""What is spared cleaning is what cleaning would leave as it is; and every report fits the schema."""

import json

import jsonschema
import pytest
from hypothesis import example, settings
from hypothesis import given as given_any
from hypothesis import strategies as st
from tokens import APP_SECRET, given, segment, token

from hms_doctor.cli.token_batch import _line
from hms_doctor.cli.token_plain import cleaned, is_plain
from hms_doctor.cli.token_report import Question, report_on
from hms_doctor.model.report.clean import clean_report
from hms_doctor.model.report.report import Environment, Report
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import AppSecret
from hms_doctor.reporters.json import document
from hms_doctor.reporters.schema import SCHEMA

pytestmark = pytest.mark.no_cover  # other tests meet these lines too; counted here, they took three times as long
SECRET = AppSecret(value=Secret(APP_SECRET))
QUESTION = Question(environment=Environment(os="Linux", python="3.11"), secret=(SECRET,))
NASTY = st.sampled_from(
    [
        "Bearer abcdefgh", "bEaReR xyzxyzxyz", "Authorization: Basic abcdef", "https://u:p@host/", "?token=abcdefgh",
        "&Sig=abcdefgh", "eyJhbGciOiJIUzI1NiJ9", "\x7f", "\x1b[31m", "\u202e", "\ud800", "…", '"', "\\", "\n",
        APP_SECRET, APP_SECRET.upper(), "x" * 3000, "ü", "\u00ad",
    ]
)  # fmt: skip
WORDS = st.lists(NASTY | st.text(max_size=8), max_size=3).map(" ".join)
CLAIMS = st.dictionaries(st.sampled_from(["user_id", "role", "room_id", "type", "note"]) | WORDS, WORDS, max_size=4)


def unsigned(said: dict[str, str]) -> str:
    return f"{segment(b'{}')}.{segment(json.dumps(said).encode())}."


def thorough(report: Report, text: str) -> str:
    return json.dumps(document(clean_report(report, (Secret(text), SECRET.value))))


@settings(max_examples=100)
@given_any(CLAIMS)
def test_a_line_of_the_fast_way_is_that_of_the_thorough_way(said: dict[str, str]) -> None:
    text = unsigned(said)
    report = report_on(QUESTION, (given(text),))
    assert _line(report, QUESTION, given(text), ascii_only=True) == thorough(report, text)
    assert json.loads(_line(report, QUESTION, given(text), ascii_only=False)) == json.loads(thorough(report, text))


@example({"user_id": "x" * 3000})
@example({"user_id": '"' * 2500})
@given_any(CLAIMS)
def test_one_token_is_cleaned_wherever_cleaning_changes_it(said: dict[str, str]) -> None:
    text = unsigned(said)
    report = report_on(QUESTION, (given(text),))
    assert json.dumps(document(cleaned(report, (Secret(text),), (SECRET.value,)))) == thorough(report, text)


@given_any(st.text() | CLAIMS.map(unsigned))
def test_every_report_fits_the_schema(text: str) -> None:
    report = report_on(QUESTION, (given(text),))
    told = json.loads(thorough(report, text))
    jsonschema.validate(told, SCHEMA)
    assert told["exit_code"] == {"fail": 1, "warn": 0, "pass": 0, "inconclusive": 3}[told["verdict"]]


def test_most_reports_need_no_cleaning() -> None:
    healthy = token()
    report = report_on(QUESTION, (given(healthy),))
    assert is_plain(json.dumps(document(report)), (SECRET.value,))
    assert cleaned(report, (Secret(healthy),), ()) is report
