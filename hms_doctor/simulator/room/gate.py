"""What passes between the media server and one peer, packet by packet (kinds by first byte: RFC 7983, 7)."""

import time
from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from hms_doctor.simulator.room.script import Path, Reach, RoomScript

DIES_AFTER: Final = 1.5
"""Seconds between DTLS and the silence of a path that dies: enough for a first renegotiation."""
_LOST: Final = 5
"""Every so many-th media packet is lost on a lossy path."""
_RTCP: Final = range(192, 224)  # RFC 5761, 4


class Way(Enum):
    """Which way a packet goes."""

    IN = auto()
    OUT = auto()


class Gate:
    """Decides over the packets of one connection; the script is read anew for each, since it may be switched."""

    def __init__(self, script: Callable[[], RoomScript], path: Callable[[RoomScript], Path], relay_host: str) -> None:
        self._script = script
        self._path = path
        self._relay_host = relay_host
        self._stands_since = 0.0
        self._media = {Way.IN: 0, Way.OUT: 0}

    def stands(self) -> None:
        """Note that DTLS stands."""
        self._stands_since = time.monotonic()

    @property
    def tells_truth(self) -> bool:
        """Whether the fingerprint in the description is that of the certificate."""
        return self._path(self._script()) is not Path.WRONG_FINGERPRINT

    def admits(self, data: bytes, host: str, way: Way) -> bool:
        """Whether this packet passes; ``host`` is the peer's address."""
        script = self._script()
        reachable = script.reach is Reach.ANYWHERE or host == self._relay_host
        return reachable and self._passes(self._path(script), data, way)

    def _passes(self, path: Path, data: bytes, way: Way) -> bool:
        match path:
            case Path.OPEN | Path.WRONG_FINGERPRINT:
                return True
            case Path.ICE_SILENT:
                return False
            case Path.DTLS_SILENT:
                return _is_stun(data)
            case Path.DIES:
                return not self._stands_since or time.monotonic() < self._stands_since + DIES_AFTER
            case Path.MEDIA_VANISHES | Path.LOSSY:
                return not _is_media(data) or self._lets_media(path, way)

    def _lets_media(self, path: Path, way: Way) -> bool:
        self._media[way] += 1
        return way is Way.OUT if path is Path.MEDIA_VANISHES else self._media[way] % _LOST != 0


def _is_stun(data: bytes) -> bool:
    return data[:1] < b"\x04"


def _is_media(data: bytes) -> bool:
    """Whether this is SRTP, and no SRTCP."""
    return len(data) > 1 and 128 <= data[0] < 192 and data[1] not in _RTCP  # noqa: PLR2004
