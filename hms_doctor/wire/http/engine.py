"""httpx and httpcore over a dialled stream. Loaded with the first exchange, never before: both are heavy."""

import asyncio
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Final, NoReturn, TypeAlias

import httpcore  # noqa: TID253

if "httpx" in sys.modules:
    import httpx
else:
    # Its own command line brings rich, click and pygments, three quarters of its cost; where that cannot be imported
    # (None, says the import system), httpx goes without.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    import httpx

    del sys.modules["httpx._main"]

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.wire.connection.classify import classify
from hms_doctor.wire.connection.stream import Forwarded, Stream

if TYPE_CHECKING:
    from hms_doctor.wire.http.exchange import Request

Answer: TypeAlias = tuple[int, str, Mapping[str, str], bytes]
"""Status, reason, headers by lower-case name, body."""

_A_READ: Final = 4096  # small, because a compressed piece can grow a thousandfold at once
_BEGINNING: Final = b"HTTP/"
_OVERHEAD: Final = 256 * 1024  # headers, chunk sizes, informational answers


async def converse(stream: Stream, request: "Request", seconds: float, most: int) -> Answer | Failure:
    """Exchange once; ``seconds`` is the silence that ends it, ``most`` the largest body in bytes."""
    line = _Line(stream, seconds)
    try:
        answer = await _send(line, stream, request)
        # Only now: a flood of informational answers would else be parsed for seconds.
        line.most += most
        try:
            return await _read(answer, most)
        finally:
            await answer.aclose()
    except _LineError as error:
        return error.failure
    except httpcore.RemoteProtocolError:  # its text may quote the peer, who may quote our token
        return _garbage(line)
    except httpx.DecodingError:
        return Failure(operation=Operation.HTTP, kind=Kind.MALFORMED, detail="its compression is broken")
    except (httpcore.LocalProtocolError, httpx.InvalidURL, UnicodeError) as error:
        return Failure(operation=Operation.HTTP, kind=Kind.OTHER, detail=f"cannot be asked: {type(error).__name__}")


def _garbage(line: "_Line") -> Failure:
    if line.ended and _BEGINNING.startswith(line.opening):
        detail = "in the middle of its answer" if line.opening else "without an answer"
        return Failure(operation=Operation.HTTP, kind=Kind.CLOSED, detail=detail)
    return Failure(operation=Operation.HTTP, kind=Kind.MALFORMED, detail="not HTTP/1.1")


async def _send(line: "_Line", stream: Stream, request: "Request") -> httpx.Response:
    asked = httpx.Request(request.method, request.url, headers=_headers(request, stream), content=request.body or None)
    url = asked.url
    target = str(url).encode() if isinstance(stream.manner, Forwarded) else url.raw_path
    where = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=target)
    connection = httpcore.AsyncHTTP11Connection(origin=where.origin, stream=line)
    answer = await connection.handle_async_request(
        httpcore.Request(asked.method, where, headers=asked.headers.raw, content=request.body or None)
    )
    return httpx.Response(
        answer.status, headers=answer.headers, stream=_Body(answer), request=asked, extensions=answer.extensions
    )


def _headers(request: "Request", stream: Stream) -> dict[str, str]:
    # Without br and zstd, whose unpacking cannot be bounded piece by piece.
    headers = {"Accept-Encoding": "gzip", **request.headers}
    if request.bearer:
        headers["Authorization"] = f"Bearer {request.bearer.reveal()}"
    if isinstance(stream.manner, Forwarded) and stream.manner.authorization:
        headers["Proxy-Authorization"] = stream.manner.authorization.reveal()
    return headers


async def _read(answer: httpx.Response, most: int) -> Answer | Failure:
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > most:
            return Failure(operation=Operation.HTTP, kind=Kind.TOO_LARGE, detail=f"more than {most} bytes")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return answer.status_code, answer.reason_phrase, headers, bytes(body)


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._answer.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


class _LineError(Exception):
    """The stream broke under an exchange."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Line(httpcore.AsyncNetworkStream):
    """The stream as httpcore wants it; gives up after ``seconds`` of silence or ``most`` bytes in all."""

    def __init__(self, stream: Stream, seconds: float) -> None:
        self._stream, self._seconds = stream, seconds
        self._received = 0
        self.most = _OVERHEAD
        self.opening = b""  # the first bytes that came
        self.ended = False  # the peer closed

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        try:
            async with asyncio.timeout(self._seconds):
                data = await self._stream.reader.read(min(max_bytes, _A_READ))
        except (OSError, EOFError) as error:
            raise _LineError(classify(Operation.HTTP, error, self._seconds)) from error
        self.opening = self.opening or data[: len(_BEGINNING)]
        self._received += len(data)
        self.ended = not data
        if self._received > self.most:
            raise _LineError(Failure(operation=Operation.HTTP, kind=Kind.TOO_LARGE))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        try:
            async with asyncio.timeout(self._seconds):
                self._stream.writer.write(buffer)
                await self._stream.writer.drain()
        except TimeoutError as error:
            raise _LineError(classify(Operation.HTTP, error, self._seconds)) from error
        except OSError as error:  # httpcore then reads on: who closed early may have answered before
            raise httpcore.WriteError from error

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> NoReturn:
        raise NotImplementedError
