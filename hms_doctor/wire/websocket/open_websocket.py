"""An open websocket over a dialled stream (RFC 6455): the library does the framing, deadlines and caps are ours."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.signalling.websocket import Broken, Closed, Ended, Lost, Quiet
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.stream import Stream

if TYPE_CHECKING:
    from websockets.client import ClientProtocol
    from websockets.frames import Frame

LARGEST_MESSAGE: Final = 2**20
LONGEST_QUOTE: Final = 200
NORMAL_CLOSURE: Final = 1000
_CHUNK = 2**10
"""Bytes read at a time; a flood of tiny frames gives way to the rest of the run after each."""
_LONGEST_CLOSE = 0.3
"""Seconds that a closing handshake may take at the end of a run."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One text message, its fragments put together."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Binary:
    """One binary message, or a text that is not UTF-8; its size in bytes."""

    size: int


Received: TypeAlias = Text | Binary | Ended | Quiet


class Websocket:
    """An open websocket. Every wait has a bound; control frames are answered whenever somebody receives."""

    def __init__(self, stream: Stream, protocol: "ClientProtocol") -> None:
        self._stream = stream
        self._protocol = protocol
        self._inbox: deque[Text | Binary] = deque()
        self._fragments = bytearray()
        self._is_text = True
        self._endings: list[Ended] = []  # the first is what happened, the rest follows from it
        self._released = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come or go."""
        return bool(self._endings) or self._released

    async def start(self, patience: float) -> None:
        """Take in the frames that came in one piece with the handshake."""
        self._take_events(at_end=False)
        await self._write_out(patience)

    async def send(self, text: str, patience: float) -> None:
        """Send one text message; what goes wrong is told by the next ``receive``."""
        if self.is_over:
            return
        self._protocol.send_text(text.encode())
        await self._write_out(patience)

    async def receive(self, patience: float) -> Received:
        """Give the next message, or how the connection ended, or that nothing came in time."""
        try:
            async with asyncio.timeout(patience):
                while not self._inbox and not self._endings:
                    await self._read()
        except TimeoutError:
            return Quiet(waited=patience)
        return self._inbox.popleft() if self._inbox else self._endings[0]

    async def aclose(self) -> None:
        """Close with 1000 as the SDK does, wait shortly for the peer's Close frame, then let go of the connection."""
        if self._released:
            return
        self._released = True
        try:
            if not self._endings:
                await self._say_goodbye()
        finally:
            await self._stream.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def _write_out(self, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                await self._flush()
        except TimeoutError:
            self._end(Lost(failure=Failure(operation=Operation.HOLD, kind=Kind.SILENT, detail="takes no more data")))

    async def _say_goodbye(self) -> None:
        self._protocol.send_close(NORMAL_CLOSURE, "Normal Close")
        try:
            async with asyncio.timeout(_LONGEST_CLOSE):
                await self._flush()
                while not self._endings:
                    self._inbox.clear()
                    await self._read()
        except TimeoutError:
            pass

    async def _read(self) -> None:
        await asyncio.sleep(0)  # not behind the read: a time-out there would lose what was read
        try:
            data = await self._stream.reader.read(_CHUNK)
            if data:
                self._protocol.receive_data(data)
                await self._flush()
            else:
                self._protocol.receive_eof()
        except OSError as problem:
            self._end(Lost(failure=classify(Operation.HOLD, problem)))
            return
        self._take_events(at_end=not data)

    async def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._stream.writer.write(data)
        try:
            await self._stream.writer.drain()
        except OSError as problem:
            self._end(Lost(failure=classify(Operation.HOLD, problem)))

    def _take_events(self, *, at_end: bool) -> None:
        from websockets.frames import Frame

        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._take(event)
        problem = self._protocol.parser_exc
        if at_end:
            self._end(Lost(failure=Failure(operation=Operation.HOLD, kind=Kind.CLOSED, detail="no Close frame")))
        elif problem is not None:
            sent = self._protocol.close_sent
            self._end(Broken(code=sent.code if sent else NORMAL_CLOSURE, detail=str(problem)[:LONGEST_QUOTE]))

    def _take(self, frame: "Frame") -> None:
        from websockets.frames import Opcode

        match frame.opcode:
            case Opcode.TEXT | Opcode.BINARY | Opcode.CONT:
                if frame.opcode is not Opcode.CONT:
                    self._is_text = frame.opcode is Opcode.TEXT
                self._fragments += frame.data
                if frame.fin:
                    self._inbox.append(_message(bytes(self._fragments), is_text=self._is_text))
                    self._fragments.clear()
            case Opcode.CLOSE:
                said = self._protocol.close_rcvd
                if said is not None:
                    self._end(Closed(code=said.code, reason=said.reason[:LONGEST_QUOTE]))
            case Opcode.PING | Opcode.PONG:
                pass  # the library has answered

    def _end(self, ending: Ended) -> None:
        self._endings.append(ending)


def _message(data: bytes, *, is_text: bool) -> Text | Binary:
    try:
        return Text(text=data.decode()) if is_text else Binary(size=len(data))
    except UnicodeDecodeError:
        return Binary(size=len(data))
