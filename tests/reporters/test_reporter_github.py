"""Annotations: the root cause first, one command a line, and no text can begin a command of its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import EXPIRES_SOON, SAMPLES, UDP_BLOCKED, ran, report, told

from hms_doctor.model.finding import Failed, Undecided, Warned
from hms_doctor.model.report.report import Confidence, Diagnosis, Report, Verdict
from hms_doctor.reporters import Style
from hms_doctor.reporters.github import render

COMMAND = re.compile(r"::(error|warning|notice) title=([^:,]*)::(.*)")


def commands(shown: Report) -> list[tuple[str, str, str]]:
    """Give kind, title and message as the runner reads them."""
    found = []
    for line in render(shown, Style()).splitlines():
        match = COMMAND.fullmatch(line)
        assert match, line
        kind, *texts = match.groups()
        for coded, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            texts = [text.replace(coded, character) for text in texts]
        found.append((kind, texts[0], texts[1]))
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_there_is_nothing_but_commands(name: str) -> None:
    assert commands(SAMPLES[name])


def test_the_root_cause_comes_first_and_warnings_follow() -> None:
    first, *rest = commands(SAMPLES["udp_blocked"])
    assert first[:2] == ("error", "HMS 4005")
    seen, action, *_ = first[2].splitlines()
    assert seen == "UDP is blocked and TURN over TCP is refused: no path for media can work"
    assert action.startswith("For the network's administrator: allow UDP 3478 to turn-in.100ms.live (hms-doctor")
    assert [command[:2] for command in rest] == [
        ("warning", "hms-doctor token.time"),
        ("warning", "hms-doctor devices.microphone"),
    ]


def test_consequences_are_not_annotated() -> None:
    assert [command[:2] for command in commands(SAMPLES["portal"])] == [("error", "HMS 2003")]


def test_all_well_is_a_notice_that_says_what_was_not_tried() -> None:
    [(kind, title, message)] = commands(SAMPLES["healthy"])
    assert (kind, title) == ("notice", "hms-doctor")
    assert message.endswith("Not tried: joining the room, media, browser permissions.")


def test_an_undecided_run_is_an_error_with_its_way_out() -> None:
    [(kind, _title, message)] = commands(SAMPLES["port_audio_missing"])
    assert kind == "error"
    assert "\nTo find out: Install it (Debian: apt install libportaudio2) and run again.\n" in message


def test_an_open_question_beside_a_failure_is_a_warning() -> None:
    failed = ran("ice.verdict", "t", Failed(cause=UDP_BLOCKED, summary="broken"))
    unsure = ran("devices.speaker", "t", Undecided(summary="no PortAudio"))
    shown = report(Verdict.FAIL, 1, "broken", (failed, unsure), diagnosis=Diagnosis(root=told(failed, Confidence.LOW)))
    assert commands(shown)[1] == ("warning", "hms-doctor devices.speaker", "no PortAudio")


@given(st.text(max_size=40))
def test_hostile_text_stays_inside_its_command(text: str) -> None:
    hostile = f"::error::x\n::set-output name=a::b\r%0A{text}"
    check = ran(hostile, "t", Failed(cause=UDP_BLOCKED, summary=hostile, action=hostile))
    unsure = ran(hostile, "t", Undecided(summary=hostile, action=hostile))
    warned = ran("init", "t", Warned(cause=EXPIRES_SOON, summary=hostile))
    diagnosis = Diagnosis(root=told(check, Confidence.LOW, hostile), others=(told(warned, Confidence.LOW),))
    shown = report(Verdict.FAIL, 1, hostile, (check, unsure, warned), diagnosis=diagnosis)
    lines = render(shown, Style()).split("\n")
    assert len(lines) == 4
    assert [line.split("::")[1].split(" ")[0] for line in lines[:3]] == ["error", "warning", "warning"]


def test_ascii_alone_where_the_stream_knows_no_more() -> None:
    assert render(SAMPLES["camera_busy"], Style(unicode=False)).isascii()
