"""What the signalling tells of a room and its peers (hms-video-store: notification-manager/HMSNotifications)."""

from collections.abc import Iterable

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.simulator.room.occupant import Occupant
from hms_doctor.simulator.room.publication import Publication

ROOM_NAME = "hms-doctor simulator"
NODE = "simulated-sfu"


def peer(occupant: Occupant, *, tracks: bool = True) -> dict[str, JsonValue]:
    """Give one peer; ``room-state`` names no tracks."""
    told = {name: publication.state for name, publication in occupant.publications.items()} if tracks else {}
    return {**card(occupant), "joined_at": occupant.joined_at, "realtime": True, "tracks": told}


def card(occupant: Occupant) -> dict[str, JsonValue]:
    """Give who a peer is."""
    info = {"name": occupant.name, "data": occupant.data, "user_id": occupant.user_id, "type": "regular"}
    return {"peer_id": occupant.peer_id, "role": occupant.role, "groups": list(occupant.groups), "info": info}


def peers(occupants: Iterable[Occupant], *, tracks: bool = True) -> dict[str, JsonValue]:
    """Give peers by their ids."""
    return {occupant.peer_id: peer(occupant, tracks=tracks) for occupant in occupants}


def quality(occupant: Occupant, score: int) -> JsonObject:
    """Give how well a peer hears the others, from 0 to 5."""
    return {"peer_id": occupant.peer_id, "downlink_score": score}


def room(room_id: str, session_id: str, started_at: int) -> dict[str, JsonValue]:
    """Give the room: nothing is recorded or streamed."""
    return {"id": room_id, "name": ROOM_NAME, "session_id": session_id, "started_at": started_at}


def tracks(occupant: Occupant, publications: Iterable[Publication]) -> JsonObject:
    """Give tracks of one peer."""
    return {"peer": card(occupant), "tracks": {told.track_id: told.state for told in publications}}
