"""Recording through PulseAudio or PipeWire with ``parec``, their own client."""

import os
import select
import subprocess
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from hms_doctor.devices.recording import BLOCK_SECONDS, RATE, RecordingError, Running, Samples
from hms_doctor.model.devices.recordings import Lost, NoSamples, Refusal, Refused, ThroughServer
from hms_doctor.model.devices.surveys import LibraryMissing
from hms_doctor.platforms.run import client

_SAMPLE_BYTES: Final = 4
_MOST_BYTES: Final = 65536
_MOST_WORDS: Final = 200
_REAP_SECONDS: Final = 1.0
_ABSENT: Final = "No such entity"
_Client = subprocess.Popen[bytes]


@contextmanager
def recorded(way: ThroughServer, patience: float) -> Iterator[Running]:
    """Record a source of the server; the client is gone when the context is left."""
    parec = client(
        "parec",
        "--raw",
        "--format=float32le",
        f"--rate={RATE}",
        f"--channels={way.channels}",
        f"--device={way.source}",
        "--latency-msec=20",
    )
    if parec is None:
        raise RecordingError(LibraryMissing(library="parec", detail="there is no parec"))
    try:
        yield Running(rate=RATE, channels=way.channels, blocks=_blocks(parec, way, patience))
    finally:
        _end(parec)


def _end(parec: _Client) -> None:
    parec.kill()
    try:
        parec.communicate(timeout=_REAP_SECONDS)
    except subprocess.TimeoutExpired:  # stuck in the kernel; whoever kills our group kills it too
        return


def _blocks(parec: _Client, way: ThroughServer, patience: float) -> Iterator[Samples]:
    frames = int(RATE * BLOCK_SECONDS)
    size = frames * way.channels * _SAMPLE_BYTES
    waiting, blocks = bytearray(), 0
    while True:
        piece = _piece(parec, patience)
        if not piece:
            raise RecordingError(_outcome(parec, way, blocks * BLOCK_SECONDS, patience))
        waiting += piece
        while len(waiting) >= size:
            yield _samples(bytes(waiting[:size]))
            blocks += 1
            del waiting[:size]


def _piece(parec: _Client, patience: float) -> bytes:
    """Give what came, empty after ``patience`` seconds of silence and at the end."""
    if parec.stdout is None:
        return b""
    ready, _, _ = select.select([parec.stdout], [], [], patience)
    return os.read(parec.stdout.fileno(), _MOST_BYTES) if ready else b""


def _samples(raw: bytes) -> Samples:
    block = array("f", raw)
    if sys.byteorder == "big":
        block.byteswap()
    return block


def _outcome(parec: _Client, way: ThroughServer, seconds: float, patience: float) -> NoSamples | Lost | Refused:
    words = _words(parec)
    if seconds:
        return Lost(name=way.name, seconds=seconds, detail=words)
    if parec.poll() is None:
        return NoSamples(name=way.name, seconds=patience)
    reason = Refusal.ABSENT if _ABSENT in words else Refusal.OTHER
    return Refused(name=way.name, reason=reason, detail=words)


def _words(parec: _Client) -> str:
    """Give what the client said of its end, empty while it runs."""
    try:
        parec.wait(_REAP_SECONDS / 10)
    except subprocess.TimeoutExpired:
        return ""
    told = os.read(parec.stderr.fileno(), _MOST_BYTES) if parec.stderr else b""
    return told.decode("utf-8", "replace").strip().splitlines()[-1][:_MOST_WORDS] if told.strip() else ""
