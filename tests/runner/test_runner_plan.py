"""Which checks run: selection, implication, and the nearest name for a wrong one."""

from dataclasses import dataclass

import pytest
from helpers_runner import fine, make_check, says

from hms_doctor.model.settings import Selection
from hms_doctor.runner.plan import Plan, UnknownCheckError, covers, make_plan


@dataclass(frozen=True)
class Token: ...


@dataclass(frozen=True)
class Init: ...


@dataclass(frozen=True)
class Given: ...


CHECKS = (
    make_check("local.link", says(fine())),
    make_check("token.format", says(fine()), yields=(Token,)),
    make_check("token.time", says(fine()), needs=(Token,), wants=(Init,)),
    make_check("init", says(fine()), needs=(Token,), yields=(Init,)),
    make_check("signalling.connect", says(fine()), needs=(Init,)),
    make_check("devices.camera", says(fine())),
)


def chosen(plan: Plan) -> list[str]:
    return [p.check.id + ("*" if p.implied else "") for p in plan.run]


def test_everything_runs_by_default() -> None:
    plan = make_plan(CHECKS, Selection(), frozenset())
    assert chosen(plan) == [c.id for c in CHECKS]
    assert plan.left_out == ()


def test_only_also_runs_what_it_needs_and_marks_it_implied() -> None:
    plan = make_plan(CHECKS, Selection(only=("signalling",)), frozenset())
    assert chosen(plan) == ["token.format*", "init*", "signalling.connect"]
    assert plan.named == {"signalling.connect"}


def test_only_does_not_run_what_is_merely_wanted() -> None:
    assert chosen(make_plan(CHECKS, Selection(only=("token.time",)), frozenset())) == ["token.format*", "token.time"]


def test_a_seeded_fact_needs_no_provider() -> None:
    assert chosen(make_plan(CHECKS, Selection(only=("token.time",)), frozenset({Token}))) == ["token.time"]


def test_a_prefix_covers_whole_words_only() -> None:
    assert covers("token", "token.time")
    assert covers("token.time", "token.time")
    assert not covers("token.t", "token.time")
    assert not covers("tok", "token.time")


def test_skip_leaves_out_and_says_who_asked() -> None:
    plan = make_plan(CHECKS, Selection(skip=("token",)), frozenset())
    assert chosen(plan) == ["local.link", "init", "signalling.connect", "devices.camera"]
    assert [(left.check.id, left.skipped.because, left.skipped.asked_for) for left in plan.left_out] == [
        ("token.format", "--skip", True),
        ("token.time", "--skip", True),
    ]


def test_skip_wins_over_what_would_be_implied() -> None:
    plan = make_plan(CHECKS, Selection(only=("init",), skip=("token.format",)), frozenset())
    assert chosen(plan) == ["init"]


def test_what_is_needed_and_skipped_stands_in_the_plan_as_left_out() -> None:
    plan = make_plan(CHECKS, Selection(only=("init",), skip=("token.format",)), frozenset())
    assert [left.check.id for left in plan.left_out] == ["token.format"]
    assert [check.id for check in plan.absent_providers(Token)] == ["token.format"]
    assert plan.providers(Token) == ()
    assert plan.order == tuple(check.id for check in CHECKS)


@pytest.mark.parametrize(
    ("selection", "seeded", "hangs"),
    [
        (Selection(), frozenset(), True),
        (Selection(only=("signalling",)), frozenset(), True),
        (Selection(only=("signalling",)), frozenset({Init}), False),
        (Selection(only=("token.time",)), frozenset({Token}), False),
        (Selection(only=("local", "devices")), frozenset(), False),
        (Selection(skip=("token",)), frozenset(), False),
        (Selection(only=("either",)), frozenset(), False),
    ],
)
def test_a_plan_hangs_on_a_fact_that_nobody_makes(selection: Selection, seeded: frozenset[type], hangs: bool) -> None:
    free = [make_check("free", says(fine()), yields=(Init,))] if "either" in selection.only else []
    checks = (
        *(check for check in CHECKS if check.id != "token.format"),
        make_check("token.given", says(fine()), needs=(Given,), yields=(Token,)),
        make_check("either", says(fine()), needs=(Init,)),
        *free,
    )
    assert make_plan(checks, selection, seeded).hangs_on(Given, seeded) is hangs


def test_a_reason_leaves_out_unless_the_check_is_named() -> None:
    reasons = {"devices": "CI: no devices unless asked for by name"}
    assert "devices.camera" not in chosen(make_plan(CHECKS, Selection(reasons=reasons), frozenset()))
    named = make_plan(CHECKS, Selection(only=("devices.camera",), reasons=reasons), frozenset())
    assert chosen(named) == ["devices.camera"]
    required = make_plan(CHECKS, Selection(require=("devices.camera",), reasons=reasons), frozenset())
    assert "devices.camera" in chosen(required)
    [left] = make_plan(CHECKS, Selection(reasons=reasons), frozenset()).left_out
    assert left.skipped.because == reasons["devices"]


def test_a_check_left_out_for_a_reason_still_runs_where_another_needs_it() -> None:
    plan = make_plan(CHECKS, Selection(only=("signalling",), reasons={"init": "not here"}), frozenset())
    assert "init*" in chosen(plan)


@pytest.mark.parametrize("where", ["only", "skip", "require"])
def test_an_unknown_id_names_the_nearest(where: str) -> None:
    wish = {"only": Selection(only=("token.tmie",)), "skip": Selection(skip=("token.tmie",))}
    with pytest.raises(UnknownCheckError, match=r"there is no check 'token\.tmie'; the nearest: token\.time"):
        make_plan(CHECKS, wish.get(where, Selection(require=("token.tmie",))), frozenset())


def test_an_id_like_nothing_points_at_the_list() -> None:
    with pytest.raises(UnknownCheckError, match="`hms-doctor list` shows all"):
        make_plan(CHECKS, Selection(only=("zzzzzzzzzzzz",)), frozenset())
