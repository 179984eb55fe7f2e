"""What came of recording two seconds of a microphone: figures only, the sound itself is gone."""

from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.devices.levels import Levels
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class ThroughServer:
    """Record a source of the sound server with ``parec``; ``source`` is the server's own name of it."""

    source: str
    name: str
    channels: int


@dataclass(frozen=True, kw_only=True)
class ThroughPortAudio:
    """Record with PortAudio: ``device`` is ALSA's word (``hw:0,0``) in its list, empty for its default input."""

    device: str
    name: str


Way: TypeAlias = ThroughServer | ThroughPortAudio


class Refusal(StrEnum):
    """Why a recording did not begin."""

    BUSY = "another program holds it"
    ABSENT = "it is not there"
    FORMAT = "it has no such rate or number of channels"
    OTHER = "another reason"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Sound came for as long as was asked for."""

    name: str
    levels: Levels
    first_ms: float  # from the start to the first sample
    rate: float  # frames that came in a second of the wall's clock
    missed: int = 0  # stretches that this machine was too busy to take


@dataclass(frozen=True, kw_only=True)
class NoSamples:
    """The recording began, and not one sample came in ``seconds``."""

    name: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Lost:
    """Sound came for ``seconds``, and then no more."""

    name: str
    seconds: float
    detail: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The recording did not begin; ``detail`` are the server's or the library's words."""

    name: str
    reason: Refusal
    detail: str


@dataclass(frozen=True, kw_only=True)
class LeftAlone:
    """A Bluetooth microphone that nobody asked for by name: to record it changes what its owner hears."""

    name: str


Outcome: TypeAlias = Recorded | NoSamples | Lost | Refused | LeftAlone | LibraryMissing
