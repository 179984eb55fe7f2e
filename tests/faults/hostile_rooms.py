"""A room that means harm: token, init and policy are good; what comes for the join and after it is what a case says."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from hostile_servers import Backend, signalling_server
from ws_servers import Certificates, Reader, Writer, accept, frame, read_frame

from hms_doctor.model.json import JsonValue

_ROLE: JsonValue = {
    "publishParams": {"allowed": ["audio", "video"]},
    "subscribeParams": {"subscribeToRoles": ["host"]},
}
_POLICY: JsonValue = {"method": "on-policy-change", "params": {"name": "host", "known_roles": {"host": _ROLE}}}


@dataclass
class Talk:
    """One doctor in the room: what it said, and how to answer it."""

    writer: Writer
    joined: JsonValue = None  # the id of its join
    sdp: str = ""  # both descriptions
    said: list[str] = field(default_factory=list)  # methods, in their order

    async def push(self, method: str, params: JsonValue) -> None:
        await self._send({"jsonrpc": "2.0", "method": method, "params": params})

    async def answer(self, sdp: JsonValue, kind: str = "answer") -> None:
        self.sdp += str(sdp)
        await self.reply(self.joined, {"type": kind, "sdp": sdp, "sfu_node_id": "n"})

    async def reply(self, number: JsonValue, result: JsonValue) -> None:
        await self._send({"jsonrpc": "2.0", "id": number, "result": result})

    async def _send(self, message: JsonValue) -> None:
        if self.writer.is_closing():
            raise ConnectionError
        self.writer.write(frame(json.dumps(message)))
        await self.writer.drain()
        await asyncio.sleep(0)


Play: TypeAlias = Callable[[Talk], Coroutine[None, None, None]]


@dataclass
class HostileRoom:
    """The room's doors; ``talks`` keeps what every doctor said."""

    play: Play
    talks: list[Talk] = field(default_factory=list)

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        await accept(reader, writer, frame(json.dumps(_POLICY)))
        talk = Talk(writer)
        self.talks.append(talk)
        playing: list[asyncio.Task[None]] = []
        try:
            while True:
                opcode, payload = await read_frame(reader)
                if opcode == 8:
                    writer.write(frame(payload, 8))
                    return
                if opcode == 1:
                    playing += [asyncio.create_task(done) for done in self._heard(talk, json.loads(payload))]
        finally:
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)

    def _heard(self, talk: Talk, message: dict[str, JsonValue]) -> list[Coroutine[None, None, None]]:
        method = str(message["method"])
        talk.said.append(method)
        if method == "ping":
            return [talk.reply(message["id"], message["params"])]
        if method != "join":
            return []
        params = message["params"]
        assert isinstance(params, dict)
        offer = params["offer"]
        assert isinstance(offer, dict)
        talk.joined, talk.sdp = message["id"], str(offer["sdp"])
        return [self.play(talk)]


@asynccontextmanager
async def room_server(certificates: Certificates, play: Play) -> AsyncIterator[tuple[Backend, HostileRoom]]:
    """Serve a room that plays a case as soon as somebody joins."""
    room = HostileRoom(play)
    async with signalling_server(certificates, room) as backend:
        yield backend, room
