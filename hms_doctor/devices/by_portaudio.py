"""Recording with PortAudio, through sounddevice: where no sound server can be asked."""

import queue
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from hms_doctor.devices.recording import BLOCK_SECONDS, RATE, RecordingError, Running, Samples
from hms_doctor.model.devices.recordings import Lost, NoSamples, Refusal, Refused, ThroughPortAudio
from hms_doctor.model.devices.surveys import LibraryMissing

_MOST_CHANNELS: Final = 2
_LATENCY_SECONDS: Final = 4 * BLOCK_SECONDS
"""A card's buffer must hold some of our blocks: PortAudio's own choice may hold less than one, and overflows."""
_WRONG_RATE: Final = -9997
_REASONS: Final = {
    -9985: Refusal.BUSY,  # Device unavailable
    -9993: Refusal.ABSENT,  # Illegal combination of I/O devices: gone between the list and the opening
    -9996: Refusal.ABSENT,  # Invalid device
    -9997: Refusal.FORMAT,  # Invalid sample rate
    -9998: Refusal.FORMAT,  # Invalid number of channels
}
_NO_SOURCE: Final = "[ALSA error -5]"
"""With -9999, Unanticipated host error: a sound server without a source."""


class Stream(Protocol):
    """What is used of sounddevice's ``RawInputStream``."""

    samplerate: float
    channels: int

    def start(self) -> None:
        """Let the samples come."""

    def close(self) -> None:
        """End it; what is on its way is dropped."""


class Status(Protocol):
    """What is used of sounddevice's ``CallbackFlags``."""

    input_overflow: bool


class Inbox:
    """Where PortAudio's thread leaves the samples."""

    def __init__(self) -> None:
        self.blocks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.missed = 0

    def __call__(self, samples: bytes, _frames: int, _time: object, status: Status) -> None:
        """Take a block; the buffer is PortAudio's, and valid only now."""
        self.blocks.put(bytes(samples))
        self.missed += bool(status.input_overflow)


@contextmanager
def captured(way: ThroughPortAudio, patience: float) -> Iterator[Running]:
    """Record a device of PortAudio's list.

    Never by a blocking read: the callbacks of a card that is unplugged just stop, and ``active`` stays true. After a
    failure nothing is closed, since that may wait for such a card for ever; the end of the process does it.
    """
    inbox = Inbox()
    stream = _begun(way, inbox)
    yield Running(
        rate=int(stream.samplerate),
        channels=stream.channels,
        blocks=blocks_of(inbox, stream, way, patience),
        missed=lambda: inbox.missed,
    )
    stream.close()


def _begun(way: ThroughPortAudio, inbox: Inbox) -> Stream:
    try:
        import sounddevice
    except (OSError, ImportError) as error:
        raise RecordingError(LibraryMissing(library="PortAudio", detail=str(error)[:200])) from error
    try:
        device = sounddevice.query_devices(way.device or None, "input")
        return _opened(device, inbox)
    except ValueError as error:
        raise RecordingError(Refused(name=way.name, reason=Refusal.ABSENT, detail=str(error)[:200])) from error
    except sounddevice.PortAudioError as error:
        raise RecordingError(refused(way.name, error)) from error


def _opened(device: dict[str, int | float | str], inbox: Inbox) -> Stream:
    """Open a device at a call's rate, else at its own."""
    import sounddevice

    def stream(rate: float) -> Stream:
        opened: Stream = sounddevice.RawInputStream(
            samplerate=rate,
            blocksize=int(rate * BLOCK_SECONDS),
            device=device["index"],
            channels=min(_MOST_CHANNELS, int(device["max_input_channels"])),
            dtype="float32",
            latency=_LATENCY_SECONDS,
            callback=inbox,
        )
        opened.start()
        return opened

    try:
        return stream(RATE)
    except sounddevice.PortAudioError as error:
        if _code(error) != _WRONG_RATE:
            raise
        return stream(float(device["default_samplerate"]))


def _code(error: Exception) -> object:
    return error.args[1] if len(error.args) > 1 else 0


def refused(name: str, error: Exception) -> Refused:
    """Read an error of sounddevice's: its words, PortAudio's number, and what ALSA said."""
    words, code = str(error), _code(error)
    known = _REASONS.get(code, Refusal.OTHER) if isinstance(code, int) else Refusal.OTHER
    absent = _NO_SOURCE in words or "querying device" in words
    return Refused(name=name, reason=Refusal.ABSENT if absent else known, detail=words[:200])


def blocks_of(inbox: Inbox, stream: Stream, way: ThroughPortAudio, patience: float) -> Iterator[Samples]:
    """Give what comes in until nothing does for ``patience`` seconds; raises ``RecordingError`` then."""
    frames = 0
    while True:
        try:
            block = array("f", inbox.blocks.get(timeout=patience))
        except queue.Empty:
            if frames:
                seconds = frames / stream.samplerate
                detail = f"no sample for {patience:g} s"
                raise RecordingError(Lost(name=way.name, seconds=seconds, detail=detail)) from None
            raise RecordingError(NoSamples(name=way.name, seconds=patience)) from None
        frames += len(block) // stream.channels
        yield block
