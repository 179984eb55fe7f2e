"""What the server made of the join: observation → status, cause, code, on the pages and on the web."""

import pytest

from hms_doctor.model.causes import Platform
from hms_doctor.model.causes.server import BY_CODE
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Status, action_of, code_of, status_of
from hms_doctor.model.init.server_words import WORD_CODES
from hms_doctor.model.room.descriptions import DescriptionFailed, DescriptionStep, SdpLine, Side
from hms_doctor.model.room.joining import (
    Admitted,
    AnswerUnusable,
    JoinOutcome,
    JoinUnderway,
    LostWhileJoining,
    NotAdmitted,
    NotOffered,
    NoWebRtc,
    Peer,
    Unanswered,
)
from hms_doctor.model.room.joining_judging import judge_joining, steps_of_joining
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.websocket import Broken, Closed, Lost
from hms_doctor.model.units import Milliseconds, Seconds

HOST = "signal.test:443"
ANN = Peer(id="p1", name="Ann", role="host", user_id="u1", publishes=2)
CUT = Lost(failure=Failure(operation=Operation.HOLD, kind=Kind.RESET))


def denied(code: int, text: str, *, already_here: bool = False) -> NotAdmitted:
    fault = ServerFault(code=code, text=text, via="an answer")
    return NotAdmitted(host=HOST, fault=fault, already_here=already_here)


def admitted(*others: Peer) -> Admitted:
    return Admitted(host=HOST, role="host", took=Milliseconds(48), others=others, is_silent=False)


def failing(step: DescriptionStep) -> NotOffered:
    line = SdpLine(number=7, text="a=setup:maybe")
    return NotOffered(failed=DescriptionFailed(side=Side.PUBLISH, step=step, why="refused", line=line))


@pytest.mark.parametrize(
    ("seen", "cause", "code", "on_web"),
    [
        (denied(40001, "room not found"), "server.invalid_room", 40001, 40001),
        (denied(401, "signature is invalid"), "server.bad_jwt", 40109, 401),
        (denied(401, "token is expired"), "server.bad_jwt", 40109, 401),
        (denied(403, "role limit reached"), "server.room_full", 40100, 403),
        (denied(400, "room is full"), "server.room_full", 40100, 400),
        (denied(410, "room has ended"), "server.room_ended", 41001, 410),
        (denied(400, "session ended"), "server.room_ended", 41001, 400),
        (denied(410, ""), "server.peer_gone", 41001, 410),
        (denied(403, "forbidden"), "server.refused", 40100, 403),
        (denied(40106, "something new"), "server.refused", 40100, 40106),
        (denied(500, "sfu join failed"), "signalling.server_fault", 1003, 500),
        (denied(503, "role limit store is down"), "signalling.server_fault", 1003, 503),
        (denied(429, "too many requests"), "signalling.server_fault", 1003, 429),
        (denied(0, ""), "signalling.server_fault", 1003, 1003),
        (denied(400, "peer already joined"), "server.peer_joined", 40004, 400),
        (denied(40004, "peer already joined", already_here=True), "server.peer_joined", 40004, 40004),
        (denied(400, "peer already joined", already_here=True), "join.twice", 5001, 400),
        (denied(5001, "", already_here=True), "join.twice", 5001, 5001),
        (denied(5001, "already joined"), "server.already_joined", 5001, 5001),
        (Unanswered(host=HOST, waited=Seconds(5), pongs=2), "join.unanswered", 1003, 1003),
        (Unanswered(host=HOST, waited=Seconds(5), pongs=0), "join.unanswered", 1003, 1003),
        (AnswerUnusable(host=HOST, what="an empty object"), "join.no_description", 4004, 4004),
        (failing(DescriptionStep.CREATE_OFFER), "sdp.create_offer", 4001, 4001),
        (failing(DescriptionStep.SET_LOCAL), "sdp.local", 4003, 4003),
        (LostWhileJoining(host=HOST, ending=CUT, times=2), "websocket.lost", 1003, 1003),
        (LostWhileJoining(host=HOST, ending=Closed(code=1011, reason="bye"), times=2), "websocket.lost", 1003, 1003),
        (LostWhileJoining(host=HOST, ending=Broken(code=1002), times=1), "websocket.garbage", 1003, 1003),
    ],
)
def test_what_keeps_us_out(seen: JoinOutcome, cause: str, code: int, on_web: int) -> None:
    [finding] = judge_joining(seen)
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert code_of(finding, Platform.ANY) == code
    assert code_of(finding, Platform.WEB) == on_web
    assert action_of(finding).endswith(".")


@pytest.mark.parametrize("code", sorted(WORD_CODES))
def test_every_word_of_the_pages_keeps_code_and_cause(code: int) -> None:
    [finding] = judge_joining(denied(code, "no"))
    assert isinstance(finding, Failed)
    assert (finding.cause.id, finding.word) == (BY_CODE[code].id, code)
    assert {code_of(finding, platform) for platform in Platform} == {code}


def test_the_words_name_host_number_and_text() -> None:
    [finding] = judge_joining(denied(403, "role limit reached"))
    assert finding.summary == f"{HOST} refuses the join with code 403: role limit reached"
    assert finding.evidence["code"] == 403
    assert finding.evidence["stages"] == {"INIT_FETCHED": True, "SIGNAL_CONNECTED": False}


def test_a_token_whose_time_has_passed_gets_the_finer_order() -> None:
    [finding] = judge_joining(denied(401, "token is expired by 2h"))
    assert action_of(finding).startswith("Fetch a fresh token")


@pytest.mark.parametrize(
    ("others", "summary"),
    [
        ((), "in the room as host, alone"),
        ((ANN,), "in the room as host, with 1 other"),
        ((ANN, ANN, ANN), "in the room as host, with 3 others"),
    ],
)
def test_being_in_counts_the_others_and_names_none(others: tuple[Peer, ...], summary: str) -> None:
    [finding] = judge_joining(admitted(*others))
    assert (status_of(finding), finding.summary) == (Status.PASS, summary)
    assert finding.evidence["others"] == len(others)
    assert finding.evidence["stages"] == {"INIT_FETCHED": True, "SIGNAL_CONNECTED": True}
    assert "Ann" not in str(finding)


@pytest.mark.parametrize(
    "seen",
    [
        Unanswered(host=HOST, waited=Seconds(0.4), pongs=1),
        NoWebRtc(why="No module named 'aiortc'"),
        JoinUnderway(host=HOST, waits_for="the answer to join"),
    ],
)
def test_what_is_ours_has_no_code(seen: JoinOutcome) -> None:
    [finding] = judge_joining(seen)
    assert status_of(finding) is Status.INCONCLUSIVE
    assert finding.summary


def test_without_the_extra_one_line_says_how_to_get_it() -> None:
    [finding] = judge_joining(NoWebRtc(why="No module named 'aiortc'"))
    assert finding.summary == "joining needs an optional package: pip install 'hms-doctor[room]'"


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (Unanswered(host=HOST, waited=Seconds(5), pongs=2), "answers pings, but not the join: nothing in 5 s"),
        (Unanswered(host=HOST, waited=Seconds(5), pongs=0), "does not answer the join: nothing in 5 s"),
        (LostWhileJoining(host=HOST, ending=CUT, times=2), "cuts the connection (connection reset)"),
        (LostWhileJoining(host=HOST, ending=CUT, times=2), "2 times of 2"),
        (LostWhileJoining(host=HOST, ending=Closed(code=1011, reason="bye"), times=1), "with 1011 (bye) in place of"),
        (LostWhileJoining(host=HOST, ending=Closed(code=1011), times=1), "with 1011 in place of"),
        (LostWhileJoining(host=HOST, ending=Broken(code=1002, detail="x"), times=1), "breaks the websocket protocol"),
        (
            failing(DescriptionStep.CREATE_OFFER),
            'could not create an offer (sending): line 7: "a=setup:maybe"',
        ),
    ],
)
def test_what_was_seen_is_told(seen: JoinOutcome, says: str) -> None:
    [finding] = judge_joining(seen)
    assert says in finding.summary


def test_without_an_offer_we_stand_outside() -> None:
    [finding] = judge_joining(failing(DescriptionStep.CREATE_OFFER))
    assert finding.evidence["stages"] == {"INIT_FETCHED": True, "SIGNAL_CONNECTED": False}


def test_a_servers_novel_at_the_join_is_cut() -> None:
    [finding] = judge_joining(denied(400, "x" * 9999))
    assert len(finding.summary) < 300


def test_the_joins_time_is_measured() -> None:
    assert steps_of_joining(admitted()) == {"join_ms": 48}
    assert steps_of_joining(denied(403, "")) == {}
