"""What two seconds of a microphone mean."""

from dataclasses import replace

import pytest
from device_looks import ZOOM, cause_and_code, device, here, is_told_well, leading, node, server, status

from hms_doctor.checks import devices_microphone
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.levels import SILENCE, Level, Levels
from hms_doctor.model.devices.look import Finished, Look
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.recordings import LeftAlone, Lost, NoSamples, Outcome, Recorded, Refusal, Refused
from hms_doctor.model.devices.sound import NoServer, ServerDevice, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import LibraryMissing, NotTried
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.model.finding import Status, action_of, code_of

PASS, WARN, FAIL, OPEN = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE
NAME = "The mic"


def level(rms: float = -30.0, *, zeros: float = 0.0, clips: int = 0, offset: float = 0.0) -> Level:
    peak = SILENCE if rms == SILENCE else rms + 12
    return Level(rms=rms, peak=peak, zeros=zeros, clips=clips, offset=offset)


SILENT = level(SILENCE, zeros=1.0)


def heard(
    overall: Level, *channels: Level, rate: float = 48_000, mono: bool = False, promised: int = 48_000, missed: int = 0
) -> Recorded:
    sound = Levels(
        frames=2 * promised, rate=promised, overall=overall, channels=channels or (overall, overall), is_mono=mono
    )
    return Recorded(name=NAME, levels=sound, first_ms=20.0, rate=rate, missed=missed)


def served(outcome: Outcome, *devices: ServerDevice, nodes: tuple[SoundNode, ...] = ()) -> Look[SoundSurvey | OsSurvey]:
    return after(outcome, server(*(devices or (device(),))), *nodes)


def after(
    outcome: Outcome, serves: SoundServer | NoServer, *nodes: SoundNode, root: bool = False
) -> Look[SoundSurvey | OsSurvey]:
    survey = SoundSurvey(
        here=here(root=root), cards=(), nodes=nodes, server=serves, portaudio=NotTried(), recording=outcome
    )
    wish = DeviceWish(proof=DeviceProof.TEST)
    return Look(seen=survey, end=Finished(), required=False, wish=wish)


def refused(reason: Refusal, detail: str = "its words") -> Refused:
    return Refused(name=NAME, reason=reason, detail=detail)


def named(errno: str = "") -> SoundNode:
    return replace(node(errno), name=NAME)


NONE = NoServer()
TABLE: list[tuple[str, Look[SoundSurvey | OsSurvey], Status, str, int, int, str]] = [
    ("good", served(heard(level())), PASS, "", 0, 0, "The mic: -30 dBFS, peak -18 dBFS"),
    ("a voice at the bound", served(heard(level(-60))), PASS, "", 0, 0, "-60 dBFS, peak -48 dBFS"),
    ("a quiet room", served(heard(level(-60.1))), PASS, "", 0, 0, "a quiet room, or a quiet microphone"),
    ("a very quiet room", served(heard(level(-90))), PASS, "", 0, 0, "speak while it records"),
    ("no room", served(heard(level(-90.1))), WARN, "microphone.quiet", 0, 0, "hears nothing, not even a room"),
    ("silence", served(heard(SILENT)), WARN, "microphone.silence", 0, 3010, "each sample is exactly 0"),
    ("gated", served(heard(level(-50, zeros=0.9))), PASS, "", 0, 0, "-50 dBFS"),
    ("two pops", served(heard(level(clips=2))), PASS, "", 0, 0, "-30 dBFS"),
    ("clipping", served(heard(level(-3, clips=3))), WARN, "microphone.clips", 0, 0, "clips, 3 times in 2 s"),
    ("a small offset", served(heard(level(offset=-0.05))), PASS, "", 0, 0, "-30 dBFS"),
    ("an offset", served(heard(level(offset=-0.051))), WARN, "microphone.offset", 0, 0, "offset of -5%"),
    (
        "one side",
        served(heard(level(), level(), SILENT)),
        WARN,
        "microphone.one_sided",
        0,
        0,
        "one of its two channels",
    ),
    ("one side leaks", served(heard(level(), level(), level(-70))), PASS, "", 0, 0, "-30 dBFS"),
    ("one side, quiet", served(heard(level(-70), level(-67), SILENT)), PASS, "", 0, 0, "a quiet room"),
    ("mono", served(heard(level(), mono=True)), PASS, "", 0, 0, "both channels are the same"),
    ("slow", served(heard(level(), rate=43_000)), WARN, "microphone.speed", 0, 0, "43000 samples a second where 48000"),
    ("fast", served(heard(level(), rate=53_000)), WARN, "microphone.speed", 0, 0, "53000 samples a second"),
    ("a little slow", served(heard(level(), rate=44_000)), PASS, "", 0, 0, "-30 dBFS"),
    ("slow because of us", served(heard(level(), rate=20_000, missed=4)), PASS, "", 0, 0, "-30 dBFS"),
    ("16 kHz", served(heard(level()), replace(device(), rate=16_000)), PASS, "", 0, 0, "it records at 16 kHz"),
    ("8 kHz", served(heard(level()), replace(device(), rate=8_000)), WARN, "microphone.narrow", 0, 0, "at 8 kHz"),
    ("muted", served(heard(SILENT), device(muted=True)), WARN, "microphone.muted", 0, 3010, "is muted: each sample is"),
    ("muted, heard", served(heard(level()), device(muted=True)), PASS, "", 0, 0, "-30 dBFS"),
    ("low", served(heard(level(-88)), device(percent=9)), WARN, "microphone.low", 0, 0, "turned down to 9 %: -88 dBFS"),
    ("low, heard", served(heard(level()), device(percent=9)), PASS, "", 0, 0, "-30 dBFS"),
    ("unplugged", served(heard(level(-95)), device(plugged=False)), WARN, "microphone.unplugged", 0, 0, "-95 dBFS"),
    ("unplugged, heard", served(heard(level()), device(plugged=False)), PASS, "", 0, 0, "-30 dBFS"),
    (
        "held, and heard",
        served(heard(level()), nodes=(node("EBUSY", holder=ZOOM),)),
        PASS,
        "",
        0,
        0,
        "-30 dBFS",
    ),
    ("from the card", after(heard(level()), NONE, node()), PASS, "", 0, 0, "-30 dBFS"),
    ("from the card, as root", after(heard(level()), NONE, node(), root=True), PASS, "", 0, 0, "user was not tried"),
    (
        "from the card at 8 kHz",
        after(heard(level(), promised=8_000, rate=8_000), NONE, node()),
        WARN,
        "microphone.narrow",
        0,
        0,
        "8 kHz",
    ),
    (
        "nothing came",
        served(NoSamples(name=NAME, seconds=3.0)),
        FAIL,
        "microphone.silent_stream",
        3015,
        3015,
        "delivered no sound in 3 s",
    ),
    (
        "nothing came, held",
        served(NoSamples(name=NAME, seconds=3.0), nodes=(node("EBUSY", holder=ZOOM), node())),
        FAIL,
        "microphone.busy",
        3003,
        3003,
        "in use by Zoom (pid 4711)",
    ),
    (
        "nothing came, another card is held",
        served(
            NoSamples(name=NAME, seconds=3.0),
            replace(device(), card="7"),
            nodes=(node("EBUSY", holder=ZOOM),),
        ),
        FAIL,
        "microphone.silent_stream",
        3015,
        3015,
        "no sound",
    ),
    ("lost", served(Lost(name=NAME, seconds=0.8, detail="")), FAIL, "microphone.lost", 3002, 3004, "after 0.8 s"),
    ("left alone", served(LeftAlone(name="Buds")), PASS, "", 0, 0, "The mic, through PulseAudio"),
    ("taken meanwhile", after(refused(Refusal.ABSENT), NONE, named("EBUSY")), FAIL, "microphone.busy", 3003, 3003, ""),
    ("busy", after(refused(Refusal.BUSY), NONE, named()), FAIL, "microphone.busy", 3003, 3003, "another program"),
    ("gone", after(refused(Refusal.ABSENT), NONE), FAIL, "microphone.absent", 3002, 3002, "was there, and is gone"),
    ("not listed", after(refused(Refusal.ABSENT), NONE, named()), OPEN, "", 0, 0, "could not be recorded: its words"),
    ("no such format", after(refused(Refusal.FORMAT), NONE, named()), OPEN, "", 0, 0, "could not be recorded"),
    ("refused", served(refused(Refusal.OTHER)), OPEN, "", 0, 0, "could not be recorded: its words"),
    (
        "the server stopped before",
        served(refused(Refusal.OTHER, "Connection refused")),
        WARN,
        "microphone.server_down",
        0,
        0,
        "stopped before The mic was recorded",
    ),
    (
        "no PortAudio",
        after(LibraryMissing(library="PortAudio", detail="PortAudio library not found"), NONE, node()),
        OPEN,
        "",
        0,
        0,
        "nothing was recorded: PortAudio library not found",
    ),
]


@pytest.mark.parametrize(
    ("observation", "is_", "cause", "codes", "words"),
    [(*row[1:4], row[4:6], row[6]) for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_what_was_recorded_means(
    observation: Look[SoundSurvey | OsSurvey], is_: Status, cause: str, codes: tuple[int, int], words: str
) -> None:
    """``codes``: 100ms's pages', and the web's."""
    code, web = codes
    findings = list(devices_microphone.diagnose(observation))
    assert all(is_told_well(found) for found in findings), findings
    assert status(findings) is is_
    found = leading(findings)
    assert cause_and_code(found) == (cause, code)
    assert code_of(found, Platform.WEB) == web
    assert words in found.summary
    assert {code} <= devices_microphone.CHECK.codes | {0}


@pytest.mark.parametrize(
    ("outcome", "order"),
    [
        (LibraryMissing(library="parec", detail="there is no parec"), "Install parec (package pulseaudio-utils)."),
        (
            Lost(name=NAME, seconds=1.0, detail="Stream error: Connection terminated"),
            "Run systemctl --user restart pipewire-pulse, or with PulseAudio: pulseaudio --start.",
        ),
        (
            Lost(name=NAME, seconds=1.0, detail="no sample for 3 s"),
            "Plug the microphone in again, without a hub, and try another cable.",
        ),
    ],
)
def test_the_order_fits_what_happened(outcome: Outcome, order: str) -> None:
    assert action_of(leading(list(devices_microphone.diagnose(served(outcome))))) == order


def test_two_troubles_are_told_both() -> None:
    findings = list(devices_microphone.diagnose(served(heard(level(-2, clips=9, offset=0.2)))))
    assert [cause_and_code(found)[0] for found in findings] == ["microphone.clips", "microphone.offset"]


def test_a_bluetooth_microphone_left_alone_is_told() -> None:
    _, note = devices_microphone.diagnose(served(LeftAlone(name="Buds")))
    assert "Buds was not recorded" in note.summary
    assert "--microphone" in note.summary


def test_the_figures_are_evidence() -> None:
    [found] = devices_microphone.diagnose(served(heard(level(), level(-30.04), level(), mono=True)))
    recording = found.evidence["recording"]
    assert isinstance(recording, dict)
    assert (recording["rms_dbfs"], recording["peak_dbfs"], recording["rate"]) == (-30.0, -18.0, 48_000)
    assert (recording["seconds"], recording["first_sample_ms"], recording["mono"]) == (2.0, 20.0, True)
    assert recording["channels"] == [
        {"rms_dbfs": -30.0, "peak_dbfs": -18.0, "zeros": 0.0, "clips": 0, "offset": 0.0},
        {"rms_dbfs": -30.0, "peak_dbfs": -18.0, "zeros": 0.0, "clips": 0, "offset": 0.0},
    ]
