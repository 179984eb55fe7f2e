"""Markdown that shows what was said, and nothing that was said can mark up, link or ping."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from samples import SAMPLES, UDP_BLOCKED, ran, report, told

from hms_doctor.model.finding import Failed, Undecided
from hms_doctor.model.report.report import Confidence, Diagnosis, Report, Verdict
from hms_doctor.reporters import Style
from hms_doctor.reporters.markdown import inert, render

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "`code` **bold** _under_ ~~gone~~",
    "a | b | c",
    "# heading",
    "1. list", "2) list", "- list", "+ list",
    "> quote",
    "&lt;b&gt; &amp; &#64;",
    "back\\slash \\",
    "<https://evil.example>",
    "```",
    "| |",
    "$x$ {y}",
]  # fmt: skip


def shown_text(markdown: str) -> str:
    """Give what a reader of the rendered page sees, without the marks that keep pings apart."""
    return html.unescape(re.sub(r"<[^>]+>", "", READER.render(markdown))).replace("\u200b", "")


def everywhere(text: str) -> Report:
    failed = ran("ice.verdict", text, Failed(cause=UDP_BLOCKED, summary=text, action=text))
    unsure = ran("devices.speaker", text, Undecided(summary=text, action=text))
    diagnosis = Diagnosis(root=told(failed, Confidence.LOW, text), others=(told(failed, Confidence.LOW),))
    return report(Verdict.FAIL, 1, text, (failed, unsure), diagnosis=diagnosis)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_shows_as_itself(text: str) -> None:
    assert shown_text(f"- {inert(text)}").strip() == text.strip()


@given(st.text(alphabet=st.sampled_from(list("ab1 \\`*_{}[]()<>#+-.!|~&:/@$=\"'")), max_size=40))
def test_any_text_shows_as_itself(text: str) -> None:
    shown = shown_text(f"- x {inert(text)} x")
    assert re.sub(r"\s+", " ", shown).strip() == re.sub(r"\s+", " ", f"x {text.strip()} x")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_nothing_to_the_page(text: str) -> None:
    tags = [re.findall(r"<(/?\w+)", READER.render(render(everywhere(told), Style()))) for told in ("plain", text)]
    assert tags[0] == tags[1]


@pytest.mark.parametrize(
    "text", ["@everyone", "ask @jane, see #17", "http://evil.example", "https://evil.example", "www.evil.example"]
)
def test_nobody_is_pinged_and_nothing_is_linked(text: str) -> None:
    inner = inert(text)
    assert not re.search(r"[@#]\w|\w://|www\.", inner)
    assert shown_text(inner).strip() == text


def test_the_order_is_verdict_action_reasons_table() -> None:
    page = render(SAMPLES["udp_blocked"], Style())
    places = [
        page.index(mark)
        for mark in (
            "### ✗ FAIL 4005: UDP is blocked",
            "**For the network's administrator:** allow UDP 3478",
            "**Why we are sure**",
            "**Also**",
            "- ! expires in 4 minutes (token.time). **For the app's developer:** make a fresh token",
            "| | check | code | what we saw | ms |",
            "| ✗ fail | ice.verdict | 4005 | UDP is blocked",
            "- 13 checks: 8 pass",
            "- Not tried: joining the room",
            "- hms-doctor 0.1.0, 2026-11-21T18:22:10.123Z, Linux 6.1, Python 3.11.2, run 6f1c2d3e4f5a6b7c.",
        )
    ]
    assert places == sorted(places)


def test_the_way_out_of_an_open_question_stands_under_the_heading() -> None:
    page = render(SAMPLES["port_audio_missing"], Style())
    assert page.splitlines()[2] == "To find out: Install it (Debian: apt install libportaudio2) and run again."
    assert "Seen from inside a container" in page


def test_a_report_without_checks_has_no_table() -> None:
    assert "|" not in render(report(Verdict.INCONCLUSIVE, 3, "no check ran", ()), Style())


def test_characters_are_referred_to_where_the_stream_lacks_them() -> None:
    page = render(SAMPLES["camera_busy"], Style(unicode=False))
    assert page.isascii()
    assert "内蔵カメラ is in use" in shown_text(page)
