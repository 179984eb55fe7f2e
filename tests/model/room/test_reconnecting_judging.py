"""A connection lost in the room → what came of it: back (warn), gone (1003), or the server's no in its place."""

import pytest

from hms_doctor.model.causes import Platform
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Status, Warned, code_of, status_of
from hms_doctor.model.room.reconnecting import CameBack, InitRefusal, Interruption, StillGone, TurnedAway
from hms_doctor.model.room.reconnecting_judging import judge_interruptions
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.signalling.websocket import Broken, Closed, Ended, Lost, Quiet
from hms_doctor.model.units import Seconds

HOST = "signal.test:443"
CUT = Lost(failure=Failure(operation=Operation.HOLD, kind=Kind.RESET))
BACK = CameBack(after=Seconds(1.1), tries=1)
GONE = StillGone(waited=Seconds(6), tries=6, last="connection refused")


def interrupted(outcome: CameBack | StillGone | TurnedAway, ending: Ended | Quiet = CUT) -> Interruption:
    return Interruption(ending=ending, at=Seconds(1.5), outcome=outcome)


def turned_away(said: ServerFault | InitRefusal) -> Interruption:
    return interrupted(TurnedAway(said=said, tries=1))


@pytest.mark.parametrize(
    ("seen", "cause", "code", "on_web"),
    [
        (interrupted(GONE), "websocket.lost", 1003, 1003),
        (interrupted(GONE, Closed(code=1000)), "websocket.lost", 1003, 1003),
        (interrupted(GONE, Broken(code=1002)), "websocket.lost", 1003, 1003),
        (interrupted(GONE, Quiet(waited=12)), "websocket.no_pong", 1003, 1003),
        (turned_away(InitRefusal(status=401, code=40109, text="bad jwt")), "server.bad_jwt", 40109, 40109),
        (turned_away(InitRefusal(status=401, code=0, text="token is expired")), "server.bad_jwt", 40109, 401),
        (turned_away(InitRefusal(status=403, code=0, text="")), "server.refused", 40100, 403),
        (turned_away(InitRefusal(status=500, code=0, text="")), "init.server_error", 2003, 500),
        (turned_away(ServerFault(code=41001, text="gone", via="on-error")), "server.peer_gone", 41001, 41001),
    ],
)
def test_what_breaks_a_call(seen: Interruption, cause: str, code: int, on_web: int) -> None:
    [finding] = judge_interruptions(HOST, (seen,))
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert (code_of(finding, Platform.ANY), code_of(finding, Platform.WEB)) == (code, on_web)
    assert finding.summary.startswith("the signalling connection was lost 1.5 s after the join")
    assert finding.evidence["lost_after_s"] == 1.5


def test_a_connection_that_comes_back_warns() -> None:
    [finding] = judge_interruptions(HOST, (interrupted(BACK),))
    assert isinstance(finding, Warned)
    assert finding.cause.id == "websocket.lost"
    assert finding.summary.endswith("and came back 1.1 s later (1 try); the app saw it reconnect")
    assert finding.evidence["how"] == "broke off: connection reset"


def test_a_loss_tells_what_the_sdk_goes_on_to_do() -> None:
    [finding] = judge_interruptions(HOST, (interrupted(GONE),))
    assert "did not come back in 6 s (6 tries); the SDK gives up after 60 s" in finding.summary
    assert finding.evidence["last_try"] == "connection refused"


def test_a_loss_at_the_end_of_the_run_is_open() -> None:
    [finding] = judge_interruptions(HOST, (interrupted(StillGone(waited=Seconds(0), tries=0, last="")),))
    assert status_of(finding) is Status.INCONCLUSIVE


def test_every_loss_is_told() -> None:
    first, second = judge_interruptions(HOST, (interrupted(BACK), interrupted(GONE)))
    assert (status_of(first), status_of(second)) == (Status.WARN, Status.FAIL)
    assert list(judge_interruptions(HOST, ())) == []
