"""Runs in the lab's client namespace for ``room.py``: a join with aiortc and nothing else, until media flows both ways.

Arguments: init's origin, the file of the token, that of the CA, and ``relays`` to hand init's ICE servers to aiortc.
"""

import asyncio
import json
import ssl
import sys
import uuid
from pathlib import Path
from urllib.request import Request, urlopen

import websockets.asyncio.client as ws
from aiortc import (
    AudioStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.sdp import candidate_from_sdp

PATIENCE = 15.0


class Peer:
    """One stay in the room, as short as can be."""

    def __init__(self, socket: ws.ClientConnection, config: RTCConfiguration) -> None:
        self.socket = socket
        self.publish, self.subscribe = RTCPeerConnection(config), RTCPeerConnection(config)
        self.answers: dict[str, asyncio.Future[object]] = {}
        self.early: list[tuple[RTCPeerConnection, str]] = []
        self.described: set[RTCPeerConnection] = set()
        self.up = asyncio.Event()
        self.publish.on("connectionstatechange", self._look)

    def _look(self) -> None:
        if self.publish.connectionState == "connected":
            self.up.set()

    async def read(self) -> None:
        async for text in self.socket:
            message = json.loads(text)
            if future := self.answers.pop(message.get("id", ""), None):
                future.set_result(message["result"])
            elif message.get("method") == "offer":
                await self._answer(message["params"]["sdp"])
            elif message.get("method") == "trickle":
                await self._add(message["params"])

    async def _answer(self, sdp: str) -> None:
        await self.subscribe.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.subscribe.setLocalDescription(await self.subscribe.createAnswer())
        self.described.add(self.subscribe)
        await self._flush(self.subscribe)
        desc = {"type": "answer", "sdp": self.subscribe.localDescription.sdp}
        await self.socket.send(json.dumps({"method": "answer", "params": {"desc": desc}, "jsonrpc": "2.0"}))

    async def _add(self, params: dict[str, object]) -> None:
        told = params["candidate"]
        assert isinstance(told, dict)
        self.early.append((self.publish if params["target"] == 0 else self.subscribe, str(told["candidate"])))
        await self._flush(self.early[-1][0])

    async def _flush(self, connection: RTCPeerConnection) -> None:
        if connection not in self.described:
            return
        for owner, text in [each for each in self.early if each[0] is connection]:
            self.early.remove((owner, text))
            candidate = candidate_from_sdp(text.removeprefix("candidate:"))
            candidate.sdpMid = "0"
            await connection.addIceCandidate(candidate)

    async def ask(self, method: str, params: dict[str, object]) -> object:
        number = str(uuid.uuid4())
        future = self.answers[number] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"method": method, "params": params, "id": number, "jsonrpc": "2.0"}))
        return await future

    async def offer(self) -> dict[str, str]:
        await self.publish.setLocalDescription(await self.publish.createOffer())
        return {"type": "offer", "sdp": self.publish.localDescription.sdp}

    async def accept(self, answer: object) -> None:
        assert isinstance(answer, dict)
        await self.publish.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        self.described.add(self.publish)
        await self._flush(self.publish)

    async def join(self) -> None:
        self.publish.createDataChannel("ion-sfu", protocol="SCTP")
        await self.accept(await self.ask("join", {"name": "bare", "data": "", "offer": await self.offer()}))
        await self.up.wait()
        for track in (AudioStreamTrack(), VideoStreamTrack()):
            self.publish.addTrack(track)
        tracks = {
            sender.track.id: {
                "type": sender.kind, "source": "regular", "description": "", "mute": False,
                "track_id": sender.track.id, "stream_id": sender._stream_id,
            }
            for sender in self.publish.getSenders()
        }  # fmt: skip
        await self.accept(await self.ask("offer", {"desc": await self.offer(), "tracks": tracks}))
        while not (await self._sent() and await self._heard()):  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.005)

    async def _sent(self) -> int:
        return await _packets(self.publish, "outbound-rtp")

    async def _heard(self) -> int:
        return await _packets(self.subscribe, "inbound-rtp")

    async def leave(self) -> None:
        await self.socket.send(json.dumps({"method": "leave", "params": {}, "jsonrpc": "2.0"}))
        await asyncio.gather(self.publish.close(), self.subscribe.close())


async def _packets(connection: RTCPeerConnection, kind: str) -> int:
    rows = (await connection.getStats()).values()
    return sum(getattr(row, "packetsSent", getattr(row, "packetsReceived", 0)) for row in rows if row.type == kind)


async def main(origin: str, token: str, trust: ssl.SSLContext, *, relays: bool) -> None:
    peer_id = str(uuid.uuid4())
    asked = Request(f"{origin}/init?peer_id={peer_id}", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
    with urlopen(asked, context=trust) as answer:  # noqa: ASYNC210, S310 - there is nothing else to do
        told = json.load(answer)
    listed = told["rtcConfiguration"]["ice_servers"] if relays else []
    servers = [RTCIceServer(one["urls"], one.get("username"), one.get("credential")) for one in listed]
    config = RTCConfiguration(servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
    url = f"{told['endpoint']}?peer={peer_id}&token={token}"
    async with asyncio.timeout(PATIENCE), ws.connect(url, ssl=trust, proxy=None) as socket:
        peer = Peer(socket, config)
        reading = asyncio.ensure_future(peer.read())
        await peer.join()
        await peer.leave()
        reading.cancel()
    sys.stdout.write("media flows\n")


if __name__ == "__main__":
    origin, token_file, ca_file, *more = sys.argv[1:]
    trust = ssl.create_default_context(cafile=ca_file)
    asyncio.run(main(origin, Path(token_file).read_text(encoding="utf-8"), trust, relays="relays" in more))
