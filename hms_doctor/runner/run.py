"""A run: checks start as soon as what they need is there, and end at the deadline at the latest."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from dataclasses import field, replace
from functools import partial
from itertools import chain
from typing import TypeVar

from hms_doctor.model.check import AnyCheck, Clock, Context, Facts
from hms_doctor.model.events import CheckEnded, CheckStarted, CheckWaiting, Observer, unwatched
from hms_doctor.model.finding import CheckResult, Failed, Outcome, Passed, Skipped, Status, Warned
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.settings import Settings
from hms_doctor.model.vantage import Vantage
from hms_doctor.model.verdict.counterfactual import Counterfactual
from hms_doctor.runner.looking import INTERRUPTED, look, look_once
from hms_doctor.runner.plan import Plan, Planned, covers

Result = TypeVar("Result")
EXPERIMENTS_BUDGET = 2.5
"""Seconds that all counterfactuals of a run may take together."""
LAST_WORD = 0.2
"""Seconds that a conclusion may take after the deadline: it only reads what was seen."""
FAREWELL = 0.5
"""Seconds that a run keeps back from its time for deleting allocations and closing connections."""
CLOSING = 0.4
"""Seconds that looks which were cut off, and then the things kept open, have for their farewells."""


@dataclass(kw_only=True)
class Progress:
    """What a run knows so far."""

    facts: Facts
    results: dict[str, CheckResult] = field(default_factory=dict)
    experiments: dict[str, tuple[Vantage, ...]] = field(default_factory=dict)
    interrupted: bool = False


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a plan; ``execute`` may be called once."""

    plan: Plan
    settings: Settings
    seeds: tuple[object, ...]
    on_event: Observer = unwatched
    clock: Clock = Clock()
    interrupt: asyncio.Event = field(default_factory=asyncio.Event)

    async def execute(self) -> tuple[Progress, tuple[Counterfactual, ...]]:
        """Run every check, then the experiments of those that failed; whatever was opened is closed at the end."""
        progress = Progress(facts=Facts(self.seeds))
        stack = AsyncExitStack()
        try:
            ctx = Context(
                settings=self.settings,
                deadline=self.clock.monotonic() + self.settings.timeout - min(FAREWELL, self.settings.timeout / 10),
                stack=stack,
                clock=self.clock,
            )
            await self._all_checks(ctx, progress)
            tried = await self._experiments(ctx, progress)
        finally:
            await _close(stack)
        return progress, tried

    async def _all_checks(self, ctx: Context, progress: Progress) -> None:
        for left in self.plan.left_out:
            self._end(progress, Planned(check=left.check), left.skipped)
        done = {planned.check.id: asyncio.Event() for planned in self.plan.run}
        tasks = [asyncio.create_task(self._one(planned, ctx, progress, done)) for planned in self.plan.run]
        stop = asyncio.create_task(self.interrupt.wait())
        everything = asyncio.create_task(_all_done(tasks))
        await asyncio.wait({everything, stop}, timeout=ctx.remaining(), return_when=asyncio.FIRST_COMPLETED)
        progress.interrupted = self.interrupt.is_set()
        stop.cancel()
        await self._hurry(tasks, done)
        await asyncio.gather(*tasks, everything, stop, return_exceptions=True)

    async def _hurry(self, tasks: list["asyncio.Task[None]"], done: dict[str, asyncio.Event]) -> None:
        """Cut off whoever still looks; those that only conclude get their last word."""
        speaking = {p.check.id for p in self.plan.run if p.check.concludes}
        for planned, task in zip(self.plan.run, tasks, strict=True):
            if planned.check.id not in speaking and not done[planned.check.id].is_set():
                task.cancel(msg=INTERRUPTED if self.interrupt.is_set() else None)
        if any(not task.done() for task in tasks):
            await asyncio.wait(tasks, timeout=CLOSING)
        for task in tasks:
            task.cancel()

    async def _one(self, planned: Planned, ctx: Context, progress: Progress, done: dict[str, asyncio.Event]) -> None:
        check = planned.check
        try:
            await self._providers_ended(check, done)
            lacking = [need for need in check.needs if need not in progress.facts]
            if lacking:
                return self._end(progress, planned, self._why_missing(lacking[0], progress))
            self.on_event(CheckStarted(id=check.id, title=check.title))
            mine = replace(ctx, waiting=partial(self._waiting, check.id), deadline=self._deadline(check, ctx))
            looked = await look(check, mine, progress.facts.with_facts(()))
            progress.facts = progress.facts.with_facts(f for f in looked.facts if type(f) not in self._seeded)
            progress.experiments[check.id] = looked.experiments
            return self._end(progress, planned, looked.outcome)
        except asyncio.CancelledError:
            self._end(progress, planned, Skipped(because="the run ended before this began"))
        finally:
            done[check.id].set()

    def _deadline(self, check: AnyCheck, ctx: Context) -> float:
        return max(ctx.deadline, self.clock.monotonic() + LAST_WORD) if check.concludes else ctx.deadline

    async def _providers_ended(self, check: AnyCheck, done: dict[str, asyncio.Event]) -> None:
        waited_for = {p.id for fact in (*check.needs, *check.wants) for p in self._providers(fact)}
        for check_id in waited_for - {check.id}:
            await done[check_id].wait()

    def _providers(self, fact: type) -> Iterable[AnyCheck]:
        return () if fact in self._seeded else self.plan.providers(fact)

    @property
    def _seeded(self) -> frozenset[type]:
        return frozenset(type(seed) for seed in self.seeds)

    def _why_missing(self, need: type, progress: Progress) -> Skipped:
        """Name the check that should have made a fact; where none even looked, say what was not given."""
        absent: str = getattr(need, "absent", "")
        providers = [p.id for p in self._providers(need)]
        looked = [p for p in providers if p in progress.results and not _not_applicable(progress.results[p])]
        left_out = [check.id for check in self.plan.absent_providers(need)]
        expected: bool = getattr(need, "expected", False)
        if absent and not looked and (expected or not left_out):
            return Skipped(because=absent, not_applicable=not expected)
        worse_first = sorted(looked, key=lambda p: progress.results[p].status is Status.PASS)
        return Skipped(because=(worse_first or left_out or providers or [need.__name__])[0])

    def _waiting(self, check_id: str, what: str, gives_up_in: float) -> None:
        self.on_event(CheckWaiting(id=check_id, what=what, gives_up_in=gives_up_in))

    def _end(self, progress: Progress, planned: Planned, outcome: Outcome) -> None:
        check = planned.check
        needs = tuple(dict.fromkeys(p.id for fact in check.needs for p in self._providers(fact)))
        if isinstance(outcome, Skipped) and self._must_be_decided(check.id, outcome):
            outcome = replace(outcome, required=True)
        result = CheckResult(id=check.id, title=check.title, outcome=outcome, needs=needs, implied=planned.implied)
        progress.results[check.id] = result
        self.on_event(CheckEnded(result=result))

    def _must_be_decided(self, check_id: str, skipped: Skipped) -> bool:
        """Whether --require forbids this skip; who names a whole group does not mean what has nothing to check."""
        required = self.settings.required
        return check_id in required or (not skipped.not_applicable and any(covers(wish, check_id) for wish in required))

    async def _experiments(self, ctx: Context, progress: Progress) -> tuple[Counterfactual, ...]:
        """Change one thing about the failing looks and see whether they pass; a small budget for all of them.

        A conclusion that only warns is questioned too: what it misses may be there another way.
        """
        budget = min(EXPERIMENTS_BUDGET, ctx.remaining())
        wanted = [
            (planned.check, vantage)
            for planned in self.plan.run
            if any(isinstance(f, _questioned(planned.check)) for f in progress.results[planned.check.id].findings)
            for vantage in progress.experiments.get(planned.check.id, ())
        ]
        if not wanted or progress.interrupted or budget <= 0:
            return ()
        late = replace(ctx, deadline=self.clock.monotonic() + budget)
        tried = [asyncio.create_task(self._try(check, late, vantage, progress)) for check, vantage in wanted]
        stop = asyncio.create_task(self.interrupt.wait())
        everything = asyncio.create_task(_all_done(tried))
        try:
            await asyncio.wait({everything, stop}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            progress.interrupted = self.interrupt.is_set()
            for task in (stop, *tried):
                task.cancel()
            ended = await asyncio.gather(*tried, return_exceptions=True)
            await asyncio.gather(everything, stop, return_exceptions=True)
        return tuple(chain.from_iterable(each for each in ended if isinstance(each, tuple)))

    async def _try(
        self, check: AnyCheck, ctx: Context, vantage: Vantage, progress: Progress
    ) -> tuple[Counterfactual, ...]:
        """Look once from another vantage; a look that could not tell teaches nothing."""
        seen = await look_once(check, replace(ctx, vantage=vantage), progress.facts.with_facts(()))
        if not (seen.decided or seen.failed):
            return ()
        own = [f for f in seen.findings[:1] if check.concludes]
        return (
            Counterfactual(
                check=check.id,
                vantage=vantage,
                passes=not seen.failed,
                told="".join(f.summary for f in own),
                lesson="".join(f.lesson for f in own if isinstance(f, Passed)),
            ),
        )


def _questioned(check: AnyCheck) -> type[Failed] | tuple[type, ...]:
    return (Failed, Warned) if check.concludes else Failed


async def _all_done(tasks: Iterable["asyncio.Task[Result]"]) -> None:
    for task in tasks:
        await asyncio.wait({task})


def _not_applicable(result: CheckResult) -> bool:
    return isinstance(result.outcome, Skipped) and result.outcome.not_applicable


async def _close(stack: AsyncExitStack) -> None:
    """Close whatever the checks kept open; one that will not close must not hold up the report."""
    try:
        async with asyncio.timeout(CLOSING):
            await stack.aclose()
    except Exception:  # noqa: BLE001, S110 - the report is worth more than a farewell
        pass
