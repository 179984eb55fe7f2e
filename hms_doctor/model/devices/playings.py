"""What came of playing the tones, and of listening for them: figures only, the sound itself is gone."""

from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.devices.tone import Heard, NotHeard
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class PlayThroughServer:
    """Play to a sink of the sound server with ``pacat``; ``sink`` is the server's own name of it."""

    sink: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PlayThroughPortAudio:
    """Play to PortAudio's default output."""

    name: str


PlayWay: TypeAlias = PlayThroughServer | PlayThroughPortAudio


class Deaf(StrEnum):
    """Why nobody listened."""

    NO_MICROPHONE = "there is no microphone"
    NOT_FOUND = "no microphone has that name"
    MONITOR = "the default input is a monitor"
    BLUETOOTH = "it is a Bluetooth microphone that was not named"
    FAILED = "it could not be recorded"


@dataclass(frozen=True, kw_only=True)
class Unheeded:
    """Nobody listened; ``detail`` names the microphone or says what went wrong with it."""

    why: Deaf
    detail: str


@dataclass(frozen=True, kw_only=True)
class Heeded:
    """A microphone listened, or a monitor, which hears what the server plays and not what the air carries."""

    microphone: str
    is_monitor: bool
    rms: float  # dBFS of all that it recorded
    result: Heard | NotHeard


@dataclass(frozen=True, kw_only=True)
class Played:
    """The output took all of it and said that it was through, ``ms`` after the beginning."""

    name: str
    ms: float
    ear: Heeded | Unheeded


@dataclass(frozen=True, kw_only=True)
class StuckPlaying:
    """The output took the tones and was not through with them in ``seconds``."""

    name: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class RefusedPlaying:
    """The output did not take them, or stopped; ``detail`` are the server's or the library's words."""

    name: str
    busy: bool  # another program holds it
    detail: str


@dataclass(frozen=True, kw_only=True)
class LeftSilent:
    """Nothing was played: the output is muted or turned down to nothing, and stays so."""

    name: str


PlayOutcome: TypeAlias = Played | StuckPlaying | RefusedPlaying | LeftSilent | LibraryMissing
