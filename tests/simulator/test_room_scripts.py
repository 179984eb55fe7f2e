"""Every way in which a script changes the room, as a peer meets it on the wire."""

import asyncio
import secrets
from collections.abc import Callable

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from room_clients import BUNDLED, RoomClient, Told, until, visiting
from websockets.exceptions import InvalidStatus

from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import Change, together
from hms_doctor.simulator.faults.codes import pushed_error
from hms_doctor.simulator.room.change import (
    after_join,
    in_room,
    join_answered,
    listing,
    media_reached,
    publish_path,
    renegotiation_answered,
    server_offers,
    sockets,
    subscribe_path,
)
from hms_doctor.simulator.room.script import (
    Blank,
    Denied,
    Garbled,
    Hollow,
    Ignored,
    Listing,
    Path,
    Reach,
    Reply,
    RoomScript,
    ServerOffer,
    Severed,
    Sockets,
)

QUIET = 0.3
"""Seconds of silence that show that nothing comes."""


def playing(change: Change) -> Simulator:
    return Simulator(change(Scenario()))


ANSWERED: list[tuple[Reply, Callable[[Told], bool]]] = [
    (Denied(code=403, message="no"), lambda answer: answer["error"] == {"code": 403, "message": "no"}),
    (Garbled(), lambda answer: answer["result"]["type"] == "answer" and "m=nonsense" in answer["result"]["sdp"]),
    (Hollow(), lambda answer: set(answer) == {"id", "jsonrpc"}),
    (Blank(), lambda answer: answer["result"] == {}),
]


@pytest.mark.parametrize(("reply", "fits"), ANSWERED)
async def test_a_join_is_answered_as_the_script_says(reply: Reply, fits: Callable[[Told], bool]) -> None:
    async with playing(join_answered(reply)) as simulator, visiting(simulator) as ann:
        assert fits(await ann.ask("join", {"name": "Ann", "offer": await ann.offer()}))
        assert simulator.ground.crowd.present == ()


@pytest.mark.parametrize(("reply", "fits"), ANSWERED)
async def test_a_renegotiation_is_answered_as_the_script_says(reply: Reply, fits: Callable[[Told], bool]) -> None:
    async with playing(renegotiation_answered(reply)) as simulator, visiting(simulator) as ann:
        await ann.join("Ann")
        assert fits(await ann.ask("offer", {"desc": await ann.offer(), "tracks": {}}))


@pytest.mark.parametrize(("change", "method"), [(join_answered, "join"), (renegotiation_answered, "offer")])
async def test_a_request_that_is_ignored_leaves_pings_alone(change: Callable[[Reply], Change], method: str) -> None:
    async with playing(change(Ignored())) as simulator, visiting(simulator) as ann:
        if method == "offer":
            await ann.join("Ann")
        offer = await ann.offer()
        with pytest.raises(TimeoutError):
            await ann.ask(method, {"name": "Ann", "offer": offer, "desc": offer, "tracks": {}}, patience=QUIET)
        assert (await ann.ask("ping", {"timestamp": 1}))["result"] == {"timestamp": 1}


@pytest.mark.parametrize("change", [join_answered, renegotiation_answered])
async def test_a_connection_is_cut_in_place_of_an_answer(change: Callable[[Reply], Change]) -> None:
    async with playing(change(Severed())) as simulator, visiting(simulator) as ann:
        if change is renegotiation_answered:
            await ann.join("Ann")
        method = "join" if change is join_answered else "offer"
        with pytest.raises(ConnectionError):
            await ann.ask(method, {"name": "Ann", "desc": {"sdp": ""}})


async def test_what_follows_the_join_is_said_right_after_its_answer() -> None:
    steps = after_join(pushed_error(41001, "gone"))
    async with playing(steps) as simulator, visiting(simulator) as ann:
        answer = await ann.ask("join", {"name": "Ann"})
        assert "result" in answer
        assert await ann.told("on-error") == {"code": 41001, "message": "gone"}


async def test_a_room_of_a_size_takes_no_more() -> None:
    small = in_room(lambda _script: RoomScript(room_size=1))
    async with playing(small) as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.ask("join", {"name": "Ann"})
        refused = await bob.ask("join", {"name": "Bob"})
        assert refused["error"] == {"code": 403, "message": "role limit reached"}
        await ann.notify("leave", {})
        assert "result" in await bob.ask("join", {"name": "Bob"})


async def test_a_newcomer_may_find_itself_in_the_room() -> None:
    async with playing(listing(Listing.NEWCOMER_TOO)) as simulator, visiting(simulator) as ann:
        state = await ann.told("room-state")
        assert list(state["peers"]) == [ann.peer_id]
        assert state["peer_count"] == 1


async def test_no_offer_ever_comes() -> None:
    async with playing(server_offers(ServerOffer.NONE)) as simulator, visiting(simulator) as ann:
        await ann.join("Ann")
        await ann.told("session-info")
        with pytest.raises(TimeoutError):
            await ann.told("offer", patience=QUIET)


@pytest.mark.parametrize("offer", [ServerOffer.GARBAGE, ServerOffer.UNANSWERABLE, ServerOffer.BAD_CANDIDATE])
async def test_an_offer_that_cannot_be_taken(offer: ServerOffer) -> None:
    async with playing(server_offers(offer)) as simulator, visiting(simulator) as ann:
        await ann.join("Ann")
        told = await ann.told("offer")
        peer = RTCPeerConnection(BUNDLED)
        try:
            if offer is ServerOffer.GARBAGE:
                with pytest.raises(AssertionError):  # what aiortc raises for a line that it cannot read
                    await peer.setRemoteDescription(RTCSessionDescription(told["sdp"], "offer"))
            elif offer is ServerOffer.UNANSWERABLE:
                await peer.setRemoteDescription(RTCSessionDescription(told["sdp"], "offer"))
                with pytest.raises(AttributeError):
                    await peer.createAnswer()
            else:
                bad = await ann.told("trickle", which=lambda params: params["target"] == 1)
                assert bad["candidate"]["candidate"] == "candidate:nothing that could be read"
                await ann.connected(ann.subscribe)
        finally:
            await peer.close()


@pytest.mark.parametrize("path", [Path.ICE_SILENT, Path.DTLS_SILENT, Path.WRONG_FINGERPRINT])
@pytest.mark.parametrize(("side", "change"), [("publish", publish_path), ("subscribe", subscribe_path)])
async def test_a_side_never_stands(side: str, change: Callable[[Path], Change], path: Path) -> None:
    async with playing(change(path)) as simulator, visiting(simulator) as ann:
        await ann.join("Ann")
        bad, good = (ann.publish, ann.subscribe) if side == "publish" else (ann.subscribe, ann.publish)
        await ann.connected(good)
        assert bad
        ice = {Path.ICE_SILENT: "checking"}.get(path, "completed")
        end = "failed" if path is Path.WRONG_FINGERPRINT else "connecting"
        await until(lambda: _is(bad, ice, end), at_least=1)
        await asyncio.sleep(QUIET)
        assert await _is(bad, ice, end)


async def _is(peer: RTCPeerConnection | None, ice: str, connection: str) -> int:
    assert peer
    return int((peer.iceConnectionState, peer.connectionState) == (ice, connection))


async def test_a_path_falls_silent_after_it_stood() -> None:
    async with playing(publish_path(Path.DIES)) as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await bob.join("Bob")
        await ann.join("Ann", kinds=("audio",))
        await bob.received("audio", packets=1)
        await asyncio.sleep(1.6)
        before = await bob.counted("audio")
        await asyncio.sleep(QUIET)
        assert await bob.counted("audio") == before


async def test_media_vanishes_while_the_connection_stands() -> None:
    vanishing = publish_path(Path.MEDIA_VANISHES)
    async with playing(vanishing) as simulator, visiting(simulator) as ann, visiting(simulator) as bob:
        await ann.join("Ann", kinds=("audio",))
        await bob.join("Bob")
        await bob.connected(bob.subscribe)
        await asyncio.sleep(QUIET)
        assert await bob.counted("audio") == 0
        assert await _reported(ann) == []


async def test_every_fifth_packet_is_lost() -> None:
    async with playing(publish_path(Path.LOSSY)) as simulator, visiting(simulator) as ann:
        await ann.join("Ann", kinds=("audio",))
        async with asyncio.timeout(5):
            while not (reports := await _reported(ann)):  # noqa: ASYNC110 - no event tells of a report
                await asyncio.sleep(0.05)
        lost, received = reports[0]
        assert lost / (lost + received) == pytest.approx(0.2, abs=0.06)


async def _reported(peer: RoomClient) -> list[tuple[int, int]]:
    assert peer.publish
    stats = [await sender.getStats() for sender in peer.publish.getSenders()]
    return [
        (told.packetsLost, told.packetsReceived)
        for report in stats
        for told in report.values()
        if told.type == "remote-inbound-rtp"
    ]


async def test_media_that_passes_the_relays_alone_reaches_nobody_directly() -> None:
    async with playing(media_reached(Reach.RELAYS)) as simulator, visiting(simulator) as ann:
        await ann.join("Ann")
        assert ann.publish
        await asyncio.sleep(QUIET)
        assert ann.publish.iceConnectionState == "checking"


async def test_media_that_passes_the_relays_alone_passes_through_one() -> None:
    async with playing(media_reached(Reach.RELAYS)) as simulator, visiting(simulator) as ann:
        ann.relayed_by(simulator)
        await ann.join("Ann")
        await ann.connected(ann.publish)


async def test_those_who_joined_are_cut_off_and_kept_out() -> None:
    async with playing(sockets(Sockets.DROPPED)) as simulator, visiting(simulator) as bob:
        peer_id = secrets.token_hex(8)
        async with visiting(simulator, peer_id=peer_id) as ann:
            await ann.ask("join", {"name": "Ann"})
            await asyncio.wait_for(ann.reader, 3)
        with pytest.raises(InvalidStatus, match="503"):
            async with visiting(simulator, peer_id=peer_id):
                pass
        # Others still come in, and find her in the room: she may be on her way back.
        await bob.ask("join", {"name": "Bob"})
        assert list((await bob.told("peer-list"))["peers"]) == [peer_id]


async def test_those_who_are_cut_off_once_come_back_to_what_they_had() -> None:
    async with playing(sockets(Sockets.DROPPED_ONCE)) as simulator, visiting(simulator) as ann:
        await ann.join("Ann", kinds=("audio",))
        await asyncio.wait_for(ann.reader, 3)
        assert ann.publish
        async with visiting(simulator, peer_id=ann.peer_id) as back:
            assert (await back.told("peer-list"))["peers"] == {}
            back.publish = ann.publish
            again = await back.ask("offer", {"desc": await back.offer(), "tracks": back.states()})
            await back.set_answer(again)
            assert ann.publish.connectionState == "connected"
            await asyncio.sleep(1.2)
            assert not back.reader.done()


async def test_init_says_something_else_to_those_who_come_back() -> None:
    no = in_room(
        lambda _script: RoomScript(sockets=Sockets.DROPPED_ONCE, returning=Answer(status=401, body=b'{"code":40109}'))
    )
    async with playing(together(no)) as simulator, visiting(simulator) as ann:
        assert await ann.asked_init(simulator) == 200
        await ann.ask("join", {"name": "Ann"})
        await asyncio.wait_for(ann.reader, 3)
        assert await ann.asked_init(simulator) == 401
