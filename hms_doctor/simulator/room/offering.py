"""Pushing the server's offer for the subscribe connection, as it should be or as the script wants it."""

from typing import Final

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator.room import notices
from hms_doctor.simulator.room.line import Line
from hms_doctor.simulator.room.script import Garbled, ServerOffer

PUBLISH, SUBSCRIBE = 0, 1
"""The target of a candidate (hms-video-store: connection/model)."""
_CHANNEL: Final = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
_TEXT: Final = "m=text 9 UDP/TLS/RTP/SAVPF 98"
"""A kind of media that aiortc sets, and then has nothing to answer with."""
_UNREADABLE: Final = "candidate:nothing that could be read"


def push_offer(line: Line, how: ServerOffer, sdp: str, candidate: str) -> None:
    """Push the offer, and after it the candidate."""
    match how:
        case ServerOffer.NONE:
            return
        case ServerOffer.GOOD:
            _push(line, sdp, candidate)
        case ServerOffer.GARBAGE:
            _push(line, Garbled().sdp)
        case ServerOffer.UNANSWERABLE:
            _push(line, sdp.replace(_CHANNEL, _TEXT))
        case ServerOffer.BAD_CANDIDATE:
            # Before the offer: the SDK tells of it only where it waits for the offer, later it swallows it.
            line.push("trickle", trickled(SUBSCRIBE, _UNREADABLE))
            _push(line, sdp, candidate)


def _push(line: Line, sdp: str, *candidates: str) -> None:
    line.push("offer", {"type": "offer", "sdp": sdp, "sfu_node_id": notices.NODE})
    for candidate in candidates:
        line.push("trickle", trickled(SUBSCRIBE, candidate))


def trickled(target: int, candidate: str) -> JsonObject:
    """Give one candidate for the publish or the subscribe connection."""
    return {"target": target, "candidate": {"candidate": candidate, "sdpMid": "0", "sdpMLineIndex": 0}}
