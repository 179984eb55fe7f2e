"""What media that flows, or finds no way, makes of what was inferred about relays."""

import pytest
from helpers_runner import cause

from hms_doctor.model.causes import Cause, quality
from hms_doctor.model.causes import room as causes
from hms_doctor.model.check import Facts
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import CheckResult, Failed, Finding, Passed, Ran, Skipped, Status, Warned, status_of
from hms_doctor.model.ice.obstacles import UNTRIED
from hms_doctor.model.ice.relays import Path, Proven, RelayOutcome, RelayRow, Relays, Stage, Unreached
from hms_doctor.model.ice.urls import Transport as Carrier
from hms_doctor.model.network.server import TokenAccepted
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.media import Measured, MediaFlow, NotTold, TrackFlow
from hms_doctor.model.room.publishing import NotRenegotiated, Publishing
from hms_doctor.model.room.subscribing import Subscribing
from hms_doctor.model.room.transports import (
    Candidate,
    CandidatePair,
    CandidateType,
    DtlsUp,
    IceConnected,
    IceFailed,
    NoPair,
    Transport,
)
from hms_doctor.model.units import BitsPerSecond, Milliseconds, Seconds
from hms_doctor.model.vantage import Family
from hms_doctor.model.verdict.weighing import weigh

TURN = cause("turn.credentials.wrong", code=4005)
REFUSED = Warned(cause=TURN, summary=f"no relay: only a direct path can work{UNTRIED}", action="Do it.")
BLOCKED = Failed(cause=TURN, summary="ICE connection failed: UDP is blocked", action="Do it.")
SILENT = Unreached(stage=Stage.REACH, failure=Failure(operation=Operation.CHALLENGE, kind=Kind.SILENT))


def check(name: str, *findings: Finding) -> CheckResult:
    return CheckResult(id=name, title=name, outcome=Ran(findings=findings))


def relays(outcome: RelayOutcome = SILENT) -> Relays:
    path = Path(url="turn:t.test", host="t.test", port=3478, transport=Carrier.UDP, family=Family.IPV4)
    return Relays(rows=(RelayRow(path=path, outcome=outcome),))


def transport(side: Side, local: CandidateType | None) -> Transport:
    remote = Candidate(type=CandidateType.HOST, protocol="udp", address="203.0.113.9", port=41000)
    pair = (
        CandidatePair(local=Candidate(type=local, protocol="udp", address="192.0.2.2", port=9), remote=remote)
        if local
        else NoPair()
    )
    return Transport(side=side, ice=IceConnected(after=Milliseconds(9), pair=pair), dtls=DtlsUp(after=Milliseconds(9)))


def publishing(local: CandidateType | None = CandidateType.HOST) -> Publishing:
    return Publishing(transport=transport(Side.PUBLISH, local), renegotiation=NotRenegotiated(why=""))


def media(side: Side = Side.PUBLISH, *, told: bool = True, lost: bool = False) -> MediaFlow:
    track = TrackFlow(
        side=side,
        kind="audio",
        packets=150,
        octets=9,
        bitrate=BitsPerSecond(9),
        loss=Measured(value=0.0) if told else NotTold(),
    )
    return MediaFlow(watched=Seconds(3), captured=(), tracks=(track,), lost_midway=(side,) if lost else ())


def weighed(finding: Finding, *facts: object, name: str = "ice.verdict") -> Finding:
    [result] = weigh((check(name, finding),), Facts(facts))
    [told] = result.findings
    return told


@pytest.mark.parametrize("local", [CandidateType.HOST, CandidateType.SRFLX, CandidateType.PRFLX])
def test_a_warning_about_relays_is_a_note_once_media_flows_directly(local: CandidateType) -> None:
    told = weighed(REFUSED, publishing(local), media(), relays())
    assert isinstance(told, Passed)
    assert told.summary == "no relay: only a direct path can work; media flows directly over UDP all the same"


def test_relays_that_are_all_dead_warn_once_media_flows_directly() -> None:
    told = weighed(BLOCKED, publishing(), media())
    assert isinstance(told, Warned)
    assert (told.cause, told.action) == (TURN, "Do it.")
    assert "yet media flows directly over UDP all the same" in told.summary


@pytest.mark.parametrize(
    "facts",
    [
        (publishing(CandidateType.RELAY), media()),  # it needs the relay
        (publishing(None), media()),  # nobody tells by which way
        (publishing(), media(told=False)),  # nothing was seen to arrive
        (publishing(), media(lost=True)),
        (publishing(),),
        (media(),),
        (publishing(), media(Side.SUBSCRIBE)),  # what came in says nothing of the way out
    ],
)
def test_without_proof_of_a_direct_path_nothing_is_weaker(facts: tuple[object, ...]) -> None:
    assert weighed(REFUSED, *facts) == REFUSED
    assert weighed(BLOCKED, *facts) == BLOCKED


def test_what_is_received_directly_proves_it_for_a_role_that_sends_nothing() -> None:
    seen = Subscribing(transport=transport(Side.SUBSCRIBE, CandidateType.HOST), tracks=("audio",))
    assert isinstance(weighed(REFUSED, seen, media(Side.SUBSCRIBE, told=False)), Passed)


@pytest.mark.parametrize(
    ("name", "of", "status"),
    [
        ("ice.stun", cause("stun.no_answer"), Status.PASS),
        ("ice.quality", quality.LOSS, Status.PASS),
        ("ice.quality", quality.HELD_UP, Status.PASS),
        ("ice.quality", quality.BANDWIDTH, Status.WARN),  # of the line, whatever the path
        ("ice.turn", TURN, Status.WARN),  # a relay that refuses is broken, needed or not
        ("room.media", quality.LOSS, Status.WARN),
    ],
)
def test_only_what_is_about_a_way_not_taken_is_weaker(name: str, of: Cause, status: Status) -> None:
    told = weighed(Warned(cause=of, summary="x"), publishing(), media(), name=name)
    assert status_of(told) is status


def no_way(*facts: object, lost: Cause = causes.ICE_PUBLISH) -> Finding:
    failed = Failed(cause=lost, summary="ICE connection failed")
    verdict, _publish = weigh((check("ice.verdict", REFUSED), check("room.publish", failed)), Facts(facts))
    [told] = verdict.findings
    return told


@pytest.mark.parametrize("lost", [causes.ICE_PUBLISH, causes.ICE_SUBSCRIBE])
def test_relays_that_refuse_fail_once_the_direct_path_does_not_work_either(lost: Cause) -> None:
    told = no_way(relays(), lost=lost)
    assert isinstance(told, Failed)
    assert (told.cause, told.action) == (TURN, "Do it.")
    assert told.summary == "no relay: only a direct path can work, and the join found none"


def test_a_relay_that_works_leaves_the_blame_with_the_room() -> None:
    assert no_way(relays(Proven(sent=5, rtts_ms=(40.0,)))) == REFUSED
    assert no_way() == REFUSED
    assert no_way(relays(), lost=causes.DTLS_STUCK) == REFUSED


def test_what_did_not_run_stays_as_it_is() -> None:
    result = CheckResult(id="ice.verdict", title="x", outcome=Skipped(because="--skip", asked_for=True))
    assert weigh((result,), Facts([publishing(), media()])) == (result,)


def test_a_refused_join_without_a_reason_gets_the_one_offline_finding_that_fits() -> None:
    lint = Failed(cause=cause("token.role", code=40108), summary="the role has capitals", action="Write it small.")
    refusal = Failed(cause=cause("server.refused", code=40100), summary="no", word=40100)
    claims, join = weigh(
        (check("token.claims", lint), check("signalling.join", refusal)), Facts([TokenAccepted(by="init")])
    )
    [told] = join.findings
    assert isinstance(told, Failed)
    assert (told.cause, told.word, told.action) == (lint.cause, 40108, "Write it small.")
    assert claims.status is Status.WARN


def test_a_full_room_has_its_reason() -> None:
    lint = Failed(cause=cause("token.role", code=40108), summary="the role has capitals")
    refusal = Failed(cause=cause("server.room_full", code=40100), summary="no", word=40100)
    assert weigh((check("token.claims", lint), check("init", refusal)), Facts())[1].findings == (refusal,)


def test_a_path_that_failed_is_not_direct() -> None:
    failed = Publishing(
        transport=Transport(
            side=Side.PUBLISH, ice=IceFailed(after=Seconds(5)), dtls=transport(Side.PUBLISH, None).dtls
        ),
        renegotiation=NotRenegotiated(why=""),
    )
    assert weighed(REFUSED, failed, media()) == REFUSED
