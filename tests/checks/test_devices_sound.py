"""What each look at microphones and speakers means."""

import pytest
from device_looks import (
    ZOOM,
    cause_and_code,
    device,
    here,
    is_told_well,
    leading,
    look,
    node,
    server,
    status,
    system,
)

from hms_doctor.checks import devices_microphone, devices_speaker
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.look import Crashed, Hung, Look, NothingSeen
from hms_doctor.model.devices.os_survey import Consent, OsSurvey
from hms_doctor.model.devices.sound import (
    NoServer,
    PortAudioDevices,
    ServerUntold,
    SoundNode,
    SoundServer,
    SoundSurvey,
)
from hms_doctor.model.devices.surveys import Here, Holder, LibraryMissing, NotTried
from hms_doctor.model.finding import Finding, Status, action_of, code_of
from hms_doctor.model.vantage import Seat

PASS, WARN, FAIL, OPEN = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE
PIPEWIRE = Holder(name="pipewire", pid=900)
UNTOLD = ServerUntold(detail="pactl is missing")
NO_LIBRARY = LibraryMissing(library="PortAudio", detail="PortAudio library not found")


def survey(
    *nodes: SoundNode,
    serves: SoundServer | ServerUntold | None = None,
    portaudio: PortAudioDevices | LibraryMissing | None = None,
    at: Here | None = None,
    cards: tuple[str, ...] = (),
) -> SoundSurvey:
    return SoundSurvey(
        here=at or here(), cards=cards, nodes=nodes, server=serves or NoServer(), portaudio=portaudio or NotTried()
    )


def judged(observation: Look[SoundSurvey | OsSurvey]) -> list[Finding]:
    findings = list(devices_microphone.diagnose(observation))
    assert all(is_told_well(found) for found in findings), findings
    assert {code_of(found, Platform.ANY) for found in findings} <= devices_microphone.CHECK.codes | {0}
    return findings


MONITOR = device("monitor", is_monitor=True)
TABLE: list[tuple[str, Look[SoundSurvey | OsSurvey], Status, str, int, str]] = [
    ("served", look(survey(serves=server(device()))), PASS, "", 0, "The mic, through PulseAudio"),
    ("served, no default", look(survey(serves=server(MONITOR, device(), default="?"))), PASS, "", 0, "The mic"),
    ("muted", look(survey(serves=server(device(muted=True)))), WARN, "microphone.muted", 0, "The mic is muted"),
    ("turned down", look(survey(serves=server(device(percent=0)))), WARN, "microphone.muted", 0, "down to 0 %"),
    (
        "monitor",
        look(survey(serves=server(MONITOR, device(), default="monitor"))),
        WARN,
        "microphone.monitor",
        0,
        "the default input is The monitor",
    ),
    ("unplugged", look(survey(serves=server(device(plugged=False)))), WARN, "microphone.unplugged", 0, "plugged into"),
    (
        "only a monitor",
        look(survey(serves=server(MONITOR))),
        FAIL,
        "microphone.absent",
        3002,
        "PulseAudio lists no microphone",
    ),
    ("only the dummy", look(survey(serves=server(device("auto_null")))), FAIL, "microphone.absent", 3002, "lists no"),
    ("headset", look(survey(serves=server(MONITOR, headsets=("WH-1000",)))), PASS, "", 0, "WH-1000, a headset"),
    (
        "served, taken",
        look(survey(node("EBUSY", holder=ZOOM), serves=server(device()))),
        FAIL,
        "microphone.busy",
        3003,
        "in use by Zoom (pid 4711)",
    ),
    (
        "served, one taken",
        look(survey(node("EBUSY", holder=ZOOM), node(tried=False), serves=server(device()))),
        PASS,
        "",
        0,
        "The mic",
    ),
    (
        "served, held by it",
        look(survey(node("EBUSY", holder=PIPEWIRE), serves=server(device()))),
        PASS,
        "",
        0,
        "The mic",
    ),
    ("served, not opened", look(survey(node(tried=False), serves=server(device()))), PASS, "", 0, "The mic"),
    ("nothing", look(survey()), FAIL, "microphone.absent", 3002, "there is no microphone"),
    ("no input", look(survey(cards=("HDMI",))), FAIL, "microphone.absent", 3002, "only HDMI without one"),
    ("nothing in a container", look(survey(at=here(Seat.CONTAINER))), OPEN, "", 0, "no microphone is visible"),
    ("nothing, required", look(survey(at=here(Seat.CONTAINER)), required=True), FAIL, "microphone.absent", 3002, "no"),
    ("free", look(survey(node())), PASS, "", 0, "PCH Analog, free"),
    ("free to root", look(survey(node(), at=here(root=True))), PASS, "", 0, "your app's user was not tried"),
    ("one of two free", look(survey(node("EACCES"), node())), PASS, "", 0, "free"),
    ("denied", look(survey(node("EACCES"))), FAIL, "microphone.denied", 3001, "permission denied"),
    ("denied over SSH", look(survey(node("EACCES"), at=here(Seat.SSH))), OPEN, "", 0, "closed to a login over SSH"),
    ("busy", look(survey(node("EBUSY", holder=ZOOM))), FAIL, "microphone.busy", 3003, "in use by Zoom (pid 4711)"),
    ("busy, unseen", look(survey(node("EBUSY"))), FAIL, "microphone.busy", 3003, "in use by another program"),
    ("shared", look(survey(node("EBUSY", holder=PIPEWIRE))), PASS, "", 0, "pipewire (pid 900), which shares it"),
    ("no node", look(survey(node("ENOENT"))), FAIL, "microphone.hidden", 3002, "(ENOENT)"),
    ("odd", look(survey(node("EIO"))), OPEN, "", 0, "could not be opened: EIO"),
    ("untold, listed", look(survey(serves=UNTOLD, portaudio=PortAudioDevices(names=("pulse",)))), PASS, "", 0, "pulse"),
    (
        "untold, none",
        look(survey(serves=UNTOLD, portaudio=PortAudioDevices(names=()))),
        FAIL,
        "microphone.absent",
        3002,
        "no",
    ),
    (
        "untold, no library",
        look(survey(serves=UNTOLD, portaudio=NO_LIBRARY)),
        OPEN,
        "",
        0,
        "PortAudio library not found",
    ),
    (
        "untold, denied, no library",
        look(survey(node("EACCES"), serves=UNTOLD, portaudio=NO_LIBRARY)),
        OPEN,
        "",
        0,
        "not found",
    ),
    ("untold, not asked yet", look(survey(serves=UNTOLD)), OPEN, "", 0, "pactl is missing"),
    (
        "untold, crash",
        look(survey(serves=UNTOLD), Crashed(stage="PortAudio", how="SIGSEGV", noise="")),
        OPEN,
        "",
        0,
        "PortAudio crashed (SIGSEGV)",
    ),
    ("hung", look(NothingSeen(), Hung(stage="ALSA", seconds=6)), OPEN, "", 0, "ALSA gave no answer in 6.0 s"),
    ("told nothing", look(NothingSeen()), OPEN, "", 0, "was not looked at to the end"),
    (
        "macOS, denied",
        look(system("MacBook", consent=Consent.DENIED)),
        WARN,
        "microphone.consent",
        3001,
        "privacy settings",
    ),
    ("macOS", look(system("MacBook", "AirPods")), PASS, "", 0, "AirPods (unverified on macOS)"),
]


@pytest.mark.parametrize(
    ("observation", "is_", "cause", "code", "words"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_what_was_seen_of_microphones_means(
    observation: Look[SoundSurvey | OsSurvey], is_: Status, cause: str, code: int, words: str
) -> None:
    findings = judged(observation)
    assert status(findings) is is_
    assert cause_and_code(leading(findings)) == (cause, code)
    assert words in leading(findings).summary


@pytest.mark.parametrize(
    ("observation", "is_", "cause", "code"),
    [
        (look(survey(serves=server(device()))), PASS, "", 0),
        (look(survey(serves=server(device(muted=True)))), WARN, "speaker.muted", 0),
        (look(survey(serves=server(device(plugged=False)))), WARN, "speaker.unplugged", 0),
        (look(survey(serves=server(device("auto_null"), default="auto_null"))), FAIL, "speaker.absent", 3002),
        (look(survey()), FAIL, "speaker.absent", 3002),
        (look(survey(node("EBUSY", holder=ZOOM))), FAIL, "speaker.busy", 3003),
        (look(survey(node("EACCES"))), FAIL, "speaker.denied", 3001),
        (look(survey(node("ENXIO"))), FAIL, "speaker.hidden", 3002),
        (look(system(os="Windows")), WARN, "speaker.absent", 3002),
    ],
)
def test_what_was_seen_of_speakers_means(
    observation: Look[SoundSurvey | OsSurvey], is_: Status, cause: str, code: int
) -> None:
    findings = list(devices_speaker.diagnose(observation))
    assert all(is_told_well(found) for found in findings), findings
    assert status(findings) is is_
    assert cause_and_code(leading(findings)) == (cause, code)
    assert {code} <= devices_speaker.CHECK.codes | {0}


@pytest.mark.parametrize(
    ("seen", "order"),
    [
        (survey(node("EACCES")), "Run sudo usermod -aG audio $USER, then log out and in."),
        (survey(node("ENOENT"), at=here(Seat.CONTAINER)), "Start the container with --device /dev/snd."),
        (survey(node("EBUSY", holder=ZOOM)), "Close Zoom, then try again."),
        (
            survey(serves=UNTOLD, portaudio=NO_LIBRARY),
            (
                "Install PortAudio: apt install libportaudio2 (Debian, Ubuntu), dnf install portaudio (Fedora), "
                "apk add portaudio (Alpine), pacman -S portaudio (Arch)."
            ),
        ),
    ],
)
def test_the_order_is_exact(seen: SoundSurvey, order: str) -> None:
    assert action_of(leading(judged(look(seen)))) == order


def test_the_evidence_lists_what_the_server_has_without_monitors() -> None:
    [found] = judged(look(survey(serves=server(device(), MONITOR))))
    assert found.evidence["devices"] == (
        {
            "kind": "microphone",
            "name": "The mic",
            "id": "mic",
            "holder": None,
            "state": "free",
            "default": True,
            "muted": False,
            "volume": 80,
            "rate": 0,
            "channels": 0,
        },
    )


def test_the_evidence_lists_nodes_where_no_server_told() -> None:
    [found] = judged(look(survey(node("EBUSY", holder=ZOOM))))
    held = {"name": "Zoom", "pid": 4711}
    assert found.evidence["devices"] == (
        {"kind": "microphone", "name": "PCH Analog", "id": "/dev/snd/pcmC0D0c", "holder": held, "state": "in use"},
    )
    assert found.evidence["nodes"] == [{"node": "/dev/snd/pcmC0D0c", "name": "PCH Analog", "errno": "EBUSY"}]
