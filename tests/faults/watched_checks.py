"""The whole fault table in one process, every check watched: what it reads, which codes and causes it gives."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from hms_doctor.checks import every_check
from hms_doctor.cli.demo_run import order_against
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import AnyCheck, Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Warned, code_of
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import AppSecret, DiagnosticsTokenWanted, Expectations, RoomCode, Selection
from hms_doctor.runner import Order, execute, make_plan
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.faults import every_fault

AT_ONCE = 6
"""Runs beside each other; they wait more than they work."""
NOBODY = "http://127.0.0.1:9/"
Observation = TypeVar("Observation")


@dataclass
class Seen:
    """What the checks did over all runs, by check id."""

    reads: dict[str, set[type]] = field(default_factory=lambda: defaultdict(set))
    codes: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    causes: set[str] = field(default_factory=set)
    silent_skips: list[str] = field(default_factory=list)

    def watch(self, check: Check[Observation]) -> Check[Observation]:
        """Give the same check, which tells here what it does."""

        async def observe(ctx: Context, facts: Facts) -> AsyncIterator[Observation]:
            looks = check.observe(ctx, facts)
            try:
                async for look in looks:
                    yield look
            finally:
                self.reads[check.id] |= facts.read
                if isinstance(looks, AsyncGenerator):
                    await looks.aclose()

        def diagnose(look: Observation) -> Iterator[Finding]:
            for finding in check.diagnose(look):
                self._note(check, finding)
                yield finding

        return replace(check, observe=observe, diagnose=diagnose)

    def _note(self, check: AnyCheck, finding: Finding) -> None:
        if code := code_of(finding, Platform.ANY):
            self.codes[check.id].add(code)
        if isinstance(finding, Failed | Warned):
            self.causes.add(finding.cause.id)

    async def run(self, order: Order) -> None:
        """Run an order."""
        report = await execute(order)
        self.silent_skips += [
            f"{result.id} of {report.headline}"
            for result in report.checks
            if result.status in {"skip", "inconclusive"} and not result.summary.removeprefix("skipped: ")
        ]


def over_the_table() -> Seen:
    """Run every fault of the simulator, and what no fault shows because it takes a flag."""
    seen = Seen()
    checks = [seen.watch(check) for check in every_check() if isinstance(check, Check)]
    asyncio.run(_every_run(seen, checks))
    return seen


async def _every_run(seen: Seen, checks: Iterable[AnyCheck]) -> None:
    turn = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(_fault(fault, seen, tuple(checks), turn) for fault in _table()))
    for seeds in _FLAGS.values():
        async with Simulator() as simulator:
            await seen.run(_order(simulator, tuple(checks), seeds, Selection(only=("token",))))


def _table() -> Iterator[Fault]:
    """Give every fault; of the words that the server says in a room one of each kind, as their way here is the same."""
    for fault in every_fault().values():
        way = next((way for way in ("-at-join", "-pushed") if fault.name.endswith(way)), "")
        if not way or fault.name.removesuffix(way) == "peer-joined":
            yield fault


async def _fault(fault: Fault, seen: Seen, checks: tuple[AnyCheck, ...], turn: asyncio.Semaphore) -> None:
    is_a_devices = fault.check.startswith("devices.")
    about = Selection(only=("devices",)) if is_a_devices else Selection(skip=("devices",))
    async with turn, Simulator(fault.apply(Scenario())) as simulator:
        await seen.run(_order(simulator, checks, (), about))


def _order(simulator: Simulator, checks: tuple[AnyCheck, ...], seeds: tuple[object, ...], about: Selection) -> Order:
    order = order_against(simulator, seconds=12.0)
    given = (
        seeds if any(isinstance(seed, RoomCode | DiagnosticsTokenWanted) for seed in seeds) else (*order.seeds, *seeds)
    )
    plan = make_plan(checks, about, frozenset(type(seed) for seed in given))
    return replace(order, plan=plan, seeds=given, settings=replace(order.settings, auth_endpoint=NOBODY))


_FLAGS: Mapping[str, tuple[object, ...]] = {
    "--room-id": (Expectations(room_id="another"),),
    "--role": (Expectations(role="admiral"),),
    "--user-id": (Expectations(user_id="somebody"),),
    "--secret-file": (AppSecret(value=Secret("another secret")),),
    "--room-code": (RoomCode(value=Secret("abc-defg-hij")),),
    "network": (DiagnosticsTokenWanted(url=NOBODY),),
}
