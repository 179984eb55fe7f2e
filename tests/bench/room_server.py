"""Runs at the lab's servers for ``room.py``: a whole 100ms with a room in which somebody is already heard.

Argument: the file that says how to reach it.
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "lab")]

from ice_backend import BACKEND, announce  # noqa: E402

from hms_doctor.simulator import Scenario, Simulator  # noqa: E402
from hms_doctor.simulator.room.script import Other, RoomScript  # noqa: E402
from hms_doctor.simulator.scenario import INIT_NAME, SIGNAL_NAME  # noqa: E402


async def serve(ready: Path) -> None:
    healthy = Scenario(host=INIT_NAME, room=RoomScript(others=(Other(name="somebody"),)))
    scenario = replace(healthy, signalling=replace(healthy.signalling, host=SIGNAL_NAME))
    async with Simulator(scenario, bind=BACKEND, port=443) as simulator:
        announce(ready, {"ca_file": str(simulator.ca_file), "token": simulator.tokens["host"].reveal()})
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
