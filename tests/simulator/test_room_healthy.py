"""A healthy room, met by peers that share no code with it: aiortc's peer connections over a plain websocket."""

import asyncio
import json

from room_clients import RoomClient, Told, until, visiting

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.room.change import in_room, peopled
from hms_doctor.simulator.room.script import Other, RoomScript


def of(peer: RoomClient) -> "PeerIs":
    return PeerIs(peer.peer_id)


class PeerIs:
    """Picks the pushes that are about one peer."""

    def __init__(self, peer_id: str) -> None:
        self.peer_id = peer_id

    def __call__(self, params: Told) -> bool:
        about = params.get("peer", params)
        return isinstance(about, dict) and about["peer_id"] == self.peer_id


async def test_two_peers_hear_and_see_each_other() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.join("Ann", kinds=("audio", "video"))
        await bob.join("Bob", kinds=("audio",))
        await asyncio.gather(
            bob.received("audio", packets=20), bob.received("video", packets=3), ann.received("audio", packets=20)
        )
        assert not ann.problems + bob.problems


async def test_everybody_is_told_of_everybody() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator, "guest") as bob:
        await ann.join("Ann", kinds=("audio",))
        await bob.join("Bob")
        listed = (await bob.told("peer-list"))["peers"]
        assert list(listed) == [ann.peer_id]
        told = listed[ann.peer_id]
        assert (told["role"], told["info"]["name"], told["info"]["type"]) == ("host", "Ann", "regular")
        assert [track["type"] for track in told["tracks"].values()] == ["audio"]
        joined = await ann.told("on-peer-join", which=of(bob))
        assert (joined["role"], joined["tracks"]) == ("guest", {})
        sizes = [push["params"] for push in ann.pushed if push["method"] == "session-info"]
        assert (sizes[-1]["room_id"], sizes[-1]["peer_count"], sizes[-1]["track_count"]) == (simulator.room_id, 2, 1)


async def test_who_leaves_is_gone_for_the_others() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.join("Ann", kinds=("audio",))
        await bob.join("Bob")
        await ann.notify("leave", {"client_reason": "user request"})
        gone = await bob.told("on-track-remove", which=of(ann))
        assert len(gone["tracks"]) == 1
        await bob.told("on-peer-leave", which=of(ann))
        assert [member.name for member in simulator.ground.crowd.present] == ["Bob"]
        # It may come again through the same websocket.
        ann.publish = None
        await ann.join("Ann again")
        await bob.told("on-peer-join", which=lambda params: "again" in json.dumps(params))


async def test_who_hangs_up_is_gone_for_the_others() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        async with visiting(simulator) as bob:
            await bob.join("Bob")
            await ann.join("Ann")
        await ann.told("on-peer-leave", which=of(bob))


async def test_a_track_that_comes_and_goes_is_told_and_passed_on() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await bob.join("Bob")
        await ann.join("Ann", kinds=("audio",))
        added = await bob.told("on-track-add", which=of(ann))
        (state,) = added["tracks"].values()
        assert (state["type"], state["source"], state["mute"]) == ("audio", "regular", False)
        await bob.received("audio", packets=5)
        assert ann.publish
        (transceiver,) = ann.publish.getTransceivers()
        transceiver.direction = "inactive"
        await ann.set_answer(await ann.ask("offer", {"desc": await ann.offer(), "tracks": {}}))
        removed = await bob.told("on-track-remove", which=of(ann))
        assert removed["tracks"] == added["tracks"]
        await until(lambda: _directions(bob, "inactive"), at_least=1)


async def _directions(peer: RoomClient, wanted: str) -> int:
    return sum(transceiver.currentDirection == wanted for transceiver in peer.subscribe.getTransceivers())


async def test_three_peers_each_get_the_tracks_of_the_two_others() -> None:
    async with (
        Simulator() as simulator,
        visiting(simulator) as ann,
        visiting(simulator) as bob,
        visiting(simulator) as cid,
    ):
        for peer, name in ((ann, "Ann"), (bob, "Bob"), (cid, "Cid")):
            await peer.join(name, kinds=("audio",))
        for peer in (ann, bob, cid):
            await until(lambda peer=peer: _sounds(peer), at_least=2)  # type: ignore[misc]


async def _sounds(peer: RoomClient) -> int:
    stats = [await receiver.getStats() for receiver in peer.subscribe.getReceivers()]
    return sum(told.packetsReceived > 2 for report in stats for told in report.values() if told.type == "inbound-rtp")


async def test_the_tracks_keep_the_ids_that_the_signalling_tells() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.join("Ann", kinds=("audio", "video"))
        await bob.join("Bob")
        offer = await bob.told("offer")
        assert ann.publish
        for state in ann.states().values():
            assert f"a=msid:{state['stream_id']} {state['track_id']}\r\n" in str(offer["sdp"])


async def test_a_join_without_an_offer_needs_no_connection() -> None:
    async with Simulator() as simulator, visiting(simulator, "guest") as ann, visiting(simulator) as bob:
        answer = await ann.ask("join", {"name": "Ann", "data": "made of paper"})
        assert answer["result"] == {"sfu_node_id": "simulated-sfu"}
        await bob.join("Bob", kinds=("audio",))
        listed = (await bob.told("peer-list"))["peers"]
        assert listed[ann.peer_id]["info"]["data"] == "made of paper"
        await ann.told("on-track-add", which=of(bob))
        assert not [push for push in ann.pushed if push["method"] == "offer"]
        refused = await ann.ask("offer", {"desc": {"type": "offer", "sdp": "v=0"}, "tracks": {}})
        assert refused["error"] == {"code": 500, "message": "no rtc transport exists for this Peer"}


async def test_the_data_channel_grants_what_it_is_asked() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        channel: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        ann.subscribe.on("datachannel", channel.set_result)
        await ann.join("Ann")
        opened = await asyncio.wait_for(channel, 5)
        assert opened.label == "ion-sfu"  # type: ignore[attr-defined]
        heard: asyncio.Queue[str] = asyncio.Queue()
        opened.on("message", heard.put_nowait)  # type: ignore[attr-defined]
        asked = {"id": "17", "method": "prefer-video-track-state", "params": {"track_id": "x"}, "jsonrpc": "2.0"}
        for noise in ("no json", "[]", json.dumps(asked)):
            opened.send(noise)  # type: ignore[attr-defined]
        answer = json.loads(await asyncio.wait_for(heard.get(), 5))
        assert answer == {"id": "17", "jsonrpc": "2.0", "result": {}}


async def test_an_offer_that_cannot_be_read_is_refused_and_leaves_nothing() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        refused = await ann.ask("join", {"name": "Ann", "offer": {"type": "offer", "sdp": "v=0\r\n"}})
        assert refused["error"] == {"code": 400, "message": "the description has no media section"}
        await bob.join("Bob")
        assert (await bob.told("peer-list"))["peers"] == {}
        worse = await bob.ask("offer", {"desc": {"type": "offer", "sdp": "m=audio"}, "tracks": {}})
        assert worse["error"]["code"] == 400
        await bob.notify("answer", {"desc": {"type": "answer", "sdp": "m=audio"}})
        assert (await bob.told("on-warning"))["code"] == 400
        await bob.notify("answer", {"desc": "nothing"})
        assert (await bob.ask("ping", {"timestamp": 1}))["result"] == {"timestamp": 1}


async def test_synthetic_peers_are_listed_and_heard_and_go_when_the_script_says_so() -> None:
    scenario = peopled(Other(name="Tone"), Other(name="Mute", publishes=()))(Scenario())
    async with Simulator(scenario) as simulator, visiting(simulator) as ann:
        state = await ann.told("room-state")
        assert state["peer_count"] == 2
        await ann.join("Ann")
        names = {told["info"]["name"] for told in (await ann.told("peer-list"))["peers"].values()}
        assert names == {"Tone", "Mute"}
        await ann.received("audio", packets=10)
        simulator.switch(in_room(lambda _script: RoomScript())(Scenario()))
        await ann.told("on-peer-leave", which=lambda params: params["info"]["name"] == "Tone")


async def test_the_room_is_told_before_one_joins() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        await ann.join("Ann", kinds=("audio",))
        async with visiting(simulator) as bob:
            state = await bob.told("room-state")
            assert state["peer_count"] == 1
            assert state["peers"][ann.peer_id]["tracks"] == {}
            assert state["room"]["id"] == simulator.room_id
