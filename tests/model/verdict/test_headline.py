"""The sentence on top, and what a run says that it did not try."""

from dataclasses import replace

import pytest
from helpers_runner import cause

from hms_doctor.model.finding import CheckResult, Failed, Passed, Ran, Skipped, Undecided, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.report import Diagnosis, Verdict
from hms_doctor.model.verdict.headline import headline, not_proven

NEVER = ("joining the room", "media", "browser permissions")


def passed(name: str, summary: str = "fine") -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Ran(findings=(Passed(summary=summary),)))


def skipped(name: str, because: str = "x", *, asked_for: bool = False, required: bool = False) -> CheckResult:
    outcome = Skipped(because=because, asked_for=asked_for, required=required)
    return CheckResult(id=name, title=name, outcome=outcome)


def unsure(name: str, summary: str) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Ran(findings=(Undecided(summary=summary),)))


RELAY = passed("ice.verdict", "relay over UDP at 42 ms")
SCORED = CheckResult(
    id="ice.quality", title="", outcome=Ran(findings=(Passed(summary="", evidence={"voice": "4.4 of 5"}),))
)
SENT, CAME = {"direction": "sent", "kind": "audio"}, {"direction": "received", "kind": "audio"}


def media(*tracks: JsonObject) -> CheckResult:
    evidence: JsonObject = {"voice": "4.2 of 5", "tracks": list(tracks)}
    found = Passed(summary="media flows both ways", evidence=evidence)
    return CheckResult(id="room.media", title="", outcome=Ran(findings=(found,)))


MEDIA = media(SENT, CAME)
LOSSY = CheckResult(id="room.media", title="", outcome=Ran(findings=(Warned(cause=cause("x"), summary="lossy"),)))
BROKEN = CheckResult(id="init", title="", outcome=Ran(findings=(Failed(cause=cause("x"), summary=""),)))
JOIN_FAILED = replace(BROKEN, id="signalling.join")
NO_NEED = "not needed: the role guest publishes no video (there is no camera)"


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ((), "No obstacle found."),
        ((passed("init"),), "No obstacle found."),
        ((RELAY,), "No obstacle found: relay over UDP at 42 ms."),
        (
            (RELAY, passed("devices.camera"), passed("devices.microphone")),
            "No obstacle found: relay over UDP at 42 ms, camera and microphone free.",
        ),
        ((RELAY, SCORED), "No obstacle found: relay over UDP at 42 ms, voice 4.4 of 5."),
        ((RELAY, passed("ice.quality")), "No obstacle found: relay over UDP at 42 ms."),
        ((passed("devices.microphone"), unsure("devices.camera", "x")), "No obstacle found: microphone free."),
        ((RELAY, passed("devices.camera", NO_NEED)), "No obstacle found: relay over UDP at 42 ms."),
        ((RELAY, SCORED, MEDIA), "Ready for a call: media flows both ways, voice 4.2 of 5."),
        ((RELAY, SCORED, passed("room.media")), "Ready for a call: fine, voice 4.4 of 5."),
        (
            (RELAY, passed("signalling.join", "in the room as guest, alone")),
            "No obstacle found: in the room as guest, alone, relay over UDP at 42 ms.",
        ),
    ],
)
def test_a_healthy_run(results: tuple[CheckResult, ...], told: str) -> None:
    assert headline(Verdict.PASS, Diagnosis(), results) == told


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ((unsure("init", "we could not tell: cut off"),), "init: cut off"),
        ((unsure("ice.stun", "cut off"), unsure("ice.verdict", "cut off too")), "ice.verdict: cut off too"),
        ((unsure("ice.stun", "cut off"), unsure("devices.camera", "hung")), "ice.stun: cut off"),
        ((skipped("token.format", "no token given"), unsure("devices.camera", "hung")), "no token given"),
        ((skipped("token.format", "no token given"), unsure("token.room_code", "late")), "token.room_code: late"),
        ((skipped("token.format", "--skip", asked_for=True), unsure("devices.camera", "x")), "devices.camera: x"),
        ((skipped("token.format", "no token given"), skipped("init")), "no token given"),
        ((skipped("ice.nat", "no relay", required=True),), "ice.nat: required, but skipped: no relay"),
        ((skipped("init"),), "no check that was asked for ran"),
    ],
)
def test_an_open_end_names_what_is_open(results: tuple[CheckResult, ...], told: str) -> None:
    assert headline(Verdict.INCONCLUSIVE, Diagnosis(), results) == f"We could not tell: {told}"


def test_an_interrupted_run_says_so_first() -> None:
    told = headline(Verdict.INCONCLUSIVE, Diagnosis(), (unsure("init", "x"),), interrupted=True)
    assert told == "We could not tell: the run was interrupted"


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.WARN])
def test_trouble_without_a_root_is_still_told(verdict: Verdict) -> None:
    assert headline(verdict, Diagnosis(), ()).endswith(".")


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ((RELAY,), NEVER),
        ((passed("signalling.join"), passed("room.media")), ("browser permissions",)),
        ((passed("signalling.join"), MEDIA), ("browser permissions",)),
        ((passed("signalling.join"), LOSSY), ("browser permissions",)),
        ((passed("signalling.join"), media(SENT)), ("hearing others (nobody else sends)", "browser permissions")),
        (
            (passed("signalling.join"), skipped("room.subscribe", asked_for=True), media(SENT)),
            ("hearing others", "browser permissions"),
        ),
        ((passed("signalling.join"), unsure("room.media", "cut off")), ("media", "browser permissions")),
        ((JOIN_FAILED, skipped("room.media", "signalling.join")), ("media", "browser permissions")),
        ((skipped("init"), skipped("ice.verdict")), ("init", "relays", *NEVER)),
        ((skipped("init", asked_for=True),), NEVER),
        ((skipped("ice.verdict"), BROKEN), NEVER),
    ],
)
def test_what_was_not_tried(results: tuple[CheckResult, ...], told: tuple[str, ...]) -> None:
    assert not_proven(results) == told


def test_a_borrowed_token_is_told() -> None:
    assert not_proven((passed("token.diagnostics"),))[0].startswith("a token of your own")


def test_it_says_once_that_we_could_not_tell() -> None:
    asked = unsure("ice.verdict", "we could not tell whether a call finds a way (0 of 2 relays)")
    told = headline(Verdict.INCONCLUSIVE, Diagnosis(), (asked,))
    assert told == "We could not tell whether a call finds a way (0 of 2 relays) (ice.verdict)"
