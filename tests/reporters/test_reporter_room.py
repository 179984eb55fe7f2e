"""A run that joined, in every format: the stages by 100ms's names, both connections apart, and what flowed."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from room_samples import BLOCKED as BLOCKED_CAUSE
from room_samples import JOINED, NOT_JOINED
from samples import SAMPLES, healthy

from hms_doctor.model.finding import CheckResult, Failed, Passed, Ran, Undecided
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.report import Report
from hms_doctor.model.report.share import Names, share
from hms_doctor.model.room.stages import Stage
from hms_doctor.reporters import Style, Verbosity, every_format, find_format
from hms_doctor.reporters.json import document
from hms_doctor.reporters.room_words import Reached, flows, steps

GOOD, BLOCKED = SAMPLES["joined"], SAMPLES["publish_blocked"]


def shown(name: str, report: Report, style: Style = Style()) -> str:  # noqa: B008 - frozen
    return find_format(name)(report, style)


@pytest.mark.parametrize("name", ["table", "markdown", "github", "junit", "json"])
@pytest.mark.parametrize("report", [GOOD, BLOCKED], ids=["joined", "publish_blocked"])
def test_every_format_has_the_stages_in_their_order(name: str, report: Report) -> None:
    text = shown(name, report).replace("\\_", "_")
    places = [text.index(stage.value, text.index("INIT_FETCHED")) for stage in Stage]
    assert places == sorted(places)
    assert "through the relay 203.0.113.5 over TCP" in text


@pytest.mark.parametrize("name", ["table", "markdown", "github", "junit"])
def test_people_read_what_flowed(name: str) -> None:
    text = shown(name, GOOD)
    assert "audio sent" in text
    assert "150 packets, 32 kbit/s, RTT 12 ms, jitter 1.2 ms, no loss" in text
    assert "149 packets, 32 kbit/s, jitter 2.0 ms" in text
    assert "4.4 of 5 by the E-model" in text


def test_a_stage_that_failed_and_those_behind_it() -> None:
    lines = shown("table", BLOCKED).splitlines()
    assert "  ✗ ICE_ESTABLISHED (publish)" in lines
    assert [line for line in lines if "MEDIA_" in line or "COMPLETED" in line] == [
        "  – MEDIA_CAPTURED", "  – MEDIA_PUBLISHED", "  – COMPLETED",
    ]  # fmt: skip


def test_a_stage_that_was_cut_off_is_no_failure() -> None:
    stages: JsonObject = {"stages": {Stage.ICE_ESTABLISHED_PUBLISH: False}}
    unsure = replace(JOINED[1], outcome=Ran(findings=(Undecided(summary="cut off", evidence=stages),), complete=False))
    report = replace(GOOD, checks=(JOINED[0], unsure))
    assert "  ? ICE_ESTABLISHED (publish)" in shown("table", report).splitlines()
    room = document(report)["room"]
    assert isinstance(room, dict)
    assert [each["reached"] for each in room["stages"]] == [True, True, *[None] * 5]


def test_nothing_was_completed_where_the_call_broke() -> None:
    broken = CheckResult(
        id="signalling.hold", title="", outcome=Ran(findings=(Failed(cause=BLOCKED_CAUSE, summary=""),))
    )
    told = steps(replace(GOOD, checks=(*GOOD.checks, broken)))
    assert [step.stage for step in told if step.reached is not Reached.YES] == [Stage.COMPLETED]
    assert told[-1].reached is Reached.NO


def test_nothing_was_completed_that_was_cut_off() -> None:
    assert isinstance(JOINED[3].outcome, Ran)
    cut_off = replace(JOINED[3], outcome=replace(JOINED[3].outcome, complete=False))
    assert steps(replace(GOOD, checks=(*JOINED[:3], cut_off)))[-1].reached is Reached.NOT_TOLD


def test_json_has_it_in_one_place() -> None:
    room = document(GOOD)["room"]
    assert isinstance(room, dict)
    assert room["stages"] == [{"stage": stage.value, "reached": True} for stage in Stage]
    assert room["publish"] == {
        "path": "direct over UDP",
        "pair": {"local": "host udp 192.168.1.20:50123", "remote": "host udp 203.0.113.9:40000"},
        "ice_ms": 12.0,
        "dtls_ms": 30.0,
    }
    assert room["voice"] == "4.4 of 5"
    blocked = json.loads(shown("json", BLOCKED))["room"]
    assert [each["reached"] for each in blocked["stages"]] == [True, True, False, True, None, None, None]
    assert blocked["publish"] == {"path": None, "pair": None, "ice_ms": None, "dtls_ms": None}
    assert (blocked["tracks"], blocked["voice"]) == ([], None)


def test_details_do_not_say_it_twice() -> None:
    verbose = shown("table", GOOD, Style(width=80, verbosity=Verbosity.VERBOSE))
    assert verbose.count("INIT_FETCHED") == 1
    assert "pair: local host udp 192.168.1.20:50123, remote host udp 203.0.113.9:40000" in verbose
    assert "measured: ice 12 ms, dtls 30 ms" in verbose


@pytest.mark.parametrize("name", every_format())
def test_sharing_hides_the_addresses_of_a_pair(name: str) -> None:
    told = shown(name, share(GOOD, Names()), Style(verbosity=Verbosity.VERBOSE))
    assert "192.168.1.20" not in told
    assert "203.0.113" not in told


@pytest.mark.parametrize("name", every_format())
def test_without_a_join_nothing_is_said_of_the_room(name: str) -> None:
    report = healthy()
    stayed_out = replace(report, checks=(*report.checks, *NOT_JOINED))
    text = shown(name, stayed_out)
    assert "INIT_FETCHED" not in text
    assert "room" not in document(stayed_out)
    assert ("only with --join" in text) == (name in {"json", "junit"})


def test_a_plain_report_grows_by_no_row() -> None:
    report = healthy()
    before = shown("table", report).splitlines()
    after = shown("table", replace(report, checks=(*report.checks, *NOT_JOINED))).splitlines()
    assert len(after) == len(before)
    assert "16 checks: 11 pass, 5 not applicable" in after[1]


@pytest.mark.parametrize(
    "evidence",
    [
        {"stages": "INIT_FETCHED"},
        {"stages": {"INIT_FETCHED": "yes"}, "tracks": "none", "voice": 4.4, "path": 17},
        {"stages": {"INIT_FETCHED": 1}, "tracks": ["audio", 7, None]},
        {"stages": {"NO SUCH STAGE": True}, "tracks": [{"kind": ["a"], "packets": True, "kbps": "fast"}]},
    ],
)
def test_evidence_of_another_shape_breaks_nothing(evidence: JsonObject) -> None:
    odd = tuple(
        CheckResult(id=c.id, title="", outcome=Ran(findings=(Passed(summary="", evidence=evidence),))) for c in JOINED
    )
    report = replace(GOOD, checks=odd)
    for name in every_format():
        assert shown(name, report)
    assert all(isinstance(part, str) for each in (*steps(report), *flows(report)) for part in [str(each)])


def test_junit_carries_it_as_properties() -> None:
    root = ET.fromstring(shown("junit", BLOCKED))
    properties = {each.get("name"): each.get("value") for each in root.iter("property")}
    assert properties["ICE_ESTABLISHED (publish)"] == "✗"
    assert (
        properties["ICE_ESTABLISHED (subscribe)"] == "✓ through the relay 203.0.113.5 over TCP, ICE 112 ms, DTLS 131 ms"
    )
