"""Playing with PortAudio, through sounddevice: where no sound server can be asked."""

import threading
from array import array
from typing import Final, Protocol

from hms_doctor.devices.player import PlayingError
from hms_doctor.model.devices.playings import PlayOutcome, PlayThroughPortAudio, RefusedPlaying
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.devices.tone import RATE

_MOST_CHANNELS: Final = 2
_BUSY: Final = -9985  # Device unavailable


class Stream(Protocol):
    """What is used of sounddevice's ``RawOutputStream``."""

    def start(self) -> None:
        """Begin to ask for sound."""

    def close(self) -> None:
        """End it; what is on its way is dropped."""


class ByPortAudio:
    """Plays to the default output; the stream says by a callback of its own that it is through."""

    def __init__(self, way: PlayThroughPortAudio, samples: "array[float]") -> None:
        self._through = threading.Event()
        try:
            import sounddevice
        except (OSError, ImportError) as error:
            raise PlayingError(LibraryMissing(library="PortAudio", detail=str(error)[:200])) from error
        try:
            self._stream = self._opened(samples)
            self._stream.start()
        except (ValueError, sounddevice.PortAudioError) as error:
            raise PlayingError(_refused(way, error)) from error

    def _opened(self, samples: "array[float]") -> Stream:
        import sounddevice

        channels = min(_MOST_CHANNELS, int(sounddevice.query_devices(kind="output")["max_output_channels"]))
        rest = memoryview(array("f", (sample for sample in samples for _ in range(channels))).tobytes())

        def fill(wanted: bytearray, _frames: int, _time: object, _status: object) -> None:
            nonlocal rest
            size = len(wanted)
            piece, rest = bytes(rest[:size]), rest[size:]
            wanted[:] = piece.ljust(size, b"\0")
            if not rest:
                raise sounddevice.CallbackStop

        stream: Stream = sounddevice.RawOutputStream(
            samplerate=RATE, channels=channels, dtype="float32", callback=fill, finished_callback=self._through.set
        )
        return stream

    def is_through(self) -> bool:
        """Whether the output has played all of it."""
        return self._through.is_set()

    def stop(self) -> None:
        """Close what is through; the rest ends with this process, since a close may wait for a dead card for ever."""
        if self._through.is_set():
            self._stream.close()


def _refused(way: PlayThroughPortAudio, error: Exception) -> PlayOutcome:
    busy = len(error.args) > 1 and error.args[1] == _BUSY
    return RefusedPlaying(name=way.name, busy=busy, detail=str(error)[:200])
