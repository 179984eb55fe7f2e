"""One websocket's part in the room: what is heard on it is done, in its order, without keeping its reader waiting."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Final

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.simulator.room import notices
from hms_doctor.simulator.room.deeds import DEEDS, do
from hms_doctor.simulator.room.door import Door
from hms_doctor.simulator.room.line import Line
from hms_doctor.simulator.room.occupant import Occupant
from hms_doctor.simulator.room.offering import PUBLISH, trickled
from hms_doctor.simulator.room.replying import reply
from hms_doctor.simulator.room.requests import GRANTED, granted
from hms_doctor.simulator.room.script import Granted, Sockets
from hms_doctor.simulator.room.sdp_reading import UnreadableError
from hms_doctor.simulator.steps import Step

METHOD_NOT_FOUND: Final = -32601  # JSON-RPC 2.0, 5.1
NO_WEBRTC: Final = (
    "this simulator ends where the policy is pushed: "
    "no room can be joined without the optional packages of hms-doctor[room]"
)
DROPPED_AFTER: Final = 1.0
"""Seconds without a request after which the websocket of one who joined is cut, where the script says so."""
_FORBIDDEN, _UNREADABLE, _FAILED = 403, 400, 500


class Attendance:
    """The conversation of one peer, before, while and after it is in the room."""

    def __init__(self, door: Door, line: Line, peer_id: str, role: str, user_id: str) -> None:
        self.peer_id = peer_id
        self.line = line
        self._door = door
        self._room = door.room
        self._role = role
        self._user_id = user_id
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._drop: asyncio.TimerHandle | None = None
        self._occupant = door.come(self)

    def hear(self, method: str, asked: str, params: JsonObject) -> None:
        """Take one message; ``asked`` is the request's number, empty for a notification."""
        match method:
            case "join" if asked:
                self._in_turn(partial(self._join, asked, params))
            case "offer" if asked:
                self._in_turn(partial(self._renegotiate, asked, params))
            case "answer":
                self._take_answer(params)
            case "leave":
                self._in_turn(self._left)
            case _ if method in DEEDS and self._occupant:
                self._tell(asked, do(self._room, self._occupant, method, params))
            case _ if method in GRANTED or method in DEEDS:
                self._tell(asked, granted(method, params))
            case _:
                self._deny(asked, METHOD_NOT_FOUND, f"unknown method {method}")

    def _tell(self, asked: str, result: JsonObject) -> None:
        if asked:
            self.line.answer(asked, result)

    def _deny(self, asked: str, code: int, message: str) -> None:
        if asked:
            self.line.deny(asked, code, message)

    def _in_turn(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        self.do(self._after_others(work))

    async def _after_others(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        async with self._turn:
            await work()
        self._await_drop()

    def do(self, work: Coroutine[None, None, None]) -> None:
        """Do this beside everything else, while the websocket is open."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, asked: str, params: JsonObject) -> None:
        script = self._room.script(self.peer_id)
        if not isinstance(script.join, Granted):
            reply(self.line, asked, script.join)
        elif script.room_size and len(self._room.others(self.peer_id)) >= script.room_size:
            self.line.deny(asked, _FORBIDDEN, "role limit reached")
        else:
            await self._admit(asked, params)

    async def _admit(self, asked: str, params: JsonObject) -> None:
        self._leave()
        occupant = self.newcomer()
        occupant.name, occupant.data = (_text(params.get(name)) for name in ("name", "data"))
        answer = await self._connected(asked, occupant, params)
        if answer is None:
            return
        self._occupant = occupant
        self.line.answer(asked, {**answer, "sfu_node_id": notices.NODE})
        if occupant.publisher:
            self.line.push("trickle", trickled(PUBLISH, occupant.publisher.link.candidate))
        self._room.enter(occupant)
        self.play(self._room.script(self.peer_id).after_join)

    async def _connected(self, asked: str, occupant: Occupant, params: JsonObject) -> "JsonObject | None":
        """Open the connections where the client offers one, and give the answer; else say what is wrong."""
        match params:
            case {"offer": {"sdp": str(offer)}}:
                pass
            case _:
                return {}
        try:
            return {"type": "answer", "sdp": await self._room.connect(occupant, offer)}
        except ImportError:
            self.line.deny(asked, METHOD_NOT_FOUND, NO_WEBRTC)
        except UnreadableError as wrong:
            self.line.deny(asked, _UNREADABLE, str(wrong))
        except OSError:
            self.line.deny(asked, _FAILED, "sfu join failed")
        return None

    async def _renegotiate(self, asked: str, params: JsonObject) -> None:
        script = self._room.script(self.peer_id)
        publisher = self._occupant.publisher if self._occupant else None
        match params:
            case _ if not isinstance(script.renegotiation, Granted):
                reply(self.line, asked, script.renegotiation)
            case {"desc": {"sdp": str(offer)}} if publisher:
                states = params.get("tracks")
                try:
                    answer = publisher.answer(offer, states if isinstance(states, Mapping) else {})
                    self.line.answer(asked, {"type": "answer", "sdp": answer})
                except UnreadableError as wrong:
                    self.line.deny(asked, _UNREADABLE, str(wrong))
            case _:
                self.line.deny(asked, _FAILED, "no rtc transport exists for this Peer")

    def _take_answer(self, params: JsonObject) -> None:
        match params:
            case {"desc": {"sdp": str(answer)}} if self._occupant and self._occupant.subscriber:
                try:
                    self._occupant.subscriber.answered(answer)
                except UnreadableError as wrong:
                    self.line.push("on-warning", {"code": _UNREADABLE, "message": str(wrong)})
            case _:
                return

    def play(self, steps: tuple[Step, ...]) -> None:
        """Do this on the websocket."""
        if steps:
            self.do(self.line.play(steps))

    def newcomer(self) -> Occupant:
        """Give who would join through this websocket."""
        return Occupant(peer_id=self.peer_id, name="", role=self._role, user_id=self._user_id, line=self.line)

    def opened(self) -> None:
        """Go on where a lost websocket ended, once the opening is said."""
        if self._occupant:
            self.line.push("peer-list", self._room.peer_list(self.peer_id))
            if self._occupant.subscriber:
                self._occupant.subscriber.again()

    @property
    def is_in(self) -> bool:
        """Whether the peer is in the room."""
        return self._occupant is not None

    def _await_drop(self) -> None:
        """Cut the websocket once the peer has been quiet, where the script says so."""
        if self._drop:
            self._drop.cancel()
        kept = self._room.script(self.peer_id).sockets is Sockets.KEPT
        if self.is_in and not kept and not self._door.was_dropped(self.peer_id):
            loop = asyncio.get_running_loop()
            self._drop = loop.call_later(DROPPED_AFTER, self._door.drop, self)

    async def _left(self) -> None:
        self._leave()

    def _leave(self) -> None:
        if self._occupant:
            self._room.leave(self._occupant)
            self._occupant = None

    async def aclose(self) -> None:
        """End everything that the websocket had: whoever was in the room through it is not any more."""
        if self._drop:
            self._drop.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._door.go(self)
        if self._occupant and self._occupant.line is self.line:
            self._leave()


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
