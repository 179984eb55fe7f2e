"""A media server of a few lines, whose every answer a test can replace: for what no sane server does."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiortc import AudioStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack
from websockets.asyncio.server import ServerConnection, serve

Message = dict[str, object]
Params = Mapping[str, object]
Answer = Callable[["Guest", Params], Awaitable[object]]

POLICY = {
    "name": "host",
    "known_roles": {
        "host": {
            "name": "host",
            "publishParams": {"allowed": ["audio", "video", "screen"]},
            "subscribeParams": {"subscribeToRoles": ["host"]},
        }
    },
}
OTHER = {"peer_id": "p-other", "role": "host", "info": {"name": "Ann", "user_id": "u"}, "tracks": {"t-1": {}}}


@dataclass
class Refuse(Exception):  # noqa: N818
    """Answer with an error."""

    code: int
    message: str


@dataclass
class Sfu:
    """What it saw, and what it does in place of the healthy answer, by method."""

    instead: dict[str, Answer] = field(default_factory=dict)
    policy: Params = field(default_factory=lambda: POLICY)
    before_join: tuple[Message, ...] = ()
    after_join: tuple[Message, ...] = ()
    offers: bool = True
    greeting: Message = field(default_factory=dict)  # in place of the policy
    guests: list["Guest"] = field(default_factory=list)

    def heard(self, method: str) -> list[Params]:
        """Give the parameters of every message of a method."""
        return [params for guest in self.guests for name, params in guest.heard if name == method]

    async def _serve(self, websocket: ServerConnection) -> None:
        guest = Guest(self, websocket)
        self.guests.append(guest)
        await guest.stay()


class Guest:
    """One websocket and its two peer connections."""

    def __init__(self, sfu: Sfu, websocket: ServerConnection) -> None:
        self.sfu, self.websocket = sfu, websocket
        self.heard: list[tuple[str, Params]] = []
        self.publish = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.subscribe = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.tracks: list[MediaStreamTrack] = []
        self.packets: dict[str, int] = {}
        self.publish.on("track", self.tracks.append)

    async def push(self, method: str, params: object) -> None:
        await self.websocket.send(json.dumps({"method": method, "params": params}))

    async def stay(self) -> None:
        greeting = self.sfu.greeting or {"method": "on-policy-change", "params": self.sfu.policy}
        await self.websocket.send(json.dumps(greeting))
        await self.push("room-state", {"peer_count": 1, "room": {}, "peers": {"p-other": OTHER}})
        for message in self.sfu.before_join:
            await self.websocket.send(json.dumps(message))
        tasks = set()
        try:
            async for text in self.websocket:
                task = asyncio.create_task(self._hear(json.loads(text)))
                tasks.add(task)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, message: Message) -> None:
        method, params = str(message["method"]), message["params"]
        assert isinstance(params, Mapping)
        self.heard.append((method, params))
        answer = self.sfu.instead.get(method) or HEALTHY.get(method)
        if answer is None:
            return
        try:
            reply: Message = {"result": await answer(self, params)}
        except Refuse as no:
            reply = {"error": {"code": no.code, "message": no.message}}
        if "id" in message:
            await self.websocket.send(json.dumps({"id": message["id"], "jsonrpc": "2.0", **reply}))
        if method == "join" and "result" in reply and reply["result"]:
            await self.welcome()

    async def welcome(self) -> None:
        for message in self.sfu.after_join:
            await self.websocket.send(json.dumps(message))
        if self.sfu.offers:
            self.subscribe.createDataChannel("ion-sfu")
            self.subscribe.addTrack(AudioStreamTrack())
            await self.subscribe.setLocalDescription(await self.subscribe.createOffer())
            await self.push("offer", {"type": "offer", "sdp": self.subscribe.localDescription.sdp})


async def ping(_guest: Guest, params: Params) -> object:
    return {"timestamp": params["timestamp"]}


async def take_offer(guest: Guest, offer: object) -> Message:
    assert isinstance(offer, Mapping)
    await guest.publish.setRemoteDescription(RTCSessionDescription(sdp=offer["sdp"], type="offer"))
    await guest.publish.setLocalDescription(await guest.publish.createAnswer())
    return {"type": "answer", "sdp": guest.publish.localDescription.sdp, "sfu_node_id": "odd-1"}


async def join(guest: Guest, params: Params) -> object:
    return await take_offer(guest, params["offer"]) if "offer" in params else {"type": "answer"}


async def offer(guest: Guest, params: Params) -> object:
    return await take_offer(guest, params["desc"])


async def answer(guest: Guest, params: Params) -> object:
    desc = params["desc"]
    assert isinstance(desc, Mapping)
    await guest.subscribe.setRemoteDescription(RTCSessionDescription(sdp=desc["sdp"], type="answer"))
    return None


HEALTHY: Mapping[str, Answer] = {"ping": ping, "join": join, "offer": offer, "answer": answer}


@asynccontextmanager
async def serving_room(sfu: Sfu) -> AsyncIterator[int]:
    """Serve the room; gives its port."""
    try:
        async with serve(sfu._serve, "127.0.0.1", 0) as server:
            yield server.sockets[0].getsockname()[1]
    finally:
        await asyncio.gather(*(pc.close() for guest in sfu.guests for pc in (guest.publish, guest.subscribe)))
