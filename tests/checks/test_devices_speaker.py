"""What each look at the sound outputs means, with and without tones."""

from dataclasses import replace

import pytest
from device_looks import cause_and_code, device, here, is_told_well, leading, look, node, server, status, system

from hms_doctor.checks import devices_speaker
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.levels import SILENCE
from hms_doctor.model.devices.look import Look
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.playings import (
    Deaf,
    Heeded,
    LeftSilent,
    Played,
    PlayOutcome,
    RefusedPlaying,
    StuckPlaying,
    Unheeded,
)
from hms_doctor.model.devices.sound import NoServer, ServerDevice, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing, NotTried
from hms_doctor.model.devices.tone import Heard, NotHeard
from hms_doctor.model.finding import Failed, Finding, Passed, Status, Undecided, Warned, action_of, code_of

PASS, WARN, FAIL, OPEN = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE
SPEAKER = device("speaker")
SCREEN = replace(device("alsa_output.pci.hdmi-stereo"), description="The screen (HDMI)")
HEADSET = replace(device("bluez_output.1"), description="WH-1000", is_bluetooth=True)
DUMMY = device("auto_null")
HEARD = Heard(delay_ms=84.2, gain_db=-31.4, margin_db=28.0)
UNHEARD = NotHeard(margin_db=3.0)


def survey(*nodes: SoundNode, serves: SoundServer | None = None, playing: PlayOutcome | None = None) -> SoundSurvey:
    return SoundSurvey(
        here=here(),
        cards=(),
        nodes=nodes,
        server=serves or NoServer(),
        portaudio=NotTried(),
        playing=playing or NotTried(),
    )


def outputs(*devices: ServerDevice, headsets: tuple[str, ...] = ()) -> SoundServer:
    return server(*devices, default=devices[0].name, headsets=headsets)


def judged(observation: Look[SoundSurvey | OsSurvey]) -> list[Finding]:
    findings = list(devices_speaker.diagnose(observation))
    assert all(is_told_well(found) for found in findings), findings
    assert {code_of(found, Platform.ANY) for found in findings} <= devices_speaker.CHECK.codes | {0}
    return findings


SEEN: list[tuple[str, SoundSurvey, Status, str, str]] = [
    ("speaker", survey(serves=outputs(SPEAKER)), PASS, "", "The speaker, through PulseAudio"),
    ("speaker and screen", survey(serves=outputs(SPEAKER, SCREEN)), PASS, "", "The speaker, through PulseAudio"),
    ("screen of two", survey(serves=outputs(SCREEN, SPEAKER)), PASS, "", "PulseAudio, the sound of a screen"),
    ("screen alone", survey(serves=outputs(SCREEN)), PASS, "", "the sound of a screen, which is the only output"),
    (
        "node of a screen",
        survey(replace(node(), name="PCH HDMI 0")),
        PASS,
        "",
        "PCH HDMI 0, free, the sound of a screen",
    ),
    ("headset", survey(serves=outputs(HEADSET, headsets=("WH-1000",))), PASS, "", "a call that uses its microphone"),
    ("headset for music", survey(serves=outputs(HEADSET)), PASS, "", "without a microphone for calls (A2DP only)"),
    (
        "one headset of two",
        survey(serves=outputs(HEADSET, headsets=("Jabra",))),
        PASS,
        "",
        "WH-1000, through PulseAudio",
    ),
    ("dummy alone", survey(serves=outputs(DUMMY)), FAIL, "speaker.absent", "lists no sound output"),
    (
        "dummy by default",
        survey(serves=outputs(DUMMY, SPEAKER)),
        WARN,
        "speaker.dummy",
        "leads nowhere; there is The speaker",
    ),
    ("muted", survey(serves=outputs(device("speaker", muted=True))), WARN, "speaker.muted", "The speaker is muted"),
    ("at nothing", survey(serves=outputs(device("speaker", percent=0))), WARN, "speaker.muted", "turned down to 0 %"),
    ("nearly at nothing", survey(serves=outputs(device("speaker", percent=3))), WARN, "speaker.low", "down to 3 %"),
    ("unplugged", survey(serves=outputs(device("speaker", plugged=False))), WARN, "speaker.unplugged", "plugged into"),
]


@pytest.mark.parametrize(("seen", "is_", "cause", "words"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_what_was_seen_of_outputs_means(seen: SoundSurvey, is_: Status, cause: str, words: str) -> None:
    findings = judged(look(seen))
    assert status(findings) is is_
    assert cause_and_code(leading(findings))[0] == cause
    assert words in leading(findings).summary


def ear(result: Heard | NotHeard, *, is_monitor: bool = False, rms: float = -40.0) -> Heeded:
    return Heeded(microphone="Boom", is_monitor=is_monitor, rms=rms, result=result)


def played(by: Heeded | Unheeded) -> Played:
    return Played(name="The speaker", ms=1130.0, ear=by)


def nobody(why: Deaf, detail: str = "") -> Played:
    return played(Unheeded(why=why, detail=detail))


REFUSED = RefusedPlaying(name="The speaker", busy=False, detail="Stream error: No such entity")
NO_PACAT = LibraryMissing(library="pacat", detail="there is no pacat")
PLAYED: list[tuple[str, PlayOutcome, Status, str, int, str]] = [
    ("heard", played(ear(HEARD)), PASS, "", 0, "three tones, heard by Boom after 84 ms at -31 dB"),
    ("not heard", played(ear(UNHEARD)), WARN, "speaker.unheard", 0, "three tones, and Boom did not hear them"),
    ("silence", played(ear(UNHEARD, rms=SILENCE)), WARN, "speaker.unheard", 0, "Boom recorded exact silence"),
    (
        "its monitor",
        played(ear(HEARD, is_monitor=True)),
        PASS,
        "",
        0,
        "Boom, a monitor, hears no air and proves no more",
    ),
    ("its silent monitor", played(ear(UNHEARD, is_monitor=True)), PASS, "", 0, "hears no air and proves no more"),
    (
        "no microphone",
        nobody(Deaf.NO_MICROPHONE),
        PASS,
        "",
        0,
        "played to the end; there is no microphone to hear them",
    ),
    ("none of that name", nobody(Deaf.NOT_FOUND, "Boom"), PASS, "", 0, "no microphone is called Boom"),
    ("only a monitor", nobody(Deaf.MONITOR, "Monitor"), PASS, "", 0, "Monitor is the default input and hears no air"),
    ("Bluetooth", nobody(Deaf.BLUETOOTH, "WH-1000"), PASS, "", 0, "WH-1000 was not recorded"),
    ("deaf", nobody(Deaf.FAILED, "Boom: {it}"), PASS, "", 0, "no microphone listened: Boom: {it}"),
    (
        "stuck",
        StuckPlaying(name="The speaker", seconds=4),
        WARN,
        "speaker.stuck",
        0,
        "was not through with them in 4 s",
    ),
    ("refused", REFUSED, OPEN, "", 0, "could not be played to: Stream error: No such entity"),
    ("busy", replace(REFUSED, busy=True), FAIL, "speaker.busy", 3003, "in use by another program"),
    ("silent", LeftSilent(name="The speaker"), PASS, "", 0, "The speaker, through PulseAudio"),
    ("no player", NO_PACAT, OPEN, "", 0, "no tone was played: there is no pacat"),
    (
        "no library",
        LibraryMissing(library="PortAudio", detail="not found"),
        OPEN,
        "",
        0,
        "no tone was played: not found",
    ),
]


@pytest.mark.parametrize(
    ("playing", "is_", "cause", "code", "words"), [row[1:] for row in PLAYED], ids=[row[0] for row in PLAYED]
)
def test_what_became_of_the_tones_means(playing: PlayOutcome, is_: Status, cause: str, code: int, words: str) -> None:
    findings = judged(look(survey(serves=outputs(SPEAKER), playing=playing)))
    assert status(findings) is is_
    assert cause_and_code(leading(findings)) == (cause, code)
    assert words in leading(findings).summary


def test_not_heard_mentions_headphones() -> None:
    findings = judged(look(survey(serves=outputs(SPEAKER), playing=played(ear(UNHEARD)))))
    assert action_of(leading(findings)).startswith("With headphones on this is expected.")


def test_one_output_is_told_once() -> None:
    [found] = judged(look(survey(serves=outputs(SPEAKER), playing=played(ear(HEARD)))))
    assert found.summary.startswith("The speaker, through PulseAudio: three tones, heard by Boom")


def test_what_was_wrong_before_stays_told() -> None:
    low = device("speaker", percent=3)
    warned, passed = judged(look(survey(serves=outputs(low), playing=played(ear(HEARD)))))
    assert isinstance(warned, Warned)
    assert warned.cause.id == "speaker.low"
    assert isinstance(passed, Passed)
    assert passed.summary.startswith("The speaker: three tones, heard")


def test_a_muted_output_is_left_as_it_is() -> None:
    muted = outputs(device("speaker", muted=True))
    warned, passed = judged(look(survey(serves=muted, playing=LeftSilent(name="The speaker"))))
    assert isinstance(warned, Warned)
    assert passed.summary == "no tone was played: The speaker is left as it is"


def test_the_evidence_has_the_figures() -> None:
    [found] = judged(look(survey(serves=outputs(SPEAKER), playing=played(ear(HEARD)))))
    assert found.evidence["tone"] == {
        "output": "The speaker",
        "played_ms": 1130.0,
        "heard": True,
        "microphone": "Boom",
        "delay_ms": 84.2,
        "gain_db": -31.4,
        "monitor": False,
        "recorded_dbfs": -40.0,
        "margin_db": 28.0,
    }
    assert found.evidence["devices"]


def test_the_evidence_says_that_nobody_listened() -> None:
    [found] = judged(look(survey(serves=outputs(SPEAKER), playing=nobody(Deaf.NO_MICROPHONE))))
    assert found.evidence["tone"] == {"output": "The speaker", "played_ms": 1130.0, "heard": None, "microphone": None}


@pytest.mark.parametrize(
    ("playing", "is_"),
    [(played(ear(HEARD)), PASS), (played(ear(UNHEARD)), WARN), (replace(REFUSED, busy=True), OPEN)],
)
def test_systems_that_never_ran_are_capped(playing: PlayOutcome, is_: Status) -> None:
    findings = judged(look(replace(system("MacBook Speakers"), playing=playing)))
    assert status(findings) is is_
    assert not [found for found in findings if isinstance(found, Failed)]
    assert "(unverified on macOS)" in leading(findings).summary


def test_a_refusal_takes_the_place_of_praise() -> None:
    findings = judged(look(survey(serves=outputs(SPEAKER), playing=REFUSED)))
    assert [type(found) for found in findings] == [Undecided]
