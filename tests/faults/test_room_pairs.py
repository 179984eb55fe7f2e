"""A join beside something else: two faults have one right root, and what means nothing raises no alarm."""

from dataclasses import replace
from typing import Final

import pytest
from helpers_faults import WITHOUT_DEVICES, examined

from hms_doctor.model.report.report import NoCause, Report, RootCause, Verdict
from hms_doctor.model.room.wish import Joining
from hms_doctor.model.settings import Selection
from hms_doctor.simulator import Scenario
from hms_doctor.simulator.benign import BENIGN
from hms_doctor.simulator.change import Change, having, inside, opening, together
from hms_doctor.simulator.faults import every_fault
from hms_doctor.simulator.room.change import peopled
from hms_doctor.simulator.room.script import Other
from hms_doctor.simulator.steps import SayPolicy, SayRoomState

FAULTS: Final = every_fault()
ANN: Final = Other(name="Ann")


def joined(*changes: Change, selection: Selection = WITHOUT_DEVICES, seconds: float = 15.0) -> Report:
    scenario = together(*changes)(replace(Scenario(), joins=Joining.JOINS))
    return examined(scenario, seconds=seconds, selection=selection)[0]


def beside(report: Report) -> dict[str, str]:
    """Give what else was found: the cause, and what explains it or ``beside it``."""
    others = {other.cause.id: "beside it" for other in report.diagnosis.others}
    return {**{f"{each.check} {each.code}": each.explained_by for each in report.diagnosis.consequences}, **others}


@pytest.mark.parametrize(
    ("first", "second", "root", "told"),
    [
        (
            "ice-blocked",
            "publish-ice-blocked",
            ("turn.unreachable", "ice.verdict", 4005),
            {"room.publish 4005": "turn.unreachable"},
        ),
        (
            "turn-401",
            "publish-ice-blocked",
            ("turn.credentials.wrong", "ice.verdict", 4005),
            {"room.publish 4005": "turn.credentials.wrong"},
        ),
        ("ws-drop", "media-vanishes", ("websocket.lost", "signalling.hold", 1003), {}),
        (
            "peer-joined-pushed",
            "renegotiation-silent",
            ("server.peer_joined", "signalling.hold", 40004),
            {"room.publish 6002": "server.peer_joined"},
        ),
        ("turn-quota", "join-silent", ("join.unanswered", "signalling.join", 1003), {"turn.quota": "beside it"}),
        (
            "offer-garbage",
            "publish-ice-blocked",
            ("sdp.offer", "room.subscribe", 4004),
            {"room.ice.publish": "beside it"},
        ),
    ],
)
def test_two_faults_have_one_root(first: str, second: str, root: tuple[str, str, int], told: dict[str, str]) -> None:
    report = joined(FAULTS[first].apply, FAULTS[second].apply)
    found = report.diagnosis.root
    assert isinstance(found, RootCause)
    assert (found.cause.id, found.check, found.code) == root
    assert told.items() <= beside(report).items()


def test_a_device_is_no_consequence_of_the_servers_word() -> None:
    both = (FAULTS["role-wrong-at-join"].apply, FAULTS["camera-denied"].apply)
    report = joined(*both, selection=Selection(skip=("ice",)))
    root = report.diagnosis.root
    assert isinstance(root, RootCause)
    assert (root.cause.id, root.code) == ("server.role", 40108)
    assert beside(report)["camera.denied"] == "beside it"


@pytest.mark.parametrize(
    ("fault", "cause", "says"),
    [
        ("ice-blocked", "turn.unreachable", "yet media flows directly over UDP all the same"),
        ("turn-401", "turn.credentials.wrong", ""),  # a relay that refuses is broken, needed or not
    ],
)
def test_media_that_flows_directly_weakens_what_relays_say(fault: str, cause: str, says: str) -> None:
    report = joined(FAULTS[fault].apply)
    root = report.diagnosis.root
    assert isinstance(root, RootCause)
    assert (report.verdict, root.cause.id) == (Verdict.WARN, cause)
    assert says in root.summary
    assert "which this run did not try" not in str(report.checks)


def mute(allowed: tuple[str, ...] = ()) -> Change:
    """Let our role publish nothing but this."""
    publish = inside("publishParams", having(allowed=list(allowed)))
    return opening(SayPolicy(reshape=inside("known_roles", inside("host", publish))), SayRoomState())


def deaf() -> Change:
    """Let our role hear nobody."""
    subscribe = inside("subscribeParams", having(subscribeToRoles=[]))
    return opening(SayPolicy(reshape=inside("known_roles", inside("host", subscribe))), SayRoomState())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ((), "Ready for a call: audio and video reach the server at"),
        ((peopled(ANN),), "Ready for a call: audio and video reach the server at"),
        ((mute(), peopled(ANN)), "Ready for a call: audio of others arrives"),
        ((mute(("audio",)),), "Ready for a call: audio reaches the server at"),
        ((mute(),), "No obstacle found: in the room as host, alone, relay over UDP"),
        ((deaf(), peopled(ANN)), "Ready for a call: audio and video reach the server at"),
        ((FAULTS["turn-udp-blocked"].apply,), "Ready for a call"),
    ],
    ids=["alone", "with another", "listening", "audio alone", "listening alone", "deaf", "without UDP to relays"],
)
def test_what_means_nothing_is_green(changes: tuple[Change, ...], says: str) -> None:
    report = joined(*changes)
    assert report.verdict is Verdict.PASS, report.headline
    assert report.headline.startswith(says)
    assert isinstance(report.diagnosis.root, NoCause)
    assert not [check for check in report.checks if check.status in {"fail", "warn", "inconclusive"}]


JOINABLE: Final = ("bare-config", "pushes-before", "unknown-methods", "ping-frames", "large-policy", "policy-twice",
                   "policy-alone", "dead-ipv6", "token-without-user-id")  # fmt: skip


@pytest.mark.parametrize("name", JOINABLE)
def test_benign_changes_do_not_trouble_a_join(name: str) -> None:
    [change] = [benign.apply for benign in BENIGN if benign.name == name]
    report = joined(change, selection=Selection(skip=("devices", "ice", "room.media")))
    assert report.verdict is Verdict.PASS, report.headline
