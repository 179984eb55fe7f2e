"""The runner: order by facts, deadlines, second tries, experiments, crashes, Ctrl-C."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Self

import pytest
from helpers_runner import Seen, broken, cause, fine, make_check, says, takes_turns, then_hangs

from hms_doctor.model.causes.run import FLAKY
from hms_doctor.model.check import AnyCheck, Context, Facts
from hms_doctor.model.events import CheckEnded, CheckStarted, CheckWaiting, Event
from hms_doctor.model.finding import (
    CheckResult,
    Failed,
    Finding,
    NothingToCheck,
    Passed,
    Ran,
    Skipped,
    Status,
    Undecided,
    Warned,
)
from hms_doctor.model.json import JsonObject
from hms_doctor.model.settings import Selection, Settings
from hms_doctor.model.vantage import ProxyUse, Vantage
from hms_doctor.model.verdict.counterfactual import Counterfactual
from hms_doctor.runner.plan import make_plan
from hms_doctor.runner.run import Progress, Run


@dataclass(frozen=True)
class Apple:
    colour: str = "red"


@dataclass(frozen=True)
class Pear:
    absent = "no pear given (--pear)"


def a_run(
    *checks: AnyCheck, seeds: tuple[object, ...] = (), timeout: float = 5.0, selection: Selection | None = None
) -> Run:
    plan = make_plan(checks, selection or Selection(), frozenset(type(s) for s in seeds))
    return Run(plan=plan, settings=Settings(timeout=timeout), seeds=seeds)


async def results_of(run: Run) -> dict[str, CheckResult]:
    progress, _ = await run.execute()
    return progress.results


def ran(result: CheckResult) -> Ran:
    assert isinstance(result.outcome, Ran)
    return result.outcome


def skipped(result: CheckResult) -> Skipped:
    assert isinstance(result.outcome, Skipped)
    return result.outcome


async def test_fact_flows_from_the_check_that_yields_it_to_the_one_that_needs_it() -> None:
    got: list[str] = []

    async def eat(_ctx: Context, facts: Facts) -> AsyncIterator[Seen]:
        got.append(facts[Apple].colour)
        yield fine()

    results = await results_of(
        a_run(make_check("b", eat, needs=(Apple,)), make_check("a", says(fine(Apple("green"))), yields=(Apple,)))
    )
    assert got == ["green"]
    assert results["b"].needs == ("a",)
    assert results["b"].status is Status.PASS


async def test_a_check_without_its_fact_is_skipped_and_names_who_should_have_made_it() -> None:
    results = await results_of(
        a_run(
            make_check("a", says(broken(cause("x"))), yields=(Apple,)),
            make_check("b", says(fine(Pear())), needs=(Apple,), yields=(Pear,)),
            make_check("c", says(fine()), needs=(Pear,)),
        )
    )
    assert skipped(results["b"]) == Skipped(because="a")
    assert skipped(results["c"]).because == "b"


async def test_a_fact_that_nobody_gave_is_told_in_its_own_words() -> None:
    results = await results_of(a_run(make_check("c", says(fine()), needs=(Pear,))))
    assert skipped(results["c"]) == Skipped(because="no pear given (--pear)", not_applicable=True)


async def test_a_check_whose_maker_was_left_out_names_that() -> None:
    for fact in (Apple, Pear):
        results = await results_of(
            a_run(
                make_check("a", says(fine()), yields=(fact,)),
                make_check("b", says(fine()), needs=(fact,)),
                selection=Selection(skip=("a",)),
            )
        )
        assert skipped(results["b"]) == Skipped(because="a")


async def test_of_two_makers_the_one_that_did_not_do_well_is_named() -> None:
    results = await results_of(
        a_run(
            make_check("good", says(fine()), yields=(Apple,)),
            make_check("bad", says(broken(cause("x"))), yields=(Apple,)),
            make_check("c", says(fine()), needs=(Apple,)),
        )
    )
    assert skipped(results["c"]).because == "bad"


@pytest.mark.parametrize(
    ("wish", "status"),
    [("b", Status.INCONCLUSIVE), ("b.c", Status.SKIP), ("a", Status.SKIP)],
)
async def test_a_required_check_may_not_be_skipped(wish: str, status: Status) -> None:
    run = a_run(make_check("b", says(fine()), needs=(Pear,)))
    result = (await results_of(replace(run, settings=Settings(timeout=5.0, required=(wish,)))))["b"]
    assert result.status is status
    assert result.summary.removeprefix("required, but ") == "skipped: no pear given (--pear)"


async def test_a_required_group_does_not_mean_what_has_nothing_to_check() -> None:
    run = a_run(
        make_check("b.nothing", says(fine()), needs=(Pear,)),
        make_check("b.broken", says(fine()), needs=(Apple,)),
        make_check("a", says(broken(cause("x"))), yields=(Apple,)),
    )
    results = await results_of(replace(run, settings=Settings(timeout=5.0, required=("b",))))
    assert (results["b.nothing"].status, results["b.broken"].status) == (Status.SKIP, Status.INCONCLUSIVE)


async def test_a_wanted_fact_is_waited_for_but_its_lack_skips_nothing() -> None:
    async def look(_ctx: Context, facts: Facts) -> AsyncIterator[Seen]:
        apple = facts.get(Apple, Apple("none"))
        yield Seen(findings=(Passed(summary=apple.colour),))

    giver = make_check("giver", says(fine(), fine(Apple("ripe"))), yields=(Apple,))
    assert (await results_of(a_run(make_check("w", look, wants=(Apple,)), giver)))["w"].summary == "ripe"
    assert (await results_of(a_run(make_check("w", look, wants=(Apple,)))))["w"].summary == "none"


async def test_a_seed_wins_over_what_a_check_yields_and_is_not_waited_for() -> None:
    async def look(_ctx: Context, facts: Facts) -> AsyncIterator[Seen]:
        yield Seen(findings=(Passed(summary=facts[Apple].colour),))

    run = a_run(
        make_check("slow", then_hangs(fine(Apple("blue"))), yields=(Apple,)),
        make_check("w", look, needs=(Apple,)),
        seeds=(Apple("seeded"),),
        timeout=0.5,
    )
    results = await results_of(run)
    assert results["w"].summary == "seeded"
    assert results["w"].needs == ()


async def test_the_deadline_keeps_the_last_snapshot_and_the_run_ends_in_time() -> None:
    started = time.monotonic()
    results = await results_of(
        a_run(
            make_check("hangs", then_hangs(broken(cause("seen.by.then")))),
            make_check("blind", then_hangs()),
            make_check("after", says(fine()), needs=(Apple,)),
            make_check("late", then_hangs(), yields=(Apple,)),
            timeout=0.6,
        )
    )
    assert time.monotonic() - started < 1.6
    assert not ran(results["hangs"]).complete
    assert results["hangs"].status is Status.FAIL
    assert results["blind"].status is Status.INCONCLUSIVE
    assert re.fullmatch(r"we could not tell: cut off after 0\.[56] s", results["blind"].summary)
    assert isinstance(results["after"].outcome, Skipped)


async def test_a_conclusion_still_speaks_after_the_deadline() -> None:
    async def conclude(_ctx: Context, facts: Facts) -> AsyncIterator[Seen]:
        yield Seen(findings=(Passed(summary=f"from what there is: {facts[Apple].colour}"),))

    results = await results_of(
        a_run(
            make_check("rows", then_hangs(fine(Apple("half"))), yields=(Apple,)),
            make_check("verdict", conclude, needs=(Apple,), concludes=True),
            timeout=0.5,
        )
    )
    assert results["verdict"].summary == "from what there is: half"


async def test_a_check_has_its_own_time_as_well() -> None:
    results = await results_of(a_run(make_check("slow", then_hangs(), timeout=0.1), make_check("ok", says(fine()))))
    assert results["slow"].status is Status.INCONCLUSIVE
    assert "0.1 s" in results["slow"].summary


async def test_a_second_try_that_works_is_a_warning_that_names_the_first() -> None:
    weak = cause("tcp.silent")
    results = await results_of(a_run(make_check("net", takes_turns(broken(weak, repeat=True), fine()))))
    outcome = ran(results["net"])
    assert outcome.attempts == 2
    assert outcome.findings[0] == Warned(cause=FLAKY, summary="1 of 2 tries failed: tcp.silent is broken")
    assert results["net"].status is Status.WARN


async def test_a_second_try_that_fails_too_stands() -> None:
    results = await results_of(a_run(make_check("net", takes_turns(broken(cause("tcp.silent"), repeat=True)))))
    assert ran(results["net"]).attempts == 2
    assert results["net"].status is Status.FAIL


async def test_a_second_try_that_cannot_tell_takes_nothing_back() -> None:
    silent = cause("tcp.silent")
    unsure = Seen(findings=(Undecided(summary="cut off"),))
    results = await results_of(a_run(make_check("net", takes_turns(broken(silent, repeat=True), unsure))))
    assert results["net"].status is Status.FAIL


async def test_what_a_server_said_is_not_asked_again() -> None:
    results = await results_of(a_run(make_check("net", takes_turns(broken(cause("server.role")), fine()))))
    assert ran(results["net"]).attempts == 1
    assert results["net"].status is Status.FAIL


async def test_our_own_bug_is_inconclusive_and_quotes_no_message() -> None:
    async def buggy(_ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        yield fine()
        message = "the token is eyJhbGciOi"
        raise ValueError(message)

    results = await results_of(a_run(make_check("buggy", buggy), make_check("ok", says(fine()))))
    crash = ran(results["buggy"]).findings[-1]
    assert isinstance(crash, Undecided)
    assert "ValueError in test_runner_run.py" in crash.summary
    assert "eyJ" not in crash.summary
    assert results["ok"].status is Status.PASS


async def test_nothing_to_check_is_a_skip() -> None:
    seen = Seen(findings=(NothingToCheck(summary="no Bluetooth adapter"),))
    results = await results_of(a_run(make_check("bt", says(seen))))
    assert skipped(results["bt"]) == Skipped(because="no Bluetooth adapter", not_applicable=True)


async def test_what_was_seen_all_the_same_is_kept() -> None:
    off: JsonObject = {"devices": [{"name": "hci0", "state": "off"}]}
    seen = Seen(findings=(NothingToCheck(summary="Bluetooth is off", evidence=off),))
    results = await results_of(a_run(make_check("bt", says(seen))))
    assert skipped(results["bt"]).seen == off
    assert results["bt"].findings == ()


async def test_a_check_that_sees_nothing_is_inconclusive() -> None:
    results = await results_of(a_run(make_check("mute", says())))
    assert results["mute"].status is Status.INCONCLUSIVE


async def test_only_failing_checks_are_experimented_with_and_a_flip_is_seen() -> None:
    direct = Vantage(proxy=ProxyUse.DIRECT)

    async def proxied(ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        yield fine() if ctx.vantage.proxy is ProxyUse.DIRECT else broken(cause("proxy.refused"), vantages=(direct,))

    run = a_run(make_check("net", proxied), make_check("ok", says(replace(fine(), vantages=(direct,)))))
    _, tried = await run.execute()
    assert tried == (Counterfactual(check="net", vantage=direct, passes=True),)


@pytest.mark.parametrize("otherwise", [Undecided(summary="cut off"), Failed(cause=cause("tcp.silent"), summary="no")])
async def test_an_experiment_that_could_not_tell_teaches_nothing(otherwise: Finding) -> None:
    direct = Vantage(proxy=ProxyUse.DIRECT)

    async def proxied(ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        changed = ctx.vantage.proxy is ProxyUse.DIRECT
        yield Seen(findings=(otherwise,)) if changed else broken(cause("proxy.refused"), vantages=(direct,))

    _, tried = await a_run(make_check("net", proxied)).execute()
    failed_too = Counterfactual(check="net", vantage=direct, passes=False)
    assert tried == (() if isinstance(otherwise, Undecided) else (failed_too,))


@pytest.mark.parametrize("concludes", [True, False])
async def test_a_conclusion_that_only_warns_is_questioned_too_and_told_in_its_own_words(concludes: bool) -> None:
    other = Vantage(port=443)
    worse = Warned(cause=cause("turn.udp_blocked"), summary="no UDP")
    better = Passed(summary="port 443 answers", lesson="Use port 443.")

    async def concluded(ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        yield Seen(findings=(better if ctx.vantage == other else worse,), vantages=(other,))

    _, tried = await a_run(make_check("end", concluded, concludes=concludes)).execute()
    flip = Counterfactual(check="end", vantage=other, passes=True, told="port 443 answers", lesson="Use port 443.")
    assert tried == ((flip,) if concludes else ())


async def test_events_tell_starts_waits_and_ends() -> None:
    events: list[Event] = []

    async def waits(ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        ctx.waiting("turn.example:3478/udp", 3.0)
        yield fine()

    run = a_run(make_check("net", waits), make_check("left", says(fine())), selection=Selection(skip=("left",)))
    await replace(run, on_event=events.append).execute()
    assert CheckStarted(id="net", title="the net") in events
    assert CheckWaiting(id="net", what="turn.example:3478/udp", gives_up_in=3.0) in events
    ended = {e.result.id: e.result.status for e in events if isinstance(e, CheckEnded)}
    assert ended == {"net": Status.PASS, "left": Status.SKIP}


async def test_an_interrupt_ends_the_run_with_what_was_seen() -> None:
    run = a_run(
        make_check("done", says(fine())),
        make_check("hangs", then_hangs(fine())),
        make_check("blind", then_hangs(), yields=(Apple,)),
        make_check("after", says(fine()), needs=(Apple,)),
        timeout=30,
    )
    asyncio.get_running_loop().call_later(0.05, run.interrupt.set)
    progress, _ = await asyncio.wait_for(run.execute(), 3)
    assert isinstance(progress, Progress)
    assert progress.interrupted
    assert progress.results["done"].status is Status.PASS
    assert not ran(progress.results["hangs"]).complete
    assert progress.results["blind"].summary == "we could not tell: interrupted while it looked"
    assert progress.results["after"].summary == "skipped: the run ended before this began"


async def test_an_interrupt_ends_the_experiments_and_keeps_those_that_ended() -> None:
    quick, slow = Vantage(port=1), Vantage(port=2)

    async def observe(ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        if ctx.vantage == slow:
            await asyncio.Event().wait()
        yield fine() if ctx.vantage == quick else broken(cause("turn.no_answer"), vantages=(quick, slow))

    run = a_run(make_check("net", observe), timeout=30)
    asyncio.get_running_loop().call_later(0.1, run.interrupt.set)
    progress, tried = await asyncio.wait_for(run.execute(), 1.5)
    assert progress.interrupted
    assert tried == (Counterfactual(check="net", vantage=quick, passes=True),)


async def test_what_a_check_keeps_open_is_closed_also_when_it_will_not_close() -> None:
    closed: list[str] = []

    class Door:
        def __init__(self, name: str, *, stuck: bool = False) -> None:
            self.name, self.stuck = name, stuck

        async def __aenter__(self) -> Self:
            return self

        async def __aexit__(self, *_: object) -> None:
            closed.append(self.name)
            if self.stuck:
                await asyncio.Event().wait()

    async def opens(ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        await ctx.keep(Door("stuck", stuck=True))
        await ctx.keep(Door("good"))
        yield fine()

    started = time.monotonic()
    await results_of(a_run(make_check("opens", opens)))
    assert closed == ["good", "stuck"]
    assert time.monotonic() - started < 2
