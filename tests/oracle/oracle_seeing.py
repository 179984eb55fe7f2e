"""One row: the page opened, made to act, watched for as long as it takes, and looked at in the end."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Final

from oracle_browser import Driver, Page
from oracle_doctor import root_cause
from oracle_judge import complete, flows
from oracle_row import Act, Row, Seen

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.faults import find_fault

_GRACE: Final = 1.0
"""Seconds that a row is watched after its last sign, for what must not come."""
_STEP: Final = 0.1
_BETWEEN_LOOKS: Final = 0.5
_LONGEST_JOIN: Final = 40.0
_DIAGNOSED: Final = 20.0
"""Seconds for which the SDK's own diagnostics look at media: their default."""
_CALLS_ME: Final = (Act.ADD_TRACK,)


def scenario_of(fault: str) -> Scenario:
    """Give the scenario of a fault by name, or of several with + between them."""
    scenario = Scenario()
    for name in () if fault == "healthy" else fault.split("+"):
        scenario = find_fault(name).apply(scenario)
    return scenario


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where a row is played."""

    simulator: Simulator
    driver: Driver
    browser: int

    @asynccontextmanager
    async def page(self, row: Row, key: str, seen: Seen) -> AsyncIterator[Page]:
        """Open the row's page; everything that it tells is in ``seen``."""
        token = self.simulator.tokens[row.role].reveal()
        diverted: JsonValue = None
        if row.act is Act.DIAGNOSE:
            diverted = {"token": token, "init": self.simulator.init_endpoint}
        more: dict[str, JsonValue] = {"injections": list(row.injections), "diagnostics": diverted}
        if not row.clicked:
            more["order"] = {"method": row.act, "argument": self.how(row)}
        async with self.driver.page(key, self.browser, row.machine, seen.events.append, **more) as page:
            yield page

    @asynccontextmanager
    async def other(self, key: str) -> AsyncIterator[Page]:
        """Have a healthy peer in the room."""
        row, seen = Row(name=key), Seen()
        async with self.page(row, key, seen) as page:
            await page.call(Act.JOIN, self.how(row))
            await joined(seen)
            yield page

    def how(self, row: Row) -> JsonObject:
        """Give what the page's join() takes."""
        token, endpoint = self.simulator.tokens[row.role].reveal(), self.simulator.init_endpoint
        return {"token": token, "endpoint": endpoint, "name": row.name}


async def see(row: Row, stage: Stage) -> Seen:
    """See what the SDK does under the row's fault."""
    if row.later:
        stage.simulator.switch(stage.simulator.scenario)  # an earlier try has left it to something else
    seen = Seen()
    async with AsyncExitStack() as stack:
        others = [await stack.enter_async_context(stage.other(f"{row.name}+{number}")) for number in range(row.others)]
        page = await stack.enter_async_context(stage.page(row, row.name, seen))
        began = await _act(row, page, stage, seen)
        await _watched(row, seen, began)
        seen.looks = [await each.call("look") for each in (page, *others)]
        while row.media and not flows(seen) and time.monotonic() - began < row.watch:
            await asyncio.sleep(_BETWEEN_LOOKS)
            seen.looks = [await each.call("look") for each in (page, *others)]
        seen.watched = time.monotonic() - began
        if row.leaves:
            await page.call("leave")
            seen.looks_after = [await _alone(other) for other in others]
    if row.doctor:
        seen.doctor = await root_cause(stage.simulator)
    return seen


async def _act(row: Row, page: Page, stage: Stage, seen: Seen) -> float:
    """Make the page act; give the moment from which its time counts."""
    if row.later or row.act in _CALLS_ME:
        await page.call(Act.JOIN, stage.how(row))
        await joined(seen)
        await page.call("mark")
        seen.events.clear()
    if row.offline:
        await page.offline(offline=True)
    began = time.monotonic()
    if row.later:
        stage.simulator.switch(scenario_of(row.later))
    elif not row.clicked:
        pass
    elif row.act is Act.DIAGNOSE:
        await page.call(row.act, _DIAGNOSED)
    else:
        await page.call(row.act, stage.how(row))
    return began


async def _watched(row: Row, seen: Seen, began: float) -> None:
    while time.monotonic() - began < row.watch:
        if complete(row, seen):
            await asyncio.sleep(_GRACE)
            return
        await asyncio.sleep(_STEP)


async def joined(seen: Seen) -> None:
    """Wait until join() has resolved and the tracks are on their way; raises AssertionError where it does not."""
    ends = time.monotonic() + _LONGEST_JOIN
    while not seen.of("resolved"):
        assert time.monotonic() < ends, f"join() did not settle in {_LONGEST_JOIN:.0f} s:\n{seen.timeline()}"
        assert not seen.of("rejected"), seen.timeline()
        await asyncio.sleep(_STEP)


async def _alone(other: Page) -> JsonObject:
    """Wait until a peer is told that it is alone."""
    look = await other.call("look")
    for _ in range(50):
        if look["peers"] == 1:
            break
        await asyncio.sleep(_STEP)
        look = await other.call("look")
    return look
