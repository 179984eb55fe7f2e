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
from hms_doctor.simulator.policy import policy
from hms_doctor.simulator.ports import reset
from hms_doctor.simulator.room.attendance import Attendance
from hms_doctor.simulator.room.door import Door
from hms_doctor.simulator.scenario import SignallingScript, UpgradeAccepted, UpgradeSilent
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
    Step,
)
from hms_doctor.simulator.web import Request, error, send

if TYPE_CHECKING:
    from websockets.server import ServerProtocol

_MOST_OF_A_MESSAGE = 1 << 20
_MOST_UNREAD = 8 << 20
_GONE = error(503, "unavailable")


@dataclass(frozen=True, kw_only=True)
class Signalling:
    """One way to serve signalling: as the scenario says."""

    ground: Ground
    account: Account
    door: Door

    async def serve(self, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the request for an upgrade, and play the script on the websocket where that succeeds."""
        peer_id = request.query.get("peer", "")
        match self.ground.scenario_for(peer_id).signalling.upgrade:
            case _ if self.door.refuses(peer_id):
                await send(writer, request, _GONE, self.ground.now())
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
            case Accepted() as accepted:
                await Talk(self, request, accepted, reader, writer).hold()


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
        request: Request,
        accepted: Accepted,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._ground = signalling.ground
        self._room = signalling.door.room
        self._role = accepted.role
        self._connection = _upgraded(request)
        self._reader = reader
        self._writer = writer
        self._peer_id = request.query["peer"]
        self._attendance = Attendance(signalling.door, self, self._peer_id, accepted.role, accepted.user_id)

    @property
    def _script(self) -> SignallingScript:
        return self._ground.scenario_for(self._peer_id).signalling

    async def hold(self) -> None:
        """Push the opening while listening, until either side ends it."""
        opening = asyncio.create_task(self._open())
        try:
            await self._flush()
            await self._listen()
        finally:
            opening.cancel()
            (ended,) = await asyncio.gather(opening, return_exceptions=True)
            await self._attendance.aclose()
        if isinstance(ended, Exception):
            raise ended

    async def _open(self) -> None:
        await self.play(self._script.opening)
        self._attendance.opened()

    async def play(self, steps: tuple[Step, ...]) -> None:
        """Do these steps, one after the other."""
        for step in steps:
            match step:
                case Pause(seconds=seconds):
                    await asyncio.sleep(seconds)
                case Sever():
                    self.cut()
                    return
                case _ if self._ending():
                    return
                case _:
                    self._send(step)
                    await self._flush()

    def _send(self, frame: Frame) -> None:
        match frame:
            case SayPolicy(reshape=reshape):
                self.push("on-policy-change", reshape(policy(self._role)))
            case SayRoomState():
                self.push("room-state", self._room.state(self._attendance.newcomer()))
            case Say(text=text):
                self._connection.send_text(text.encode())
            case SayBytes(data=data):
                self._connection.send_binary(data)
            case PingFrame():
                self._connection.send_ping(b"still there")
            case CloseFrame(code=code, reason=reason):
                self._connection.send_close(code, reason)

    def push(self, method: str, params: JsonObject) -> None:
        """Send a notification."""
        self._say({"jsonrpc": "2.0", "method": method, "params": params})

    def answer(self, asked: str, result: JsonObject) -> None:
        """Answer a request."""
        self._say({"id": asked, "jsonrpc": "2.0", "result": result})

    def deny(self, asked: str, code: int, message: str) -> None:
        """Answer a request with an error."""
        self._say({"id": asked, "jsonrpc": "2.0", "error": {"code": code, "message": message}})

    def leave_hollow(self, asked: str) -> None:
        """Answer a request with neither a result nor an error."""
        self._say({"id": asked, "jsonrpc": "2.0"})

    def cut(self) -> None:
        """Cut the TCP connection."""
        reset(self._writer)

    def _say(self, message: Mapping[str, JsonValue]) -> None:
        if self._ending():  # the client spoke while we were saying goodbye
            return
        self._connection.send_text(json.dumps(message, ensure_ascii=False).encode())
        self._write()
        if self._writer.transport.get_write_buffer_size() > _MOST_UNREAD:
            self.cut()

    def _ending(self) -> bool:
        """Whether one of the sides has said goodbye."""
        from websockets.protocol import State

        return self._connection.state is not State.OPEN or self._writer.is_closing()

    def _write(self) -> None:
        for data in self._connection.data_to_send():
            if data:
                self._writer.write(data)
            else:
                self._writer.close()

    async def _flush(self) -> None:
        self._write()
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
        if not isinstance(message, Mapping):
            return
        match message:
            case {"method": "ping", "id": str(pinged), "params": {"timestamp": stamp}}:
                if self._script.pongs:
                    self.answer(pinged, {"timestamp": stamp})
            case {"method": str(method)}:
                asked, params = message.get("id"), message.get("params")
                number = asked if isinstance(asked, str) else ""
                self._attendance.hear(method, number, params if isinstance(params, Mapping) else {})
            case _:
                return
