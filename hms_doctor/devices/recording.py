"""A running recording: blocks of samples for whoever listens, none of which is kept."""

from array import array
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final, TypeAlias

from hms_doctor.model.devices.recordings import Lost, NoSamples, Refused, ThroughPortAudio, ThroughServer, Way
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.quick_dataclass import dataclass

RATE: Final = 48_000
"""Frames a second that a call asks for (WebRTC's Opus)."""
BLOCK_SECONDS: Final = 0.05
PATIENCE: Final = 3.0
"""Seconds without a sample after which none will come."""

Samples: TypeAlias = "array[float]"
"""Type ``f``, interleaved, full scale 1.0."""


class RecordingError(Exception):
    """A recording did not begin or stopped; ``outcome`` says how."""

    def __init__(self, outcome: NoSamples | Lost | Refused | LibraryMissing) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


def _none() -> int:
    return 0


@dataclass(frozen=True, kw_only=True)
class Running:
    """A recording that runs; ``blocks`` of some 50 ms never end by themselves and raise ``RecordingError``."""

    rate: int
    channels: int
    blocks: Iterator[Samples]
    missed: Callable[[], int] = _none  # stretches of sound that this machine was too busy to take, so far


def recording(way: Way, patience: float = PATIENCE) -> AbstractContextManager[Running]:
    """Record until the context is left; raises ``RecordingError``, on entering too.

    ``patience`` is in seconds, for the first sample and between two of them.
    """
    match way:
        case ThroughServer():
            from hms_doctor.devices.by_server import recorded

            return recorded(way, patience)
        case ThroughPortAudio():
            from hms_doctor.devices.by_portaudio import captured

            return captured(way, patience)
