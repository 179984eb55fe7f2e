"""The room at its edges: ICE restarts, odd descriptions, clients that mean no good, no WebRTC at all."""

import asyncio
import json
import random
import re
import socket
import sys
from unittest.mock import create_autospec

import pytest
from room_clients import RoomClient, until, visiting
from sim_clients import nothing_left

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.room import address
from hms_doctor.simulator.room.change import peopled
from hms_doctor.simulator.room.line import Line
from hms_doctor.simulator.room.replying import reply
from hms_doctor.simulator.room.script import Granted, Ignored, Other
from hms_doctor.simulator.room.subscribing import answer_channel


def fragments(sdp: str) -> set[str]:
    return set(re.findall(r"a=ice-ufrag:(\S+)", sdp))


async def test_an_ice_restart_is_answered_with_new_credentials_and_media_goes_on() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        first = await ann.join("Ann", kinds=("audio",))
        await bob.join("Bob")
        await bob.received("audio", packets=5)
        offer = (await ann.offer())["sdp"]
        (old,) = fragments(offer)
        restarted = offer.replace(f"a=ice-ufrag:{old}", "a=ice-ufrag:newer")
        answers = [
            await ann.ask("offer", {"desc": {"type": "offer", "sdp": sdp}, "tracks": ann.states()})
            for sdp in (restarted, restarted)
        ]
        assert fragments(answers[0]["result"]["sdp"]) == fragments(answers[1]["result"]["sdp"])
        assert not fragments(answers[0]["result"]["sdp"]) & fragments(first["result"]["sdp"])
        before = await bob.counted("audio")
        await bob.received("audio", packets=before + 10)
        assert len([push for push in bob.pushed if push["method"] == "on-track-add"]) == 0


async def test_a_codec_that_is_not_passed_on_is_refused_and_the_rest_is_not() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        await ann.join("Ann")
        await ann.connected(ann.publish)
        offer = (await ann.offer())["sdp"]
        video = "m=video 9 UDP/TLS/RTP/SAVPF 98\r\na=mid:9\r\na=sendonly\r\na=rtpmap:98 H266/90000\r\n"
        answer = await ann.ask("offer", {"desc": {"type": "offer", "sdp": offer + video}, "tracks": {"x": "y"}})
        sdp = answer["result"]["sdp"]
        assert "m=video 0 UDP/TLS/RTP/SAVPF 0" in sdp
        assert re.search(r"a=group:BUNDLE \S+\r\n", sdp)


async def test_a_track_without_a_name_gets_one_and_is_found_by_its_payload_type() -> None:
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await bob.join("Bob")
        await ann.join("Ann")
        await ann.connected(ann.publish)
        assert ann.publish
        nameless(ann)
        await ann.add("audio")
        added = await bob.told("on-track-add")
        assert list(added["tracks"]) == ["track-1"]
        await bob.received("audio", packets=5)


def nameless(peer: RoomClient) -> None:
    """Let a peer's offers name neither tracks nor SSRCs."""
    offer = peer.offer

    async def stripped() -> dict[str, str]:
        told = await offer()
        return {**told, "sdp": re.sub(r"a=(msid|ssrc):.*\r\n", "", told["sdp"])}

    peer.offer = stripped  # type: ignore[method-assign]
    peer.states = dict  # type: ignore[method-assign]


async def test_a_flood_of_joins_leaves_one_peer() -> None:
    async with Simulator() as simulator:
        tasks = asyncio.all_tasks()
        with nothing_left():
            async with visiting(simulator) as ann:
                offer = await ann.offer()
                asked = [asyncio.create_task(ann.ask("join", {"name": "Ann", "offer": offer})) for _ in range(20)]
                answers = await asyncio.gather(*asked)
                assert all("result" in answer for answer in answers)
                assert len(simulator.ground.crowd.present) == 1
            await until(lambda: _only(tasks), at_least=1)


async def _only(tasks: set[asyncio.Task[object]]) -> int:
    return int(asyncio.all_tasks() <= tasks)


async def test_requests_that_wait_when_the_websocket_goes_are_dropped() -> None:
    async with Simulator() as simulator:
        tasks = asyncio.all_tasks()
        with nothing_left():
            async with visiting(simulator) as ann:
                join = {"name": "Ann", "offer": await ann.offer()}
                for number in range(10):
                    await ann.send(json.dumps({"method": "join", "id": str(number), "params": join}))
            await until(lambda: _only(tasks), at_least=1)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"method": "join", "id": "1", "params": {"name": ["x"], "data": 5, "offer": {"sdp": 7}}}),
        json.dumps({"method": "join", "id": 5, "params": None}),
        json.dumps({"method": "offer", "id": "1", "params": {"desc": None}}),
        json.dumps({"method": "answer", "params": []}),
        json.dumps({"method": "trickle", "params": {"target": "x", "candidate": None}}),
        json.dumps({"method": "leave", "params": 7}),
        json.dumps({"method": "track-update", "params": {"tracks": {"x": 1}}}),
        json.dumps({"method": "broadcast", "id": "1", "params": {"roles": "all", "peer_id": {}}}),
        json.dumps({"method": "x" * 100_000, "id": "1"}),
    ],
)
async def test_evil_shapes_do_no_harm(text: str) -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        await ann.ask("join", {"name": "Ann"})
        await ann.send(text)
        assert (await ann.ask("ping", {"timestamp": 1}))["result"] == {"timestamp": 1}


async def test_noise_on_the_media_ports_does_no_harm() -> None:
    noise = random.Random(5)
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.join("Ann")
        told = await ann.told("trickle", which=lambda params: params["target"] == 0)
        _foundation, _component, _udp, _priority, host, port, *_type = told["candidate"]["candidate"].split()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _datagram in range(300):
                sender.sendto(noise.randbytes(noise.randrange(200)), (host, int(port)))
        await ann.connected(ann.publish)
        await ann.add("audio")
        await bob.join("Bob")
        await bob.received("audio", packets=5)


async def test_an_offer_of_thousands_of_sections_holds_nobody_up() -> None:
    many = "".join(f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:{number}\r\n" for number in range(4000))
    async with Simulator() as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann", "offer": {"type": "offer", "sdp": f"v=0\r\n{many}"}})
        assert (await bob.ask("ping", {"timestamp": 1}))["result"] == {"timestamp": 1}


async def test_without_the_optional_package_a_join_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Simulator() as simulator, visiting(simulator) as ann:
        offer = await ann.offer()
        monkeypatch.setitem(sys.modules, "aiortc", None)
        with nothing_left():
            refused = await ann.ask("join", {"name": "Ann", "offer": offer})
        assert refused["error"]["code"] == -32601
        assert "no room can be joined without the optional packages of hms-doctor[room]" in refused["error"]["message"]
        # A role that needs no WebRTC comes in all the same, and is told of who is there.
        assert "result" in await ann.ask("join", {"name": "Ann"})


async def test_synthetic_peers_without_the_optional_package_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiortc", None)
    monkeypatch.setitem(sys.modules, "av", None)
    async with Simulator(peopled(Other(name="Tone"))(Scenario())) as simulator, visiting(simulator) as ann:
        await ann.ask("join", {"name": "Ann"})
        (told,) = (await ann.told("peer-list"))["peers"].values()
        assert told["info"]["name"] == "Tone"


async def test_an_address_that_is_gone_refuses_the_join(monkeypatch: pytest.MonkeyPatch) -> None:
    import ifaddr

    nowhere = ifaddr.Adapter("x", "x", [ifaddr.IP("198.51.100.7", 24, "x")])
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [nowhere])
    async with Simulator() as simulator, visiting(simulator) as ann:
        refused = await ann.ask("join", {"name": "Ann", "offer": {"type": "offer", "sdp": "v=0"}})
        assert refused["error"] == {"code": 500, "message": "sfu join failed"}


def test_media_has_the_first_address_that_is_not_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    import ifaddr

    found = [
        ifaddr.IP("127.0.0.1", 8, "lo"),
        ifaddr.IP(("fe80::1", 0, 2), 64, "eth0"),
        ifaddr.IP(("2001:db8::1", 0, 0), 64, "eth0"),
        ifaddr.IP("192.0.2.7", 24, "eth0"),
    ]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: [ifaddr.Adapter("x", "x", found)])
    assert address.media_address("127.0.0.1") == "192.0.2.7"
    assert address.media_address("192.0.2.99") == "192.0.2.99"
    found.pop()
    assert address.media_address("127.0.0.1") == "2001:db8::1"
    del found[1:]
    assert address.media_address("127.0.0.1") == "127.0.0.1"
    assert address.is_reachable("192.0.2.7")
    assert not address.is_reachable("127.0.0.1")


@pytest.mark.parametrize("how", [Granted(), Ignored()])
def test_what_is_granted_or_ignored_is_not_answered_here(how: Granted | Ignored) -> None:
    line = create_autospec(Line, instance=True)
    reply(line, "1", how)
    assert line.mock_calls == []


def test_the_data_channel_answers_no_nonsense() -> None:
    assert [answer_channel(text) for text in ("", "[", "7", '{"id": 5}')] == [""] * 4
