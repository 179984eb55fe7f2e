"""Runs at the lab's servers for ``ice.py``: init and signalling, whose list of ICE servers is the lab's coturn.

Arguments: the file that says how to reach it, then the list as JSON.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "lab")]

from ice_backend import BACKEND, announce  # noqa: E402

from hms_doctor.model.json import JsonObject  # noqa: E402
from hms_doctor.simulator import Scenario, Simulator  # noqa: E402
from hms_doctor.simulator.answers import Judge  # noqa: E402
from hms_doctor.simulator.scenario import INIT_NAME, SIGNAL_NAME, InitScript  # noqa: E402


async def serve(ready: Path, servers: list[JsonObject]) -> None:
    def listed(configuration: JsonObject) -> JsonObject:
        return {**configuration, "rtcConfiguration": {"ice_servers": servers}}

    healthy = Scenario(host=INIT_NAME, init=InitScript(answer=Judge(reshape=listed)))
    scenario = replace(healthy, signalling=replace(healthy.signalling, host=SIGNAL_NAME))
    async with Simulator(scenario, bind=BACKEND, port=443) as simulator:
        announce(ready, {"ca_file": str(simulator.ca_file), "token": simulator.tokens["host"].reveal()})
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), json.loads(sys.argv[2])))
