"""Synthetic peers: they are listed, and what they publish as audio is a soft tone."""

import uuid
from typing import TYPE_CHECKING

from hms_doctor.simulator.room.occupant import Occupant
from hms_doctor.simulator.room.script import Other

if TYPE_CHECKING:
    from hms_doctor.model.json import JsonObject
    from hms_doctor.simulator.room.room import Room


class Synthetics:
    """Those who are in the room because a script puts them there."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._present: dict[Other, Occupant] = {}

    def fit(self, others: tuple[Other, ...]) -> None:
        """Let those who are missing enter; who is not on the list any more stays until ``clear``."""
        for other in others:
            if other not in self._present:
                self._present[other] = _made(other)
                self._room.enter(self._present[other])

    def clear(self, others: tuple[Other, ...]) -> None:
        """Take out whoever is not among these."""
        for other in self._present.keys() - set(others):
            self._room.leave(self._present.pop(other))


def _made(other: Other) -> Occupant:
    from hms_doctor.simulator.room.publication import Publication
    from hms_doctor.simulator.room.tone import Tone

    peer_id, stream_id = str(uuid.uuid4()), str(uuid.uuid4())
    occupant = Occupant(peer_id=peer_id, name=other.name, role=other.role, user_id=f"synthetic-{other.name}")
    for kind in other.publishes:
        publication = Publication(peer_id, _state(kind, stream_id))
        occupant.synthetic[publication.track_id] = publication
        if kind == "audio":
            occupant.tones.append(Tone(publication))
    return occupant


def _state(kind: str, stream_id: str) -> "JsonObject":
    return {
        "type": kind,
        "source": "regular",
        "description": "",
        "mute": False,
        "track_id": str(uuid.uuid4()),
        "stream_id": stream_id,
    }
