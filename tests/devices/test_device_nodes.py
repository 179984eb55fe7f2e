"""Real children before laid-out device trees; a library below libc plays the drivers that this machine lacks."""

import errno
import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from device_lab import needs_compiler, played_kernel, says
from device_runs import BLUETOOTH, CAMERA, LOOK, MICROPHONE, SPEAKER, TEST, all_looks, children, context

from hms_doctor.checks.devices_camera import diagnose as judge_camera
from hms_doctor.checks.devices_microphone import diagnose as judge_microphone
from hms_doctor.checks.devices_speaker import diagnose as judge_speaker
from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.look import Crashed, Finished, Garbled, Hung, Look
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.pictures import FilmRefused
from hms_doctor.model.devices.radios import Access, BluetoothSurvey
from hms_doctor.model.devices.sound import PortAudioDevices, ServerUntold, SoundSurvey
from hms_doctor.model.devices.surveys import Here, LibraryMissing
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided
from hms_doctor.model.vantage import Seat
from hms_doctor.platforms.roots import Roots

AT_THE_DESK = Here(seat=Seat.DESKTOP, user="caller", is_root=False, groups=(), member_of=())
IO_MC, META = 0x20000000, 0x00800000


@pytest.fixture
def roots(tmp_path: Path) -> Roots:
    laid_out = Roots(dev=tmp_path / "dev", sys=tmp_path / "sys", proc=tmp_path / "proc")
    (laid_out.dev / "snd").mkdir(parents=True)
    (laid_out.sys / "class" / "video4linux").mkdir(parents=True)
    (laid_out.proc / "asound").mkdir(parents=True)
    return laid_out


@pytest.fixture(autouse=True)
def nobody_serves_sound(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.setenv("PULSE_RUNTIME_PATH", str(tmp_path / "pulse"))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)


@pytest.fixture(scope="session")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played_kernel(tmp_path_factory.mktemp("kernel"))


@pytest.fixture
def drivers(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_PRELOAD", str(kernel))


def at_the_desk(look: Look[CameraSurvey | OsSurvey]) -> Look[CameraSurvey | OsSurvey]:
    assert isinstance(look.seen, CameraSurvey), look
    return replace(look, seen=replace(look.seen, here=AT_THE_DESK))


async def camera(roots: Roots, wish: DeviceWish = LOOK) -> list[Finding]:
    async with context(wish=wish) as ctx:
        return list(judge_camera(at_the_desk((await all_looks(ctx, CAMERA, roots))[-1])))


@needs_compiler
@pytest.mark.usefixtures("drivers")
@pytest.mark.parametrize(
    ("node", "finding", "told"),
    [
        ({}, Passed, "video0, free"),
        ({"buffers": errno.EBUSY}, Failed, "in use by another program"),
        ({"opening": errno.EBUSY}, Failed, "in use by another program"),
        ({"opening": errno.EACCES}, Failed, "permission denied"),
        ({"opening": errno.EPERM}, Failed, "permission denied"),
        ({"opening": errno.ENODEV}, Failed, "cannot be opened (ENODEV)"),
        ({"opening": errno.EIO}, Undecided, "could not be opened: EIO"),
        ({"buffers": errno.ENODEV}, Failed, "cannot be opened (ENODEV)"),
        ({"caps": 0x1 | IO_MC}, Undecided, "part of a camera pipeline"),
        ({"caps": META}, Failed, "there is no camera"),
        ({"caps": 0x1000}, Passed, "video0, free"),
    ],
)
async def test_what_the_driver_says_decides(
    roots: Roots, node: dict[str, int], finding: type[Finding], told: str
) -> None:
    says(roots.dev / "video0", **node)
    [found] = await camera(roots)
    assert isinstance(found, finding)
    assert told in found.summary


@needs_compiler
@pytest.mark.usefixtures("drivers")
async def test_a_camera_that_cannot_be_filmed_is_no_failure_of_the_camera(roots: Roots) -> None:
    says(roots.dev / "video0")
    [found] = await camera(roots, TEST)
    assert isinstance(found, Undecided)
    assert found.summary == "video0 could not be put to the test (VIDIOC_G_FMT: ENOTTY)"


@needs_compiler
@pytest.mark.usefixtures("drivers")
async def test_pictures_are_asked_for_only_in_a_test(roots: Roots) -> None:
    says(roots.dev / "video0")
    async with context() as ctx:
        shallow = await all_looks(ctx, CAMERA, roots)
    async with context(wish=TEST) as ctx:
        deep = await all_looks(ctx, CAMERA, roots)
    assert len(shallow) == 2
    assert isinstance(deep[-1].seen, CameraSurvey)
    assert isinstance(deep[-1].seen.film, FilmRefused)


def lay_out_sound(roots: Roots, pcm: str = "00-00: Mic : Mic : playback 1 : capture 1\n") -> None:
    (roots.proc / "asound" / "cards").write_text(" 0 [PCH            ]: HDA-Intel - HDA Intel PCH\n")
    (roots.proc / "asound" / "pcm").write_text(pcm)


def held_by(roots: Roots, name: str) -> None:
    (roots.proc / "asound/card0/pcm0c/sub0").mkdir(parents=True)
    (roots.proc / "asound/card0/pcm0c/sub0/status").write_text("state: RUNNING\nowner_pid   : 201\n")
    (roots.proc / "201").mkdir()
    (roots.proc / "201/comm").write_text(f"{name}\n")


async def sound(roots: Roots) -> Look[SoundSurvey | OsSurvey]:
    async with context() as ctx:
        look = (await all_looks(ctx, MICROPHONE, roots))[-1]
    assert isinstance(look.seen, SoundSurvey), look
    return replace(look, seen=replace(look.seen, here=AT_THE_DESK))


async def test_a_microphone_that_opens_is_free(roots: Roots) -> None:
    lay_out_sound(roots)
    (roots.dev / "snd/pcmC0D0c").touch()
    [found] = judge_microphone(await sound(roots))
    assert isinstance(found, Passed)
    assert found.summary == "HDA Intel PCH Mic, free"


async def test_no_card_needs_no_library(roots: Roots) -> None:
    [found] = judge_microphone(await sound(roots))
    assert isinstance(found, Failed)
    assert found.cause.code == 3002


async def test_a_speaker_whose_node_is_missing(roots: Roots) -> None:
    lay_out_sound(roots)
    async with context() as ctx:
        look = (await all_looks(ctx, SPEAKER, roots))[-1]
    [found] = judge_speaker(look)
    assert isinstance(found, Failed)
    assert (found.cause.id, found.cause.code) == ("speaker.hidden", 3002)


@needs_compiler
@pytest.mark.usefixtures("drivers")
@pytest.mark.parametrize(
    ("holder", "finding", "told"),
    [
        ("arecord", Failed, "in use by arecord (pid 201)"),
        ("pipewire", Passed, "in use by pipewire (pid 201), which shares it"),
        ("pulseaudio", Passed, "which shares it"),
        ("wireplumber", Passed, "which shares it"),
    ],
)
async def test_a_sound_server_that_holds_a_card_is_normal(
    roots: Roots, holder: str, finding: type[Finding], told: str
) -> None:
    lay_out_sound(roots)
    says(roots.dev / "snd/pcmC0D0c", opening=errno.EBUSY)
    held_by(roots, holder)
    [found] = judge_microphone(await sound(roots))
    assert isinstance(found, finding)
    assert told in found.summary


@pytest.fixture
def silent_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "socket.socket":
    """Give a sound server that runs where there is no pactl to ask it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "pulse").mkdir()
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "pulse/native"))
    server.listen()
    return server


async def ask_library(
    roots: Roots, folder: Path, module: str, monkeypatch: pytest.MonkeyPatch
) -> Look[SoundSurvey | OsSurvey]:
    """Look with a ``sounddevice`` of our own, as found by the child before the installed one."""
    (folder / "library").mkdir()
    (folder / "library/sounddevice.py").write_text(module)
    monkeypatch.syspath_prepend(str(folder / "library"))
    return await sound(roots)


async def test_portaudio_is_asked_where_a_server_leaves_a_question(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent_server: socket.socket
) -> None:
    module = (
        "def query_devices():\n"
        "    return [{'name': 'pulse', 'max_input_channels': 32, 'max_output_channels': 32},\n"
        "            {'name': 'HDMI', 'max_input_channels': 0, 'max_output_channels': 2}]\n"
    )
    with silent_server:
        look = await ask_library(roots, tmp_path, module, monkeypatch)
    assert isinstance(look.seen, SoundSurvey)
    assert isinstance(look.seen.server, ServerUntold)
    assert look.seen.portaudio == PortAudioDevices(names=("pulse",))
    [found] = judge_microphone(look)
    assert isinstance(found, Passed)


async def test_a_missing_portaudio_is_no_missing_microphone(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent_server: socket.socket
) -> None:
    with silent_server:
        look = await ask_library(roots, tmp_path, "raise OSError('PortAudio library not found')", monkeypatch)
    assert isinstance(look.seen, SoundSurvey)
    assert look.seen.portaudio == LibraryMissing(library="PortAudio", detail="PortAudio library not found")
    [found] = judge_microphone(look)
    assert isinstance(found, Undecided)
    assert "apt install libportaudio2" in found.action


async def test_a_crash_of_portaudio_leaves_the_survey(
    roots: Roots,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    silent_server: socket.socket,
    capfd: pytest.CaptureFixture[str],
) -> None:
    noise = "import os\nos.write(2, b'Expression failed in pa_linux_alsa.c')\nos.write(1, b'to stdout')\nos.abort()\n"
    with silent_server:
        look = await ask_library(roots, tmp_path, noise, monkeypatch)
    assert isinstance(look.end, Crashed)
    assert (look.end.stage, look.end.how) == ("PortAudio", "SIGABRT")
    assert "pa_linux_alsa.c" in look.end.noise
    assert capfd.readouterr() == ("", "")
    first, *_ = judge_microphone(look)
    assert isinstance(first, Undecided)
    assert "PortAudio crashed (SIGABRT)" in first.summary


async def test_what_a_library_says_goes_with_the_look(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent_server: socket.socket
) -> None:
    talking = "import os\nos.write(2, b'camera access has been denied')\ndef query_devices():\n    return []\n"
    with silent_server:
        look = await ask_library(roots, tmp_path, talking, monkeypatch)
    assert look.end == Finished()
    assert "camera access has been denied" in look.noise


async def test_a_library_that_writes_into_our_pipe_garbles_the_answer(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent_server: socket.socket
) -> None:
    noise = (
        "import os\n"
        "for descriptor in range(3, 20):\n"
        "    try:\n"
        "        os.write(descriptor, b'ALSA lib pcm.c:2664: unknown PCM\\n')\n"
        "    except OSError:\n"
        "        pass\n"
    )
    with silent_server:
        look = await ask_library(roots, tmp_path, noise, monkeypatch)
    assert look.end == Garbled(detail="the answer is no JSON")
    assert isinstance(look.seen, SoundSurvey)


async def test_a_library_that_never_ends_is_left_behind_and_killed(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent_server: socket.socket
) -> None:
    clinging = (
        "import atexit, time\n"
        "atexit.register(time.sleep, 600)\n"
        "def query_devices():\n"
        "    return [{'name': 'pulse', 'max_input_channels': 2}]\n"
    )
    with silent_server:
        look = await ask_library(roots, tmp_path, clinging, monkeypatch)
    assert look.end == Finished()
    assert children() == []


async def test_a_hang_in_portaudio_names_it(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent_server: socket.socket
) -> None:
    with silent_server:
        look = await ask_library(roots, tmp_path, "import time\ntime.sleep(600)\n", monkeypatch)
    assert isinstance(look.end, Hung)
    assert look.end.stage == "PortAudio"
    assert isinstance(look.seen, SoundSurvey)


async def test_no_adapter_asks_no_service(roots: Roots) -> None:
    async with context() as ctx:
        look = (await all_looks(ctx, BLUETOOTH, roots))[-1]
    assert isinstance(look.seen, BluetoothSurvey)
    assert (look.seen.adapters, look.seen.access, look.end) == ((), Access.NOT_ASKED, Finished())


async def test_a_blocked_adapter_asks_no_service(roots: Roots) -> None:
    (roots.sys / "class/bluetooth/hci0").mkdir(parents=True)
    (roots.sys / "class/bluetooth/hci0:11").mkdir()
    switch = roots.sys / "class/rfkill/rfkill1"
    switch.mkdir(parents=True)
    for name, text in (("type", "bluetooth"), ("name", "hci0"), ("soft", "1"), ("hard", "0")):
        (switch / name).write_text(f"{text}\n")
    (roots.sys / "class/rfkill/rfkill0").mkdir()
    (roots.sys / "class/rfkill/rfkill0/type").write_text("wlan\n")
    async with context() as ctx:
        look = (await all_looks(ctx, BLUETOOTH, roots))[-1]
    assert isinstance(look.seen, BluetoothSurvey)
    assert [adapter.name for adapter in look.seen.adapters] == ["hci0"]
    assert [(block.name, block.soft, block.hard) for block in look.seen.blocks] == [("hci0", True, False)]
    assert look.seen.access is Access.NOT_ASKED


async def test_an_adapter_without_a_bus(roots: Roots, monkeypatch: pytest.MonkeyPatch) -> None:
    (roots.sys / "class/bluetooth/hci0").mkdir(parents=True)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    async with context() as ctx:
        look = (await all_looks(ctx, BLUETOOTH, roots))[-1]
    assert isinstance(look.seen, BluetoothSurvey)
    assert look.seen.access is Access.NO_BUS


async def test_this_machine_is_looked_at_without_failing() -> None:
    async with context() as ctx:
        assert (await all_looks(ctx, CAMERA))[-1].end == Finished()
        assert (await all_looks(ctx, MICROPHONE))[-1].end == Finished()
        assert (await all_looks(ctx, SPEAKER))[-1].end == Finished()
        assert (await all_looks(ctx, BLUETOOTH))[-1].end == Finished()
    assert os.environ.get("OPENCV_LOG_LEVEL") != "OFF"
