"""What is said over the joined websocket: one reader of it, requests and their answers, pings as the SDK sends them."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias
from uuid import uuid4

from hms_doctor.model.check import Context
from hms_doctor.model.failure import LEAST_SILENCE
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.talking import Refusal, Reply, parse_said
from hms_doctor.model.signalling.messages import Garbage, Push, ServerFault
from hms_doctor.model.signalling.websocket import Ended, Quiet
from hms_doctor.wire.websocket.open_websocket import Binary, Text
from hms_doctor.wire.websocket.signalling import PING_EVERY, Conversation

_IDLE: Final = 3600.0
"""Seconds for which one read may wait; the pings find out about silence."""
_MOST_NOTED: Final = 20


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The result of a request, as it came."""

    result: JsonValue


@dataclass(frozen=True, kw_only=True)
class Denied:
    """The server's no."""

    fault: ServerFault


@dataclass(frozen=True, kw_only=True)
class NotAnswered:
    """Nothing came for the request in this many seconds."""

    waited: float


@dataclass(frozen=True, kw_only=True)
class Gone:
    """The connection ended before an answer."""

    ending: Ended | Quiet


Response: TypeAlias = Answered | Denied | NotAnswered | Gone


class Talk:
    """One conversation with its reader and its pings; ``aclose`` ends both, the websocket is the caller's."""

    def __init__(self, ctx: Context, conversation: Conversation, on_push: Callable[[Push], None]) -> None:
        self.conversation = conversation
        self.faults: list[ServerFault] = []
        """What ``on-error`` said; the SDK leaves the room at the first."""
        self.garbage: list[str] = []
        self.fate: asyncio.Future[Ended | Quiet] = asyncio.get_running_loop().create_future()
        """How the connection ended: set once it has."""
        self._ctx = ctx
        self._on_push = on_push
        self._asked: dict[str, asyncio.Future[Response]] = {}
        self._heeding: set[str] = set()
        self._came = asyncio.Event()
        self._tasks = (asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive()))

    @property
    def is_over(self) -> bool:
        """Whether the connection ended, or fell silent."""
        return self.fate.done()

    async def ask(self, method: str, params: JsonObject, patience: float, *, heeds_errors: bool = False) -> Response:
        """Send a request and wait for its answer; ``heeds_errors``: an ``on-error`` answers it too."""
        if self.fate.done():
            return Gone(ending=self.fate.result())
        number, began = str(uuid4()), self._ctx.clock.monotonic()
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        if heeds_errors:
            self._heeding.add(number)
        try:
            async with asyncio.timeout(patience):
                message: JsonObject = {"method": method, "params": params, "id": number, "jsonrpc": "2.0"}
                await self.conversation.say(message, patience)
                return await answer
        except TimeoutError:
            return NotAnswered(waited=self._ctx.clock.monotonic() - began)
        finally:
            self._asked.pop(number, None)
            self._heeding.discard(number)

    async def tell(self, method: str, params: JsonObject, patience: float) -> None:
        """Send a notification; it has neither id nor version (hms-video-store: signal/jsonrpc)."""
        await self.conversation.say({"method": method, "params": params}, patience)

    async def aclose(self) -> None:
        """Stop reading and pinging."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            match await self.conversation.receive(_IDLE):
                case Text(text=text):
                    self._came.set()
                    self._take(text)
                case Binary():
                    self._came.set()
                    self._note("a binary message")
                case Quiet():
                    pass
                case ending:
                    self._end(ending)
                    return

    def _take(self, text: str) -> None:
        match parse_said(text):
            case Reply(id=number, result=result):
                self.conversation.note_answer(number)
                self._settle(number, Answered(result=result))
            case Refusal(id=number, fault=fault):
                self._settle(number, Denied(fault=fault))
            case ServerFault() as fault:
                self.faults = [*self.faults, fault][:_MOST_NOTED]
                for number in tuple(self._heeding):
                    self._settle(number, Denied(fault=fault))
            case Push() as push:
                self._on_push(push)
            case Garbage(what=what):
                self._note(what)

    def _note(self, what: str) -> None:
        if len(self.garbage) < _MOST_NOTED:
            self.garbage.append(what)

    def _settle(self, number: str, response: Response) -> None:
        answer = self._asked.get(number)
        if answer is not None and not answer.done():
            answer.set_result(response)

    def _end(self, ending: Ended | Quiet) -> None:
        if not self.fate.done():
            self.fate.set_result(ending)
        for number in tuple(self._asked):
            self._settle(number, Gone(ending=ending))

    async def _keep_alive(self) -> None:
        while True:
            patience = self._ctx.patience()
            self._came.clear()
            await self.conversation.ping(patience)
            try:
                async with asyncio.timeout(patience):
                    await self._came.wait()
            except TimeoutError:
                if patience >= LEAST_SILENCE:
                    self._end(Quiet(waited=patience))
                return
            await asyncio.sleep(PING_EVERY)
