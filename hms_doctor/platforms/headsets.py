"""Bluetooth devices for sound: BlueZ tells which profiles they have, the sound server which of them it offers."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.radios import AudioProfile, Headset, Offer, WiredMicrophones
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.platforms.files import text_of
from hms_doctor.platforms.pulse import is_running
from hms_doctor.platforms.run import answer_of
from hms_doctor.platforms.told import read, word

_BASE_UUID: Final = "-0000-1000-8000-00805f9b34fb"
_SERVICES: Final = {
    "0000110b": AudioProfile.A2DP,
    "0000111e": AudioProfile.HFP,
    "00001108": AudioProfile.HSP,
    "00001131": AudioProfile.HSP,
    "00001850": AudioProfile.LE_AUDIO,
    "0000184e": AudioProfile.LE_AUDIO,
}
"""Assigned numbers of what a headset offers: audio sink, hands-free, headset (two roles), published audio capabilities,
audio streams. A phone offers their other ends (110a, 111f, 1112) and is no headset."""
_ADDRESS: Final = re.compile(r"[0-9A-F]{2}([-:_][0-9A-F]{2}){5}", re.IGNORECASE)
_NAMELESS: Final = "a headset without a name"
_PATIENCE: Final = 1.0
_CALL: Final = re.compile(r"headset|handsfree|hfp|hsp", re.IGNORECASE)
_MSBC: Final = re.compile(r"msbc", re.IGNORECASE)
_CVSD: Final = re.compile(r"cvsd", re.IGNORECASE)


def properties(interfaces: JsonValue, name: str) -> JsonObject:
    """Give the properties of one D-Bus interface of an object, none where it has no such interface."""
    found = interfaces.get(name) if isinstance(interfaces, dict) else None
    return found if isinstance(found, dict) else {}


def parse_headsets(objects: JsonObject, offers: Mapping[str, Offer]) -> Iterator[Headset]:
    """Read ``org.bluez.Device1`` of every object: those that are connected and made for sound.

    ``offers`` is what ``parse_offers`` gives.
    """
    for path, interfaces in objects.items():
        device = properties(interfaces, "org.bluez.Device1")
        profiles = _profiles(device.get("UUIDs"))
        is_audio = bool(profiles) or word(device, "Icon").startswith(("audio-headset", "audio-headphones"))
        if is_audio and device.get("Connected") is True:
            offer = offers.get(_key(path.rpartition("/dev_")[2]), Offer.UNTOLD)
            yield Headset(name=name_of(word(device, "Alias")), profiles=profiles, offer=offer)


def name_of(alias: str) -> str:
    """Give a device's name; one without a name has its address for one, which is nobody's business."""
    return _NAMELESS if not alias or _ADDRESS.fullmatch(alias) else alias


def _profiles(services: JsonValue) -> tuple[AudioProfile, ...]:
    told = {str(service).lower() for service in services} if isinstance(services, list) else set()
    has = {profile for number, profile in _SERVICES.items() if number + _BASE_UUID in told}
    return tuple(profile for profile in AudioProfile if profile in has)


def offers(env: Mapping[str, str]) -> dict[str, Offer]:
    """Ask the user's sound server what it offers of Bluetooth devices; none is started, and no profile is changed."""
    asked = is_running(env) and answer_of("pactl", "-f", "json", "list", "cards", patience=_PATIENCE)
    return parse_offers(read(asked)) if asked else {}


def parse_offers(cards: JsonValue) -> dict[str, Offer]:
    """Read ``pactl -f json list cards``: a Bluetooth device's key → what the server offers of it."""
    listed = [card for card in cards if isinstance(card, dict)] if isinstance(cards, list) else []
    return {
        _key(word(card, "name").removeprefix("bluez_card.")): _offer(card)
        for card in listed
        if word(card, "name").startswith("bluez_card.")
    }


def _key(address: str) -> str:
    return re.sub(r"\W", "_", address).upper()


def _offer(card: JsonObject) -> Offer:
    profiles = card.get("profiles")
    calls = [
        f"{name} {word(profile, 'description')}"
        for name, profile in (profiles.items() if isinstance(profiles, dict) else ())
        if _CALL.search(name) and not _is_unavailable(profile)
    ]
    if not calls:
        return Offer.LISTENING if profiles else Offer.UNTOLD
    if any(_MSBC.search(call) for call in calls):
        return Offer.CALL_16_KHZ
    return Offer.CALL_8_KHZ if all(_CVSD.search(call) for call in calls) else Offer.CALL


def _is_unavailable(profile: JsonValue) -> bool:
    return isinstance(profile, dict) and profile.get("available") is False


def wired_microphones(proc: Path) -> WiredMicrophones:
    """Say whether ALSA has a capture device; containers hide the list of them behind an empty folder."""
    sound = proc / "asound"
    devices = text_of(sound / "pcm")
    if ": capture " in devices:
        return WiredMicrophones.SOME
    return WiredMicrophones.NONE if text_of(sound / "version") or not sound.exists() else WiredMicrophones.UNTOLD
