"""PulseAudio and PipeWire, asked through ``pactl -f json`` (pulseaudio-utils 15 and newer)."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.sound import NoServer, ServerDevice, ServerUntold, SoundServer
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.platforms.alsa import CAPTURE, PLAYBACK
from hms_doctor.platforms.posix import accepts, user_id
from hms_doctor.platforms.run import answer_of
from hms_doctor.platforms.told import objects, read, word

_KIND: Final = {CAPTURE: "source", PLAYBACK: "sink"}
_PATIENCE: Final = 1.0
_PERCENT: Final = re.compile(r"\d{1,4}")
_CALL_PROFILE: Final = re.compile(r"headset|handsfree|hfp|hsp", re.IGNORECASE)


def sound_server(letter: str, env: Mapping[str, str]) -> SoundServer | NoServer | ServerUntold:
    """Ask the user's sound server for its devices of a direction; none is ever started."""
    if not is_running(env):
        return NoServer()
    answers = [_ask("info"), _ask("list", f"{_KIND[letter]}s")]
    if not all(answers):
        return ServerUntold(detail="pactl is missing, older than 15, or got no answer")
    info, devices = (read(text) for text in answers)
    return SoundServer(
        name=word(info, "server_name") or "the sound server",
        default=word(info, f"default_{_KIND[letter]}_name"),
        devices=tuple(parse_devices(devices)),
        headsets=tuple(parse_headsets(read(_ask("list", "cards")))),
    )


def _ask(*topic: str) -> str:
    return answer_of("pactl", "-f", "json", *topic, patience=_PATIENCE)


def is_running(env: Mapping[str, str]) -> bool:
    """Whether a server's socket takes a connection: pactl itself would start one where autospawn is on."""
    if env.get("PULSE_SERVER"):
        return True
    return any(accepts(path, _PATIENCE) for path in _sockets(env))


def _sockets(env: Mapping[str, str]) -> Iterator[Path]:
    runtime = env.get("PULSE_RUNTIME_PATH") or (env["XDG_RUNTIME_DIR"] + "/pulse" if "XDG_RUNTIME_DIR" in env else "")
    if runtime:
        yield Path(runtime) / "native"
    yield Path(f"/run/user/{user_id()}/pulse/native")
    yield Path("/run/pulse/native")


def parse_devices(told: JsonValue) -> Iterator[ServerDevice]:
    """Read ``pactl -f json list sources`` or ``list sinks``."""
    for device in objects(told):
        yield ServerDevice(
            name=word(device, "name"),
            description=word(device, "description") or word(device, "name"),
            muted=device.get("mute") is True,
            percent=_loudest(device.get("volume")),
            is_monitor=word(device, "properties", "device.class") == "monitor",
            plugged=_is_plugged(device),
        )


def _loudest(volume: JsonValue) -> int:
    channels = volume.values() if isinstance(volume, dict) else ()
    found = (_PERCENT.match(word(channel, "value_percent")) for channel in channels)
    return max((int(percent[0]) for percent in found if percent), default=100)


def _is_plugged(device: JsonObject) -> bool:
    active = word(device, "active_port")
    return not any(
        word(port, "name") == active and word(port, "availability") == "not available"
        for port in objects(device, "ports")
    )


def parse_headsets(told: JsonValue) -> Iterator[str]:
    """Read ``pactl -f json list cards``: Bluetooth cards with a call profile, whichever one is active now."""
    for card in objects(told):
        profiles = card.get("profiles")
        names = profiles.keys() if isinstance(profiles, dict) else ()
        if word(card, "name").startswith("bluez_card") and any(_CALL_PROFILE.search(name) for name in names):
            yield word(card, "properties", "device.description") or word(card, "name")
