"""Runs at the lab's servers: 100ms's init and signalling at their usual port, and plain HTTP beside them.

Started as a program by ``ice_lab``; its argument is the file that says how to reach it. Relays are those of coturn.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.scenario import INIT_NAME, SIGNAL_NAME

BACKEND = "203.0.113.50"


async def not_found(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    await writer.drain()
    writer.close()


def announce(ready: Path, told: dict[str, str]) -> None:
    ready.write_text(json.dumps(told))
    sys.stdout.write("ready\n")
    sys.stdout.flush()


async def serve(ready: Path) -> None:
    healthy = Scenario(host=INIT_NAME)
    scenario = replace(healthy, signalling=replace(healthy.signalling, host=SIGNAL_NAME))
    async with Simulator(scenario, bind=BACKEND, port=443) as simulator:
        await asyncio.start_server(not_found, BACKEND, 80)
        announce(ready, {"ca_file": str(simulator.ca_file), "token": simulator.tokens["host"].reveal()})
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
