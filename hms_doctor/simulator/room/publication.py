"""One published track: its state as its owner told it, and those to whom its packets are passed on."""

import secrets
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.simulator.room.sdp_writing import PAYLOAD_TYPES, Source

if TYPE_CHECKING:
    from aiortc.rtp import RtcpSenderInfo, RtpPacket


class Change(Enum):
    """What became of a track; the method that tells of it."""

    CAME = "on-track-add"
    GONE = "on-track-remove"


class Sink(Protocol):
    """Who a track is passed on to."""

    def send(self, data: bytes, *, rtcp: bool = False) -> None:
        """Send one packet."""


class Publication:
    """A track; ``state`` is what the signalling tells of it (hms-video-store: notification-manager, TrackState)."""

    def __init__(self, owner: str, state: JsonObject) -> None:
        self.owner = owner
        self.state: dict[str, JsonValue] = dict(state)
        self.ssrc = secrets.randbits(31)
        self.sinks: set[Sink] = set()
        self.wants_keyframe: Callable[[], None] = lambda: None
        self.wanted: Callable[[], None] = lambda: None
        """Called when somebody begins to hear it."""

    @property
    def track_id(self) -> str:
        """What the signalling and the descriptions call it."""
        return str(self.state.get("track_id", ""))

    @property
    def kind(self) -> str:
        """Audio or video."""
        return str(self.state.get("type", ""))

    @property
    def source(self) -> Source:
        """Give what identifies it in a description."""
        return Source(str(self.state.get("stream_id", "")), self.track_id, self.ssrc)

    def send_to(self, sink: Sink) -> None:
        """Pass it on to one more."""
        self.sinks.add(sink)
        self.wanted()

    def pass_on(self, packet: "RtpPacket") -> None:
        """Send a media packet to everybody, without its header extensions, under our own SSRC."""
        if not self.sinks:
            return
        from aiortc.rtp import RtpPacket

        ours = RtpPacket(
            payload_type=PAYLOAD_TYPES[self.kind],
            marker=packet.marker,
            sequence_number=packet.sequence_number,
            timestamp=packet.timestamp,
            ssrc=self.ssrc,
            payload=packet.payload,
        )
        data = ours.serialize()
        for sink in self.sinks:
            sink.send(data)

    def pass_on_clock(self, info: "RtcpSenderInfo") -> None:
        """Send the owner's sender report to everybody: their players keep sound and picture together by it."""
        from aiortc.rtp import RtcpSrPacket

        for sink in self.sinks:
            sink.send(bytes(RtcpSrPacket(ssrc=self.ssrc, sender_info=info)), rtcp=True)
