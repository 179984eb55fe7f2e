"""What the service itself can say no with: every code of its own on 100ms's error pages."""

import json

from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import init_says, opening
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.steps import Say


def _at_init(name: str, code: int, message: str, cause: str, summary: str) -> Fault:
    """The status is that under which older pages list the code: 400 for 40001, 401 for 40101."""
    body = json.dumps({"code": code, "message": message}).encode()
    says_no = init_says(Answer(status=code // 100, body=body))
    return Fault(name=name, code=code, check="init", cause=cause, summary=summary, apply=says_no)


def _at_join(name: str, code: int, message: str, cause: str, summary: str) -> Fault:
    pushes = opening(pushed_error(code, message))
    return Fault(name=name, code=code, check="signalling.connect", cause=cause, summary=summary, apply=pushes)


def pushed_error(code: int, message: str) -> Say:
    """Give the push by which signalling says no (hms-video-store: signal/jsonrpc)."""
    params = {"code": code, "message": message}
    return Say(text=json.dumps({"jsonrpc": "2.0", "method": "on-error", "params": params}))


FAULTS = (
    _at_init("room-unknown", 40001, "room not found", "server.invalid_room", "init knows no such room"),
    _at_init(
        "room-mismatch", 40002, "room does not match", "server.room_mismatch", "init has the token for another room"
    ),
    _at_join(
        "peer-joined", 40004, "peer already joined", "signalling.server_fault", "this peer is in the room already"
    ),
    _at_init(
        "auth-generic", 40100, "authentication failed", "server.generic", "init refuses the token without a reason"
    ),
    _at_init(
        "access-key-unknown", 40101, "invalid access key", "server.access_key", "init does not know the access key"
    ),
    _at_init("room-id-wrong", 40102, "invalid room id", "server.room_id", "init refuses the token's room_id"),
    _at_init("auth-id-wrong", 40103, "invalid auth id", "server.auth_id", "init refuses the token's auth id"),
    _at_init("app-id-wrong", 40104, "invalid app id", "server.app_id", "init refuses the token's app_id"),
    _at_init("customer-id-wrong", 40105, "invalid customer id", "server.customer_id", "init refuses the customer's id"),
    _at_init("user-id-wrong", 40107, "invalid user id", "server.user_id", "init refuses the token's user_id"),
    _at_init("role-wrong", 40108, "invalid role", "server.role", "init refuses the token's role"),
    _at_init("jwt-bad", 40109, "bad jwt token", "server.bad_jwt", "init calls the token a bad JWT"),
    _at_join("peer-gone", 41001, "peer is gone", "signalling.server_fault", "the server says that our peer is gone"),
)
