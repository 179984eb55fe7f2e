"""What was seen of microphones and speakers on Linux: raw, as data."""

from hms_doctor.model.devices.surveys import Here, HolderSeen, LibraryMissing, NotOpened, NotTried
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class NodeOpened:
    """Opened and closed again."""


@dataclass(frozen=True, kw_only=True)
class SoundNode:
    """One ALSA PCM of the direction that was asked about; ``holder`` is ``owner_pid`` of its substreams."""

    path: str
    name: str
    group: str
    look: NodeOpened | NotOpened | NotTried
    holder: HolderSeen


@dataclass(frozen=True, kw_only=True)
class ServerDevice:
    """A source or sink of PulseAudio or PipeWire."""

    name: str
    description: str
    muted: bool
    percent: int  # the louder channel
    is_monitor: bool  # hears what a speaker plays
    plugged: bool  # false where the server says that nothing is in its socket


@dataclass(frozen=True, kw_only=True)
class SoundServer:
    """What ``pactl`` tells; ``headsets`` have a call profile, active or not."""

    name: str
    default: str
    devices: tuple[ServerDevice, ...]
    headsets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NoServer:
    """No socket of a sound server answers."""


@dataclass(frozen=True, kw_only=True)
class ServerUntold:
    """A sound server runs, and ``pactl`` could not be asked."""

    detail: str


@dataclass(frozen=True, kw_only=True)
class PortAudioDevices:
    """Names that PortAudio lists for the direction."""

    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SoundSurvey:
    """Linux: cards, their PCM nodes, the sound server, and PortAudio where those left a question."""

    here: Here
    cards: tuple[str, ...]
    nodes: tuple[SoundNode, ...]
    server: SoundServer | NoServer | ServerUntold
    portaudio: NotTried | PortAudioDevices | LibraryMissing
