"""The room's session store: what apps keep there for everybody, and who is told of a change of which keys."""

import time
from typing import TYPE_CHECKING, Final

from hms_doctor.model.json import JsonObject, JsonValue

if TYPE_CHECKING:
    from hms_doctor.simulator.room.occupant import Occupant
    from hms_doctor.simulator.room.room import Room

_MOST_KEYS: Final = 1000


class Store:
    """Keys and values for as long as the simulator runs (hms-video-store: signal, SetSessionMetadataParams)."""

    def __init__(self) -> None:
        self._values: dict[str, JsonObject] = {}

    def put(self, room: "Room", doer: "Occupant", params: JsonObject) -> JsonObject:
        """Set a key, and tell those who listen to it."""
        key = _key(params)
        if len(self._values) < _MOST_KEYS or key in self._values:
            self._values[key] = {
                "key": key,
                "data": params.get("data"),
                "updated_by": doer.peer_id,
                "updated_at": int(time.time() * 1000),
                "change_version": _version(self._values.get(key, {})) + 1,
            }
            told = tuple(peer for peer in room.occupants if key in peer.listens_to)
            room.tell(told, "on-metadata-change", {"values": [self._values[key]]})
        return self.get(room, doer, params)

    def get(self, _room: "Room", _doer: "Occupant", params: JsonObject) -> JsonObject:
        """Give what is under a key."""
        key = _key(params)
        return self._values.get(key, {"key": key, "data": None})

    def listen(self, room: "Room", doer: "Occupant", params: JsonObject) -> JsonObject:
        """Note which keys one wants to be told of, and tell what is there already."""
        keys = params.get("keys")
        doer.listens_to = {str(key) for key in keys} if isinstance(keys, list | tuple) else set()
        values: list[JsonValue] = [value for key, value in self._values.items() if key in doer.listens_to]
        if values:
            room.tell((doer,), "on-metadata-change", {"values": values})
        return {}


def _key(params: JsonObject) -> str:
    key = params.get("key")
    return key if isinstance(key, str) else "default"


def _version(value: JsonObject) -> int:
    version = value.get("change_version")
    return version if isinstance(version, int) else 0
