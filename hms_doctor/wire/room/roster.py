"""Who is in the room, as the server's pushes tell (hms-video-store: HMSNotifications)."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.room.joining import Peer

MOST_PEERS: Final = 2000
"""More are not kept apart; nothing in a report depends on them."""
_MOST_TRACKS: Final = 64
_LONGEST: Final = 200
_EMPTY: Final[JsonObject] = {}


class Roster:
    """A book of the peers; every push is taken as it comes, whatever it holds."""

    def __init__(self, own_id: str) -> None:
        self._own_id = own_id
        self._peers: dict[str, Peer] = {}
        self._tracks: dict[str, set[str]] = {}
        self.names_us = False
        """Whether the room's state named our own peer id among those in the room."""

    @property
    def others(self) -> tuple[Peer, ...]:
        """Everybody but us."""
        return tuple(peer for id_, peer in self._peers.items() if id_ != self._own_id)

    def take(self, method: str, params: JsonValue) -> None:
        """Note what a push tells of peers and tracks."""
        told = _mapping(params)
        match method:
            case "on-peer-join":
                self._add(told)
            case "on-peer-leave":
                self._peers.pop(_text(told.get("peer_id")), None)
            case "room-state" | "peer-list":
                self._add_all(_mapping(told.get("peers")))
                self.names_us = self.names_us or (method == "room-state" and self._own_id in self._peers)
            case "on-track-add" | "on-track-update":
                self._tracks_of(told).update(list(_mapping(told.get("tracks")))[:_MOST_TRACKS])
                self._count(told)
            case "on-track-remove":
                self._tracks_of(told).difference_update(_mapping(told.get("tracks")))
                self._count(told)
            case _:
                pass

    def _add_all(self, peers: JsonObject) -> None:
        for id_, peer in list(peers.items())[:MOST_PEERS]:
            self._add({"peer_id": id_, **_mapping(peer)})

    def _add(self, told: JsonObject) -> None:
        id_, info = _text(told.get("peer_id")), _mapping(told.get("info"))
        if not id_ or len(self._peers) >= MOST_PEERS:
            return
        tracks = self._tracks.setdefault(id_, set())
        tracks.update(list(_mapping(told.get("tracks")))[:_MOST_TRACKS])
        self._peers[id_] = Peer(
            id=id_,
            name=_text(info.get("name")),
            role=_text(told.get("role")),
            user_id=_text(info.get("user_id")),
            publishes=len(tracks),
        )

    def _tracks_of(self, told: JsonObject) -> set[str]:
        id_ = _text(_mapping(told.get("peer")).get("peer_id"))
        return self._tracks.setdefault(id_, set()) if len(self._tracks) < MOST_PEERS else set()

    def _count(self, told: JsonObject) -> None:
        id_ = _text(_mapping(told.get("peer")).get("peer_id"))
        known = self._peers.get(id_)
        if known is not None:
            publishes = len(self._tracks[id_])
            self._peers[id_] = Peer(
                id=id_, name=known.name, role=known.role, user_id=known.user_id, publishes=publishes
            )


def _mapping(value: JsonValue) -> JsonObject:
    return value if isinstance(value, Mapping) else _EMPTY


def _text(value: JsonValue) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
