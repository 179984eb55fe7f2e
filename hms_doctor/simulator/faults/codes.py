"""What the service itself can say no with: every code of its own on 100ms's error pages, and where it says it."""

import json
from collections.abc import Iterator

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import init_says, opening
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.room.change import after_join, join_answered
from hms_doctor.simulator.room.script import Denied
from hms_doctor.simulator.steps import Say


@dataclass(frozen=True, kw_only=True)
class _Word:
    """One code, the server's text with it, and what it says, to be read on from "the server"."""

    name: str
    code: int
    message: str
    cause: str
    says: str
    before_the_policy: bool = False  # the fault of the bare name is pushed there, in place of init's answer

    def ways(self) -> Iterator[Fault]:
        """Give the ways in which it is said, the one that ``demo CODE`` plays first."""
        yield self._before_the_policy() if self.before_the_policy else self._at_init(self.name)
        if self.before_the_policy:
            yield self._at_init(f"{self.name}-at-init")
        yield self._at_join()
        yield self._pushed()

    def _at_init(self, name: str) -> Fault:
        """The status is that under which older pages list the code: 400 for 40001, 401 for 40101."""
        body = json.dumps({"code": self.code, "message": self.message}).encode()
        return Fault(
            name=name,
            code=self.code,
            check="init",
            cause=self.cause,
            summary=f"init {self.says}",
            apply=init_says(Answer(status=self.code // 100, body=body)),
        )

    def _before_the_policy(self) -> Fault:
        return Fault(
            name=self.name,
            code=self.code,
            check="signalling.connect",
            cause="signalling.server_fault",
            summary=f"before the policy the server {self.says}",
            apply=opening(pushed_error(self.code, self.message)),
        )

    def _at_join(self) -> Fault:
        return Fault(
            name=f"{self.name}-at-join",
            code=self.code,
            check="signalling.join",
            cause=self.cause,
            summary=f"in answer to join the server {self.says}",
            apply=join_answered(Denied(code=self.code, message=self.message)),
        )

    def _pushed(self) -> Fault:
        return Fault(
            name=f"{self.name}-pushed",
            code=self.code,
            check="signalling.hold",
            cause=self.cause,
            summary=f"after the join the server pushes that it {self.says}",
            apply=after_join(pushed_error(self.code, self.message)),
        )


def pushed_error(code: int, message: str) -> Say:
    """Give the push by which signalling says no (hms-video-store: signal/jsonrpc)."""
    params = {"code": code, "message": message}
    return Say(text=json.dumps({"jsonrpc": "2.0", "method": "on-error", "params": params}))


def _word(name: str, code: int, message: str, cause: str, says: str) -> _Word:
    return _Word(name=name, code=code, message=message, cause=cause, says=says, before_the_policy=code in _OF_PEERS)


_OF_PEERS = (40004, 41001)
"""They speak of a peer, which init does not know yet."""
_WORDS = (
    _word("room-unknown", 40001, "room not found", "server.invalid_room", "knows no such room"),
    _word("room-mismatch", 40002, "room does not match", "server.room_mismatch", "has the token for another room"),
    _word("peer-joined", 40004, "peer already joined", "server.peer_joined", "has this peer in the room already"),
    _word("auth-generic", 40100, "authentication failed", "server.generic", "refuses the token without a reason"),
    _word("access-key-unknown", 40101, "invalid access key", "server.access_key", "does not know the access key"),
    _word("room-id-wrong", 40102, "invalid room id", "server.room_id", "refuses the token's room_id"),
    _word("auth-id-wrong", 40103, "invalid auth id", "server.auth_id", "refuses the token's auth id"),
    _word("app-id-wrong", 40104, "invalid app id", "server.app_id", "refuses the token's app_id"),
    _word("customer-id-wrong", 40105, "invalid customer id", "server.customer_id", "refuses the customer's id"),
    _word("user-id-wrong", 40107, "invalid user id", "server.user_id", "refuses the token's user_id"),
    _word("role-wrong", 40108, "invalid role", "server.role", "refuses the token's role"),
    _word("jwt-bad", 40109, "bad jwt token", "server.bad_jwt", "calls the token a bad JWT"),
    _word("peer-gone", 41001, "peer is gone", "server.peer_gone", "has lost our peer"),
)

FAULTS = tuple(fault for word in _WORDS for fault in word.ways())
