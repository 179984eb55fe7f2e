"""How each device is listed: its state in one word, what it can, and what a test of it gave."""

from dataclasses import replace

import pytest

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey, Unanswered
from hms_doctor.model.devices.levels import SILENCE, Level, Levels
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.modes import ASKED
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey, Sharing
from hms_doctor.model.devices.pictures import (
    Film,
    FilmRefused,
    FirstFrame,
    Light,
    NoFrame,
    NoPicture,
    Pictures,
    PicturesLost,
)
from hms_doctor.model.devices.radios import Access, Adapter, AudioProfile, BluetoothSurvey, Headset, Power, RadioBlock
from hms_doctor.model.devices.recordings import Lost, NoSamples, Outcome, Recorded, Refusal, Refused
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA, SIMULATED_HERE, simulated_device, simulated_node
from hms_doctor.model.devices.sound import (
    IdleCard,
    NodeOpened,
    NoServer,
    ServerDevice,
    SoundNode,
    SoundServer,
    SoundSurvey,
)
from hms_doctor.model.devices.surveys import DeviceKind, Here, Holder, HolderUnseen, NotOpened, NotTried
from hms_doctor.model.json import JsonObject

ROOT = replace(SIMULATED_HERE, is_root=True)
ZOOM, PIPEWIRE = Holder(name="Zoom", pid=4711), Holder(name="pipewire", pid=900)
UNTRIED = NotTried()
BUSY = CameraOpened(driver="uvcvideo", bus="usb-1", captures=True, media_controller=False, buffers="EBUSY")
PICTURES = Pictures(
    path=SIMULATED_CAMERA.path, asked=ASKED, got=replace(ASKED, pixels="YUYV"), delivered=30, corrupt=0, dropped=0,
    missed=0, repeated=0, opened_ms=40.0, first_ms=310.04, span_ms=970.0, quiet_ms=1.0,
    light=Light(judged=30, black=0, mean=90.0), left="",
)  # fmt: skip

REFUSED = FilmRefused(path="/dev/video0", step="VIDIOC_STREAMON", errno="EBUSY", holder=ZOOM)


def of_camera(node: CameraNode = SIMULATED_CAMERA, film: Film = UNTRIED, here: Here = SIMULATED_HERE) -> JsonObject:
    [row] = listed(DeviceKind.CAMERA, CameraSurvey(here=here, nodes=(node,), film=film))
    return row


@pytest.mark.parametrize(
    ("node", "film", "state"),
    [
        (SIMULATED_CAMERA, UNTRIED, "free"),
        (replace(SIMULATED_CAMERA, look=BUSY), UNTRIED, "in use"),
        (replace(SIMULATED_CAMERA, look=NotOpened(errno="EACCES")), UNTRIED, "denied"),
        (replace(SIMULATED_CAMERA, look=NotOpened(errno="ENXIO")), UNTRIED, "gone"),
        (replace(SIMULATED_CAMERA, look=NotOpened(errno="EIO")), UNTRIED, "unknown"),
        (replace(SIMULATED_CAMERA, look=Unanswered(seconds=3.0)), UNTRIED, "no answer"),
        (SIMULATED_CAMERA, PICTURES, "free"),
        (SIMULATED_CAMERA, replace(PICTURES, path="/dev/video7"), "free"),
        (SIMULATED_CAMERA, replace(PICTURES, light=Light(judged=30, black=30, mean=1.0)), "black"),
        (SIMULATED_CAMERA, replace(PICTURES, repeated=29), "frozen"),
        (SIMULATED_CAMERA, PicturesLost(pictures=PICTURES, errno="ENODEV", reopened="ENOENT"), "lost"),
        (SIMULATED_CAMERA, NoPicture(path="/dev/video0", seconds=3.0, corrupt=0, errno=""), "silent"),
        (SIMULATED_CAMERA, NoPicture(path="/dev/video7", seconds=3.0, corrupt=0, errno=""), "free"),
        (SIMULATED_CAMERA, REFUSED, "in use"),
        (SIMULATED_CAMERA, replace(REFUSED, errno="EIO"), "silent"),
    ],
)  # fmt: skip
def test_a_camera(node: CameraNode, film: Film, state: str) -> None:
    assert of_camera(node, film)["state"] == state


def test_a_camera_tells_its_mode_its_figures_and_its_holder() -> None:
    row = of_camera(film=PICTURES)
    assert row["mode"] == "1280x720 at 30 fps"
    assert row["formats"] == ["1280x720 YUYV 30 fps"]
    assert row["test"] == {"first_picture_ms": 310.0, "fps": 29.9, "promised_fps": 30.0, "size": "1280x720"}
    assert of_camera(film=REFUSED)["holder"] == {"name": "Zoom", "pid": 4711}
    assert "test" not in of_camera(film=replace(PICTURES, path="/dev/video7"))


def test_what_only_root_was_let_in_to_says_so() -> None:
    assert of_camera(here=ROOT)["as_root"] is True
    assert "as_root" not in of_camera()
    assert "as_root" not in of_camera(replace(SIMULATED_CAMERA, look=BUSY), here=ROOT)
    opened = replace(simulated_node("Mic", "c"), look=NodeOpened())
    assert listed(DeviceKind.MICROPHONE, sound(opened, here=ROOT))[0]["as_root"] is True
    assert "as_root" not in listed(DeviceKind.MICROPHONE, sound(serves=server(MIC), here=ROOT))[0]


MIC = simulated_device("The mic")
NODE = simulated_node("PCH Analog", "c")
SOUND = Level(rms=-32.04, peak=-12.0, zeros=0.0, clips=0, offset=0.0)
HEARD = Levels(frames=96_000, rate=48_000, overall=SOUND, channels=(SOUND,), is_mono=False)


def server(*devices: ServerDevice, idle: tuple[IdleCard, ...] = ()) -> SoundServer:
    return SoundServer(name="PipeWire", default="simulated", devices=devices, headsets=(), idle=idle)


def sound(
    *nodes: SoundNode,
    serves: SoundServer | None = None,
    recording: NotTried | Outcome = UNTRIED,
    here: Here = SIMULATED_HERE,
) -> SoundSurvey:
    return SoundSurvey(
        here=here, cards=(), nodes=nodes, server=serves or NoServer(), portaudio=UNTRIED, recording=recording
    )


def recorded(name: str, level: Level = SOUND) -> Recorded:
    return Recorded(name=name, levels=replace(HEARD, overall=level), first_ms=20.0, rate=48_000.0)


ZEROS = replace(SOUND, rms=SILENCE, peak=SILENCE, zeros=1.0)


@pytest.mark.parametrize(
    ("device", "recording", "state"),
    [
        (MIC, UNTRIED, "free"),
        (replace(MIC, muted=True), UNTRIED, "muted"),
        (replace(MIC, percent=0), UNTRIED, "muted"),
        (replace(MIC, plugged=False), UNTRIED, "unplugged"),
        (MIC, recorded("The mic"), "free"),
        (MIC, recorded("The mic", ZEROS), "silent"),
        (MIC, recorded("Another", ZEROS), "free"),
        (replace(MIC, muted=True), recorded("The mic", ZEROS), "muted"),
        (MIC, NoSamples(name="The mic", seconds=3.0), "silent"),
        (MIC, Lost(name="The mic", seconds=1.0, detail=""), "lost"),
        (MIC, Refused(name="The mic", reason=Refusal.BUSY, detail=""), "in use"),
        (MIC, Refused(name="The mic", reason=Refusal.ABSENT, detail=""), "gone"),
        (MIC, Refused(name="The mic", reason=Refusal.OTHER, detail=""), "free"),
    ],
)
def test_a_source_of_a_sound_server(device: ServerDevice, recording: NotTried | Outcome, state: str) -> None:
    [row] = listed(DeviceKind.MICROPHONE, sound(serves=server(device), recording=recording))
    assert row["state"] == state
    assert (row["default"], row["rate"], row["channels"]) == (True, 48_000, 2)


@pytest.mark.parametrize(
    ("node", "state"),
    [
        (replace(NODE, look=NodeOpened()), "free"),
        (replace(NODE, look=NodeOpened(), is_muted=True), "muted"),
        (NODE, "free"),
        (replace(NODE, look=NotOpened(errno="EBUSY"), holder=ZOOM), "in use"),
        (replace(NODE, look=NotOpened(errno="EBUSY"), holder=HolderUnseen()), "in use"),
        (replace(NODE, look=NotOpened(errno="EBUSY"), holder=PIPEWIRE), "free"),
        (replace(NODE, look=NotOpened(errno="EACCES")), "denied"),
        (replace(NODE, look=NotOpened(errno="ENODEV")), "gone"),
        (replace(NODE, look=NotOpened(errno="EIO")), "unknown"),
    ],
)
def test_a_node_without_a_sound_server(node: SoundNode, state: str) -> None:
    [row] = listed(DeviceKind.SPEAKER, sound(node))
    assert (row["kind"], row["state"]) == ("speaker", state)


def test_a_recording_is_told_with_its_own_device() -> None:
    other = replace(MIC, name="other", description="Other")
    rows = listed(DeviceKind.MICROPHONE, sound(serves=server(MIC, other), recording=recorded("The mic")))
    assert rows[0]["test"] == {"rms_dbfs": -32.0, "peak_dbfs": -12.0, "clips": 0}
    assert "test" not in rows[1]
    assert rows[1]["default"] is False


def test_monitors_and_made_up_sinks_are_none_and_idle_cards_are_listed() -> None:
    monitor = replace(MIC, is_monitor=True)
    dummy = replace(MIC, name="auto_null")
    idle = IdleCard(name="alsa_card.pci", description="Built-in Audio", profile="output:analog-stereo")
    [row] = listed(DeviceKind.SPEAKER, sound(serves=server(monitor, dummy, idle=(idle,))))
    assert (row["name"], row["state"], row["profile"]) == ("Built-in Audio", "idle", "output:analog-stereo")


def test_a_headset_whose_microphone_is_off_is_listed_once() -> None:
    serves = replace(server(MIC), headsets=("WH-1000", "The mic"))
    rows = listed(DeviceKind.MICROPHONE, sound(serves=serves))
    assert [(row["name"], row["state"]) for row in rows] == [("The mic", "free"), ("WH-1000", "connected")]
    assert rows[1]["use"] == "switches on in a call"


@pytest.mark.parametrize(
    ("adapter", "blocks", "state"),
    [
        (Power.ON, (), "on"),
        (Power.OFF, (), "off"),
        (Power.UNKNOWN, (), "unknown"),
        (Power.OFF, (RadioBlock(name="hci0", soft=True, hard=False),), "blocked"),
        (Power.ON, (RadioBlock(name="hci1", soft=True, hard=False),), "on"),
    ],
)
def test_an_adapter(adapter: Power, blocks: tuple[RadioBlock, ...], state: str) -> None:
    [row] = listed(DeviceKind.BLUETOOTH, radios(adapter, blocks))
    assert row["state"] == state


def radios(power: Power, blocks: tuple[RadioBlock, ...] = (), headsets: tuple[Headset, ...] = ()) -> BluetoothSurvey:
    adapters = (Adapter(name="hci0", power=power),)
    return BluetoothSurvey(
        here=SIMULATED_HERE, system="linux", adapters=adapters, blocks=blocks, access=Access.ANSWERED, detail="",
        headsets=headsets,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("profiles", "use"),
    [
        ((AudioProfile.A2DP,), "listening only, no microphone for a call"),
        ((AudioProfile.A2DP, AudioProfile.HFP), "HFP: 8 or 16 kHz in a call"),
        ((), "its profiles are not known yet"),
    ],
)
def test_a_headset_says_what_a_call_gets_of_it(profiles: tuple[AudioProfile, ...], use: str) -> None:
    _, row = listed(DeviceKind.BLUETOOTH, radios(Power.ON, headsets=(Headset(name="WH-1000", profiles=profiles),)))
    assert (row["state"], row["use"]) == ("connected", use)


@pytest.mark.parametrize(
    ("consent", "sharing", "state", "shared"),
    [
        (Consent.ALLOWED, Sharing.FREE, "free", None),
        (Consent.ALLOWED, Sharing.ELSEWHERE, "free", True),
        (Consent.DENIED, Sharing.FREE, "denied", None),
        (Consent.RESTRICTED, Sharing.UNTOLD, "denied", None),
    ],
)
def test_a_device_of_macos_or_windows(consent: Consent, sharing: Sharing, state: str, shared: bool | None) -> None:
    device = OsDevice(name="FaceTime", id="3F45", is_default=True, sharing=sharing)
    survey = OsSurvey(
        here=SIMULATED_HERE, system="macOS", told=True, devices=(device,), consent=consent, source="", users=()
    )
    [row] = listed(DeviceKind.CAMERA, survey)
    assert (row["state"], row.get("shared")) == (state, shared)


def test_a_test_on_macos_or_windows_is_told_with_its_device() -> None:
    devices = (OsDevice(name="FaceTime", id="3F45", is_default=True), OsDevice(name="Cam", id="c", is_default=False))
    survey = OsSurvey(
        here=SIMULATED_HERE, system="macOS", told=True, devices=devices, consent=Consent.ALLOWED, source="", users=(),
        frame=FirstFrame(path="1", width=640, height=480, ms=410.04),
    )  # fmt: skip
    first, second = listed(DeviceKind.CAMERA, survey)
    assert "test" not in first
    assert second["test"] == {"first_picture_ms": 410.0, "size": "640x480"}
    silent = replace(survey, frame=NoFrame(path="0", ms=5000.0))
    assert [row["state"] for row in listed(DeviceKind.CAMERA, silent)] == ["silent", "free"]
    heard = replace(survey, frame=UNTRIED, recording=recorded("Cam", ZEROS))
    assert [row["state"] for row in listed(DeviceKind.MICROPHONE, heard)] == ["free", "silent"]
