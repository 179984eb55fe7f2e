"""The table: what comes first, what is red, what is hidden, and that nothing is cut at any width."""

import re
from dataclasses import replace

import pytest
from samples import (
    CAMERA,
    FORMAT,
    HERE,
    INIT,
    PORTAL,
    SAMPLES,
    good,
    interrupted,
    portal,
    ran,
    report,
    skipped,
    told,
    udp_blocked,
    user_id_number,
)

from hms_doctor.model.causes import Audience, Cause, Platform, Scope
from hms_doctor.model.finding import CheckResult, Failed, Passed, Ran, Skipped, Undecided, Warned
from hms_doctor.model.report.report import Confidence, Diagnosis, Report, RootCause, Verdict
from hms_doctor.reporters import Style, Verbosity
from hms_doctor.reporters.layout import cells
from hms_doctor.reporters.table import render

RED = "\x1b[1;31m"
DIM = "\x1b[2m"
SLOW = Cause(id="w", title="t", action="wait.", audience=Audience.CALLER, scope=Scope.NETWORK)


def screen(shown: Report, width: int = 80, verbosity: Verbosity = Verbosity.NORMAL) -> str:
    return render(shown, Style(width=width, verbosity=verbosity))


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_first_two_lines_tell_verdict_code_cause_and_what_to_do() -> None:
    first, _, second, third, *_ = screen(udp_blocked()).splitlines()
    assert first.startswith("✗ FAIL 4005  UDP is blocked and TURN over TCP is refused")
    assert words(f"{second} {third}").startswith(
        "For the network's administrator: allow UDP 3478 to turn-in.100ms.live"
    )


def test_healthy_is_little_more_than_silence() -> None:
    assert screen(SAMPLES["healthy"]).splitlines() == [
        "✓ PASS  No obstacle found: relay over UDP at 42 ms, camera and microphone free.",
        "  12 checks: 11 pass, 1 not applicable · 1.3 s · -v lists them",
        "  Not tried: joining the room, media, browser permissions.",
    ]


def test_a_healthy_run_still_shows_what_was_skipped_for_lack_of_something() -> None:
    shown = screen(report(Verdict.PASS, 0, "fine", (FORMAT, skipped("ice.nat", "NAT", "no STUN server answered"))))
    assert " – ice.nat" in shown
    assert "token.format" not in shown


def test_quiet_is_one_line() -> None:
    assert screen(udp_blocked(), 40, Verbosity.QUIET) == (
        "✗ FAIL 4005  UDP is blocked and TURN over TCP is refused: no path for media can work\n"
    )


def test_one_root_cause_is_red_and_nothing_else() -> None:
    shown = render(udp_blocked(), Style(width=80, colour=True))
    red = [line for line in shown.splitlines() if RED in line]
    assert len(red) == 2
    assert "FAIL 4005" in red[0]
    assert "ice.verdict" in red[1]


def test_a_consequence_is_dim_and_names_its_cause() -> None:
    shown = render(portal(), Style(width=120, colour=True))
    [row] = [line for line in shown.splitlines() if "endpoint.reach  " in line]
    assert DIM in row
    assert RED not in row
    assert "(follows from sample.portal.captive)" in row


def test_the_same_cause_seen_twice_does_not_follow_from_itself() -> None:
    blocked = portal()
    reach = ran("endpoint.reach", "t", Failed(cause=PORTAL, summary="the portal's page"))
    assert "follows" not in screen(replace(blocked, checks=(*blocked.checks[:3], reach, *blocked.checks[4:])))


def test_colour_only_repeats_what_words_say() -> None:
    for sample in SAMPLES.values():
        coloured = render(sample, Style(width=80, colour=True))
        assert re.sub(r"\x1b\[[\d;]+m", "", coloured) == screen(sample)
        assert set(re.findall(r"\x1b\[([\d;]+)m", coloured)) <= {"0", "1", "2", "31", "1;31", "32", "33"}


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_is_too_wide_and_no_word_is_lost(name: str, width: int) -> None:
    narrow, good = screen(SAMPLES[name], width), SAMPLES[name].verdict is Verdict.PASS
    assert max(map(cells, narrow.splitlines())) <= width
    assert all(result.id in narrow for result in SAMPLES[name].checks if result.status != "skip" and not good)
    assert SAMPLES[name].headline in words(narrow)


def test_a_very_long_id_is_never_cut() -> None:
    name = "devices." + "very_" * 20 + "long"
    shown = screen(report(Verdict.FAIL, 1, "x", (good(name, "t", "seen"), good("init", "t", "seen too"))), 80)
    assert name in shown


def test_ms_stand_in_one_column_with_wide_characters() -> None:
    lines = screen(SAMPLES["camera_busy"]).splitlines()
    rows = [line for line in lines if " devices." in line]
    assert len({cells(row) for row in rows}) == 1


def test_a_hostile_text_is_no_markup() -> None:
    shown = screen(report(Verdict.FAIL, 1, "[bold red]x[/] :boom:", (good("init", "t", "[link=http://x]y[/link]"),)))
    assert "[bold red]x[/] :boom:" in shown
    assert "[link=http://x]y[/link]" in shown


def test_ascii_alone_where_the_stream_knows_no_more() -> None:
    for sample in SAMPLES.values():
        assert render(sample, Style(width=80, unicode=False)).isascii()
    shown = render(SAMPLES["camera_busy"], Style(width=80, unicode=False))
    assert shown.startswith("x FAIL 3003  ")
    assert "\n + devices.microphone" in shown


def test_rows_with_nothing_to_check_are_counted_and_shown_when_asked() -> None:
    assert "devices.bluetooth" not in screen(udp_blocked())
    assert "1 not applicable" in screen(udp_blocked())
    assert " – devices.bluetooth" in screen(udp_blocked(), verbosity=Verbosity.VERBOSE)


def test_what_was_left_out_is_told_by_group_and_reason() -> None:
    shown = screen(user_id_number())
    assert "Left out: local, endpoint, init, devices (not named by --only)." in shown
    one = report(Verdict.WARN, 0, "x", (CAMERA, skipped("devices.speaker", "t", "--skip", asked_for=True), FORMAT))
    assert "Left out: devices.speaker (--skip)." in screen(one)


def test_a_check_that_lacks_another_says_so() -> None:
    assert "skipped: needs endpoint.reach" in screen(portal())


def test_an_interrupted_run_says_so() -> None:
    shown = screen(interrupted())
    assert "Interrupted: " in shown
    assert "none failed (not finished)" in shown


@pytest.mark.parametrize(
    ("confidence", "label"),
    [
        (Confidence.HIGH, "Why we are sure"),
        (Confidence.MEDIUM, "Why we think so"),
        (Confidence.LOW, "Why we suspect it"),
    ],
)
def test_how_sure_we_are_is_said_in_words(confidence: Confidence, label: str) -> None:
    blocked = udp_blocked()
    assert isinstance(blocked.diagnosis.root, RootCause)
    root = replace(blocked.diagnosis.root, confidence=confidence)
    assert label in screen(replace(blocked, diagnosis=replace(blocked.diagnosis, root=root)))


def caused_by(audience: Audience, scope: Scope, cause_id: str = "sample.x") -> Report:
    cause = Cause(id=cause_id, title="t", action="mend it.", audience=audience, scope=scope, code=4005)
    check = ran("ice.verdict", "t", Failed(cause=cause, summary="broken"))
    return report(Verdict.FAIL, 1, "broken", (check,), diagnosis=Diagnosis(root=told(check, Confidence.LOW)))


@pytest.mark.parametrize(
    ("audience", "scope", "words_for_them"),
    [
        (Audience.CALLER, Scope.MACHINE, "For the caller: mend it."),
        (Audience.APP_DEVELOPER, Scope.TOKEN, "For the app's developer: mend it."),
        (Audience.ADMINISTRATOR, Scope.NETWORK, "For the network's administrator: mend it."),
        (Audience.ADMINISTRATOR, Scope.MACHINE, "For the administrator: mend it."),
        (Audience.HMS, Scope.SERVICE, "For the app's developer, to take up with 100ms: mend it."),
    ],
)
def test_the_order_goes_to_who_can_carry_it_out(audience: Audience, scope: Scope, words_for_them: str) -> None:
    assert f"  {words_for_them}" in screen(caused_by(audience, scope))


def test_what_the_app_sees_is_told_per_sdk() -> None:
    seen = caused_by(Audience.ADMINISTRATOR, Scope.NETWORK, "turn.unreachable")
    assert "What your app sees" in screen(seen)
    assert "web 0.15.2" in screen(seen)
    on_ios = replace(seen, environment=replace(HERE, platform=Platform.IOS))
    assert "web 0.15.2" not in screen(on_ios)


def test_what_could_not_be_told_stands_beside_a_failure_with_its_way_out() -> None:
    unsure = ran("devices.speaker", "t", Undecided(summary="no PortAudio", action="install it."))
    blocked = udp_blocked()
    shown = screen(replace(blocked, checks=(*blocked.checks, unsure)))
    assert "  ? no PortAudio (devices.speaker)\n    To find out: install it.\n" in shown


def test_a_warning_under_an_inconclusive_headline_is_still_told() -> None:
    warned = SAMPLES["warned"]
    unsure = ran("init", "t", Undecided(summary="we crashed"))
    shown = screen(
        replace(warned, verdict=Verdict.INCONCLUSIVE, headline="We could not tell", checks=(*warned.checks, unsure))
    )
    assert "  ! the token expires in 4 minutes (token.time)\n    For the app's developer: make a fresh" in shown
    assert "we crashed (init)" not in shown


def test_another_cause_is_told_with_its_code() -> None:
    blocked = udp_blocked()
    other = RootCause(
        cause=Cause(id="b", title="t", action="", audience=Audience.CALLER, scope=Scope.MACHINE),
        check="devices.bluetooth", code=3012, status=blocked.checks[-2].status, summary="Bluetooth is denied",
        action="", confidence=Confidence.LOW,
    )  # fmt: skip
    shown = screen(replace(blocked, diagnosis=replace(blocked.diagnosis, others=(other,))))
    assert "  ! Bluetooth is denied (3012, devices.bluetooth)\n\n" in shown


def test_verbose_adds_findings_evidence_steps_and_the_slowest() -> None:
    check = CheckResult(
        id="init",
        title="t",
        outcome=Ran(
            findings=(
                Passed(summary="answered", evidence={"status": 200, "cached": False, "server": None, "held_s": 0.4}),
                Warned(cause=SLOW, summary="slow", evidence={"hops": ["a", "b"], "none": []}),
                Passed(summary="a note", evidence={"tls": {"version": "1.3", "left": 1.25, "rtt_ms": 2.0, "via": ""}}),
            ),
            measurements={"http_ms": 812.04, "loss_percent": 3.0},
            duration_ms=900.0,
            attempts=2,
        ),
    )
    shown = screen(report(Verdict.WARN, 0, "slow", (check, INIT)), verbosity=Verbosity.VERBOSE)
    for line in (
        " ! init  slow",
        "     ✓ answered", "     status: 200", "     cached: no", "     server: none", "     held: 0.4 s",
        "     hops: a, b", "     none: none", "     ✓ a note", "     tls: version 1.3, left 1.2, rtt 2 ms\n",
        "     measured: http 812 ms, loss 3 %", "     tries: 2",
        "  Slowest: init 48 ms.",
    ):  # fmt: skip
        assert line in shown
    assert "-v" not in shown


def test_a_report_without_checks_says_so() -> None:
    shown = screen(report(Verdict.INCONCLUSIVE, 3, "We could not tell: no check ran", ()))
    assert "  No checks · 1.3 s" in shown


def test_a_check_without_findings_says_that_nothing_was_seen() -> None:
    empty = CheckResult(id="init", title="t", outcome=Ran(findings=()))
    shown = screen(report(Verdict.INCONCLUSIVE, 3, "x", (empty,)), verbosity=Verbosity.VERBOSE)
    assert "nothing was seen" in shown


def test_only_a_skip_that_names_a_check_needs_it() -> None:
    told_so = CheckResult(id="init", title="t", outcome=Skipped(because="endpoint.reach"))
    assert "skipped: endpoint.reach" in screen(report(Verdict.FAIL, 1, "x", (told_so,)))
