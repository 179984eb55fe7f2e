"""A player of sound that runs beside a recording: asked now and then whether it is through."""

import subprocess
import threading
from array import array
from contextlib import suppress
from typing import Final, Protocol

from hms_doctor.model.devices.playings import (
    PlayOutcome,
    PlayThroughPortAudio,
    PlayThroughServer,
    PlayWay,
    RefusedPlaying,
)
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.model.devices.tone import RATE
from hms_doctor.platforms.run import client, first_line

_REAP_SECONDS: Final = 1.0
_MOST_WORDS: Final = 4096


class PlayingError(Exception):
    """Nothing could be played; ``outcome`` says why."""

    def __init__(self, outcome: PlayOutcome) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


class Player(Protocol):
    """Sound that is being played."""

    def is_through(self) -> bool:
        """Whether the output has played all of it; raises ``PlayingError``."""

    def stop(self) -> None:
        """End it, whether it is through or not."""


def player(way: PlayWay, samples: "array[float]") -> Player:
    """Begin to play mono samples of ``RATE`` through an output as it stands; raises ``PlayingError``."""
    match way:
        case PlayThroughServer():
            return ByServer(way, samples)
        case PlayThroughPortAudio():
            from hms_doctor.devices.player_portaudio import ByPortAudio

            return ByPortAudio(way, samples)


class ByServer:
    """Plays through PulseAudio or PipeWire with ``pacat``, which ends when the server has played all of it."""

    def __init__(self, way: PlayThroughServer, samples: "array[float]") -> None:
        # No --volume: where volumes are flat, that of a stream moves the output's own.
        pacat = client(
            "pacat",
            "--playback",
            "--raw",
            "--format=float32ne",
            f"--rate={RATE}",
            "--channels=1",
            f"--device={way.sink}",
            "--latency-msec=300",
            "--client-name=hms-doctor",
            "--stream-name=test tones",
            reads=True,
        )
        if pacat is None:
            raise PlayingError(LibraryMissing(library="pacat", detail="there is no pacat"))
        self._way, self._pacat = way, pacat
        # A pipe holds less than the tones: the rest is written while they play.
        self._feeder = threading.Thread(target=_feed, args=(pacat, samples.tobytes()), daemon=True)
        self._feeder.start()

    def is_through(self) -> bool:
        """Whether pacat has ended well; raises ``PlayingError``."""
        status = self._pacat.poll()
        if status:
            words = self._pacat.stderr.read(_MOST_WORDS) if self._pacat.stderr else b""
            raise PlayingError(RefusedPlaying(name=self._way.name, busy=False, detail=first_line(words or b"")))
        return status == 0

    def stop(self) -> None:
        """Kill pacat, which ends its stream at the server."""
        self._pacat.kill()
        self._feeder.join(_REAP_SECONDS)
        with suppress(subprocess.TimeoutExpired):  # stuck in the kernel; whoever kills our group kills it too
            self._pacat.wait(_REAP_SECONDS)
        for stream in (self._pacat.stdout, self._pacat.stderr):
            if stream:
                stream.close()


def _feed(pacat: "subprocess.Popen[bytes]", sound: bytes) -> None:
    if pacat.stdin:
        with suppress(OSError), pacat.stdin as pipe:  # it may end before it has taken all
            rest = memoryview(sound)
            while rest:
                rest = rest[pipe.write(rest) or 0 :]
