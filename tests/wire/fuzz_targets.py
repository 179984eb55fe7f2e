"""What a fuzzer feeds: one function of bytes for each thing in ``wire/`` that reads what a STUN or TURN server says."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from fuzz_paths import PATH_TARGETS
from fuzzed_talks import FuzzedLine, Server, Tape, hurried, login_of

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Operation
from hms_doctor.model.ice.relays import Allocated, Proven, RelayOutcome, Stage
from hms_doctor.model.secret import Secret
from hms_doctor.wire.connection.stream import Stream
from hms_doctor.wire.stun.bindings import _bound
from hms_doctor.wire.stun.framing import Deframer, NeedMore, NotStun, as_channel_data
from hms_doctor.wire.stun.message import (
    Attribute,
    Malformed,
    Message,
    Method,
    address_in,
    authentic,
    encode,
    error_of,
    parse,
)
from hms_doctor.wire.turn.line import Line, StreamLine
from hms_doctor.wire.turn.proof import prove
from hms_doctor.wire.turn.relay import Relay
from hms_doctor.wire.turn.session import Session
from hms_doctor.wire.turn.talk import Denied, Granted, Login, Talk, relayed_address


def read_message(data: bytes) -> None:
    """Parse, and read every attribute in every way."""
    parsed = parse(data)
    if isinstance(parsed, Malformed):
        return
    error_of(parsed)
    authentic(parsed, b"key")
    for attribute in Attribute:
        parsed.text(attribute)
        address_in(parsed, attribute)
    again = parse(encode(Message(method=parsed.method, kind=parsed.kind, transaction=parsed.transaction)))
    assert isinstance(again, Message)


def cut_stream(data: bytes) -> None:
    """Cut a stream, fed in pieces of sizes that it names itself, into frames: no byte is lost, or made."""
    tape, deframer, seen = Tape(data[:8]), Deframer(), b""
    rest = data[8:]
    while rest:
        size = 256 - tape.pick(256)
        deframer.feed(rest[:size])
        rest = rest[size:]
        while isinstance(frame := deframer.next(), bytes):
            assert frame
            seen += frame
            as_channel_data(frame)
    assert data[8:].startswith(seen)
    assert isinstance(deframer.next(), NeedMore | NotStun)


def hear(data: bytes) -> None:
    """Let a talk hear one message, whatever it is, and say everything that it can say after it."""
    tape = Tape(data[:4])
    name, credential = login_of(tape)
    talk = Talk(Login(username=name, credential=credential))
    parsed = parse(data[4:])
    if isinstance(parsed, Malformed):
        return
    for _again in range(2):
        answer = talk.hear(parsed)
        talk.is_forged(parsed)
        if isinstance(answer, Granted):
            relayed_address(answer)
            _bound(parsed, 1.0)
        for build in (talk.binding, talk.allocate, talk.delete):
            assert isinstance(parse(build().wire), Message)


def prove_over_udp(data: bytes) -> None:
    """Prove a relay through datagrams of ill will."""
    hurried(lambda ctx: _proven(ctx, Tape(data), resends=True))


def prove_over_tcp(data: bytes) -> None:
    """Prove a relay through a stream of ill will, in pieces of any size."""
    hurried(lambda ctx: _streamed(ctx, Tape(data)))


def bind(data: bytes) -> None:
    """Ask for a binding."""
    hurried(lambda ctx: _bind(ctx, Tape(data)))


async def _bind(ctx: Context, tape: Tape) -> None:
    line = FuzzedLine(Server(tape))
    talk = Talk(Login(username="", credential=Secret("")))
    answer = await Session(ctx, line, talk).ask(talk.binding(), Operation.BINDING)
    if isinstance(answer, Granted):
        _bound(answer.message, 1.0)
    assert isinstance(answer, Granted | Denied | Failure)


async def _proven(ctx: Context, tape: Tape, *, resends: bool) -> None:
    name, credential = login_of(tape)
    line = FuzzedLine(Server(tape, name), resends=resends)
    await _prove(ctx, line, Login(username=name, credential=credential), line.sent)


async def _streamed(ctx: Context, tape: Tape) -> None:
    name, credential = login_of(tape)
    wire = _Wire(Server(tape, name))
    writer = asyncio.StreamWriter(wire, asyncio.StreamReaderProtocol(wire.reader), wire.reader, _loop())
    line = StreamLine(Stream(reader=wire.reader, writer=writer))
    await _prove(ctx, line, Login(username=name, credential=credential), wire.sent)


async def _prove(ctx: Context, line: Line, login: Login, sent: list[bytes]) -> None:
    relay = Relay(Session(ctx, line, Talk(login)), Stage.REACH, {})
    try:
        outcome: RelayOutcome = await prove(relay, ())
    finally:
        await relay.part()
    await asyncio.sleep(0)  # the farewell leaves in its own time
    if isinstance(outcome, Proven | Allocated):
        assert any(_is_delete(data) for data in sent), "a relay is left behind"


def _is_delete(data: bytes) -> bool:
    message = parse(data)
    return isinstance(message, Message) and message.method == Method.REFRESH


_MOST_PIECES: Final = 300


class _Wire(asyncio.Transport):
    """A connection without a socket: what is written is answered into the reader."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.reader = asyncio.StreamReader()
        self.sent: list[bytes] = []
        self._server = server
        self._over = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))
        tape = self._server.tape
        for answer in self._server.answers(bytes(data)):
            size = max((65_536, 1, 7, 40)[tape.pick(4)], len(answer) // _MOST_PIECES)
            for at in range(0, len(answer), size):
                _loop().call_later(0.05 + at * 1e-6, self._feed, answer[at : at + size])
        if tape.pick(16) == 1:
            _loop().call_later(0.05, self._end, tape.pick(2))

    def _feed(self, data: bytes) -> None:
        if not self._over:
            self.reader.feed_data(data)

    def _end(self, broken: int) -> None:
        if not self._over:
            self._over = True
            self.reader.set_exception(ConnectionResetError()) if broken else self.reader.feed_eof()

    def is_closing(self) -> bool:
        return self._over

    def abort(self) -> None:
        self._over = True


def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


TARGETS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "message": read_message,
    "stream": cut_stream,
    "hear": hear,
    "bind": bind,
    "udp": prove_over_udp,
    "tcp": prove_over_tcp,
    **PATH_TARGETS,
}
