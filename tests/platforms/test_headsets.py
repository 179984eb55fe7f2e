"""Bluetooth devices for sound, as BlueZ and ``pactl -f json list cards`` tell of them."""

import json
from pathlib import Path

import pytest

from hms_doctor.model.devices.radios import AudioProfile, Headset, Offer, WiredMicrophones
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.platforms.headsets import name_of, offers, parse_headsets, parse_offers, wired_microphones

A2DP, HFP, HSP, LE = AudioProfile.A2DP, AudioProfile.HFP, AudioProfile.HSP, AudioProfile.LE_AUDIO
ADDRESS = "38:18:4C:AA:BB:CC"
KEY = "38_18_4C_AA_BB_CC"


def device(
    *services: str, alias: str = "WH-1000XM4", icon: str = "audio-headset", connected: bool = True
) -> dict[str, JsonValue]:
    uuids = [f"0000{number}-0000-1000-8000-00805F9B34FB" for number in services]
    facts: JsonObject = {"Alias": alias, "Address": ADDRESS, "Icon": icon, "Connected": connected, "UUIDs": uuids}
    return {f"/org/bluez/hci0/dev_{KEY}": {"org.bluez.Device1": facts}}


@pytest.mark.parametrize(
    ("services", "profiles"),
    [
        (("110b",), (A2DP,)),
        (("111e", "110b", "1108"), (A2DP, HFP, HSP)),
        (("1131",), (HSP,)),
        (("1850", "184e", "110b"), (A2DP, LE)),
        (("1124", "110e"), ()),
    ],
)
def test_profiles_are_told_by_their_numbers(services: tuple[str, ...], profiles: tuple[AudioProfile, ...]) -> None:
    assert list(parse_headsets(device(*services), {})) == [Headset(name="WH-1000XM4", profiles=profiles)]


@pytest.mark.parametrize(
    "other",
    [
        device("110a", "111f", "1112", icon="phone"),  # the other ends of the same profiles
        device("1124", icon="input-keyboard"),
        device("110b", connected=False),
        {
            "/a": 3,
            "/b": {"org.bluez.Device1": 4},
            "/c": {"org.bluez.Device1": {"UUIDs": "0000110b", "Connected": True}},
        },
        {"/d": {"org.bluez.Device1": {"UUIDs": ["0000110b", 3, None], "Connected": "yes"}}},
        {"/e": {"org.bluez.Device1": {"UUIDs": ["0000110b-aaaa-1000-8000-00805f9b34fb"], "Connected": True}}},
    ],
)
def test_what_is_no_connected_headset_is_left_out(other: dict[str, JsonValue]) -> None:
    assert list(parse_headsets(other, {})) == []


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("WH-1000XM4", "WH-1000XM4"),
        ("38-18-4C-AA-BB-CC", "a headset without a name"),
        (ADDRESS, "a headset without a name"),
        ("", "a headset without a name"),
    ],
)
def test_an_address_is_no_name(alias: str, name: str) -> None:
    assert name_of(alias) == name
    assert [each.name for each in parse_headsets(device("110b", alias=alias), {})] == [name]


def card(active: str, *profiles: tuple[str, str, bool]) -> list[JsonValue]:
    """Give a card as ``pactl -f json list cards`` prints one (PulseAudio 16, PipeWire 0.3.65)."""
    listed: JsonObject = {name: {"description": told, "sinks": 1, "available": there} for name, told, there in profiles}
    properties = {"device.string": ADDRESS, "device.description": "WH-1000XM4"}
    return [
        {"index": 0, "name": "alsa_card.pci-0000_00_1f.3", "profiles": {"input:analog-stereo": {}}},
        {
            "index": 1,
            "name": f"bluez_card.{KEY}",
            "properties": properties,
            "profiles": listed,
            "active_profile": active,
        },
    ]


OFF = ("off", "Off", True)
PLAYS = ("a2dp-sink", "High Fidelity Playback (A2DP Sink, codec SBC)", True)
CVSD = ("headset-head-unit-cvsd", "Headset Head Unit (HSP/HFP, codec CVSD)", True)
MSBC = ("headset-head-unit", "Headset Head Unit (HSP/HFP, codec mSBC)", True)
PULSE = ("handsfree_head_unit", "Handsfree Head Unit (HFP)", True)


@pytest.mark.parametrize(
    ("cards", "offer"),
    [
        (card("a2dp-sink", OFF, PLAYS, CVSD, MSBC), Offer.CALL_16_KHZ),
        (card("a2dp-sink", OFF, PLAYS, CVSD), Offer.CALL_8_KHZ),
        (card("handsfree_head_unit", OFF, ("a2dp_sink", "A2DP", True), PULSE), Offer.CALL),
        (card("a2dp-sink", OFF, PLAYS), Offer.LISTENING),
        (card("a2dp-sink", OFF, PLAYS, (*PULSE[:2], False)), Offer.LISTENING),
        (card("off"), Offer.UNTOLD),
        ([], Offer.UNTOLD),
    ],
)
def test_the_sound_server_tells_what_it_offers(cards: list[JsonValue], offer: Offer) -> None:
    [headset] = parse_headsets(device("110b", "111e"), parse_offers(json.loads(json.dumps(cards))))
    assert headset == Headset(name="WH-1000XM4", profiles=(A2DP, HFP), offer=offer)


@pytest.mark.parametrize("odd", [None, 3, {}, [3], [{"name": 3}], [{"name": "bluez_card.x", "profiles": [1]}]])
def test_odd_cards_break_nothing(odd: JsonValue) -> None:
    assert set(parse_offers(odd).values()) <= {Offer.LISTENING, Offer.UNTOLD}


def test_without_a_sound_server_nothing_is_offered(tmp_path: Path) -> None:
    assert offers({"PULSE_RUNTIME_PATH": str(tmp_path)}) == {}


@pytest.mark.parametrize(
    ("files", "wired"),
    [
        ({}, WiredMicrophones.NONE),
        ({"asound/version": "Advanced Linux Sound Architecture\n"}, WiredMicrophones.NONE),
        (
            {"asound/version": "A\n", "asound/pcm": "00-03: HDMI 0 : HDMI 0 : playback 1\n"},
            WiredMicrophones.NONE,
        ),
        (
            {"asound/version": "A\n", "asound/pcm": "00-00: ALC285 Analog : ALC285 Analog : playback 1 : capture 1\n"},
            WiredMicrophones.SOME,
        ),
        ({"asound/.masked": ""}, WiredMicrophones.UNTOLD),
    ],
)
def test_alsa_tells_whether_there_is_another_microphone(
    files: dict[str, str], wired: WiredMicrophones, tmp_path: Path
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert wired_microphones(tmp_path) is wired
