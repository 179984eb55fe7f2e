"""Which microphone a run is about: the one that the user named, else the one that an app gets."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from hms_doctor.model.devices.recordings import LeftAlone, ThroughPortAudio, ThroughServer, Way
from hms_doctor.model.devices.sound import (
    NodeOpened,
    PortAudioDevices,
    ServerDevice,
    ServerUntold,
    SoundNode,
    SoundServer,
    SoundSurvey,
)
from hms_doctor.model.devices.surveys import NotOpened, NotTried

_DUMMY: Final = "auto_null"
"""The sink that PulseAudio and PipeWire make up where there is no hardware."""
_DEFAULT: Final = "the default input"
_MOST_CHANNELS: Final = 2
_PCM: Final = re.compile(r"pcmC(\d+)D(\d+)[cp]$")
Chosen: TypeAlias = ServerDevice | SoundNode


def real_devices(server: SoundServer) -> tuple[ServerDevice, ...]:
    """Give the server's devices that are neither monitors nor made up."""
    return tuple(device for device in server.devices if not device.is_monitor and not device.name.startswith(_DUMMY))


def chosen(survey: SoundSurvey, wanted: str = "") -> Chosen | None:
    """Give the device that ``wanted`` names (a part of its name, or its node), else the one that an app gets."""
    if wanted:
        return next(_named(survey, wanted), None)
    server = survey.server
    if isinstance(server, SoundServer):
        real = real_devices(server)
        default = [device for device in server.devices if device.name == server.default]
        return next(iter([*default, *real]), None) if real else None
    return next((node for node in survey.nodes if isinstance(node.look, NodeOpened)), None)


def _named(survey: SoundSurvey, wanted: str) -> Iterator[Chosen]:
    """Give what fits a name, the server's devices first, and monitors last of them."""
    word = wanted.casefold()
    if isinstance(survey.server, SoundServer):
        devices = sorted(survey.server.devices, key=lambda device: device.is_monitor)
        yield from (device for device in devices if word in {device.name.casefold(), device.description.casefold()})
        yield from (device for device in devices if word in f"{device.name}\n{device.description}".casefold())
        cards = [card_of(node) for node in survey.nodes if node.path == wanted]
        yield from (device for device in devices if device.card and device.card in cards)
    yield from (node for node in survey.nodes if wanted == node.path or word in node.name.casefold())


def names(survey: SoundSurvey) -> tuple[str, ...]:
    """Give the names from which a user may choose."""
    if isinstance(survey.server, SoundServer):
        return tuple(device.description for device in real_devices(survey.server))
    return tuple(node.name for node in survey.nodes)


def way_to(survey: SoundSurvey, wanted: str = "") -> Way | LeftAlone | NotTried:
    """Give how the chosen microphone is recorded; a monitor only where it is named, Bluetooth too."""
    known = survey.portaudio
    if isinstance(survey.server, ServerUntold) and not wanted:
        # Its cards may be asked for only through it: a card that we took for ourselves would be taken from it.
        heard = isinstance(known, PortAudioDevices) and bool(known.names)
        return ThroughPortAudio(device="", name=_DEFAULT) if heard or chosen(survey) else NotTried()
    match device := chosen(survey, wanted):
        case ServerDevice():
            return _through_server(device, wanted)
        case SoundNode(look=NotOpened()):
            return NotTried()  # what the kernel said of it says more than PortAudio, which leaves it out of its list
        case SoundNode():
            return ThroughPortAudio(device=pcm_word(device), name=device.name)
        case None:
            return NotTried()


def _through_server(device: ServerDevice, wanted: str) -> Way | LeftAlone | NotTried:
    if device.is_bluetooth and not wanted:
        return LeftAlone(name=device.description)
    if device.is_monitor and not wanted:
        return NotTried()
    channels = min(_MOST_CHANNELS, device.channels or 1)
    return ThroughServer(source=device.name, name=device.description, channels=channels)


def card_of(node: SoundNode) -> str:
    """Give the number of a node's card, empty where its path tells none."""
    found = _PCM.search(node.path)
    return found[1] if found else ""


def pcm_word(node: SoundNode) -> str:
    """Give ALSA's word for a node as PortAudio's list has it: ``(hw:1,0)``."""
    found = _PCM.search(node.path)
    return f"(hw:{found[1]},{found[2]})" if found else node.name
