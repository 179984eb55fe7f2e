"""The JUnit document is one that CI services read, whatever stands in the report."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from samples import EXPIRES_SOON, SAMPLES, UDP_BLOCKED, good, ran, report, skipped

from hms_doctor.model.finding import Failed, Undecided, Warned
from hms_doctor.model.report.report import Report, Verdict
from hms_doctor.reporters import Style
from hms_doctor.reporters.junit import render

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).parent / "junit.xsd"))


def parsed(shown: Report) -> ET.Element:
    text = render(shown, Style())
    SCHEMA.validate(text)
    return ET.fromstring(text)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_valid_and_counted_right(name: str) -> None:
    root = parsed(SAMPLES[name])
    for counted, tag in (("failures", "failure"), ("errors", "error")):
        assert int(root.get(counted, "")) == len(root.findall(f".//{tag}"))
    assert int(root.get("tests", "")) == len(root.findall(".//testcase")) == len(SAMPLES[name].checks)
    for suite in root:
        assert int(suite.get("skipped", "")) == len(suite.findall("testcase/skipped"))


def test_a_suite_a_group_and_a_case_a_check() -> None:
    root = parsed(SAMPLES["udp_blocked"])
    assert [suite.get("name") for suite in root] == [
        f"hms-doctor.{group}" for group in ("token", "endpoint", "init", "signalling", "ice", "devices")
    ]
    [case] = root.findall(".//testcase[@name='ice.verdict']")
    assert case.attrib == {"classname": "hms-doctor.ice", "name": "ice.verdict", "time": "0.000"}
    [failure] = case
    assert failure.attrib == {"type": "4005", "message": SAMPLES["udp_blocked"].headline}
    assert "What to do: allow UDP 3478" in (failure.text or "")
    [skip] = root.findall(".//testcase[@name='ice.quality']/skipped")
    assert skip.get("message") == "skipped: needs ice.turn"


def test_a_warning_passes_and_says_so() -> None:
    [out] = parsed(SAMPLES["warned"]).findall(".//testcase[@name='token.time']/system-out")
    assert (out.text or "").startswith("warning: the token expires in 4 minutes\nWhat to do: ")


def test_what_could_not_be_told_is_an_error_with_its_way_out() -> None:
    [error] = parsed(SAMPLES["port_audio_missing"]).findall(".//error")
    assert error.get("type") == "inconclusive"
    assert "To find out: Install it" in (error.text or "")


def test_the_verdict_stands_in_the_properties() -> None:
    [verdict] = parsed(SAMPLES["healthy"]).findall(".//property[@name='verdict']")
    assert (verdict.get("value") or "").startswith("✓ PASS  No obstacle found")


def test_an_undecided_run_is_never_green() -> None:
    undecided = report(Verdict.INCONCLUSIVE, 3, "We could not tell: no token given", (skipped("init", "t", "x"),))
    [error] = parsed(undecided).findall(".//testcase[@classname='hms-doctor']/error")
    assert error.get("message") == "We could not tell: no token given"
    assert parsed(replace(undecided, checks=())).get("errors") == "1"


@given(st.text(alphabet=st.characters(), max_size=30))
def test_no_text_breaks_the_document(text: str) -> None:
    checks = (
        good("init", "t", text, said=text),
        ran("ice.turn", "t", Failed(cause=UDP_BLOCKED, summary=text, action=text, evidence={text: [{text: text}]})),
        ran("ice.stun", "t", Undecided(summary=text)),
        ran("token.time", "t", Warned(cause=EXPIRES_SOON, summary=text)),
        skipped("ice.nat", "t", text),
    )
    parsed(replace(report(Verdict.FAIL, 1, text, checks), run_id=text))


def test_characters_are_referred_to_where_the_stream_lacks_them() -> None:
    text = render(SAMPLES["camera_busy"], Style(unicode=False))
    assert text.isascii()
    [failure] = ET.fromstring(text).findall(".//failure")
    assert failure.get("message") == "内蔵カメラ is in use by zoom (process 4242)"
