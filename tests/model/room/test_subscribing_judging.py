"""The subscribe connection: offer, candidates, transport → status, cause, code; nobody sending is no fault."""

import pytest
from room_seen import NOT_REACHED, transport

from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.finding import Failed, Status, Warned, code_of, status_of
from hms_doctor.model.room.descriptions import DescriptionFailed, DescriptionStep, LineAtFault, NoLine, SdpLine, Side
from hms_doctor.model.room.subscribing import (
    BadCandidate,
    NeverOffered,
    NothingToSubscribe,
    SubscribeNotSet,
    SubscribeOutcome,
    Subscribing,
)
from hms_doctor.model.room.subscribing_judging import judge_subscribing, steps_of_subscribing
from hms_doctor.model.room.transports import DtlsFailed, DtlsWaiting, IceFailed, IceLost, IceWaiting, NoPair, Transport
from hms_doctor.model.units import Seconds


def receiving(seen: Transport, *tracks: str) -> Subscribing:
    return Subscribing(transport=seen, tracks=tracks)


def not_set(step: DescriptionStep) -> SubscribeNotSet:
    line = SdpLine(number=3, text="m=?")
    return SubscribeNotSet(failed=DescriptionFailed(side=Side.SUBSCRIBE, step=step, why="bad", line=line))


@pytest.mark.parametrize(
    ("seen", "cause", "code", "on_web"),
    [
        (not_set(DescriptionStep.SET_REMOTE), "sdp.offer", 4004, 4004),
        (not_set(DescriptionStep.CREATE_ANSWER), "sdp.create_answer", 4002, 4002),
        (not_set(DescriptionStep.SET_LOCAL), "sdp.local", 4003, 4003),
        (BadCandidate(what="candidate:x"), "candidate.malformed", 6002, 6002),
        (
            receiving(transport(Side.SUBSCRIBE, IceFailed(after=Seconds(8)), NOT_REACHED)),
            "room.ice.subscribe",
            4005,
            4005,
        ),
        (
            receiving(transport(Side.SUBSCRIBE, IceWaiting(waited=Seconds(6)), NOT_REACHED)),
            "room.ice.subscribe",
            4005,
            4005,
        ),
        (
            receiving(transport(Side.SUBSCRIBE, IceLost(after=Seconds(2), pair=NoPair()))),
            "room.ice.lost",
            4005,
            4006,
        ),
        (receiving(transport(Side.SUBSCRIBE, dtls=DtlsWaiting(waited=Seconds(4)))), "room.dtls.stuck", 4005, 4005),
        (receiving(transport(Side.SUBSCRIBE, dtls=DtlsFailed(why="x"))), "room.dtls.failed", 4005, 4005),
    ],
)
def test_what_keeps_others_from_being_heard(seen: SubscribeOutcome, cause: str, code: int, on_web: int) -> None:
    [finding] = judge_subscribing(seen)
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert (code_of(finding, Platform.ANY), code_of(finding, Platform.WEB)) == (code, on_web)


@pytest.mark.parametrize(
    ("line", "summary"),
    [
        (SdpLine(number=9, text="m=x"), "our WebRTC stack has no answer to the server's offer (receiving): line 9: "),
        (NoLine(), "our WebRTC stack has no answer to the server's offer (receiving)"),
    ],
)
def test_an_answer_that_was_not_made_quotes_no_program(line: LineAtFault, summary: str) -> None:
    why = "'NoneType' object has no attribute 'mid'"
    failed = DescriptionFailed(side=Side.SUBSCRIBE, step=DescriptionStep.CREATE_ANSWER, why=why, line=line)
    [finding] = judge_subscribing(SubscribeNotSet(failed=failed))
    assert finding.summary.startswith(summary)
    assert why not in finding.summary
    assert finding.evidence["why"] == why


def test_the_server_offers_nothing_though_others_send() -> None:
    [finding] = judge_subscribing(NeverOffered(waited=Seconds(5), others_publish=2))
    assert isinstance(finding, Warned)
    assert (finding.cause.id, code_of(finding, Platform.ANY)) == ("subscribe.no_offer", NO_CODE)
    assert finding.summary == "others send 2 tracks for our role, but in 5 s the server offered nothing to receive"


@pytest.mark.parametrize(
    ("seen", "status", "summary"),
    [
        (NeverOffered(waited=Seconds(5), others_publish=0), Status.SKIP, "nobody else sends"),
        (NeverOffered(waited=Seconds(1), others_publish=1), Status.INCONCLUSIVE, "only 1.0 s to offer the 1 track of"),
        (NothingToSubscribe(role="speaker"), Status.SKIP, "the role speaker hears nobody"),
        (receiving(transport(Side.SUBSCRIBE)), Status.PASS, "DTLS in 30 ms; nobody else sends"),
        (receiving(transport(Side.SUBSCRIBE), "audio"), Status.PASS, "the server offers 1 audio track"),
        (
            receiving(transport(Side.SUBSCRIBE), "video", "audio", "audio"),
            Status.PASS,
            "receiving: direct over UDP, ICE in 40 ms, DTLS in 30 ms; the server offers 2 audio tracks and 1 video",
        ),
        (
            receiving(transport(Side.SUBSCRIBE, IceWaiting(waited=Seconds(1)), NOT_REACHED)),
            Status.INCONCLUSIVE,
            "receiving had only 1.0 s",
        ),
    ],
)
def test_what_is_no_fault(seen: SubscribeOutcome, status: Status, summary: str) -> None:
    [finding] = judge_subscribing(seen)
    assert status_of(finding) is status
    assert summary in finding.summary


def test_the_steps_of_receiving_are_measured() -> None:
    assert steps_of_subscribing(receiving(transport(Side.SUBSCRIBE))) == {"ice_ms": 40, "dtls_ms": 30}
    assert steps_of_subscribing(NothingToSubscribe(role="x")) == {}
