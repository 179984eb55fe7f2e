"""The timeline: what is in force when, told in one line each; with a clock turned by hand."""

import re

import pytest
from steer_stage import staged

from hms_doctor.simulator.steering_parts import Outcome

TIME = r"\d\d:\d\d:\d\d"


def fits(line: str, pattern: str) -> bool:
    return bool(re.fullmatch(pattern.replace("TIME", TIME), line))


async def test_a_fault_for_a_while_then_what_was_before() -> None:
    async with staged() as stage:
        assert stage.say("40102 for 20s").outcome is Outcome.PLAYED
        stage.turn(19)
        assert stage.plays() == "room-id-wrong"
        stage.turn(1)
        assert stage.plays() == "healthy"
        stage.say("40108")
        stage.say("40102 for 20s")
        stage.say("40001 for 5s")
        stage.turn(5)
        assert stage.plays() == "role-wrong"
        stage.turn(60)
        assert stage.plays() == "role-wrong"
        assert fits(stage.told[0], r"TIME  room-id-wrong \(40102\) for everyone until TIME")
        assert fits(stage.told[1], "TIME  healthy for everyone: everything works")
        assert len(stage.told) == 6


async def test_a_fault_later_and_for_a_while() -> None:
    async with staged() as stage:
        stage.say("40102 after 5s for 20s")
        assert (stage.plays(), len(stage.steering.coming)) == ("healthy", 1)
        stage.turn(5)
        assert (stage.plays(), len(stage.steering.coming)) == ("room-id-wrong", 0)
        stage.turn(20)
        assert stage.plays() == "healthy"
        assert fits(stage.told[0], r"TIME  room-id-wrong \(40102\) for everyone at TIME, for 20s")


async def test_several_faults_to_come_are_played_in_turn() -> None:
    async with staged() as stage:
        for line in ("40102 after 5s for 5s", "40108 after 20s", "healthy after 500ms"):
            stage.say(line)
        stage.turn(0.5)
        assert len(stage.steering.coming) == 0  # the healthy state forgets what was to come
        for line in ("40102 after 5s for 5s", "40108 after 20s"):
            stage.say(line)
        seen = []
        for _second in range(25):
            stage.turn(1)
            seen.append(stage.plays())
        names = ["healthy"] * 4 + ["room-id-wrong"] * 5 + ["healthy"] * 10 + ["role-wrong"] * 6
        assert seen == names


async def test_healthy_ends_and_forgets_everything() -> None:
    async with staged() as stage:
        for line in ("40102", "40108 for 20s", "40001 peer Ann", "40109 after 5s", "40104 after join"):
            stage.say(line)
        stage.say("healthy")
        stage.turn(60)
        stage.enter("Ann")
        stage.turn(60)
        assert (stage.plays(), stage.plays("Ann"), stage.steering.coming) == ("healthy", "healthy", ())


async def test_one_peer_has_its_own_and_goes_back_to_what_everyone_gets() -> None:
    async with staged() as stage:
        stage.enter("Ann")
        stage.say("40108")
        stage.say("40102 peer Ann for 5s")
        assert (stage.plays(), stage.plays("Ann"), stage.plays("id-of-Ann")) == (
            "role-wrong",
            "room-id-wrong",
            "room-id-wrong",
        )
        stage.turn(5)
        assert stage.plays("Ann") == "role-wrong"
        assert fits(stage.told[-1], r"TIME  role-wrong \(40108\) for peer Ann: init refuses the token's role")
        stage.say("healthy peer Ann")
        stage.say("40102 peer Ann for 5s")
        stage.turn(5)
        assert (stage.plays(), stage.plays("Ann")) == ("role-wrong", "healthy")
        stage.say("healthy peer Ann for 5s")
        stage.say("40001")
        assert stage.plays("Ann") == "room-unknown"
        stage.turn(60)
        assert stage.plays("Ann") == "room-unknown"


async def test_the_end_of_what_everyone_got_leaves_what_one_peer_got() -> None:
    async with staged() as stage:
        stage.say("40108 for 10s")
        stage.say("40102 peer Ann")
        stage.turn(10)
        assert (stage.plays(), stage.plays("Ann")) == ("healthy", "room-id-wrong")
        assert fits(stage.told[-1], "TIME  healthy for everyone else: everything works")
        assert "nobody of that name is in the room now" in stage.told[1]


async def test_a_delay_can_count_from_the_next_join() -> None:
    async with staged() as stage:
        stage.enter("Bob")
        stage.say("40102 after join+5s for 5s")
        stage.say("40108 peer Ann after join")
        stage.turn(60)
        assert stage.plays() == "healthy"
        stage.enter("Cas")
        stage.turn(4)
        assert (stage.plays(), len(stage.steering.coming)) == ("healthy", 2)
        stage.turn(1)
        assert stage.plays() == "room-id-wrong"
        stage.turn(5)
        stage.enter("Ann")
        stage.turn(0)
        assert (stage.plays(), stage.plays("Ann")) == ("healthy", "role-wrong")
        assert "5s after the next join, for 5s" in stage.told[1]
        assert "for peer Ann at the next join" in stage.told[2]


async def test_who_comes_and_goes_is_told_once_and_plainly() -> None:
    async with staged() as stage:
        stage.enter("Ann\x1b[2J\n" + "x" * 100, "1")
        stage.enter("Ann", "1")
        stage.simulator.ground.crowd.leave("1")
        stage.simulator.ground.crowd.leave("1")
        assert len(stage.told) == 2
        assert fits(stage.told[0], r"TIME  Ann\\x1b\[2J\\nx+… joined as host, 1 in the room")
        assert fits(stage.told[1], "TIME  Ann is gone, the room is empty")


@pytest.mark.parametrize(
    ("line", "outcome", "told"),
    [
        ("ws-refused", Outcome.NEEDS_RESTART, "hms-doctor simulate ws-refused (signalling's port cannot be changed"),
        ("tls-expired after 5s", Outcome.NEEDS_RESTART, "init's port cannot be changed while it runs"),
        ("camera-denied", Outcome.REFUSED, "is not played by a backend"),
        ("ws-nxdomain peer Ann", Outcome.REFUSED, "the name server cannot tell the peers apart"),
        ("turn-quota peer Ann", Outcome.REFUSED, "TURN cannot tell the peers apart"),
        ("turn-qouta", Outcome.REFUSED, "the nearest: turn-quota"),
        ("helthy", Outcome.REFUSED, "did you mean `healthy`?"),
        ("peer", Outcome.REFUSED, "`help` tells what can be said"),
        ("hlep", Outcome.REFUSED, "did you mean `help`?"),
        ("49999", Outcome.REFUSED, "no fault ends in code 49999"),
        ("x" * 900, Outcome.REFUSED, "no fault has so long a name"),
    ],
)
async def test_what_cannot_be_played_is_said_and_changes_nothing(line: str, outcome: Outcome, told: str) -> None:
    async with staged() as stage:
        reply = stage.say(line)
        assert reply.outcome is outcome
        assert told in " ".join(reply.lines)
        assert (stage.told, stage.plays(), stage.steering.coming) == ([], "healthy", ())


@pytest.mark.parametrize(
    ("present", "said", "fault"),
    [
        (False, "1003", "ws-nxdomain"),
        (True, "1003", "ws-drop"),
        (False, "4005", "turn-unresolved"),
        (True, "4005", "publish-ice-blocked"),
        (True, "40102", "room-id-wrong"),
        (True, "40102-pushed", "room-id-wrong-pushed"),
        (True, "40102-at-join", "room-id-wrong-at-join"),
        (True, "40004-at-init", "peer-joined-at-init"),
    ],
)
async def test_a_code_is_played_by_a_fault_that_can_be_met_now(present: bool, said: str, fault: str) -> None:
    async with staged() as stage:
        if present:
            stage.enter("Ann")
        assert stage.say(said).outcome is Outcome.PLAYED
        assert stage.plays() == fault


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        ("40102", "met at the next init"),
        ("40102-at-join", "met at the next join"),
        ("ws-503", "met at the next websocket"),
        ("turn-quota", "met at the next relay"),
        ("renegotiation-silent", "met at the next track"),
        ("dtls-stuck", "met at the next join"),
        ("clock-hours-behind", "met at the next init"),
        ("ws-drop", ""),
        ("publish-ice-blocked", ""),
        ("40102-pushed", ""),
        ("ws-no-pong", ""),
        ("healthy", ""),
    ],
)
async def test_those_in_the_room_are_told_when_they_meet_it(fault: str, step: str) -> None:
    async with staged() as stage:
        stage.say(fault)
        assert "met at" not in stage.told[-1]
        stage.enter("Ann")
        stage.say(fault)
        assert ("met at" in stage.told[-1]) is bool(step)
        assert step in stage.told[-1]


async def test_a_simulator_started_with_what_is_settled_says_so_of_everything_else() -> None:
    async with staged("tls-expired") as stage:
        assert "needs a restart: hms-doctor simulate healthy" in stage.say("healthy").lines[0]
        assert stage.say("tls-expired").outcome is Outcome.PLAYED


async def test_what_waits_is_bounded() -> None:
    async with staged() as stage:
        for _ in range(100):
            assert stage.say("40102 after 1h").outcome is Outcome.PLAYED
        assert "wait for their moment already" in stage.say("40102 after 1h").lines[0]
        stage.say("healthy")
        for number in range(100):
            assert stage.say(f"40102 peer p{number}").outcome is Outcome.PLAYED
        assert "something of their own already" in stage.say("40102 peer one more").lines[0]
        assert stage.say("40102 peer p7").outcome is Outcome.PLAYED


async def test_questions_are_answered() -> None:
    async with staged() as stage:
        assert stage.say("peers").lines == ("  nobody is in the room",)
        stage.enter("Ann")
        stage.say("40102 peer Ann for 20s")
        stage.say("40108 after 5s for 2m")
        stage.say("40001 after join+5s")
        assert stage.say("peers").lines[0] == "  Ann  host  id-of-Ann"
        assert fits(stage.say("peers").lines[1], r"    room-id-wrong \(40102\) until TIME")
        first, second, third, fourth = stage.say("status").lines
        assert first == "  everyone: healthy"
        assert fits(second, r"  peer Ann: room-id-wrong \(40102\) until TIME")
        assert fits(third, r"  at TIME: role-wrong \(40108\) for everyone, for 2m")
        assert fourth == "  5s after the next join: room-unknown (40001) for everyone"
        assert stage.say("trust").lines == ("trust it",)
        assert stage.say("").lines == ()
        assert stage.say("quit").outcome is Outcome.ENDS


async def test_every_answer_fits_80_columns() -> None:
    async with staged() as stage:
        stage.enter("Ann")
        for question in ("help", "faults", "faults turn", "faults xyzzy", "peers", "status"):
            lines = stage.say(question).lines
            assert lines
            assert max(map(len, lines)) <= 80
        listed = " ".join(stage.say("faults").lines)
        assert "room-id-wrong" in listed
        assert "tls-expired" not in listed
        assert "  tls-expired (2003), needs a restart" in stage.say("faults tls-exp").lines
