"""The signalling websocket: the upgrade, what is pushed first, pings answered (hms-video-store: signal/jsonrpc)."""

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.account import Account
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.judging import Accepted, Refused, judge
from hms_doctor.simulator.policy import policy, room_state
from hms_doctor.simulator.ports import reset
from hms_doctor.simulator.scenario import UpgradeAccepted, UpgradeSilent
from hms_doctor.simulator.steps import (
    CloseFrame,
    Frame,
    Pause,
    PingFrame,
    Say,
    SayBytes,
    SayPolicy,
    SayRoomState,
    Sever,
)
from hms_doctor.simulator.web import Request, error, send

if TYPE_CHECKING:
    from websockets.server import ServerProtocol

_METHOD_NOT_FOUND = -32601  # JSON-RPC 2.0, 5.1
_UNSUPPORTED = {"join": "this simulator ends where the policy is pushed: no room can be joined"}
_MOST_OF_A_MESSAGE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Signalling:
    """One way to serve signalling: as the scenario says."""

    ground: Ground
    account: Account

    async def serve(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the request for an upgrade, and play the script on the websocket where that succeeds."""
        match self.ground.scenario.signalling.upgrade:
            case UpgradeSilent():
                await reader.read()
            case Answer() as answer:
                await send(writer, request, answer, self.ground.now())
            case UpgradeAccepted():
                await self._judge(request, reader, writer)

    async def _judge(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match judge(request.query.get("token", ""), self.account, self.ground.now()):
            case Refused(message=message):
                await send(writer, request, error(401, message), self.ground.now())
            case Accepted() if not request.query.get("peer"):
                await send(writer, request, error(400, "peer is missing"), self.ground.now())
            case Accepted(role=role):
                connection = _upgraded(request)
                await Talk(self, role, connection, reader, writer).hold()


def _upgraded(request: Request) -> "ServerProtocol":
    """Give the connection after its handshake; a request that asks for no websocket leaves it closed, with 426."""
    from websockets.http11 import Request as Handshake
    from websockets.server import ServerProtocol

    connection = ServerProtocol(max_size=_MOST_OF_A_MESSAGE)
    connection.receive_data(request.raw)
    for handshake in connection.events_received():
        if isinstance(handshake, Handshake):
            connection.send_response(connection.accept(handshake))
    return connection


class Talk:
    """One open websocket."""

    def __init__(
        self,
        signalling: Signalling,
        role: str,
        connection: "ServerProtocol",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._script = signalling.ground.scenario.signalling
        self._room_id = signalling.account.room_id
        self._role = role
        self._connection = connection
        self._reader = reader
        self._writer = writer

    async def hold(self) -> None:
        """Push the opening while listening, until either side ends it."""
        await self._flush()
        opening = asyncio.create_task(self._open())
        try:
            await self._listen()
        finally:
            opening.cancel()
            (ended,) = await asyncio.gather(opening, return_exceptions=True)
        if isinstance(ended, Exception):
            raise ended

    async def _open(self) -> None:
        for step in self._script.opening:
            match step:
                case Pause(seconds=seconds):
                    await asyncio.sleep(seconds)
                case Sever():
                    reset(self._writer)
                    return
                case _ if self._ending():
                    return
                case _:
                    self._send(step)
                    await self._flush()

    def _send(self, frame: Frame) -> None:
        match frame:
            case SayPolicy(reshape=reshape):
                self._push("on-policy-change", reshape(policy(self._role)))
            case SayRoomState():
                self._push("room-state", room_state(self._room_id))
            case Say(text=text):
                self._connection.send_text(text.encode())
            case SayBytes(data=data):
                self._connection.send_binary(data)
            case PingFrame():
                self._connection.send_ping(b"still there")
            case CloseFrame(code=code, reason=reason):
                self._connection.send_close(code, reason)

    def _push(self, method: str, params: JsonObject) -> None:
        self._say({"jsonrpc": "2.0", "method": method, "params": params})

    def _say(self, message: Mapping[str, JsonValue]) -> None:
        if self._ending():  # the client spoke while we were saying goodbye
            return
        self._connection.send_text(json.dumps(message, ensure_ascii=False).encode())

    def _ending(self) -> bool:
        """Whether one of the sides has said goodbye."""
        from websockets.protocol import State

        return self._connection.state is not State.OPEN

    async def _flush(self) -> None:
        for data in self._connection.data_to_send():
            if data:
                self._writer.write(data)
            else:
                self._writer.close()
        await self._writer.drain()

    async def _listen(self) -> None:
        from websockets.frames import Frame as Received
        from websockets.frames import Opcode

        text = b""
        while data := await self._reader.read(65536):
            self._connection.receive_data(data)
            for event in self._connection.events_received():
                if isinstance(event, Received) and event.opcode in {Opcode.TEXT, Opcode.CONT}:
                    text += event.data
                    if event.fin:
                        self._hear(text)
                        text = b""
            await self._flush()

    def _hear(self, text: bytes) -> None:
        try:
            message: JsonValue = json.loads(text)
        except (ValueError, RecursionError):
            return
        match message:
            case {"method": "ping", "id": str(asked), "params": {"timestamp": stamp}} if self._script.pongs:
                self._say({"id": asked, "jsonrpc": "2.0", "result": {"timestamp": stamp}})
            case {"method": str(method), "id": str(asked)} if method != "ping":
                told = _UNSUPPORTED.get(method, f"unknown method {method}")
                self._say({"id": asked, "jsonrpc": "2.0", "error": {"code": _METHOD_NOT_FOUND, "message": told}})
