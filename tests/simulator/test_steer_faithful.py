"""What is switched to is what would have been started: init's word is the same for every fault that can be switched."""

import asyncio
from dataclasses import replace
from typing import Final

import httpx
import pytest
from sim_clients import ask_init, signalling_address, trusting
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from hms_doctor.simulator import Fault, Scenario, Simulator
from hms_doctor.simulator.faults import every_fault

WITHOUT_END: Final = {"init-endless", "init-huge", "init-bomb", "init-silent", "everything-silent", "init-redirects"}
AT_ONCE: Final = 8
PATIENCE: Final = 4.0  # seconds; only what stays silent takes them


async def seen(simulator: Simulator) -> tuple[object, object]:
    """What init says to a good token, and what the websocket that it names says first."""
    address = signalling_address(simulator)
    try:
        answer = await ask_init(simulator, simulator.tokens["host"])
    except httpx.HTTPError as error:
        return type(error).__name__, None
    init = (answer.status_code, answer.headers.get("content-type"), len(answer.content) // 100)
    if b"wss://" not in answer.content:
        return init, None
    query = address.partition("?")[2]
    try:
        context = trusting(simulator)
        url = f"{answer.json()['endpoint']}?{query}"
        async with connect(url, ssl=context, proxy=None, open_timeout=PATIENCE, close_timeout=0.1) as open_one:
            return init, str(await asyncio.wait_for(open_one.recv(), PATIENCE))[:80]
    except (OSError, TimeoutError, WebSocketException) as error:
        return init, type(error).__name__


def beside_the_room(scenario: Scenario) -> bool:
    """Whether it changes more than the room, which init and the first push know nothing of."""
    return replace(scenario, room=Scenario().room, joins=Scenario().joins) != Scenario()


async def both_ways(fault: Fault, slots: asyncio.Semaphore) -> tuple[str, object, object]:
    scenario = fault.apply(Scenario())
    async with slots, Simulator() as switched, Simulator(scenario) as started:
        switched.switch(scenario)
        return fault.name, await seen(switched), await seen(started)


@pytest.mark.timeout(150)
async def test_every_fault_that_can_be_switched_is_met_as_from_the_start() -> None:
    async with Simulator() as healthy:
        playing = healthy.ground.playing
        faults = [fault for fault in every_fault().values() if fault.kind == "wire" and fault.name not in WITHOUT_END]
        faults = [
            fault
            for fault in faults
            if beside_the_room(scenario := fault.apply(Scenario())) and not playing.settled(scenario)
        ]
    slots = asyncio.Semaphore(AT_ONCE)
    met = await asyncio.gather(*(both_ways(fault, slots) for fault in faults))
    assert len(met) > 60
    assert [one for one in met if one[1] != one[2]] == []
