"""Rooms that differ from the usual one in nothing that matters: a doctor that joins must pass in each of them."""

import json
from typing import Final

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator.benign import EXTRA, Benign
from hms_doctor.simulator.change import opening, together
from hms_doctor.simulator.room.change import after_join, in_room, media_reached, peopled
from hms_doctor.simulator.room.script import Other, Reach
from hms_doctor.simulator.steps import Pause, PingFrame, Say, SayPolicy, SayRoomState


def _said(method: str, params: JsonObject) -> Say:
    return Say(text=json.dumps({"method": method, "params": params}))


_CHATTER: Final = (
    _said("room-info", {"room_id": "5f", "name": "A room", "max_size": 0, "large_room_optimization": False}),
    _said("node-info", {"sfu_node_id": "simulated-sfu"}),
    _said("active-speakers", {"speaker-list": []}),
    _said("on-connection-quality-update", {"peers": [{"peer_id": "nobody", "downlink_score": 1}]}),
    _said("on-warning", {"code": 1, "message": "mind the step"}),
    _said("sfu-stats", {"peers": {}}),
    _said("of-a-later-version", {"more": EXTRA}),
    Say(text=json.dumps({"id": "nobody asked", "result": {}})),
    PingFrame(),
    Pause(seconds=0.3),
    _said("on-metadata-change", {"values": []}),
)
_SPEAKERS: Final = tuple(Other(name=f"Speaker {number}") for number in range(6))
_LISTENERS: Final = tuple(Other(name=f"Listener {number}", role="guest", publishes=()) for number in range(30))
_ODD: Final = (
    Other(name="\x1b[31mRed\x07 \u202egnp.exe", publishes=("audio",)),
    Other(name="", publishes=("audio", "video")),
    Other(name="N" * 5000, role="role of yesterday"),
)

BENIGN_ROOMS: Final = (
    Benign(name="chatty-room", summary="the room tells much that nobody asked", apply=after_join(*_CHATTER)),
    Benign(name="crowded-room", summary="36 others are in the room", apply=peopled(*_SPEAKERS, *_LISTENERS)),
    Benign(name="odd-names", summary="others have names that mean no good", apply=peopled(*_ODD)),
    Benign(
        name="relays-alone",
        summary="media passes through the relays alone, and they work",
        apply=media_reached(Reach.RELAYS),
    ),
    Benign(
        name="policy-again-in-room",
        summary="the policy and the room's state come again after the join",
        apply=after_join(SayPolicy(), SayRoomState()),
    ),
    Benign(
        name="no-state-before-join",
        summary="nothing is told of the room before the join",
        apply=together(in_room(lambda script: script), opening(SayPolicy())),
    ),
)
