"""Every fault of a room: the table that both the simulator's mechanics and the judgement are held to."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

import pytest
from fault_runs import Runs
from helpers_faults import doctor, examined, joins, root_of, tells_nothing_it_should_not

from hms_doctor.model.report.report import RootCause
from hms_doctor.model.settings import Selection
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.faults import every_fault

JOIN, PUBLISH, SUBSCRIBE = "signalling.join", "room.publish", "room.subscribe"
MEDIA, HOLD, INIT, RELAYS = "room.media", "signalling.hold", "init", "ice.verdict"

WORDS: Final = {
    "room-unknown": (40001, "server.invalid_room"),
    "room-mismatch": (40002, "server.room_mismatch"),
    "peer-joined": (40004, "server.peer_joined"),
    "auth-generic": (40100, "server.generic"),
    "access-key-unknown": (40101, "server.access_key"),
    "room-id-wrong": (40102, "server.room_id"),
    "auth-id-wrong": (40103, "server.auth_id"),
    "app-id-wrong": (40104, "server.app_id"),
    "customer-id-wrong": (40105, "server.customer_id"),
    "user-id-wrong": (40107, "server.user_id"),
    "role-wrong": (40108, "server.role"),
    "jwt-bad": (40109, "server.bad_jwt"),
    "peer-gone": (41001, "server.peer_gone"),
}
"""What the server says in three ways, by the name of the fault."""

ROOMS: Final = {
    "room-full": (40100, JOIN, "server.room_full", "fail"),
    "room-ended": (41001, JOIN, "server.room_ended", "fail"),
    "joined-twice": (5001, JOIN, "join.twice", "fail"),
    "join-silent": (1003, JOIN, "join.unanswered", "fail"),
    "join-cut": (1003, JOIN, "websocket.lost", "fail"),
    "join-answer-garbage": (4004, PUBLISH, "sdp.answer", "fail"),
    "join-answer-empty": (4004, JOIN, "join.no_description", "fail"),
    "offer-fails": (4001, JOIN, "sdp.create_offer", "fail"),
    "answer-fails": (4002, SUBSCRIBE, "sdp.create_answer", "fail"),
    "local-description-fails": (4003, JOIN, "sdp.local", "fail"),
    "offer-garbage": (4004, SUBSCRIBE, "sdp.offer", "fail"),
    "publish-ice-blocked": (4005, PUBLISH, "room.ice.publish", "fail"),
    "subscribe-ice-blocked": (4005, SUBSCRIBE, "room.ice.subscribe", "fail"),
    "dtls-stuck": (4005, PUBLISH, "room.dtls.stuck", "fail"),
    "dtls-fingerprint": (4005, PUBLISH, "room.dtls.failed", "fail"),
    "subscribe-dtls-stuck": (4005, SUBSCRIBE, "room.dtls.stuck", "fail"),
    "subscribe-dtls-fingerprint": (4005, SUBSCRIBE, "room.dtls.failed", "fail"),
    "relay-only-dead": (4005, RELAYS, "turn.unreachable", "fail"),
    "publish-ice-lost": (4005, MEDIA, "room.ice.lost", "fail"),
    "renegotiation-refused": (6002, PUBLISH, "renegotiation.refused", "fail"),
    "renegotiation-empty": (6002, PUBLISH, "renegotiation.empty", "fail"),
    "renegotiation-silent": (6002, PUBLISH, "renegotiation.unanswered", "fail"),
    "renegotiation-garbage": (4004, PUBLISH, "sdp.answer", "fail"),
    "candidate-malformed": (6002, SUBSCRIBE, "candidate.malformed", "fail"),
    "subscribe-silent": (0, SUBSCRIBE, "subscribe.no_offer", "warn"),
    "media-vanishes": (0, MEDIA, "media.vanishes", "warn"),
    "room-lossy": (0, MEDIA, "quality.loss", "warn"),
    "ws-drop": (1003, HOLD, "websocket.lost", "fail"),
    "ws-drop-once": (0, HOLD, "websocket.lost", "warn"),
    "init-dies-on-return": (40109, HOLD, "server.bad_jwt", "fail"),
}
"""Name → code, check, cause, status."""

_FIRST_AT_INIT: Final = frozenset(WORDS) - {"peer-joined", "peer-gone"}
"""The fault of the bare name says its word at init; that of the other two before the policy."""


def words_at_the_door() -> dict[str, tuple[int, str, str, str]]:
    """Spell out the ways in which each word is said."""
    told = {}
    for name, (code, cause) in WORDS.items():
        if name not in _FIRST_AT_INIT:
            told[f"{name}-at-init"] = (code, INIT, cause, "fail")
        told[f"{name}-at-join"] = (code, JOIN, cause, "fail")
        told[f"{name}-pushed"] = (code, HOLD, cause, "fail")
    return told


EXPECTED: Final = {**words_at_the_door(), **ROOMS}
FAULTS = every_fault()
WHOLE: Final = (
    "access-key-unknown-at-join",
    "room-full",
    "publish-ice-blocked",
    "relay-only-dead",
    "offer-garbage",
    "renegotiation-refused",
    "media-vanishes",
    "ws-drop",
)
"""Run whole through the command line, devices and relays included; the others meet the checks that they are about."""


SIGNALLING: Final = Selection(only=("signalling",))
ROOM: Final = frozenset(name for name in EXPECTED if joins(FAULTS[name]))


def rows(names: Collection[str]) -> list[str]:
    return [name for name in EXPECTED if name in names]


@pytest.mark.parametrize("name", rows(EXPECTED))
def test_a_fault_says_what_stands_here(name: str) -> None:
    code, check, cause, status = EXPECTED[name]
    fault = FAULTS[name]
    assert (fault.code, fault.check, fault.cause) == (code, check, cause)
    assert bool(fault.code) == (status == "fail")


def test_no_fault_of_a_room_is_missing_here() -> None:
    assert {name for name, fault in FAULTS.items() if joins(fault)} == ROOM


def is_a_word(name: str) -> bool:
    """Whether it is one of the server's words, which are told alike: one of each kind stands for them elsewhere."""
    return name.endswith(("-at-join", "-pushed")) and not name.startswith("peer-joined")


@pytest.mark.parametrize("name", [name for name in rows(ROOM - {*WHOLE}) if is_a_word(name)])
def test_a_word_of_the_server_is_told_as_it_came(name: str) -> None:
    code, check, cause, status = EXPECTED[name]
    report, secrets = examined(FAULTS[name].apply(Scenario()), seconds=15.0, selection=SIGNALLING)
    root = report.diagnosis.root
    assert isinstance(root, RootCause), report.headline
    assert (root.cause.id, root.check, root.code, root.status) == (cause, check, code, status)
    assert root.action
    tells_nothing_it_should_not(report, secrets)


@pytest.mark.parametrize("name", [name for name in rows(ROOM - {*WHOLE}) if not is_a_word(name)])
def test_a_fault_of_the_room_has_one_root(name: str, shared_folder: Path) -> None:
    code, check, cause, status = EXPECTED[name]
    ran = Runs(shared_folder).of(name)
    assert (ran.root, ran.leak) == ((cause, check, code, status), "")


@pytest.mark.parametrize("name", rows(ROOM & {*WHOLE}))
def test_a_fault_of_the_room_through_the_command_line(name: str) -> None:
    code, check, cause, status = EXPECTED[name]
    done = doctor("demo", name, "--format", "json", "--timeout", "15")
    root = root_of(done.report)
    assert (root["cause"], root["check"], root["code"], root["status"]) == (cause, check, code or None, status)
    assert (done.code, done.report["verdict"]) == (1 if code else 0, status)
    assert done.err == ""
