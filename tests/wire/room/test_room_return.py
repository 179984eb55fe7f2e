"""The way back into a room after the websocket was lost: init again, a new websocket, as the SDK goes about it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from ws_servers import a_context

from hms_doctor.model.check import Context
from hms_doctor.model.network.server import EndpointUrl, SignallingUrl
from hms_doctor.model.room.reconnecting import CameBack, InitRefusal, StillGone, TurnedAway
from hms_doctor.model.settings import CaFile, NoProxy, Settings
from hms_doctor.model.signalling.messages import ServerFault
from hms_doctor.model.vantage import AS_AN_APP
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.faults import find_fault
from hms_doctor.wire.http.reach import Reached
from hms_doctor.wire.room.returning import Way, come_back
from hms_doctor.wire.websocket.signalling import Conversation

Outcome = CameBack | StillGone | TurnedAway


@asynccontextmanager
async def returning(scenario: Scenario, seconds: float) -> AsyncIterator[tuple[Context, Way]]:
    async with Simulator(scenario) as simulator:
        endpoint = EndpointUrl(url=simulator.init_endpoint, host="127.0.0.1", port=int(simulator.init_endpoint[18:]))
        server = SignallingUrl(url=simulator.signalling_url, peer_id="p-1", token=simulator.tokens["host"])
        reached = Reached(endpoint=endpoint, vantage=AS_AN_APP, address="127.0.0.1", via="")
        settings = Settings(proxy=NoProxy(), trust=CaFile(path=str(simulator.ca_file)))
        async with a_context(seconds, settings) as ctx:
            yield ctx, Way(reached=reached, server=server)


def keeping(ctx: Context) -> Callable[[Conversation], Awaitable[None]]:
    async def keep(conversation: Conversation) -> None:
        await ctx.keep(conversation)

    return keep


async def back_to(scenario: Scenario, seconds: float = 8.0) -> Outcome:
    async with returning(scenario, seconds) as (ctx, way):
        return await come_back(ctx, way, keeping(ctx))


async def test_a_healthy_server_takes_us_back_at_the_first_try() -> None:
    back = await back_to(Scenario())
    assert isinstance(back, CameBack)
    assert back.tries == 1
    assert back.after >= 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [("access-key-unknown", (401, 40101)), ("http-500", (500, 500))],
)
async def test_inits_no_ends_the_session_at_once(fault: str, said: tuple[int, int]) -> None:
    back = await back_to(find_fault(fault).apply(Scenario()))
    assert isinstance(back, TurnedAway)
    assert isinstance(back.said, InitRefusal)
    assert (back.said.status, back.said.code) == said
    assert back.tries == 1


async def test_a_no_in_place_of_the_policy_ends_it_too() -> None:
    back = await back_to(find_fault("peer-gone").apply(Scenario()))
    assert isinstance(back, TurnedAway)
    assert isinstance(back.said, ServerFault)
    assert back.said.code == 41001


@pytest.mark.parametrize(
    ("fault", "last"),
    [
        ("http-404", "init answers 404"),
        ("ws-refused", "connection refused"),
        ("ws-closes-1011", "ended before the policy"),
        ("ws-no-policy", "no policy came"),
    ],
)
async def test_what_may_pass_is_tried_again(fault: str, last: str) -> None:
    gone = await back_to(find_fault(fault).apply(Scenario()), seconds=5.0)
    assert isinstance(gone, StillGone)
    assert last in gone.last
    assert gone.tries >= 1


async def test_without_time_there_is_no_try() -> None:
    gone = await back_to(Scenario(), seconds=1.2)
    assert isinstance(gone, StillGone)
    assert gone.tries == 0


async def test_called_off_it_leaves_nothing_open() -> None:
    scenario = find_fault("ws-no-policy").apply(Scenario())
    async with returning(scenario, 8.0) as (ctx, way):
        going = asyncio.create_task(come_back(replace(ctx), way, keeping(ctx)))
        await asyncio.sleep(1.3)
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
