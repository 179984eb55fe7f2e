"""STUN and channel data out of a byte stream (RFC 8489 section 6.2.2, RFC 8656 section 12.5)."""

from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.stun.message import HEADER, MAGIC

OUR_CHANNEL: Final = 0x4000
"""The first number of RFC 8656 section 12, for the relay's own address."""
OWN_SOCKET_CHANNEL: Final = 0x4001
"""For a second socket of ours, at the address from which a server sees it."""
REMAPPED_CHANNEL: Final = 0x4002
"""For that socket at the address from which the relay sees it, where a NAT maps every way anew."""
_CHANNELS: Final = frozenset({OUR_CHANNEL, OWN_SOCKET_CHANNEL, REMAPPED_CHANNEL})
LINE_LIMIT: Final = 80
"""Characters of a foreign greeting that are told."""
_CHANNEL_HEADER: Final = 4
_ENOUGH_TO_TELL: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelData:
    """A packet from the peer behind a channel of ours."""

    payload: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedMore:
    """No whole frame is there yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotStun:
    """The peer speaks something else; ``why`` quotes how it begins."""

    why: str


Frame: TypeAlias = bytes | NeedMore | NotStun


def channel_data(payload: bytes, channel: int = OUR_CHANNEL) -> bytes:
    """Write a frame for a channel, padded as streams need it and datagrams allow it."""
    return channel.to_bytes(2, "big") + len(payload).to_bytes(2, "big") + payload + bytes(-len(payload) % 4)


def as_channel_data(frame: bytes, channel: int = OUR_CHANNEL) -> ChannelData | NotStun:
    """Read a frame or a datagram that came on a channel."""
    size = int.from_bytes(frame[2:4], "big")
    if frame[:2] != channel.to_bytes(2, "big") or len(frame) < _CHANNEL_HEADER + size:
        return NotStun(why="no data of our channel")
    return ChannelData(payload=frame[_CHANNEL_HEADER : _CHANNEL_HEADER + size])


class Deframer:
    """Cuts a stream into frames; what is no frame is told once and for ever."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> None:
        """Take what came from the stream."""
        self._buffer += data

    def next(self) -> Frame:
        """Give the next whole frame, the padding of channel data included."""
        size = self._size()
        if isinstance(size, NeedMore | NotStun):
            return size
        if len(self._buffer) < size:
            return NeedMore()
        frame, self._buffer = self._buffer[:size], self._buffer[size:]
        return frame

    def _size(self) -> int | NeedMore | NotStun:
        start = self._buffer
        # The H of "HTTP/" has the two leading bits of channel data, with a channel that is not ours.
        if len(start) >= 2 and int.from_bytes(start[:2], "big") in _CHANNELS:  # noqa: PLR2004 - bytes of a number
            length = int.from_bytes(start[2:4], "big")
            return NeedMore() if len(start) < _CHANNEL_HEADER else _CHANNEL_HEADER + length + -length % 4
        if len(start) < _ENOUGH_TO_TELL:
            return NeedMore()
        if start[0] >> 6 or start[4:8] != MAGIC.to_bytes(4, "big"):
            return NotStun(why=_quoted(start))
        return HEADER.size + int.from_bytes(start[2:4], "big")


def _quoted(start: bytes) -> str:
    line = start.splitlines()[0].decode("ascii", "replace")[:LINE_LIMIT] if start.strip() else ""
    return f'it says "{line}"' if line.isascii() and line.isprintable() and line else "it sends no STUN messages"
