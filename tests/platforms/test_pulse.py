"""A real PulseAudio where there is one, and what pactl prints where there are cards."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hms_doctor.model.devices.sound import IdleCard, NoServer, ServerDevice, ServerDown, ServerUntold, SoundServer
from hms_doctor.platforms.pulse import is_running, lists, parse_devices, parse_headsets, parse_idle, sound_server
from hms_doctor.platforms.pulse_sockets import reach

needs_pulse = pytest.mark.skipif(
    not (shutil.which("pulseaudio") and shutil.which("pactl")), reason="PulseAudio and pactl are not installed"
)


@pytest.fixture(scope="module")
def pulse() -> Iterator[dict[str, str]]:
    """Run a PulseAudio of our own; give the environment in which it is the user's."""
    # A socket's path has at most 107 bytes, which pytest's own folders can exceed.
    with tempfile.TemporaryDirectory(prefix="pulse-") as home:
        env = {"HOME": home, "XDG_RUNTIME_DIR": home, "PATH": os.environ["PATH"]}
        daemon = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"]
            + [f"--load={module}" for module in _MODULES],
            env=env,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 15
        while not is_running(env) and time.monotonic() < until:
            time.sleep(0.02)
        try:
            yield env
        finally:
            daemon.terminate()
            daemon.wait(timeout=10)


_MODULES = (
    "module-native-protocol-unix",
    "module-null-sink sink_name=spk sink_properties=device.description=Desk",
    "module-remap-source source_name=mic master=spk.monitor source_properties=device.description=Boom",
)


def pactl(pulse: dict[str, str], *words: str) -> None:
    subprocess.run(["pactl", *words], env=pulse, check=True, timeout=10)


@pytest.fixture
def asks_it(pulse: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name, value in pulse.items():
        monkeypatch.setenv(name, value)
    return pulse


@needs_pulse
def test_a_real_server_tells_its_sources(asks_it: dict[str, str]) -> None:
    pactl(asks_it, "set-default-source", "mic")
    server = sound_server("c", asks_it)
    assert isinstance(server, SoundServer)
    assert (server.name, server.default) == ("pulseaudio", "mic")
    by_name = {device.name: device for device in server.devices}
    assert by_name["mic"] == ServerDevice(
        name="mic",
        description="Boom",
        muted=False,
        percent=100,
        is_monitor=False,
        plugged=True,
        channels=2,
        rate=44100,
    )
    assert by_name["spk.monitor"].is_monitor


@needs_pulse
def test_a_real_server_tells_that_a_source_is_muted_or_turned_down(asks_it: dict[str, str]) -> None:
    pactl(asks_it, "set-source-mute", "mic", "1")
    pactl(asks_it, "set-source-volume", "mic", "37%")
    try:
        server = sound_server("c", asks_it)
        assert isinstance(server, SoundServer)
        [mic] = [device for device in server.devices if device.name == "mic"]
        assert (mic.muted, mic.percent) == (True, 37)
    finally:
        pactl(asks_it, "set-source-mute", "mic", "0")
        pactl(asks_it, "set-source-volume", "mic", "100%")


@needs_pulse
def test_a_real_server_tells_its_sinks(asks_it: dict[str, str]) -> None:
    server = sound_server("p", asks_it)
    assert isinstance(server, SoundServer)
    assert [(device.name, device.description, device.is_monitor) for device in server.devices] == [
        ("spk", "Desk", False)
    ]
    assert server.headsets == ()


def test_no_socket_is_no_server(tmp_path: Path) -> None:
    assert sound_server("c", {"XDG_RUNTIME_DIR": str(tmp_path)}) == NoServer()


@pytest.fixture
def runtime() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="run-") as folder:  # short enough for a socket's path
        (Path(folder) / "pulse").mkdir()
        yield Path(folder)


def test_a_socket_that_nobody_listens_at_is_no_server(runtime: Path) -> None:
    path = runtime / "pulse" / "native"
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(path))
    env = {"XDG_RUNTIME_DIR": str(runtime)}
    assert not is_running(env)
    down = sound_server("c", env)
    assert isinstance(down, ServerDown)
    assert down.detail == f"nobody answers at {path}, which a sound server left behind"
    assert "pulseaudio --start" in down.order


@needs_pulse
def test_the_way_is_shown_to_who_lost_it(pulse: dict[str, str], runtime: Path) -> None:
    env: dict[str, str] = {}
    reach(env, runtime)
    assert env == {}
    reach(env, Path(pulse["XDG_RUNTIME_DIR"]))
    assert env == {"XDG_RUNTIME_DIR": pulse["XDG_RUNTIME_DIR"]}
    reach(env, runtime)
    assert env == {"XDG_RUNTIME_DIR": pulse["XDG_RUNTIME_DIR"]}


@pytest.mark.parametrize("env", [{}, {"PIPEWIRE_RUNTIME_DIR": "HERE/own", "PIPEWIRE_REMOTE": "mine"}])
def test_pipewire_without_its_pulse_server_is_told(runtime: Path, env: dict[str, str]) -> None:
    (runtime / "own").mkdir()
    folder = runtime / "own" if env else runtime
    with socket.socket(socket.AF_UNIX) as pipewire:
        pipewire.bind(str(folder / env.get("PIPEWIRE_REMOTE", "pipewire-0")))
        pipewire.listen()
        set_up = {name: value.replace("HERE", str(runtime)) for name, value in env.items()}
        down = sound_server("c", {"XDG_RUNTIME_DIR": str(runtime), **set_up})
    assert isinstance(down, ServerDown)
    assert down.detail == "PipeWire runs without pipewire-pulse, through which programs reach it"
    assert "systemctl --user restart pipewire-pulse" in down.order


@needs_pulse
def test_a_server_named_elsewhere_that_does_not_answer_is_down(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{runtime}/nowhere")
    down = sound_server("c", dict(os.environ))
    assert isinstance(down, ServerDown)
    assert down.detail == f"PULSE_SERVER names unix:{runtime}/nowhere, where none answers"


@needs_pulse
def test_a_server_named_elsewhere_that_answers_is_told(
    asks_it: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"unix:{asks_it['HOME']}/pulse/native"
    monkeypatch.setenv("PULSE_SERVER", place)
    server = sound_server("c", dict(os.environ))
    assert isinstance(server, SoundServer)
    assert server.elsewhere == place
    assert lists("mic")
    assert not lists("nosuch")


@pytest.mark.parametrize(
    ("script", "detail", "order"),
    [
        ("echo 'Server Name: pulseaudio'", "is older than 15", "Install pactl 15 or newer"),
        (
            "echo \"pactl: invalid option -- 'f'\" >&2; exit 1",
            "said: pactl: invalid option -- 'f'",
            "Install pactl 15 or newer",
        ),
        (
            "echo 'Connection failure: Access denied' >&2; exit 1",
            "said: Connection failure: Access denied",
            "Restart the sound server",
        ),
        ("exit 1", "said: nothing", "Restart the sound server"),
    ],
)
def test_a_pactl_that_does_not_tell_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, detail: str, order: str
) -> None:
    (tmp_path / "pactl").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "pactl").chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    untold = sound_server("c", {"PULSE_SERVER": "x"})
    assert isinstance(untold, ServerUntold)
    assert untold.detail == f"pactl {detail}"
    assert untold.order.startswith(order)


def test_a_server_elsewhere_is_one() -> None:
    assert is_running({"PULSE_SERVER": "tcp:192.0.2.1"})


def test_a_server_that_pactl_cannot_ask_is_untold(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert isinstance(sound_server("c", {"PULSE_SERVER": "unix:/nonexistent"}), ServerUntold)


def told(**changes: object) -> dict[str, object]:
    return {
        "name": "alsa_input.pci-0000_00_1f.3.analog-stereo",
        "description": "Built-in Audio Analog Stereo",
        "mute": False,
        "volume": {"front-left": {"value": 19661, "value_percent": "30%"}, "front-right": {"value_percent": "45%"}},
        "monitor_source": "",
        "properties": {"device.class": "sound"},
        "ports": [
            {"name": "mic-int", "availability": "availability unknown"},
            {"name": "mic-jack", "availability": "not available"},
        ],
        "active_port": "mic-int",
        **changes,
    }


def test_the_louder_channel_counts() -> None:
    [device] = parse_devices(json.loads(json.dumps([told()])))
    assert device.percent == 45


@pytest.mark.parametrize(("port", "plugged"), [("mic-int", True), ("mic-jack", False), (None, True), (3, True)])
def test_the_active_port_says_whether_something_is_plugged_in(port: object, plugged: bool) -> None:
    [device] = parse_devices(json.loads(json.dumps([told(active_port=port)])))
    assert device.plugged is plugged


@pytest.mark.parametrize(
    "text",
    ["null", "[]", "3", '["x"]', '[{"name": 3, "volume": "x", "mute": "yes", "ports": {"a": 1}, "properties": 2}]'],
)
def test_what_is_not_where_it_should_be_is_left_out(text: str) -> None:
    for device in parse_devices(json.loads(text)):
        assert device == ServerDevice(name="", description="", muted=False, percent=100, is_monitor=False, plugged=True)
    assert list(parse_headsets(json.loads(text))) == []


@pytest.mark.parametrize(
    ("specification", "rate"),
    [("s16le 2ch 44100Hz", (2, 44100)), ("float32le 1ch 8000Hz", (1, 8000)), ("", (0, 0)), ("x 3ch", (0, 0))],
)
def test_channels_and_rate_are_read(specification: str, rate: tuple[int, int]) -> None:
    [device] = parse_devices(json.loads(json.dumps([told(sample_specification=specification)])))
    assert (device.channels, device.rate) == rate


@pytest.mark.parametrize(
    ("change", "is_bluetooth", "card"),
    [
        ({}, False, ""),
        ({"name": "bluez_input.00_11_22_33_44_55.0"}, True, ""),
        ({"properties": {"device.api": "bluez5"}}, True, ""),
        ({"properties": {"device.api": "alsa", "alsa.card": "1"}}, False, "1"),
    ],
)
def test_where_a_device_stands_is_read(change: dict[str, object], is_bluetooth: bool, card: str) -> None:
    [device] = parse_devices(json.loads(json.dumps([told(**change)])))
    assert (device.is_bluetooth, device.card) == (is_bluetooth, card)


BOTH, OUT, OFF = "output:analog-stereo+input:analog-stereo", "output:analog-stereo", "off"
PROFILES: dict[str, dict[str, object]] = {
    OFF: {"sinks": 0, "sources": 0, "priority": 0, "available": True},
    OUT: {"sinks": 1, "sources": 0, "priority": 6500, "available": True},
    "input:analog-mono": {"sinks": 0, "sources": 1, "priority": 60, "available": True},
    BOTH: {"sinks": 1, "sources": 1, "priority": 6565, "available": True},
    "output:hdmi-stereo+input:analog-stereo": {"sinks": 1, "sources": 1, "priority": 9999, "available": False},
}


@pytest.mark.parametrize(
    ("letter", "active", "profile"),
    [("c", OUT, BOTH), ("c", OFF, BOTH), ("c", BOTH, ""), ("p", OFF, BOTH), ("p", OUT, "")],
)
def test_a_card_whose_profile_leaves_a_direction_out_is_told(letter: str, active: str, profile: str) -> None:
    card = {
        "name": "alsa_card.pci-0000_00_1f.3",
        "properties": {"device.description": "Built-in Audio"},
        "profiles": PROFILES,
        "active_profile": active,
    }
    idle = [IdleCard(name="alsa_card.pci-0000_00_1f.3", description="Built-in Audio", profile=profile)]
    cards = [card, {**card, "name": "bluez_card.0"}, {**card, "profiles": [1]}, {"profiles": {"x": 3}}]
    assert list(parse_idle(json.loads(json.dumps(cards)), letter)) == (idle if profile else [])


def test_a_headset_is_judged_by_the_profiles_it_has() -> None:
    cards = [
        {
            "name": "bluez_card.00_11_22_33_44_55",
            "properties": {"device.description": "WH-1000XM4"},
            "profiles": {"a2dp-sink": {}, "headset-head-unit": {}, "off": {}},
            "active_profile": "a2dp-sink",
        },
        {"name": "bluez_card.66", "profiles": {"a2dp-sink": {}}},
        {"name": "alsa_card.pci", "profiles": {"headset": {}}},
        {"name": "bluez_card.77", "profiles": ["headset"]},
    ]
    assert list(parse_headsets(json.loads(json.dumps(cards)))) == ["WH-1000XM4"]
