"""What was seen of microphones and speakers on Linux: raw, as data."""

from hms_doctor.model.devices.playings import PlayOutcome
from hms_doctor.model.devices.recordings import Outcome
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
    is_muted: bool = False  # the card's own capture switch is off


@dataclass(frozen=True, kw_only=True)
class ServerDevice:
    """A source or sink of PulseAudio or PipeWire."""

    name: str
    description: str
    muted: bool
    percent: int  # the louder channel
    is_monitor: bool  # hears what a speaker plays
    plugged: bool  # false where the server says that nothing is in its socket
    channels: int = 0  # 0: not told
    rate: int = 0  # frames a second; 0: not told
    card: str = ""  # the number of its ALSA card; empty: it is on none
    is_bluetooth: bool = False


@dataclass(frozen=True, kw_only=True)
class IdleCard:
    """A card whose active profile leaves the direction out, and a profile of its that has it."""

    name: str  # the server's
    description: str
    profile: str


@dataclass(frozen=True, kw_only=True)
class SoundServer:
    """What ``pactl`` tells; ``headsets`` have a call profile, active or not."""

    name: str
    default: str
    devices: tuple[ServerDevice, ...]
    headsets: tuple[str, ...]
    idle: tuple[IdleCard, ...] = ()
    elsewhere: str = ""  # PULSE_SERVER, where it is set


@dataclass(frozen=True, kw_only=True)
class NoServer:
    """No socket of a sound server answers."""


@dataclass(frozen=True, kw_only=True)
class ServerUntold:
    """A sound server runs, and ``pactl`` could not be asked; ``order`` is what makes it answer."""

    detail: str
    order: str = ""


@dataclass(frozen=True, kw_only=True)
class ServerDown:
    """A sound server that programs look for and that does not run; ``detail`` says how that was seen."""

    detail: str
    order: str  # how it is started again


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
    server: SoundServer | NoServer | ServerUntold | ServerDown
    portaudio: NotTried | PortAudioDevices | LibraryMissing
    recording: NotTried | Outcome = NotTried()  # of the microphone, where a test was asked for
    playing: NotTried | PlayOutcome = NotTried()  # of three tones, where that was asked for
