"""What one in the room does that others see, beside publishing: messages, mutes, names, roles, removals."""

import time
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeAlias

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.simulator.policy import ROLES, policy
from hms_doctor.simulator.room import notices
from hms_doctor.simulator.room.occupant import Occupant

if TYPE_CHECKING:
    from hms_doctor.simulator.room.room import Room

_DONE: Final[JsonObject] = {}
_MOST_GROUPS: Final = 10
Deed: TypeAlias = "Callable[[Room, Occupant, JsonObject], JsonObject]"


def do(room: "Room", doer: Occupant, method: str, params: JsonObject) -> JsonObject:
    """Do it, tell those whom it is about, and give the answer."""
    return DEEDS[method](room, doer, params)


def _update_tracks(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    changed = []
    for name, state in _objects(params.get("tracks")).items():
        if publication := doer.publications.get(name):
            publication.state |= {"mute": bool(state.get("mute"))}
            changed.append(publication)
    if changed:
        room.tell(room.others(doer.peer_id), "on-track-update", notices.tracks(doer, changed))
    return _DONE


def _broadcast(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    number, now = str(uuid.uuid4()), int(time.time() * 1000)
    wanted, roles = params.get("peer_id"), params.get("roles")
    heard = room.others(doer.peer_id)
    if isinstance(wanted, str) and wanted:
        heard = tuple(other for other in heard if other.peer_id == wanted)
    elif isinstance(roles, list) and roles:
        heard = tuple(other for other in heard if other.role in roles)
    message: JsonObject = {
        "peer": notices.card(doer),
        "message_id": number,
        "private": bool(wanted),
        "timestamp": now,
        "info": params.get("info"),
    }
    room.tell(heard, "on-broadcast", message)
    return {"message_id": number, "timestamp": now}


def _rename(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    doer.name = _text(params, "name") or doer.name
    doer.data = _text(params, "data") or doer.data
    room.tell(room.others(doer.peer_id), "on-peer-update", notices.peer(doer))
    return _DONE


def _offer_role(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    role, roles = _text(params, "role"), params.get("roles")
    wanted = _text(params, "requested_for")
    those = [
        peer for peer in room.occupants if peer.peer_id == wanted or (isinstance(roles, list) and peer.role in roles)
    ]
    for peer in those:
        if params.get("force"):
            _give_role(room, peer, role)
        else:
            asks = {"requested_by": doer.peer_id, "role": role, "token": uuid.uuid4().hex}
            room.tell((peer,), "on-role-change-request", asks)
    return _DONE


def _take_role(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    _give_role(room, doer, _text(params, "role"))
    return _DONE


def _give_role(room: "Room", peer: Occupant, role: str) -> None:
    if role in ROLES:
        peer.role = role
        room.tell((peer,), "on-policy-change", policy(role))
        room.tell(room.occupants, "on-peer-update", notices.peer(peer))


def _remove(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    those = tuple(peer for peer in room.occupants if peer.peer_id == params.get("requested_for"))
    asks: JsonObject = {"requested_by": doer.peer_id, "reason": _text(params, "reason"), "room_end": False}
    room.tell(those, "on-peer-leave-request", asks)
    return _DONE


def _end(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    asks: JsonObject = {"requested_by": doer.peer_id, "reason": _text(params, "reason"), "room_end": True}
    room.tell(room.others(doer.peer_id), "on-peer-leave-request", asks)
    return _DONE


def _ask_mute(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    those = tuple(peer for peer in room.occupants if peer.peer_id == params.get("requested_for"))
    room.tell(those, "on-track-update-request", {**params, "requested_by": doer.peer_id})
    return _DONE


def _ask_mute_all(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    asks = {**params, "requested_by": doer.peer_id}
    room.tell(room.others(doer.peer_id), "on-change-track-mute-state-request", asks)
    return _DONE


def _join_group(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    return _grouped(room, doer, [*doer.groups, _text(params, "name")])


def _leave_group(room: "Room", doer: Occupant, params: JsonObject) -> JsonObject:
    return _grouped(room, doer, [name for name in doer.groups if name != params.get("name")])


def _grouped(room: "Room", doer: Occupant, groups: list[str]) -> JsonObject:
    """A raised hand is a group (hms-video-store: utils/constants)."""
    doer.groups = list(dict.fromkeys(groups))[:_MOST_GROUPS]
    room.tell(room.occupants, "on-peer-update", notices.peer(doer))
    return {"groups": doer.groups}


def _find(room: "Room", _doer: Occupant, params: JsonObject) -> JsonObject:
    found = [peer for peer in room.occupants if peer.peer_id == params.get("peer_id")]
    return notices.card(found[0]) if found else _DONE


DEEDS: Final[Mapping[str, Deed]] = {
    "track-update": _update_tracks,
    "broadcast": _broadcast,
    "peer-update": _rename,
    "role-change-request": _offer_role,
    "role-change": _take_role,
    "peer-leave-request": _remove,
    "end-room": _end,
    "track-update-request": _ask_mute,
    "change-track-mute-state-request": _ask_mute_all,
    "group-join": _join_group,
    "group-leave": _leave_group,
    "get-peer": _find,
    "set-metadata": lambda room, doer, params: room.store.put(room, doer, params),
    "get-metadata": lambda room, doer, params: room.store.get(room, doer, params),
    "listen-metadata-change": lambda room, doer, params: room.store.listen(room, doer, params),
}


def _text(params: JsonObject, name: str) -> str:
    value = params.get(name)
    return value if isinstance(value, str) else ""


def _objects(value: JsonValue) -> Mapping[str, JsonObject]:
    if not isinstance(value, Mapping):
        return {}
    return {name: told for name, told in value.items() if isinstance(told, Mapping)}
