"""What can go wrong with the websocket of one who joins or has joined; `demo 1003` stays the first of signalling."""

import json
from dataclasses import replace

from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import Change, together
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.room.change import in_room, join_answered, sockets
from hms_doctor.simulator.room.script import Ignored, Severed, Sockets

_JOIN, _HOLD = "signalling.join", "signalling.hold"
_BAD_JWT = Answer(status=401, body=json.dumps({"code": 40109, "message": "bad jwt token"}).encode())


def _fault(name: str, root: tuple[int, str, str], summary: str, apply: Change) -> Fault:
    code, check, cause = root
    return Fault(name=name, code=code, check=check, cause=cause, summary=summary, apply=apply)


FAULTS = (
    _fault("join-silent", (1003, _JOIN, "join.unanswered"), "the join is never answered", join_answered(Ignored())),
    _fault(
        "join-cut",
        (1003, _JOIN, "websocket.lost"),
        "the connection is cut in place of an answer to the join",
        join_answered(Severed()),
    ),
    _fault(
        "ws-drop",
        (1003, _HOLD, "websocket.lost"),
        "those who joined are cut off, and cannot come back",
        sockets(Sockets.DROPPED),
    ),
    _fault(
        "ws-drop-once",
        (0, _HOLD, "websocket.lost"),
        "those who joined are cut off once, and may come back",
        sockets(Sockets.DROPPED_ONCE),
    ),
    _fault(
        "init-dies-on-return",
        (40109, _HOLD, "server.bad_jwt"),
        "those who joined are cut off, and init refuses the token on the way back",
        together(sockets(Sockets.DROPPED_ONCE), in_room(lambda script: replace(script, returning=_BAD_JWT))),
    ),
)
