"""The four checks of a join and the hold in the room: what each makes of an observation, as the runner sees it."""

import pytest

from hms_doctor.checks import room_media, room_publish, room_subscribe, signalling_hold, signalling_join
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import AnyCheck
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Status, Warned, code_of, worst
from hms_doctor.model.init.server_words import WORD_CODES
from hms_doctor.model.room.descriptions import DescriptionFailed, DescriptionStep, Side
from hms_doctor.model.room.joining import JoinOutcome, NotAdmitted, NotOffered, NoWebRtc, Unanswered
from hms_doctor.model.room.media import Measured, MediaFlow, MediaOutcome, NoMedia, TrackFlow
from hms_doctor.model.room.publishing import (
    NothingToPublish,
    Publishing,
    PublishNotSet,
    PublishOutcome,
    Renegotiated,
    RenegotiationEmpty,
)
from hms_doctor.model.room.reconnecting import CameBack, Interruption, Interruptions, StillGone
from hms_doctor.model.room.subscribing import BadCandidate, NeverOffered, SubscribeOutcome, Subscribing
from hms_doctor.model.room.transports import DtlsNotReached, DtlsUp, IceConnected, IceFailed, NoPair, Transport
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.websocket import Lost
from hms_doctor.model.units import BitsPerSecond, Milliseconds, Seconds

HOST = "signal.test:443"
CHECKS: tuple[AnyCheck, ...] = (
    signalling_join.CHECK,
    room_publish.CHECK,
    room_subscribe.CHECK,
    room_media.CHECK,
)
ALIVE = signalling_hold.Alive(seconds=4.0, round_trips=(3.0, 4.0), wanted=0.4)
CUT = Lost(failure=Failure(operation=Operation.HOLD, kind=Kind.RESET))
GONE = 41001


def up(side: Side) -> Transport:
    connected = IceConnected(after=Milliseconds(40), pair=NoPair())
    return Transport(side=side, ice=connected, dtls=DtlsUp(after=Milliseconds(30)))


def down(side: Side) -> Transport:
    return Transport(side=side, ice=IceFailed(after=Seconds(8)), dtls=DtlsNotReached(), ours=(), theirs=())


def said(code: int) -> ServerFault:
    return ServerFault(code=code, text="no", via="on-error")


def stayed(*faults: ServerFault, interruptions: Interruptions = ()) -> signalling_hold.Stayed:
    return signalling_hold.Stayed(host=HOST, alive=ALIVE, faults=faults, interruptions=interruptions)


def lost(outcome: CameBack | StillGone) -> Interruption:
    return Interruption(ending=CUT, at=Seconds(1), outcome=outcome)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_without_the_wish_to_join_nothing_of_it_looks(check: AnyCheck) -> None:
    assert check.needs[0] is JoinWanted
    assert hasattr(JoinWanted, "absent")


@pytest.mark.parametrize(
    ("seen", "status", "code"),
    [
        (NotAdmitted(host=HOST, fault=said(40108), already_here=False), Status.FAIL, 40108),
        (Unanswered(host=HOST, waited=Seconds(5), pongs=1), Status.FAIL, 1003),
        (
            NotOffered(failed=DescriptionFailed(side=Side.PUBLISH, step=DescriptionStep.CREATE_OFFER, why="x")),
            Status.FAIL,
            4001,
        ),
        (NoWebRtc(why="no aiortc"), Status.INCONCLUSIVE, 0),
    ],
)
def test_the_join(seen: JoinOutcome, status: Status, code: int) -> None:
    snapshot = signalling_join.CHECK.judge(seen)
    assert worst(snapshot.findings) is status
    assert code_of(snapshot.findings[0], Platform.ANY) == code
    assert snapshot.facts == ()  # there is no stay to look at


@pytest.mark.parametrize(
    ("seen", "status", "code"),
    [
        (Publishing(transport=up(Side.PUBLISH), renegotiation=Renegotiated(kinds=(), took=Milliseconds(9))),
         Status.PASS, 0),
        (Publishing(transport=up(Side.PUBLISH), renegotiation=RenegotiationEmpty()), Status.FAIL, 6002),
        (PublishNotSet(failed=DescriptionFailed(side=Side.PUBLISH, step=DescriptionStep.SET_REMOTE, why="x")),
         Status.FAIL, 4004),
        (NothingToPublish(role="guest"), Status.SKIP, 0),
    ],
)  # fmt: skip
def test_the_connection_for_sending(seen: PublishOutcome, status: Status, code: int) -> None:
    snapshot = room_publish.CHECK.judge(seen)
    assert worst(snapshot.findings) is status
    assert code_of(snapshot.findings[-1], Platform.ANY) == code
    assert bool(snapshot.facts) == isinstance(seen, Publishing)
    assert ("ice_ms" in snapshot.measurements) == isinstance(seen, Publishing)


@pytest.mark.parametrize(
    ("seen", "status", "code"),
    [
        (Subscribing(transport=up(Side.SUBSCRIBE), tracks=()), Status.PASS, 0),
        (BadCandidate(what="x"), Status.FAIL, 6002),
        (NeverOffered(waited=Seconds(4), others_publish=1), Status.WARN, 0),
        (NeverOffered(waited=Seconds(4), others_publish=0), Status.SKIP, 0),
        (Subscribing(transport=down(Side.SUBSCRIBE), tracks=()), Status.INCONCLUSIVE, 0),  # no address of our own
    ],
)
def test_the_connection_for_receiving(seen: SubscribeOutcome, status: Status, code: int) -> None:
    snapshot = room_subscribe.CHECK.judge(seen)
    assert worst(snapshot.findings) is status
    assert code_of(snapshot.findings[0], Platform.ANY) == code


@pytest.mark.parametrize(
    ("seen", "status", "figures"),
    [
        (
            MediaFlow(
                watched=Seconds(3),
                captured=("audio",),
                tracks=(
                    TrackFlow(
                        side=Side.PUBLISH,
                        kind="audio",
                        packets=150,
                        octets=9,
                        bitrate=BitsPerSecond(32_000),
                        round_trip=Measured(value=12.0),
                    ),
                ),
            ),
            Status.PASS,
            {"rtt_ms", "mos"},
        ),
        (NoMedia(why="neither connection stands"), Status.SKIP, set()),
    ],
)
def test_the_media(seen: MediaOutcome, status: Status, figures: set[str]) -> None:
    snapshot = room_media.CHECK.judge(seen)
    assert worst(snapshot.findings) is status
    assert set(snapshot.measurements) == figures


@pytest.mark.parametrize(
    ("seen", "status", "causes"),
    [
        (stayed(), Status.PASS, []),
        (stayed(said(GONE)), Status.FAIL, ["server.peer_gone"]),
        (stayed(said(GONE), said(500)), Status.FAIL, ["server.peer_gone"]),  # the first one ended the visit
        (stayed(interruptions=(lost(CameBack(after=Seconds(1), tries=1)),)), Status.WARN, ["websocket.lost"]),
        (
            stayed(interruptions=(lost(StillGone(waited=Seconds(6), tries=5, last="x")),)),
            Status.FAIL,
            ["websocket.lost"],
        ),
    ],
)
def test_the_stay(seen: signalling_hold.Stayed, status: Status, causes: list[str]) -> None:
    findings = signalling_hold.CHECK.judge(seen).findings
    assert worst(findings) is status
    assert [finding.cause.id for finding in findings if isinstance(finding, Failed | Warned)] == causes


@pytest.mark.parametrize("code", sorted(WORD_CODES))
def test_a_word_pushed_in_the_room_has_its_code_and_cause(code: int) -> None:
    [finding] = signalling_hold.CHECK.judge(stayed(said(code))).findings
    assert isinstance(finding, Failed)
    assert (finding.word, finding.cause.code) == (code, code)
