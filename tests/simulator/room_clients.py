"""A client of the room that shares no code with it nor with the doctor: websockets and aiortc's peer connections."""

import asyncio
import json
import typing
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from fractions import Fraction

import av
import websockets.asyncio.client as ws
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.sdp import candidate_from_sdp
from sim_clients import bearer, client, trusting
from websockets.exceptions import ConnectionClosed

from hms_doctor.simulator import Simulator

PATIENCE = 5.0
# With aiortc's own policy a second track of a kind keeps a transport that was closed.
BUNDLED = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
# What JSON holds is known to the test that reads it.
Told = dict[str, typing.Any]  # type: ignore[explicit-any]


async def until(count: Callable[[], Awaitable[int]], *, at_least: int) -> None:
    """Wait until a count is reached."""
    async with asyncio.timeout(PATIENCE):
        while await count() < at_least:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.02)


class SmallVideo(VideoStreamTrack):
    """Ten small grey pictures a second."""

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(0.1)
        self.number = getattr(self, "number", 0) + 1
        frame = av.VideoFrame(160, 90, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.pts, frame.time_base = 9000 * self.number, Fraction(1, 90000)
        return frame


class RoomClient:
    """One peer."""

    def __init__(self, connection: ws.ClientConnection, peer_id: str) -> None:
        self.peer_id = peer_id
        self.pushed: list[Told] = []
        self.problems: list[Exception] = []
        self.heard: list[MediaStreamTrack] = []
        self.publish: RTCPeerConnection | None = None
        self.subscribe = RTCPeerConnection(BUNDLED)
        self.subscribe.on("track", self.heard.append)
        self._connection = connection
        self._answers: dict[str, asyncio.Future[Told]] = {}
        self._early: list[Told] = []
        self._news = asyncio.Condition()
        self._offers = asyncio.Lock()
        self.working: set[asyncio.Task[None]] = set()
        self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for text in self._connection:
                message = json.loads(text)
                if "method" in message:
                    await self._take(message["method"], message["params"])
                elif future := self._answers.pop(message["id"], None):
                    future.set_result(message)
        except ConnectionClosed:
            pass
        for future in self._answers.values():
            if not future.done():
                future.set_exception(ConnectionError("the websocket is gone"))

    async def _take(self, method: str, params: Told) -> None:
        if method in {"offer", "trickle"}:
            task = asyncio.create_task(self._negotiate(method, params))
            self.working.add(task)
            task.add_done_callback(self.working.discard)
        async with self._news:
            self.pushed.append({"method": method, "params": params})
            self._news.notify_all()

    async def _negotiate(self, method: str, params: Told) -> None:
        try:
            async with self._offers:
                if method == "offer":
                    await self._answer(str(params["sdp"]))
                else:
                    await self._add(params)
        except Exception as problem:  # noqa: BLE001 - what goes wrong is what some tests are about
            self.problems.append(problem)

    async def _answer(self, sdp: str) -> None:
        await self.subscribe.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.subscribe.setLocalDescription(await self.subscribe.createAnswer())
        local = self.subscribe.localDescription
        await self.notify("answer", {"desc": {"type": "answer", "sdp": local.sdp}})

    async def _add(self, params: Told) -> None:
        peer = self.publish if params["target"] == 0 else self.subscribe
        told = params["candidate"]
        if peer is None or peer.remoteDescription is None:
            self._early.append(params)
            return
        candidate = candidate_from_sdp(str(told["candidate"]).removeprefix("candidate:"))
        candidate.sdpMid = str(told["sdpMid"])
        await peer.addIceCandidate(candidate)

    def relayed_by(self, simulator: Simulator) -> None:
        """Publish through the simulator's relay alone."""
        (server,) = simulator.ice_servers
        turn = RTCIceServer(server.urls[0], server.username, server.credential.reveal())
        self.publish = RTCPeerConnection(RTCConfiguration([turn], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.publish.createDataChannel("ion-sfu", protocol="SCTP")

    async def asked_init(self, simulator: Simulator) -> int:
        """Ask init as this peer, and give the status."""
        async with client(simulator) as http:
            url, token = f"{simulator.init_endpoint}/init", simulator.tokens["host"]
            answer = await http.get(url, params={"peer_id": self.peer_id}, headers=bearer(token))
        return answer.status_code

    async def send(self, text: str) -> None:
        await self._connection.send(text)

    async def notify(self, method: str, params: Told) -> None:
        await self._connection.send(json.dumps({"method": method, "params": params}))

    async def ask(self, method: str, params: Told, *, patience: float = PATIENCE) -> Told:
        number = str(uuid.uuid4())
        future = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._connection.send(json.dumps({"method": method, "params": params, "id": number, "jsonrpc": "2.0"}))
        return await asyncio.wait_for(future, patience)

    async def told(
        self, method: str, *, which: Callable[[Told], bool] = lambda _params: True, patience: float = PATIENCE
    ) -> Told:
        """Wait for a push, also one that came before."""

        def found() -> list[Told]:
            return [params for push in self.pushed if push["method"] == method and which(params := push["params"])]

        async with asyncio.timeout(patience), self._news:
            await self._news.wait_for(found)
        return found()[0]

    async def join(self, name: str = "somebody", *, kinds: tuple[str, ...] = ()) -> Told:
        """Join as the SDK does, with the data channel alone; then publish."""
        answer = await self.ask("join", {"name": name, "data": "", "offer": await self.offer()})
        await self.set_answer(answer)
        if kinds:
            # aiortc starts no sender that was added between ICE and DTLS.
            await self.connected(self.publish)
            await self.add(*kinds)
        return answer

    async def offer(self) -> Told:
        if self.publish is None:
            self.publish = RTCPeerConnection(BUNDLED)
            self.publish.createDataChannel("ion-sfu", protocol="SCTP")
        await self.publish.setLocalDescription(await self.publish.createOffer())
        return {"type": "offer", "sdp": self.publish.localDescription.sdp}

    async def set_answer(self, answer: Told) -> None:
        assert self.publish
        await self.publish.setRemoteDescription(RTCSessionDescription(answer["result"]["sdp"], "answer"))
        early, self._early = self._early, []
        for params in early:
            await self._negotiate("trickle", params)

    async def add(self, *kinds: str) -> Told:
        """Publish tracks of these kinds: one renegotiation."""
        assert self.publish
        for kind in kinds:
            self.publish.addTrack(AudioStreamTrack() if kind == "audio" else SmallVideo())
        answer = await self.ask("offer", {"desc": await self.offer(), "tracks": self.states()})
        await self.set_answer(answer)
        return answer

    def states(self) -> Told:
        assert self.publish
        return {
            sender.track.id: {
                "type": sender.kind,
                "source": "regular",
                "description": "",
                "mute": False,
                "track_id": sender.track.id,
                "stream_id": sender._stream_id,
            }
            for sender in self.publish.getSenders()
        }

    async def connected(self, peer: RTCPeerConnection | None) -> None:
        """Wait until ICE and DTLS stand."""
        assert peer
        up = asyncio.Event()

        def look() -> None:
            if peer.connectionState == "connected":
                up.set()

        peer.on("connectionstatechange", look)
        look()
        await asyncio.wait_for(up.wait(), PATIENCE)

    async def received(self, kind: str, *, packets: int) -> None:
        """Wait until so many packets of this kind came from others."""
        await until(lambda: self.counted(kind), at_least=packets)

    async def counted(self, kind: str) -> int:
        """Count the packets of this kind that came."""
        stats = [await receiver.getStats() for receiver in self.subscribe.getReceivers()]
        return sum(
            told.packetsReceived
            for report in stats
            for told in report.values()
            if told.type == "inbound-rtp" and told.kind == kind
        )

    async def aclose(self) -> None:
        for peer in (self.publish, self.subscribe):
            if peer:
                await peer.close()
        await self._connection.close()
        await self.reader
        for task in tuple(self.working):
            task.cancel()
        await asyncio.gather(*self.working, return_exceptions=True)


@asynccontextmanager
async def visiting(simulator: Simulator, role: str = "host", peer_id: str = "") -> AsyncIterator[RoomClient]:
    """Open the websocket of one peer; leave everything closed."""
    wanted = peer_id or str(uuid.uuid4())
    address = f"{simulator.signalling_url}?peer={wanted}&token={simulator.tokens[role].reveal()}"
    async with AsyncExitStack() as stack:
        connection = await ws.connect(address, ssl=trusting(simulator), proxy=None, open_timeout=5, close_timeout=1)
        client = RoomClient(connection, wanted)
        stack.push_async_callback(client.aclose)
        await client.told("on-policy-change")
        yield client
