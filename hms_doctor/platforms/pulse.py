"""PulseAudio and PipeWire, asked through ``pactl -f json`` (pulseaudio-utils 15 and newer)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from hms_doctor.model.devices.sound import (
    IdleCard,
    NoServer,
    ServerDevice,
    ServerDown,
    ServerUntold,
    SoundServer,
)
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.platforms.alsa import CAPTURE, PLAYBACK
from hms_doctor.platforms.pulse_sockets import down, is_running
from hms_doctor.platforms.run import NOT_INSTALLED, NoAnswer, answer_from
from hms_doctor.platforms.told import objects, read, word

__all__ = ["is_running", "lists", "parse_devices", "parse_headsets", "parse_idle", "sound_server"]

_KIND: Final = {CAPTURE: "source", PLAYBACK: "sink"}
_PATIENCE: Final = 1.5
_PERCENT: Final = re.compile(r"\d{1,4}")
_RATE: Final = re.compile(r"\b(\d{1,2})ch (\d{4,6})Hz\b")
_CALL_PROFILE: Final = re.compile(r"headset|handsfree|hfp|hsp", re.IGNORECASE)
_REFUSED: Final = re.compile(r"Connection (refused|terminated|failure: Timeout)|No such file", re.IGNORECASE)
_OLD: Final = re.compile("invalid option|unrecognized option")
_INSTALL: Final = "Install pactl 15 or newer (package pulseaudio-utils), then run hms-doctor devices."
_RESTART: Final = (
    "Restart the sound server (systemctl --user restart pipewire-pulse, or pulseaudio --kill), "
    "then run hms-doctor devices."
)


def sound_server(letter: str, env: Mapping[str, str]) -> SoundServer | NoServer | ServerUntold | ServerDown:
    """Ask the user's sound server for its devices of a direction; none is ever started."""
    if not is_running(env):
        return down(env)
    topics = (("info",), ("list", f"{_KIND[letter]}s"), ("list", "cards"))
    told: list[JsonValue] = []
    for topic in topics:
        answer = answer_from("pactl", "-f", "json", *topic, patience=_PATIENCE)
        if isinstance(answer, NoAnswer):
            return _untold(answer, env)
        told.append(read(answer))
    info, devices, cards = told
    if not isinstance(info, dict):
        return ServerUntold(detail="pactl is older than 15", order=_INSTALL)
    return SoundServer(
        name=word(info, "server_name") or "the sound server",
        default=word(info, f"default_{_KIND[letter]}_name"),
        devices=tuple(parse_devices(devices)),
        headsets=tuple(parse_headsets(cards)),
        idle=tuple(parse_idle(cards, letter)),
        elsewhere=env.get("PULSE_SERVER", "")[:200],
    )


def _untold(answer: NoAnswer, env: Mapping[str, str]) -> ServerUntold | ServerDown:
    elsewhere = env.get("PULSE_SERVER", "")[:200]
    if elsewhere and _REFUSED.search(answer.why):
        return ServerDown(
            detail=f"PULSE_SERVER names {elsewhere}, where none answers",
            order="Run unset PULSE_SERVER, or start the sound server that it names.",
        )
    is_there = answer.why != NOT_INSTALLED and not _OLD.search(answer.why)
    return ServerUntold(detail=f"pactl {answer.why}", order=_RESTART if is_there else _INSTALL)


def lists(source: str) -> bool:
    """Whether the server still has a source: a stream whose source is unplugged may be moved to another one."""
    answer = answer_from("pactl", "-f", "json", "list", "sources", patience=_PATIENCE)
    return isinstance(answer, NoAnswer) or any(device.name == source for device in parse_devices(read(answer)))


def parse_devices(told: JsonValue) -> Iterator[ServerDevice]:
    """Read ``pactl -f json list sources`` or ``list sinks``."""
    for device in objects(told):
        rate = _RATE.search(word(device, "sample_specification"))
        yield ServerDevice(
            name=word(device, "name"),
            description=word(device, "description") or word(device, "name"),
            muted=device.get("mute") is True,
            percent=_loudest(device.get("volume")),
            is_monitor=word(device, "properties", "device.class") == "monitor",
            plugged=_is_plugged(device),
            channels=int(rate[1]) if rate else 0,
            rate=int(rate[2]) if rate else 0,
            card=word(device, "properties", "alsa.card"),
            is_bluetooth=_is_bluetooth(device),
        )


def _is_bluetooth(device: JsonObject) -> bool:
    api = word(device, "properties", "device.api")
    return word(device, "name").startswith("bluez_") or api == "bluez5"


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
        names = _profiles(card)
        if word(card, "name").startswith("bluez_card") and any(_CALL_PROFILE.search(name) for name in names):
            yield _description(card)


def parse_idle(told: JsonValue, letter: str) -> Iterator[IdleCard]:
    """Read ``pactl -f json list cards``: wired cards whose active profile has nothing of a direction, and one that has.

    PulseAudio and PipeWire list a profile's numbers of ``sources`` and ``sinks``, and their order of preference.
    """
    for card in objects(told):
        profiles = _profiles(card)
        having = {name: rank for name, profile in profiles.items() for rank in _rank(profile, letter)}
        if having and word(card, "active_profile") not in having and not word(card, "name").startswith("bluez_card"):
            best = max(having, key=lambda name: having[name])
            yield IdleCard(name=word(card, "name"), description=_description(card), profile=best[:200])


def _profiles(card: JsonObject) -> dict[str, JsonValue]:
    """Give a card's profiles that can be used now."""
    profiles = card.get("profiles")
    members = profiles.items() if isinstance(profiles, dict) else ()
    return {
        name: profile
        for name, profile in members
        if not (isinstance(profile, dict) and profile.get("available") is False)
    }


def _rank(profile: JsonValue, letter: str) -> Iterator[int]:
    """Give a profile's rank where it has the direction."""
    count = profile.get(f"{_KIND[letter]}s") if isinstance(profile, dict) else None
    if isinstance(profile, dict) and isinstance(count, int) and count > 0:
        rank = profile.get("priority")
        yield rank if isinstance(rank, int) else 0


def _description(card: JsonObject) -> str:
    return word(card, "properties", "device.description") or word(card, "name")
