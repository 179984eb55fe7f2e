"""``--join``: only where it was asked for, only by commands that can, and never by the way."""

import os
from unittest.mock import patch

import pytest
from helpers_cli import here, plain_environment
from helpers_runner import fine, make_check, says

from hms_doctor.cli.choosing import CHECK, NETWORK, choose
from hms_doctor.cli.credentials import Credentials, IceFlags
from hms_doctor.cli.device_flags import AS_THEY_ARE
from hms_doctor.cli.errors import UsageError
from hms_doctor.cli.joining import fit_join, join_seeds
from hms_doctor.cli.request import Limits, NetworkFlags, check_order, network_order
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.model.settings import DiagnosticsTokenWanted, Selection
from hms_doctor.runner import Plan, make_plan


class Visit:
    """What joining gives to the checks behind it."""


TOKEN = make_check("token.format", says(fine()))
JOIN = make_check("signalling.join", says(fine()), needs=(JoinWanted,), yields=(Visit,))
HOLD = make_check("signalling.hold", says(fine()))
MEDIA = make_check("room.media", says(fine()), needs=(JoinWanted, Visit))
CHECKS = (TOKEN, HOLD, JOIN, MEDIA)
WANTED = frozenset({JoinWanted})


def planned(selection: Selection, *, join: bool) -> Plan:
    plan = make_plan(CHECKS, selection, WANTED if join else frozenset())
    return fit_join(plan, selection, join=join)


def test_only_the_flag_opens_the_room() -> None:
    everything = plain_environment(HMS_DOCTOR_JOIN="1", HMS_JOIN="1", CI="1")
    with patch.dict(os.environ, everything, clear=True):
        order = check_order(
            credentials=Credentials(), network=NetworkFlags(), ice=IceFlags(), selection=Selection(), limits=Limits()
        )
    assert not any(isinstance(seed, JoinWanted) for seed in order.seeds)


def test_how_long_media_is_watched() -> None:
    assert join_seeds(join=False, deep=True) == ()
    assert join_seeds(join=True) == (JoinWanted(),)
    assert join_seeds(join=True, deep=True) == (JoinWanted(media_seconds=10.0),)


def test_what_was_asked_for_must_be_decided() -> None:
    assert planned(Selection(), join=True).named == {"signalling.join", "room.media"}
    assert planned(Selection(), join=False).named == frozenset()


def test_one_check_of_the_room_brings_the_join_with_it() -> None:
    plan = planned(Selection(only=("room.media",)), join=True)
    assert [(each.check.id, each.implied) for each in plan.run] == [("signalling.join", True), ("room.media", False)]


def test_media_alone_brings_what_carries_it() -> None:
    for wish, ids in (("room.media", {"room.media", "room.publish", "room.subscribe"}), ("init", {"init"})):
        plan = choose(CHECK, Selection(only=(wish,)), WANTED, AS_THEY_ARE)
        assert {each.check.id for each in plan.run if not each.implied} == ids
    plan = choose(CHECK, Selection(only=("room.media",), skip=("room.subscribe",)), WANTED, AS_THEY_ARE)
    assert "room.subscribe" not in {each.check.id for each in plan.run}


@pytest.mark.parametrize(
    "selection", [Selection(only=("token",)), Selection(skip=("signalling",)), Selection(skip=("signalling.join",))]
)
def test_a_run_that_leaves_the_join_out_cannot_be_asked_for_it(selection: Selection) -> None:
    with pytest.raises(UsageError, match=r"--join wants signalling\.join, which this run leaves out"):
        planned(selection, join=True)


@pytest.mark.parametrize(
    ("selection", "flag"),
    [
        (Selection(only=("room.media",)), "--only room.media"),
        (Selection(only=("token", "room")), "--only room"),
        (Selection(only=("signalling.join",)), "--only signalling.join"),
        (Selection(require=("room.media",)), "--require room.media"),
    ],
)
def test_what_only_a_join_can_do_names_the_flag(selection: Selection, flag: str) -> None:
    with pytest.raises(UsageError, match=f"{flag} wants to join the room, where others see it: add --join"):
        planned(selection, join=False)


@pytest.mark.parametrize(
    ("selection", "named"),
    [
        (Selection(), set()),
        (Selection(only=("signalling",)), {"signalling.hold", "signalling.join"}),
        (Selection(require=("token",)), {"token.format"}),
    ],
)
def test_a_group_with_more_in_it_stays_outside(selection: Selection, named: set[str]) -> None:
    assert planned(selection, join=False).named == named


@pytest.mark.parametrize("words", [("network",), ("devices",), ("simulate",), ("token", "decode", "a.b.c")])
def test_commands_that_cannot_say_which_can(words: tuple[str, ...]) -> None:
    done = here(*words, "--join")
    assert (done.code, done.out) == (2, "")
    assert done.err == "hms-doctor: only `check` and `demo` join a room: leave out --join\n"


def test_the_diagnostics_token_never_joins() -> None:
    with patch.dict(os.environ, plain_environment(), clear=True):
        order = network_order(
            credentials=Credentials(), network=NetworkFlags(), ice=IceFlags(), selection=Selection(), limits=Limits()
        )
    assert any(isinstance(seed, DiagnosticsTokenWanted) for seed in order.seeds)
    assert not any(JoinWanted in each.check.needs for each in order.plan.run)


def test_the_help_says_who_sees_it() -> None:
    told = " ".join(here("check", "--help").out.split())
    assert "--join Join the room too: others see a peer named hms-doctor, which leaves at the end." in told
    assert "--join Join the simulated room too" in " ".join(here("demo", "--help").out.split())


def test_network_has_no_check_of_the_room() -> None:
    plan = choose(NETWORK, Selection(), frozenset(), AS_THEY_ARE)
    assert not any(JoinWanted in each.check.needs for each in plan.run)
    assert {each.check.id for each in plan.run} <= {
        e.check.id for e in choose(CHECK, Selection(), frozenset(), AS_THEY_ARE).run
    }
