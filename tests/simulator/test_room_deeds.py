"""What one peer does that others see, and what the SDK asks beside the call."""

import pytest
from room_clients import Told, visiting

from hms_doctor.simulator import Simulator
from hms_doctor.simulator.room.deeds import DEEDS
from hms_doctor.simulator.room.requests import GRANTED


async def test_a_message_reaches_all_or_one_or_a_role() -> None:
    async with (
        Simulator() as simulator,
        visiting(simulator) as ann,
        visiting(simulator) as bob,
        visiting(simulator, "guest") as cid,
    ):
        for peer, name in ((ann, "Ann"), (bob, "Bob"), (cid, "Cid")):
            await peer.ask("join", {"name": name})
        for who in ({}, {"peer_id": bob.peer_id}, {"roles": ["guest"]}):
            sent = await ann.ask("broadcast", {"info": {"message": sorted(who), "type": "chat"}, **who})
            assert set(sent["result"]) == {"message_id", "timestamp"}
        await cid.ask("ping", {"timestamp": 1})
        heard = {
            name: [push["params"]["info"]["message"] for push in peer.pushed if push["method"] == "on-broadcast"]
            for name, peer in (("Ann", ann), ("Bob", bob), ("Cid", cid))
        }
        assert heard == {"Ann": [], "Bob": [[], ["peer_id"]], "Cid": [[], ["roles"]]}
        private = await bob.told("on-broadcast", which=lambda params: params["private"])
        assert private["peer"]["info"]["name"] == "Ann"


async def test_a_mute_and_a_new_name_are_told() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await bob.ask("join", {"name": "Bob"})
        await ann.join("Ann", kinds=("audio",))
        (track,) = ann.states()
        await ann.notify("track-update", {"tracks": {track: {"mute": True}, "unknown": {"mute": True}}})
        told = await bob.told("on-track-update")
        assert {name: state["mute"] for name, state in told["tracks"].items()} == {track: True}
        await ann.notify("track-update", {"tracks": "none"})
        await ann.ask("peer-update", {"name": "Anna"})
        renamed = await bob.told("on-peer-update")
        assert (renamed["info"]["name"], renamed["realtime"]) == ("Anna", True)
        found = await bob.ask("get-peer", {"peer_id": ann.peer_id})
        assert found["result"]["info"]["name"] == "Anna"
        assert (await bob.ask("get-peer", {"peer_id": "nobody"}))["result"] == {}


async def test_a_raised_hand_is_seen_by_all() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        for _twice in range(2):
            assert (await ann.ask("group-join", {"name": "_handraise"}))["result"] == {"groups": ["_handraise"]}
        assert (await bob.told("on-peer-update"))["groups"] == ["_handraise"]
        assert (await ann.told("on-peer-update"))["groups"] == ["_handraise"]
        assert (await ann.ask("group-leave", {"name": "_handraise"}))["result"] == {"groups": []}
        await bob.told("on-peer-update", which=lambda params: params["groups"] == [])


async def test_the_session_store_keeps_and_tells() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        await bob.ask("listen-metadata-change", {"keys": ["pinned", "other"]})
        await ann.ask("set-metadata", {"key": "pinned", "data": "one"})
        kept = (await ann.ask("set-metadata", {"key": "pinned", "data": "two"}))["result"]
        assert (kept["data"], kept["change_version"], kept["updated_by"]) == ("two", 2, ann.peer_id)
        await ann.ask("set-metadata", {"key": "elsewhere", "data": 1})
        assert (await bob.ask("get-metadata", {"key": "pinned"}))["result"]["data"] == "two"
        assert (await bob.ask("get-metadata", {"key": "nothing"}))["result"] == {"key": "nothing", "data": None}
        told = [push["params"]["values"] for push in bob.pushed if push["method"] == "on-metadata-change"]
        assert [[value["data"] for value in values] for values in told] == [["one"], ["two"]]
        await ann.ask("listen-metadata-change", {"keys": ["pinned"]})
        assert (await ann.told("on-metadata-change"))["values"][0]["data"] == "two"
        await ann.ask("listen-metadata-change", {"keys": "pinned"})


async def test_a_role_is_given_or_offered() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator, "guest") as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        await ann.ask("role-change-request", {"requested_for": bob.peer_id, "role": "host", "force": False})
        asked = await bob.told("on-role-change-request")
        assert (asked["requested_by"], asked["role"]) == (ann.peer_id, "host")
        await bob.ask("role-change", {"role": asked["role"], "token": asked["token"]})
        assert (await bob.told("on-policy-change", which=lambda params: params["name"] == "host"))["known_roles"]
        assert (await ann.told("on-peer-update"))["role"] == "host"
        await ann.ask("role-change-request", {"roles": ["host"], "role": "guest", "force": True})
        assert (await ann.told("on-policy-change", which=lambda params: params["name"] == "guest"))["known_roles"]
        await ann.ask("role-change", {"role": "king"})
        assert (await ann.ask("ping", {"timestamp": 1}))["result"]


@pytest.mark.parametrize(
    ("method", "params", "pushed", "expected"),
    [
        ("peer-leave-request", {"reason": "noise"}, "on-peer-leave-request", {"reason": "noise", "room_end": False}),
        ("end-room", {"lock": False, "reason": "late"}, "on-peer-leave-request", {"reason": "late", "room_end": True}),
        ("track-update-request", {"track_id": "t", "mute": True}, "on-track-update-request", {"mute": True}),
        ("change-track-mute-state-request", {"value": True}, "on-change-track-mute-state-request", {"value": True}),
    ],
)
async def test_what_is_asked_of_another_is_passed_on(method: str, params: Told, pushed: str, expected: Told) -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        await bob.ask("join", {"name": "Bob"})
        assert (await ann.ask(method, {"requested_for": bob.peer_id, **params}))["result"] == {}
        told = await bob.told(pushed)
        assert told["requested_by"] == ann.peer_id
        assert expected.items() <= told.items()


@pytest.mark.parametrize("method", sorted(GRANTED - DEEDS.keys() - {"leave", "answer"}))
async def test_what_changes_nothing_is_granted(method: str) -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        assert "result" in await ann.ask(method, {"key": "k", "poll_id": "p"})
        await ann.ask("join", {"name": "Ann"})
        answer = await ann.ask(method, {"key": "k", "poll_id": "p"})
        assert answer["result"]["key"] == "k"


async def test_what_is_done_before_joining_changes_nothing() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        assert (await ann.ask("broadcast", {"info": {}}))["result"] == {}
