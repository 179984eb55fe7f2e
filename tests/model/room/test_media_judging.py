"""The media that was watched → what flows, what vanishes, what a user would feel; only a path that dies fails."""

import pytest
from room_seen import flow, track

from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.finding import Failed, Finding, Passed, Status, Warned, code_of, status_of, worst
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.media import MediaFlow, MediaOutcome, NoMedia, TrackFlow
from hms_doctor.model.room.media_judging import judge_media
from hms_doctor.model.room.media_words import figures_of_media

BOTH = (track(), track(kind="video"))
HEARD = (track(Side.SUBSCRIBE, rtt=-1), track(Side.SUBSCRIBE, "video", rtt=-1))


def untold(kind: str = "audio", packets: int = 150) -> TrackFlow:
    return track(kind=kind, packets=packets, rtt=-1, jitter=-1, loss=-1)


def judged(outcome: MediaOutcome) -> tuple[Finding, ...]:
    return tuple(judge_media(outcome))


@pytest.mark.parametrize(
    ("seen", "summary"),
    [
        (flow(*BOTH, *HEARD), "audio and video flow both ways at 12 ms"),
        (flow(*BOTH), "audio and video reach the server at 12 ms"),
        (flow(*BOTH, HEARD[0]), "audio and video reach the server at 12 ms, audio of others arrives"),
        (flow(BOTH[0], captured=("audio",)), "audio reaches the server at 12 ms"),
        (flow(*HEARD, captured=()), "audio and video of others arrive"),
        (flow(track(rtt=-1), captured=("audio",)), "audio reaches the server"),
        (flow(untold(), captured=("audio",)), "audio is sent, not yet reported on"),
        (
            flow(untold(), track(kind="video"), *HEARD),
            "video reaches the server at 12 ms, audio is sent, not yet reported on, audio and video of others arrive",
        ),
        (flow(track(rtt=20), track(kind="video", rtt=5), *HEARD), "audio and video flow both ways at 20 ms"),
    ],
)
def test_what_flows_is_told_in_few_words(seen: MediaFlow, summary: str) -> None:
    [finding] = judged(seen)
    assert (status_of(finding), finding.summary) == (Status.PASS, summary)


@pytest.mark.parametrize(
    "seen",
    [
        NoMedia(why="the room was not joined"),
        flow(captured=()),
        flow(track(packets=0), captured=()),  # our tracks were not taken
        flow(track(Side.SUBSCRIBE, packets=0), captured=()),
    ],
)
def test_nothing_to_watch_is_no_fault_and_no_stage(seen: MediaOutcome) -> None:
    [finding] = judged(seen)
    assert status_of(finding) is Status.SKIP
    assert "stages" not in finding.evidence


def test_a_path_that_dies_while_media_flows_is_4005() -> None:
    [finding] = judged(flow(*BOTH, lost=(Side.PUBLISH,)))
    assert isinstance(finding, Failed)
    assert finding.cause.id == "room.ice.lost"
    assert (code_of(finding, Platform.ANY), code_of(finding, Platform.WEB)) == (4005, 4006)
    assert "sending stood, then the media server fell silent" in finding.summary
    assert "sending and receiving" in judged(flow(*BOTH, lost=(Side.PUBLISH, Side.SUBSCRIBE)))[0].summary


def test_a_watch_that_was_cut_off_in_doubt_is_no_green_one() -> None:
    [finding] = judged(flow(*BOTH, unanswered=(Side.PUBLISH,)))
    assert status_of(finding) is Status.INCONCLUSIVE
    assert finding.summary.startswith("we could not tell whether sending goes on: cut off while")
    assert finding.evidence["stages"] == {"MEDIA_CAPTURED": True, "MEDIA_PUBLISHED": True, "COMPLETED": False}


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (flow(untold(), untold("video")), "nothing of the 300 packets of audio and video"),
        (flow(track(), untold("video")), "nothing of the 150 packets of video"),
        (flow(track(loss=100), track(kind="video")), "nothing of the 150 packets of audio"),
        (flow(untold(), track(kind="video"), watched=8.0), "nothing of the 150 packets of audio"),
    ],
)
def test_what_does_not_arrive_warns(seen: MediaFlow, says: str) -> None:
    [finding] = judged(seen)
    assert isinstance(finding, Warned)
    assert (finding.cause.id, code_of(finding, Platform.ANY)) == ("media.vanishes", NO_CODE)
    assert says in finding.summary
    assert finding.evidence["stages"] == {"MEDIA_CAPTURED": True, "MEDIA_PUBLISHED": False, "COMPLETED": False}


@pytest.mark.parametrize(
    "seen",
    [
        flow(untold(), track(kind="video"), watched=1.0),  # too short for a report
        flow(untold(packets=5), track(kind="video")),  # too little for one
        flow(untold(), track(kind="video")),  # of sound every 5 s is often enough
    ],
)
def test_a_report_that_is_not_due_is_not_missed(seen: MediaFlow) -> None:
    assert worst(judged(seen)) is Status.PASS


@pytest.mark.parametrize(
    ("seen", "cause", "says"),
    [
        (
            flow(track(loss=20), track(kind="video")),
            "quality.loss",
            "30 of 150 packets of audio that we sent were lost (can mean 14 to 27 %), which takes voice from 4.4 to",
        ),
        (flow(*BOTH, track(Side.SUBSCRIBE, loss=25, rtt=-1)), "quality.loss", "50 of 200 packets of audio of others"),
        (flow(*BOTH, track(Side.SUBSCRIBE, jitter=45, rtt=-1)), "quality.jitter", "with 45 ms of jitter"),
        (flow(track(jitter=200), track(kind="video")), "quality.jitter", "200 ms of jitter, which takes voice"),
        (flow(track(rtt=480), track(kind="video")), "quality.delay", "takes 480 ms, which takes voice from"),
    ],
)
def test_what_a_user_would_feel_warns(seen: MediaFlow, cause: str, says: str) -> None:
    passed, warned = judged(seen)
    assert isinstance(passed, Passed)
    assert isinstance(warned, Warned)
    assert warned.cause.id == cause
    assert says in warned.summary


def test_pictures_jitter_by_themselves() -> None:
    assert worst(judged(flow(track(), track(kind="video", jitter=90)))) is Status.PASS


def test_two_lost_packets_are_chance() -> None:
    assert worst(judged(flow(track(loss=1.3), track(kind="video")))) is Status.PASS


def test_what_this_machine_did_itself_is_not_blamed_on_the_network() -> None:
    passed, note = judged(flow(track(jitter=60), track(kind="video"), standstill=80))
    assert isinstance(passed, Passed)
    assert isinstance(note, Passed)
    assert "not blamed on the network, as this machine itself stood still for up to 80 ms" in note.summary
    assert passed.evidence["stood_still_ms"] == 80
    assert "voice" not in passed.evidence


def test_our_own_silence_is_ours() -> None:
    [finding] = judged(flow(track(), captured=("audio", "video")))
    assert status_of(finding) is Status.INCONCLUSIVE
    assert "no packet of our video went out" in finding.summary


def test_the_rows_leave_out_what_nobody_told() -> None:
    [finding] = judged(flow(*BOTH, track(Side.SUBSCRIBE, rtt=-1), track(Side.SUBSCRIBE, "video", packets=0)))
    assert finding.evidence["tracks"] == [
        {"direction": "sent", "kind": kind, "packets": 150, "kbps": 32.0, "rtt_ms": 12.0, "jitter_ms": 2.0,
         "loss_percent": 0.0}
        for kind in ("audio", "video")
    ] + [
        {"direction": "received", "kind": "audio", "packets": 150, "kbps": 32.0, "jitter_ms": 2.0, "loss_percent": 0.0}
    ]  # fmt: skip
    assert finding.evidence["voice"] == "4.4 of 5"
    assert finding.evidence["stages"] == {"MEDIA_CAPTURED": True, "MEDIA_PUBLISHED": True, "COMPLETED": True}


def test_without_a_round_trip_no_voice_is_scored() -> None:
    [finding] = judged(flow(*HEARD, captured=()))
    assert "voice" not in finding.evidence
    assert "stages" not in finding.evidence  # a role that sends nothing reaches none of them


def test_the_figures_are_the_worst_of_the_audio() -> None:
    figures = dict(
        figures_of_media(flow(track(), track(kind="video", jitter=9), track(Side.SUBSCRIBE, jitter=5, rtt=-1)))
    )
    assert figures.pop("mos") == pytest.approx(4.4, abs=0.05)
    assert figures == {"rtt_ms": 12.0, "jitter_ms": 5.0, "loss_percent": 0.0}
    assert figures_of_media(NoMedia(why="x")) == {}
