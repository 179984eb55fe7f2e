"""A scenario that is switched while peers are in the room acts on them at once."""

import asyncio

import pytest
from room_clients import visiting
from websockets.exceptions import InvalidStatus

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.change import opening, without_pongs
from hms_doctor.simulator.faults.codes import pushed_error
from hms_doctor.simulator.room.change import after_join, in_room, publish_path, sockets
from hms_doctor.simulator.room.script import Path, RoomScript, Sockets
from hms_doctor.simulator.steps import CloseFrame, SayPolicy, SayRoomState
from hms_doctor.simulator.switching import Named

HEALTHY = Scenario()


async def test_everybody_is_cut_off_and_nobody_comes_in_while_it_lasts() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        simulator.switch(sockets(Sockets.DROPPED)(HEALTHY))
        await asyncio.wait_for(asyncio.gather(ann.reader, bob.reader), 2)
        with pytest.raises(InvalidStatus, match="503"):
            async with visiting(simulator):
                pass
        simulator.switch(HEALTHY)
        async with visiting(simulator, peer_id=ann.peer_id) as back, visiting(simulator) as cid:
            assert list((await back.told("peer-list"))["peers"]) == [bob.peer_id]
            await cid.ask("join", {"name": "Cid"})


async def test_one_peer_is_cut_off_and_the_others_are_not() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        simulator.switch(sockets(Sockets.DROPPED_ONCE)(HEALTHY), Named(name="Ann"))
        await asyncio.wait_for(ann.reader, 2)
        async with visiting(simulator), visiting(simulator, peer_id=ann.peer_id) as back:
            await back.told("peer-list")
        assert (await bob.ask("ping", {"timestamp": 1}))["result"] == {"timestamp": 1}


async def test_the_servers_word_is_pushed_to_those_it_is_for() -> None:
    gone = after_join(pushed_error(41001, "peer is gone"))(HEALTHY)
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        simulator.switch(gone, Named(name=ann.peer_id))
        assert (await ann.told("on-error"))["code"] == 41001
        assert not [push for push in bob.pushed if push["method"] == "on-error"]
        simulator.switch(gone)
        assert (await bob.told("on-error"))["code"] == 41001


async def test_what_a_new_websocket_would_hear_first_is_said_to_those_that_are_open() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        await ann.told("room-state")
        simulator.switch(opening(SayPolicy(), SayRoomState(), pushed_error(40004, "peer already joined"))(HEALTHY))
        assert (await ann.told("on-error"))["code"] == 40004
        methods = [push["method"] for push in ann.pushed]
        assert methods == ["on-policy-change", "room-state", "on-error"]
        simulator.switch(opening(CloseFrame(code=1011))(HEALTHY))
        await asyncio.wait_for(ann.reader, 2)


async def test_a_living_path_falls_silent_and_comes_back() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.join("Ann", kinds=("audio",))
        await bob.join("Bob")
        await bob.received("audio", packets=5)
        simulator.switch(publish_path(Path.ICE_SILENT)(HEALTHY), Named(name="Ann"))
        before = await bob.counted("audio")
        await asyncio.sleep(0.2)
        assert await bob.counted("audio") <= before + 1
        simulator.switch(HEALTHY)
        await bob.received("audio", packets=before + 10)


async def test_pings_are_left_unanswered_from_now_on() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        await ann.ask("ping", {"timestamp": 1})
        simulator.switch(without_pongs()(HEALTHY))
        with pytest.raises(TimeoutError):
            await ann.ask("ping", {"timestamp": 1}, patience=0.2)


async def test_a_peer_that_never_comes_back_is_taken_out_in_the_end() -> None:
    brief = in_room(lambda _script: RoomScript(sockets=Sockets.DROPPED, remembered_for=0.2))
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        simulator.switch(brief(HEALTHY), Named(name="Ann"))
        await bob.told("on-peer-leave", which=lambda params: params["peer_id"] == ann.peer_id)
        assert [member.name for member in simulator.ground.crowd.present] == ["Bob"]


async def test_a_second_websocket_of_the_same_peer_takes_the_firsts_place() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        async with visiting(simulator, peer_id=ann.peer_id) as again:
            await asyncio.wait_for(ann.reader, 2)
            assert list((await again.told("peer-list"))["peers"]) == [bob.peer_id]
            assert not [push for push in bob.pushed if push["method"] == "on-peer-leave"]
            # One that joins anew is told of anew.
            await again.ask("join", {"name": "Ann again"})
            await bob.told("on-peer-leave")
            assert len([push for push in bob.pushed if push["method"] == "on-peer-join"]) == 1
