"""No control character, no override, no lone surrogate leaves a report's strings, and no string is endless."""

import unicodedata
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.causes import Audience, Cause, Scope
from hms_doctor.model.finding import CheckResult, Failed, Passed, Ran, Skipped, Status, Undecided, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.clean import LONGEST, clean, clean_report, map_text, plain
from hms_doctor.model.report.report import (
    Confidence,
    Consequence,
    Diagnosis,
    Environment,
    Report,
    RootCause,
    Verdict,
)
from hms_doctor.model.secret import Secret

HOSTILE = "\x1b[31mred\x1b[0m\u202egnirts\u2066\u200b\x9b\ud800\x00\n\t\ue0001\U000e0041"
CAUSE = Cause(id="planted.cause", title="t", action="a", audience=Audience.CALLER, scope=Scope.NETWORK, code=2003)


def test_a_terminal_sequence_is_shown_as_its_escape() -> None:
    assert plain("\x1b]0;owned\x07") == r"\x1b]0;owned\x07"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc\rd", r"a\nb\tc\rd"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u2066b\u2069", r"a\u2066b\u2069"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("\ufeffbom", r"\ufeffbom"),
        ("\ud83d", r"\ud83d"),
        ("\x85next line", r"\x85next line"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("Kamera für Käthe · 摄像头", "Kamera für Käthe · 摄像头"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_only_what_nobody_can_see_is_escaped(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text(alphabet=st.characters(), max_size=60))
def test_nothing_invisible_is_left(text: str) -> None:
    shown = plain(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not set(shown) & set("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    shown.encode("utf-8")
    assert plain(shown) == shown


def test_a_long_string_is_cut_at_the_cap() -> None:
    assert plain("x" * LONGEST) == "x" * LONGEST
    assert plain("x" * 5_000_000) == "x" * (LONGEST - 1) + "…"


def planted(text: str) -> Report:
    """Give a report with the text in every place that holds one."""
    evidence: JsonObject = {text: text, "rows": [{"url": text}, [text], 1, None, True, 1.5]}
    findings = (
        Passed(summary=text, evidence=evidence, lesson=text),
        Warned(cause=CAUSE, summary=text, action=text, evidence=evidence),
        Failed(cause=CAUSE, summary=text, action=text, evidence=evidence),
        Undecided(summary=text, action=text, evidence=evidence),
    )
    root = RootCause(
        cause=CAUSE, check=text, code=2003, status=Status.FAIL, summary=text, action=text,
        confidence=Confidence.HIGH, evidence=(text,),
    )  # fmt: skip
    return Report(
        version=text, run_id=text, started_at=text, duration_ms=1.0,
        environment=Environment(os=text, python=text, proxies={text: text}, trust=text),
        verdict=Verdict.FAIL, exit_code=1, headline=text,
        diagnosis=Diagnosis(
            root=root, others=(root,), consequences=(Consequence(check=text, code=1, explained_by=text),)
        ),
        not_proven=(text,),
        checks=(
            CheckResult(id=text, title=text, outcome=Ran(findings=findings, measurements={text: 1.0}), needs=(text,)),
            CheckResult(id=text, title=text, outcome=Skipped(because=text)),
        ),
        extra={text: {text: [text]}},
    )  # fmt: skip


def strings(value: object) -> list[str]:
    match value:
        case Enum() | Cause():
            return []
        case str():
            return [value]
        case dict():
            return [found for pair in value.items() for item in pair for found in strings(item)]
        case tuple() | list():
            return [found for item in value for found in strings(item)]
        case _ if is_dataclass(value):
            return [found for each in fields(value) for found in strings(getattr(value, each.name))]
        case _:
            return []


def test_every_string_of_a_report_is_cleaned() -> None:
    found = strings(clean_report(planted(HOSTILE), ()))
    assert len(found) > 40
    assert set(found) == {plain(HOSTILE), "rows", "url"}


def test_what_is_no_text_stays_as_it_is() -> None:
    before, after = planted("same"), clean_report(planted("same"), (Secret("something else"),))
    assert after == before
    assert after.checks[0].findings[2] == before.checks[0].findings[2]


def test_enums_and_causes_stay_the_very_same() -> None:
    after = clean_report(planted(HOSTILE), (Secret("fail"),))
    assert after.verdict is Verdict.FAIL
    finding = after.checks[0].findings[2]
    assert isinstance(finding, Failed)
    assert finding.cause is CAUSE


def test_a_secret_cut_up_by_invisible_characters_is_found() -> None:
    secret = Secret("kX9-secret-of-the-app")
    cut = "\u200b".join(secret.reveal())
    assert clean(f"the server said {cut}", (secret,)) == "the server said …"


def test_a_secret_across_the_cap_leaves_nothing() -> None:
    secret = Secret("kX9secretoftheapp")
    text = "y" * (LONGEST - 8) + " " + secret.reveal()
    assert "kX9" not in clean(text, (secret,))


def test_an_odd_tree_is_told_apart() -> None:
    @dataclass(frozen=True)
    class Holder:
        words: tuple[str, ...]
        number: int

    assert map_text(Holder(("a", "b"), 3), str.upper) == Holder(("A", "B"), 3)
