import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from ws_servers import Handler, Reader, Writer, a_context, accept, frame, read_frame, serving, until_closed

from hms_doctor.model.failure import Kind
from hms_doctor.model.signalling.websocket import Broken, Closed, Lost, Quiet
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.websocket.open_websocket import LARGEST_MESSAGE, Binary, Received, Text, Websocket
from hms_doctor.wire.websocket.upgrade import WebsocketUrl, upgrade, websocket_url

TEXT, BINARY, CLOSE, PING, PONG, CONT = 1, 2, 8, 9, 10, 0


@asynccontextmanager
async def opened_to(handler: Handler) -> AsyncIterator[Websocket]:
    """Give an open websocket to a server that upgrades and then does what the handler says."""

    async def upgrading(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer)
        await handler(reader, writer)

    async with serving(upgrading) as port, a_context() as ctx:
        url = websocket_url(f"ws://127.0.0.1:{port}/", {})
        dialled = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="ws"))
        assert isinstance(url, WebsocketUrl)
        assert isinstance(dialled, Dialled)
        opened = await upgrade(dialled.stream, url, ctx.patience())
        assert isinstance(opened, Websocket)
        async with opened:
            yield opened


def sends(*pieces: bytes) -> Handler:
    async def handler(reader: Reader, writer: Writer) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        await reader.read()

    return handler


async def heard_from(*pieces: bytes) -> Received:
    async with opened_to(sends(*pieces)) as websocket:
        return await websocket.receive(2.0)


@pytest.mark.parametrize(
    ("pieces", "received"),
    [
        ([frame("grüße")], Text(text="grüße")),
        ([frame("")], Text(text="")),
        ([frame(b"\x00\xff", BINARY)], Binary(size=2)),
        ([frame(b"\xff\xfe")], Binary(size=2)),
        ([frame("one ", fin=False), frame("two ", CONT, fin=False), frame("three", CONT)], Text(text="one two three")),
        ([frame(b"\x00", BINARY, fin=False), frame(b"\x01", CONT)], Binary(size=2)),
        ([frame("a", fin=False), frame("", PING), frame("b", CONT)], Text(text="ab")),
        ([frame(b"", PONG), frame("after a pong")], Text(text="after a pong")),
        ([frame(b"x" * LARGEST_MESSAGE, BINARY)], Binary(size=LARGEST_MESSAGE)),
        ([frame(b"\x03\xe9going away", CLOSE)], Closed(code=1001, reason="going away")),
        ([frame(b"\x11\x31kicked", CLOSE)], Closed(code=4401, reason="kicked")),
        ([frame(b"", CLOSE)], Closed(code=1005, reason="")),
    ],
)
async def test_what_comes_is_told_as_it_is(pieces: list[bytes], received: Received) -> None:
    assert await heard_from(*pieces) == received


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([frame(b"", BINARY, length=LARGEST_MESSAGE + 1)], 1009),
        ([frame(b"", length=100 * 2**20)], 1009),
        ([frame("a" * 2**19, fin=False), frame("b" * 2**19, CONT, fin=False), frame("c", CONT)], 1009),
        ([frame("", 3)], 1002),
        ([frame("orphan", CONT)], 1002),
        ([frame("begun", fin=False), frame("again")], 1002),
        ([frame(b"\x03", CLOSE)], 1002),
        ([frame(b"\x00\x01", CLOSE)], 1002),
        ([frame(b"p" * 126, PING)], 1002),
        ([b"\xf1\x00"], 1002),
        ([b"\x81\x80\x00\x00\x00\x00"], 1002),
        ([frame(b"\x03\xe8\xff\xfe", CLOSE)], 1007),
    ],
)
async def test_a_broken_protocol_is_answered_with_its_close_code(pieces: list[bytes], code: int) -> None:
    told = asyncio.get_running_loop().create_future()

    async def handler(reader: Reader, writer: Writer) -> None:
        writer.write(b"".join(pieces))
        told.set_result(await until_closed(reader, writer))

    async with opened_to(handler) as websocket:
        broken = await websocket.receive(2.0)
        assert isinstance(broken, Broken)
        assert broken.code == code
        assert await websocket.receive(2.0) == broken
        async with asyncio.timeout(2):
            assert await told == code


async def test_an_end_without_a_close_frame() -> None:
    async def handler(_reader: Reader, writer: Writer) -> None:
        writer.write_eof()

    async with opened_to(handler) as websocket:
        lost = await websocket.receive(2.0)
        assert isinstance(lost, Lost)
        assert lost.failure.kind is Kind.CLOSED
        assert websocket.is_over
        await websocket.send("into the void", 1.0)


async def test_an_abrupt_end_keeps_what_came_before() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        writer.write(frame("last words"))
        await writer.drain()
        await read_frame(reader)
        writer.transport.abort()

    async with opened_to(handler) as websocket:
        assert await websocket.receive(2.0) == Text(text="last words")
        await websocket.send("go", 1.0)
        assert isinstance(await websocket.receive(2.0), Lost)


async def test_a_reset_is_told_as_one() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        await read_frame(reader)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with opened_to(handler) as websocket:
        await websocket.send("go", 1.0)
        lost = await websocket.receive(2.0)
    assert isinstance(lost, Lost)
    assert lost.failure.kind is Kind.RESET


async def test_silence_is_told_and_is_no_end() -> None:
    async with opened_to(sends()) as websocket:
        assert await websocket.receive(0.05) == Quiet(waited=0.05)
        assert not websocket.is_over


async def test_a_time_out_loses_nothing() -> None:
    sent = [str(number) * 100 for number in range(400)]
    heard: list[str] = []
    async with opened_to(sends(*map(frame, sent))) as websocket:
        while len(heard) < len(sent):
            for patience in (0.0, 0.0005):
                received = await websocket.receive(patience)
                assert isinstance(received, Text | Quiet)
                heard += [received.text] if isinstance(received, Text) else []
    assert heard == sent


async def test_pings_are_answered() -> None:
    pongs: list[bytes] = []

    async def handler(reader: Reader, writer: Writer) -> None:
        writer.write(frame("are you there", PING))
        pongs.append((await read_frame(reader))[1])
        writer.write(frame("thanks"))
        await reader.read()

    async with opened_to(handler) as websocket:
        assert await websocket.receive(2.0) == Text(text="thanks")
    assert pongs == [b"are you there"]


async def test_what_is_sent_arrives() -> None:
    async def handler(reader: Reader, writer: Writer) -> None:
        _, payload = await read_frame(reader)
        writer.write(frame(payload[::-1]))
        await reader.read()

    async with opened_to(handler) as websocket:
        await websocket.send("abc", 1.0)
        assert await websocket.receive(2.0) == Text(text="cba")


async def test_the_close_is_1000_and_comes_once() -> None:
    codes: list[int] = []

    async def handler(reader: Reader, writer: Writer) -> None:
        writer.write(frame("unread"))
        codes.append(await until_closed(reader, writer))

    async with opened_to(handler) as websocket:
        await websocket.aclose()
        await websocket.aclose()
        assert websocket.is_over
    assert codes == [1000]


async def flood(_reader: Reader, writer: Writer) -> None:
    while True:
        writer.write((frame("") + frame("", PING)) * 500)
        await writer.drain()


async def deaf(reader: Reader, _writer: Writer) -> None:
    await reader.read()
    await asyncio.Event().wait()


@pytest.mark.parametrize("handler", [deaf, flood])
async def test_closing_is_bounded_whatever_the_peer_does(handler: Handler) -> None:
    async with opened_to(handler) as websocket:
        began = time.monotonic()
        await websocket.aclose()
        assert time.monotonic() - began < 1.5


async def test_a_flood_lets_others_run_and_ends_in_time() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    async def ping_flood(_reader: Reader, writer: Writer) -> None:
        while True:
            writer.write(frame("", PING) * 1000)
            await writer.drain()

    async with opened_to(ping_flood) as websocket:
        counting = asyncio.create_task(count())
        began = time.monotonic()
        assert isinstance(await websocket.receive(0.5), Quiet | Lost)
        assert time.monotonic() - began < 1.5
        counting.cancel()
    assert turns > 3


async def test_a_peer_that_takes_nothing_is_noticed() -> None:
    async def never_reads(reader: Reader, _writer: Writer) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.Event().wait()

    async with opened_to(never_reads) as websocket:
        while not websocket.is_over:
            await websocket.send("x" * 2**20, 0.1)
        lost = await websocket.receive(1.0)
        assert isinstance(lost, Lost)
        assert lost.failure.detail == "takes no more data"
