import asyncio
import gzip
import zlib

import pytest
from net_lab import answer, closing, mute, resetting, saying
from ws_servers import BRIEF, HURRIED, Handler, Reader, Writer, a_context, read_head, serving

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import NoProxy, Settings
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.connection.stream import Forwarded
from hms_doctor.wire.http.exchange import MOST_BYTES, Request, Response, exchange

TOKEN = Secret("header.payload.signature")


async def asked(handler: Handler, request: Request | None = None, seconds: float = 8.0) -> Response | Failure:
    async with serving(handler) as port, a_context(seconds, Settings(proxy=NoProxy())) as ctx:
        dialled = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="http"))
        assert isinstance(dialled, Dialled)
        wanted = request or Request(url="https://init.test/init?a=1+2")
        async with dialled.stream:
            answered = await exchange(ctx, dialled.stream, wanted)
    if isinstance(answered, Failure):
        assert answered.operation is Operation.HTTP
        assert "payload" not in str(answered)
    return answered


def got(answered: Response | Failure) -> Response:
    assert isinstance(answered, Response), answered
    return answered


def failed(answered: Response | Failure) -> Failure:
    assert isinstance(answered, Failure), answered
    return answered


class Recorder:
    """Keeps what it was asked, and says ``raw``."""

    def __init__(self, raw: bytes = b"HTTP/1.1 204 No Content\r\n\r\n") -> None:
        self.raw, self.head, self.body = raw, "", b""

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        self.head = await read_head(reader)
        for line in self.head.lower().split("\r\n"):
            if line.startswith("content-length:"):
                self.body = await reader.readexactly(int(line.partition(":")[2]))
        writer.write(self.raw)
        await writer.drain()


async def test_an_answer_as_it_is() -> None:
    response = got(await asked(saying(answer("200 Fine", b"{}", "Content-Type: application/json", "X-Twice: a"))))
    assert (response.status, response.reason, response.body) == (200, "Fine", b"{}")
    assert response.headers["content-type"] == "application/json"
    assert response.ms > 0


async def test_what_is_sent() -> None:
    recorder = Recorder()
    got(await asked(recorder, Request(url="https://init.test:8443/init?a=1+2%2C", bearer=TOKEN, headers={"X-A": "b"})))
    lines = recorder.head.split("\r\n")
    assert lines[0] == "GET /init?a=1+2%2C HTTP/1.1"
    assert "Host: init.test:8443" in lines
    assert "Authorization: Bearer header.payload.signature" in lines
    assert "X-A: b" in lines
    assert "Accept-Encoding: gzip" in lines
    assert not any(line.lower().startswith("cookie") for line in lines)


async def test_a_body_is_sent_with_its_length() -> None:
    recorder = Recorder()
    got(await asked(recorder, Request(url="https://auth.test/v2/token", method="POST", body=b'{"code": "abc"}')))
    assert recorder.head.startswith("POST /v2/token HTTP/1.1\r\n")
    assert recorder.body == b'{"code": "abc"}'


def test_a_request_shows_neither_token_nor_body() -> None:
    shown = repr(Request(url="https://init.test/", bearer=TOKEN, body=b"room-code"))
    assert "payload" not in shown
    assert "room-code" not in shown


async def test_a_forwarding_proxy_gets_the_absolute_form_and_its_login() -> None:
    recorder = Recorder()
    async with serving(recorder) as port, a_context(8.0, Settings(proxy=NoProxy())) as ctx:
        dialled = await dial(ctx, Target(host="127.0.0.1", port=port, protocol="http"))
        assert isinstance(dialled, Dialled)
        dialled.stream.manner = Forwarded(authorization=Secret("Basic c2VjcmV0"))
        async with dialled.stream:
            got(await exchange(ctx, dialled.stream, Request(url="http://portal.test/page?x=1")))
    assert recorder.head.startswith("GET http://portal.test/page?x=1 HTTP/1.1\r\nHost: portal.test\r\n")
    assert "Proxy-Authorization: Basic c2VjcmV0\r\n" in recorder.head


async def test_a_redirect_is_not_followed() -> None:
    response = got(await asked(saying(answer("302 Found", b"", "Location: https://elsewhere.test/"))))
    assert (response.status, response.headers["location"]) == (302, "https://elsewhere.test/")


async def test_informational_answers_are_passed_over() -> None:
    raw = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + answer("200 OK", b"x")
    assert got(await asked(saying(raw))).body == b"x"


async def test_a_body_in_chunks() -> None:
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
    assert got(await asked(saying(raw))).body == b"abcde"


async def test_a_body_that_ends_with_the_connection() -> None:
    assert got(await asked(saying(b"HTTP/1.0 200 OK\r\n\r\nto the end"))).body == b"to the end"


async def test_a_compressed_body_is_unpacked() -> None:
    raw = answer("200 OK", gzip.compress(b"{}" * 1000), "Content-Encoding: gzip")
    assert got(await asked(saying(raw))).body == b"{}" * 1000


async def test_a_head_request_has_no_body_to_wait_for() -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nDate: x\r\n\r\n"
    response = got(await asked(saying(raw), Request(url="https://init.test/", method="HEAD")))
    assert (response.body, response.headers["date"]) == (b"", "x")


async def test_a_server_that_answers_before_it_was_asked_all_and_closes() -> None:
    async def early(_reader: Reader, writer: Writer) -> None:
        writer.write(answer("413 Too Large", b"no"))
        await writer.drain()

    response = await asked(early, Request(url="https://init.test/", method="POST", body=b"x" * 10_000))
    assert isinstance(response, Failure) or response.status == 413


@pytest.mark.parametrize(
    ("handler", "kind", "detail"),
    [
        (saying(b"SSH-2.0-OpenSSH\r\n"), Kind.MALFORMED, "not HTTP/1.1"),
        (saying(b"\x00\x01\x02" * 100), Kind.MALFORMED, "not HTTP/1.1"),
        (saying(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"), Kind.MALFORMED, "not HTTP/1.1"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Kind.MALFORMED, "not HTTP/1.1"),
        (saying(answer("200 OK", b"not gzip", "Content-Encoding: gzip")), Kind.MALFORMED, "its compression is broken"),
        (saying(b""), Kind.CLOSED, "without an answer"),
        (saying(b"HTTP/1.1 200 O"), Kind.CLOSED, "in the middle of its answer"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), Kind.CLOSED, "in the middle of its answer"),
        (closing, Kind.CLOSED, "without an answer"),
        (resetting, Kind.RESET, "ECONNRESET"),
        (saying(b"HTTP/1.1 200 OK\r\n" + b"X-Y: z\r\n" * 20_000 + b"\r\n"), Kind.MALFORMED, ""),
    ],
    ids=lambda value: "" if callable(value) else str(value)[:20],
)
async def test_an_exchange_that_fails(handler: Handler, kind: Kind, detail: str) -> None:
    failure = failed(await asked(handler, Request(url="https://init.test/", bearer=TOKEN)))
    assert (failure.kind, failure.detail) == (kind, detail or failure.detail)


async def test_silence_is_told_after_the_steps_time_out() -> None:
    assert failed(await asked(mute, seconds=BRIEF)).kind is Kind.SILENT


async def test_our_own_deadline_is_not_the_servers_silence() -> None:
    assert failed(await asked(mute, seconds=HURRIED)).kind is Kind.CUT_OFF


async def test_a_body_that_begins_and_stops_is_silent() -> None:
    async def stall(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        await reader.read()

    assert failed(await asked(stall, seconds=BRIEF)).kind is Kind.SILENT


@pytest.mark.parametrize("pieces", [b"x" * 8192, b"HTTP/1.1 100 Continue\r\n\r\n" * 100])
async def test_a_flood_ends(pieces: bytes) -> None:
    async def flood(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        if pieces.startswith(b"x"):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(pieces)
            await writer.drain()

    assert failed(await asked(flood, seconds=30.0)).kind is Kind.TOO_LARGE


async def test_a_body_that_drips_for_ever_ends() -> None:
    async def drip(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.05)

    failure = failed(await asked(drip, seconds=BRIEF))
    assert failure.kind is Kind.SILENT
    assert failure.detail.startswith("no complete answer in")


async def test_a_bomb_is_not_unpacked() -> None:
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packed.compress(b"\x00" * 50_000_000) + packed.flush()
    assert len(bomb) < MOST_BYTES // 10
    failure = failed(await asked(saying(answer("200 OK", bomb, "Content-Encoding: gzip")), seconds=30.0))
    assert failure.kind is Kind.TOO_LARGE


@pytest.mark.parametrize(
    "request_",
    [
        Request(url="https://init.test/", bearer=Secret("two\r\nlines")),
        Request(url="https://init.test:eighty/"),
        Request(url="https://init.test/", bearer=Secret("\udcff")),
    ],
)
async def test_what_cannot_be_asked_is_ours(request_: Request) -> None:
    failure = failed(await asked(mute, request_))
    assert failure.kind is Kind.OTHER
    assert "lines" not in failure.detail
