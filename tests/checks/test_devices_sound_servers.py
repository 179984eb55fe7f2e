"""What a sound server says of microphones beyond the plain cases, and what its absence means."""

from dataclasses import replace

import pytest
from device_looks import ZOOM, cause_and_code, device, here, is_told_well, leading, node, server, status

from hms_doctor.checks import devices_microphone, devices_speaker
from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.look import Finished, Look
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.sound import (
    IdleCard,
    NoServer,
    ServerDown,
    ServerUntold,
    SoundNode,
    SoundServer,
    SoundSurvey,
)
from hms_doctor.model.devices.surveys import Holder, NotTried
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.finding import Status, action_of, code_of

PASS, WARN, FAIL, OPEN = Status.PASS, Status.WARN, Status.FAIL, Status.INCONCLUSIVE
SHARED = node("EBUSY", holder=Holder(name="wireplumber", pid=9))
TAKEN = node("EBUSY", holder=ZOOM)
OTHER_CARD = replace(node(tried=False), path="/dev/snd/pcmC3D0c", name="USB Audio")
OTHER_TAKEN = replace(TAKEN, path="/dev/snd/pcmC3D0c")
MUTED = replace(node(), is_muted=True)
IDLE = IdleCard(name="alsa_card.pci", description="Built-in Audio", profile="output:stereo+input:stereo")
DOWN = ServerDown(detail="PipeWire runs without pipewire-pulse", order="Run systemctl --user restart pipewire-pulse.")
ON_CARD = replace(device(), card="0")
BUDS = replace(device("buds"), is_bluetooth=True)
Seen = Look[SoundSurvey | OsSurvey]


def look(serves: SoundServer | NoServer | ServerUntold | ServerDown, *nodes: SoundNode, wanted: str = "") -> Seen:
    survey = SoundSurvey(here=here(), cards=(), nodes=nodes, server=serves, portaudio=NotTried())
    return Look(seen=survey, end=Finished(), required=False, wish=DeviceWish(microphone=wanted))


def idle(*headsets: str) -> SoundServer:
    return replace(server(headsets=headsets), idle=(IDLE,))


TABLE: list[tuple[str, Seen, Status, str, int, str]] = [
    ("10 %", look(server(device(percent=10))), PASS, "", 0, "The mic, through"),
    ("9 %", look(server(device(percent=9))), WARN, "microphone.low", 0, "The mic is turned down to 9 %"),
    (
        "elsewhere",
        look(replace(server(device()), elsewhere="tcp:192.0.2.1")),
        PASS,
        "",
        0,
        "through PulseAudio at tcp:192.0.2.1 (PULSE_SERVER)",
    ),
    ("profile without input", look(idle(), node()), FAIL, "microphone.absent", 3002, "Built-in Audio leaves it out"),
    ("headset beside it", look(idle("WH-1000")), PASS, "", 0, "WH-1000, a headset"),
    ("free, not listed", look(server(), node()), FAIL, "microphone.absent", 3002, "and PCH Analog is there"),
    ("held by it, not listed", look(server(), SHARED), FAIL, "microphone.absent", 3002, "PCH Analog is there"),
    ("denied to it", look(server(), node("EACCES")), FAIL, "microphone.denied", 3001, "permission denied"),
    ("taken from it", look(server(), TAKEN), FAIL, "microphone.busy", 3003, "in use by Zoom"),
    ("no node", look(server(), node("ENOENT")), FAIL, "microphone.hidden", 3002, "(ENOENT)"),
    ("its card is taken", look(server(ON_CARD), TAKEN, OTHER_CARD), FAIL, "microphone.busy", 3003, "in use by Zoom"),
    ("another card is taken", look(server(ON_CARD), OTHER_TAKEN), PASS, "", 0, "The mic"),
    ("Bluetooth, a card is taken", look(server(BUDS, default="buds"), TAKEN), PASS, "", 0, "The buds"),
    ("down, nothing", look(DOWN), FAIL, "microphone.absent", 3002, "no microphone: PipeWire runs without"),
    ("down, free", look(DOWN, node()), WARN, "microphone.server_down", 0, "no sound server answers: PipeWire"),
    ("down, held", look(DOWN, SHARED), WARN, "microphone.server_down", 0, "no sound server answers"),
    ("down, denied", look(DOWN, node("EACCES")), FAIL, "microphone.denied", 3001, "permission denied"),
    ("switched off", look(NoServer(), MUTED), WARN, "microphone.muted", 0, "PCH Analog is muted: its card's Capture"),
    ("by name", look(server(device(), BUDS), wanted="BUD"), PASS, "", 0, "The buds, through"),
    ("by name, muted", look(server(device(muted=True), BUDS), wanted="buds"), PASS, "", 0, "The buds"),
    (
        "a monitor by name",
        look(server(device(), device("monitor", is_monitor=True)), wanted="monitor"),
        WARN,
        "microphone.monitor",
        0,
        "The monitor hears a speaker",
    ),
    ("by node", look(NoServer(), node(), OTHER_TAKEN, wanted="/dev/snd/pcmC3D0c"), FAIL, "microphone.busy", 3003, ""),
    ("by node, free", look(NoServer(), TAKEN, node(), wanted="PCH"), FAIL, "microphone.busy", 3003, "in use by Zoom"),
    (
        "no such name",
        look(server(device(), BUDS), wanted="yeti"),
        FAIL,
        "microphone.not_found",
        3002,
        "no microphone is called yeti; there is The mic, The buds",
    ),
    (
        "a headset by name",
        look(server(device(), headsets=("WH-1000",)), wanted="wh-"),
        PASS,
        "",
        0,
        "WH-1000, a headset",
    ),
    ("nothing by name", look(NoServer(), wanted="yeti"), FAIL, "microphone.not_found", 3002, "there is none"),
]


@pytest.mark.parametrize(
    ("seen", "is_", "cause", "code", "words"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_what_a_server_says_means(seen: Seen, is_: Status, cause: str, code: int, words: str) -> None:
    findings = list(devices_microphone.diagnose(seen))
    assert all(is_told_well(found) for found in findings), findings
    assert status(findings) is is_
    assert cause_and_code(leading(findings)) == (cause, code)
    assert words in leading(findings).summary
    assert {code} <= devices_microphone.CHECK.codes | {0}


@pytest.mark.parametrize(
    ("seen", "order"),
    [
        (
            look(idle()),
            (
                "Run pactl set-card-profile alsa_card.pci output:stereo+input:stereo, "
                "or choose that profile in the sound settings."
            ),
        ),
        (look(NoServer(), MUTED), "Run amixer -c 0 sset Capture cap, or switch it on in alsamixer."),
        (look(DOWN), "Run systemctl --user restart pipewire-pulse."),
        (look(DOWN, node()), "Run systemctl --user restart pipewire-pulse."),
        (
            look(server(), node()),
            "Run systemctl --user restart wireplumber, or with PulseAudio: pulseaudio --kill; pulseaudio --start.",
        ),
    ],
)
def test_the_order_starts_what_is_missing(seen: Seen, order: str) -> None:
    assert action_of(leading(list(devices_microphone.diagnose(seen)))) == order


def test_a_name_that_fits_nothing_has_its_own_code_on_the_web() -> None:
    [found] = devices_microphone.diagnose(look(server(device()), wanted="yeti"))
    assert code_of(found, Platform.WEB) == 3014


def test_many_names_are_counted() -> None:
    many = server(*(device(f"mic {number}") for number in range(9)))
    [found] = devices_microphone.diagnose(look(many, wanted="yeti"))
    assert found.summary.endswith("The mic 4 and 4 more")


def test_the_name_of_a_microphone_chooses_no_speaker() -> None:
    findings = list(devices_speaker.diagnose(look(server(device("spk"), default="spk"), wanted="yeti")))
    assert status(findings) is PASS
