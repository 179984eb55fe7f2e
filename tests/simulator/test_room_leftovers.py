"""Nothing of a peer is left when its websocket ends, and nothing of a room when the simulator stops."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
from collections import Counter

from room_clients import until, visiting
from sim_clients import nothing_left

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.room.change import peopled, publish_path, sockets
from hms_doctor.simulator.room.script import Other, Path, Sockets

MEGABYTE = 1024  # KiB, as VmHWM counts; ru_maxrss would begin at what the parent had when it forked
MOST = 120  # MB for a simulator with 20 peers that only signal
TWENTY = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:]
import websockets.asyncio.client as ws
from sim_clients import signalling_address, trusting
from hms_doctor.simulator import Simulator

async def main():
    async with Simulator() as simulator, asyncio.TaskGroup() as group:
        joined, trust = asyncio.Barrier(20), trusting(simulator)
        async def peer(number):
            async with ws.connect(signalling_address(simulator), ssl=trust, proxy=None) as connection:
                await connection.send('{"method":"join","params":{"name":"Peer"},"id":"1","jsonrpc":"2.0"}')
                async for text in connection:
                    if '"id": "1"' in text:
                        break
                await joined.wait()
        for number in range(20):
            group.create_task(peer(number))
    assert "aiortc" not in sys.modules and "av" not in sys.modules
    status = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))

asyncio.run(main())
"""


_MAKERS = ("hms_doctor.simulator.", "aiortc.")  # other modules have links of their own


def kinds() -> Counter[str]:
    """Count what a connection is made of, by class."""
    gc.collect()
    wanted = ("Link", "IceAgent", "Publisher", "Subscriber", "Occupant", "Attendance", "Talk", "RTCDtlsTransport")
    made = (type(thing) for thing in gc.get_objects())
    return Counter(kind.__name__ for kind in made if kind.__name__ in wanted and kind.__module__.startswith(_MAKERS))


async def test_a_peer_that_hangs_up_leaves_nothing() -> None:
    before_threads, others = threading.active_count(), kinds()
    async with Simulator() as simulator:
        tasks = asyncio.all_tasks()
        async with visiting(simulator) as warm:
            await warm.join("Warm", kinds=("audio",))
        await settled(tasks)
        with nothing_left():
            async with visiting(simulator) as ann, visiting(simulator) as bob:
                await ann.join("Ann", kinds=("audio",))
                await bob.join("Bob")
                await bob.received("audio", packets=3)
            await settled(tasks)
        del ann, bob, warm
        assert kinds() - others == Counter()  # other tests of this process may hold on to theirs
    assert threading.active_count() <= before_threads + 2  # asyncio's own, for names and for aiortc's encoders


Tasks = set[asyncio.Task[object]]


async def settled(before: Tasks) -> None:
    """Wait until no task is there that was not there before."""

    async def gone() -> int:
        return int(asyncio.all_tasks() <= before)

    await until(gone, at_least=1)


async def test_a_simulator_that_stops_takes_its_room_along() -> None:
    crowded = peopled(Other(name="Tone"))(Scenario())
    with nothing_left():
        async with Simulator(crowded) as simulator:
            ann = visiting(simulator)
            peer = await ann.__aenter__()
            await peer.join("Ann", kinds=("audio",))
            await peer.received("audio", packets=3)
        await asyncio.wait_for(peer.reader, 3)
        await ann.__aexit__(None, None, None)


async def test_a_join_that_is_cut_short_leaves_nothing() -> None:
    async with Simulator() as simulator:
        tasks = asyncio.all_tasks()
        with nothing_left():
            for _attempt in range(5):
                async with visiting(simulator) as ann:
                    offer = await ann.offer()
                    number = {"method": "join", "params": {"name": "A", "offer": offer}, "id": "1", "jsonrpc": "2.0"}
                    await ann.send(json.dumps(number))
            await settled(tasks)


async def test_blocked_paths_and_dropped_peers_leave_nothing() -> None:
    scenario = sockets(Sockets.DROPPED)(publish_path(Path.ICE_SILENT)(Scenario()))
    tasks = asyncio.all_tasks()
    with nothing_left():
        async with Simulator(scenario) as simulator, visiting(simulator) as ann:
            await ann.join("Ann")
            await asyncio.wait_for(ann.reader, 3)
        await settled(tasks)  # aiortc's own connection tries end a moment after its close


def test_twenty_peers_that_only_signal_cost_little() -> None:
    paths = [entry for entry in sys.path if entry]
    # Measuring coverage has a cost of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", TWENTY, *paths],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) / MEGABYTE < MOST
