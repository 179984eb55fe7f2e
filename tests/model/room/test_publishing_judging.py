"""The publish connection: transport and renegotiation → status, cause, code."""

import pytest
from room_seen import CONNECTED, DIRECT, HOST, NOT_REACHED, RELAYED, SERVER, UP, transport

from hms_doctor.model.causes import Platform
from hms_doctor.model.finding import Failed, Finding, Status, action_of, code_of, status_of
from hms_doctor.model.room.descriptions import DescriptionFailed, DescriptionStep, SdpLine, Side
from hms_doctor.model.room.publishing import (
    NothingToPublish,
    NotRenegotiated,
    Publishing,
    PublishNotSet,
    PublishOutcome,
    Renegotiated,
    Renegotiation,
    RenegotiationEmpty,
    RenegotiationRefused,
    RenegotiationUnanswered,
)
from hms_doctor.model.room.publishing_judging import judge_publishing, steps_of_publishing
from hms_doctor.model.room.transports import (
    CandidatePair,
    DtlsFailed,
    DtlsWaiting,
    IceConnected,
    IceFailed,
    IceLost,
    IceWaiting,
    NoPair,
    Transport,
)
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.units import Milliseconds, Seconds

TAKEN = Renegotiated(kinds=("audio", "video"), took=Milliseconds(20))
NOT_YET = NotRenegotiated(why="the transport does not stand")
GARBAGE = DescriptionFailed(
    side=Side.PUBLISH,
    step=DescriptionStep.SET_REMOTE,
    why="no media section",
    line=SdpLine(number=5, text="m=nonsense"),
    renegotiating=True,
)


def publishing(seen: Transport, renegotiation: Renegotiation = NOT_YET) -> Publishing:
    return Publishing(transport=seen, renegotiation=renegotiation)


def failure(outcome: PublishOutcome) -> Failed:
    [found] = [finding for finding in judge_publishing(outcome) if isinstance(finding, Failed)]
    return found


def only(outcome: PublishOutcome) -> Finding:
    [finding] = judge_publishing(outcome)
    return finding


@pytest.mark.parametrize(
    ("seen", "cause", "code", "on_web"),
    [
        (transport(ice=IceFailed(after=Seconds(8)), dtls=NOT_REACHED), "room.ice.publish", 4005, 4006),
        (transport(ice=IceWaiting(waited=Seconds(5)), dtls=NOT_REACHED), "room.ice.publish", 4005, 4006),
        (transport(ice=IceLost(after=Seconds(3), pair=DIRECT)), "room.ice.lost", 4005, 4006),
        (transport(dtls=DtlsWaiting(waited=Seconds(3))), "room.dtls.stuck", 4005, 4005),
        (transport(dtls=DtlsFailed(why="fingerprint does not match")), "room.dtls.failed", 4005, 4005),
    ],
)
def test_a_path_that_does_not_stand_is_4005(seen: Transport, cause: str, code: int, on_web: int) -> None:
    found = failure(publishing(seen))
    assert found.cause.id == cause
    assert (code_of(found, Platform.ANY), code_of(found, Platform.WEB)) == (code, on_web)
    assert found.summary.startswith("ICE connection failed: sending")
    assert found.evidence["stages"] == {"ICE_ESTABLISHED (publish)": False}


@pytest.mark.parametrize(
    ("seen", "cause", "code"),
    [
        (RenegotiationRefused(fault=ServerFault(code=400, text="no", via="an answer")), "renegotiation.refused", 6002),
        (RenegotiationEmpty(), "renegotiation.empty", 6002),
        (RenegotiationUnanswered(waited=Seconds(4)), "renegotiation.unanswered", 6002),
        (GARBAGE, "sdp.answer", 4004),
    ],
)
def test_a_renegotiation_that_fails_keeps_what_is_known_of_the_path(seen: Renegotiation, cause: str, code: int) -> None:
    path, found = judge_publishing(publishing(transport(), seen))
    assert status_of(path) is Status.PASS
    assert isinstance(found, Failed)
    assert (found.cause.id, code_of(found, Platform.ANY)) == (cause, code)
    assert found.evidence["path"] == "direct over UDP"
    assert found.evidence["stages"] == {"ICE_ESTABLISHED (publish)": True}


def test_a_garbled_answer_names_the_line() -> None:
    found = failure(publishing(transport(), GARBAGE))
    assert found.summary == 'the server\'s answer cannot be set (sending, negotiated again): line 5: "m=nonsense"'
    assert found.evidence["why"] == "no media section"
    assert (found.evidence["line"], found.evidence["line_text"]) == (5, "m=nonsense")


def test_a_first_answer_that_cannot_be_set_has_no_path() -> None:
    first = DescriptionFailed(side=Side.PUBLISH, step=DescriptionStep.SET_REMOTE, why="x")
    found = failure(PublishNotSet(failed=first))
    assert (found.cause.id, found.summary) == ("sdp.answer", "the server's answer cannot be set (sending): x")
    assert "line" not in found.evidence


@pytest.mark.parametrize(
    ("pair", "path"),
    [
        (DIRECT, "direct over UDP"),
        (RELAYED, "through the relay 203.0.113.5"),
        (CandidatePair(local=HOST, remote=RELAYED.local), "through the server's relay 203.0.113.5"),
    ],
)
def test_a_path_that_stands_tells_its_way(pair: CandidatePair, path: str) -> None:
    seen = transport(ice=IceConnected(after=Milliseconds(40), pair=pair))
    finding = only(publishing(seen, TAKEN))
    told = f"sending: {path}, ICE in 40 ms, DTLS in 30 ms; the server took audio and video"
    assert (status_of(finding), finding.summary) == (Status.PASS, told)
    assert finding.evidence["path"] == path
    assert finding.evidence["dtls"] == "up"
    assert finding.evidence["gathered"] == "1 host, 1 relay"
    assert finding.evidence["server_candidates"] == ["host udp 203.0.113.9:41000"]


def test_the_pair_stands_in_the_evidence() -> None:
    finding = only(publishing(transport(), TAKEN))
    assert finding.evidence["pair"] == {"local": "host udp 192.0.2.2:4711", "remote": "host udp 203.0.113.9:41000"}


def test_an_unknown_pair_is_no_fault() -> None:
    finding = only(publishing(transport(ice=IceConnected(after=Milliseconds(40), pair=NoPair())), TAKEN))
    assert status_of(finding) is Status.PASS
    assert "a path was found" in finding.summary
    assert "pair" not in finding.evidence


@pytest.mark.parametrize(
    ("renegotiation", "says"),
    [
        (NotRenegotiated(why="the role publishes nothing"), "the role publishes nothing"),
        (Renegotiated(kinds=(), took=Milliseconds(1)), "nothing to send was added"),
    ],
)
def test_a_role_that_publishes_nothing_is_well(renegotiation: Renegotiation, says: str) -> None:
    finding = only(publishing(transport(), renegotiation))
    assert status_of(finding) is Status.PASS
    assert finding.summary.endswith(says)


@pytest.mark.parametrize(
    "seen",
    [
        transport(ice=IceWaiting(waited=Seconds(2)), dtls=NOT_REACHED),
        transport(ice=IceWaiting(waited=Seconds(9)), dtls=NOT_REACHED, ours=()),
        transport(dtls=DtlsWaiting(waited=Seconds(1))),
        transport(dtls=NOT_REACHED),
    ],
)
def test_what_had_no_time_or_no_address_is_ours(seen: Transport) -> None:
    finding = only(publishing(seen))
    assert status_of(finding) is Status.INCONCLUSIVE
    assert action_of(finding)


def test_an_answer_that_had_no_time_is_ours() -> None:
    _path, finding = judge_publishing(publishing(transport(), RenegotiationUnanswered(waited=Seconds(0.3))))
    assert status_of(finding) is Status.INCONCLUSIVE


def test_what_was_tried_is_counted_by_type() -> None:
    found = failure(publishing(transport(ice=IceFailed(after=Seconds(8)), dtls=NOT_REACHED)))
    assert "tried in vain for 8 s (candidates here: 1 host, 1 relay; of the server: 1 host)" in found.summary
    assert "UDP 443, 3478 and 41000-65535" in action_of(found)


def test_a_server_without_an_address_is_told_to_100ms() -> None:
    found = failure(publishing(transport(ice=IceFailed(after=Seconds(8)), dtls=NOT_REACHED, theirs=())))
    assert "of the server: none" in found.summary
    assert action_of(found).startswith("Report to 100ms's support")


def test_a_role_without_media_needs_no_connection() -> None:
    finding = only(NothingToPublish(role="watcher"))
    assert (status_of(finding), finding.summary) == (Status.SKIP, "the role watcher neither sends nor receives")


def test_ipv6_addresses_stand_in_brackets() -> None:
    ours = CandidatePair(local=HOST, remote=SERVER)
    six = CandidatePair(local=ours.local, remote=type(SERVER)(type=SERVER.type, protocol="udp", address="2001:db8::1",
                                                              port=9))  # fmt: skip
    finding = only(publishing(transport(ice=IceConnected(after=Milliseconds(4), pair=six)), TAKEN))
    assert "[2001:db8::1]:9" in str(finding.evidence["pair"])


def test_the_steps_are_measured() -> None:
    assert steps_of_publishing(publishing(transport(ice=CONNECTED, dtls=UP), TAKEN)) == {
        "ice_ms": 40,
        "dtls_ms": 30,
        "renegotiate_ms": 20,
    }
    assert steps_of_publishing(publishing(transport(ice=IceFailed(after=Seconds(1)), dtls=NOT_REACHED))) == {}
    assert steps_of_publishing(NothingToPublish(role="x")) == {}
