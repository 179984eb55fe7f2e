"""Our synthetic tracks on the publish connection, and the renegotiation that brings them there."""

from typing import TYPE_CHECKING

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.room import inside
from hms_doctor.wire.room.link import Link
from hms_doctor.wire.room.tracks import Pace, make_pace, make_track

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack, RTCRtpSender

    from hms_doctor.model.json import JsonObject


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One track, its pace, and what sends it."""

    kind: str
    track: "MediaStreamTrack"
    pace: Pace
    sender: "RTCRtpSender"

    @property
    def state(self) -> "JsonObject":
        """The track as signalling tells it (hms-video-store: TrackState)."""
        return {
            "type": self.kind,
            "source": "regular",
            "description": "",
            "mute": False,
            "track_id": self.track.id,
            "stream_id": inside.stream_of(self.sender),
        }


def add_tracks(link: Link, kinds: tuple[str, ...]) -> dict[str, Sending]:
    """Put a synthetic track of each kind on a connection; nothing is sent before it was negotiated."""
    added = {}
    for kind in kinds:
        pace = make_pace(kind)
        track = make_track(kind, pace)
        transceiver = link.pc.addTransceiver(track, direction="sendonly")
        added[kind] = Sending(kind=kind, track=track, pace=pace, sender=transceiver.sender)
    return added
