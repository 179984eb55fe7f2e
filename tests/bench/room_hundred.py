"""Joins in a row within one process that holds the simulator too: what is open, alive or in the room after them."""

import asyncio
import tempfile
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hms_doctor.checks import every_check
from hms_doctor.cli.demo_run import order_against
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.model.settings import Selection
from hms_doctor.runner import execute, make_plan
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.room.script import Other, RoomScript

_SETTLES_WITHIN = 3.0
"""Seconds until the server's side of a stay is gone too: it hears of it by the network."""
_LONGEST = 15.0
_ROOM = Scenario(room=RoomScript(others=(Other(name="somebody"),)))


@dataclass(frozen=True)
class Alive:
    """What there is of this process; each TURN allocation of the simulator is a descriptor and a task among them."""

    peers: int
    descriptors: int
    tasks: int
    threads: int
    files: int

    def __str__(self) -> str:
        return ", ".join(f"{number} {name}" for name, number in asdict(self).items())


def alive(simulator: Simulator) -> Alive:
    here = Path(tempfile.gettempdir())
    return Alive(
        peers=len(simulator.ground.crowd.present),
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
        tasks=len(asyncio.all_tasks()),
        threads=threading.active_count(),
        files=len(list(here.glob("hms-doctor-*"))),
    )


async def one_join(simulator: Simulator) -> None:
    """Join, see that media flows, leave: a whole run of the room's checks."""
    order = order_against(simulator, seconds=_LONGEST)
    seeds = (*order.seeds, JoinWanted(media_seconds=0.1))
    plan = make_plan(every_check(), Selection(only=("room", "ice.stun")), frozenset(map(type, seeds)))
    report = await execute(replace(order, plan=plan, seeds=seeds))
    status = {check.id: check.status for check in report.checks}
    assert {status["room.publish"], status["room.subscribe"]} == {"pass"}, report.headline
    assert status["room.media"] in {"pass", "warn"}, report.headline


async def settled(simulator: Simulator, before: Alive) -> Alive:
    """Give what is alive once it is as it was before, or at the end of all patience."""
    clock = asyncio.get_running_loop().time
    until = clock() + _SETTLES_WITHIN
    while (after := alive(simulator)) != before and clock() < until:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.02)
    return after


async def hundred_joins(number: int = 100) -> tuple[Alive, Alive]:
    """Join so often, one after the other; give what was alive after the first, which loads and opens, and at last."""
    async with Simulator(_ROOM) as simulator:
        empty = alive(simulator)
        await one_join(simulator)
        first = await settled(simulator, empty)
        for _ in range(number - 1):
            await one_join(simulator)
        return first, await settled(simulator, first)
