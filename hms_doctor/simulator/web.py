"""HTTP/1.1 as a server speaks it: one request read, one answer written, in whatever framing the script wants."""

import asyncio
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl, urlsplit

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.answers import PLAIN, Answer, Framing

_MOST_OF_A_HEAD = 65536
_MOST_OF_A_BODY = 1 << 20
_CHUNK = 1000
_BODILESS = (204, 304)  # RFC 9110, 6.4.1
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request; header names are in lower case, ``raw`` is its head as it came, ``body`` has at most 1 MB."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes
    body: bytes = b""

    @property
    def lasts(self) -> bool:
        """Whether the client wants to use the connection again (RFC 9112, 9.3)."""
        return self.headers.get("connection", "").lower() != "close"


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The client closed the connection."""


@dataclass(frozen=True, kw_only=True)
class Malformed:
    """What came is no HTTP/1.1 request."""


Heard: TypeAlias = Request | Ended | Malformed


async def read_request(reader: asyncio.StreamReader) -> Heard:
    """Read one request with its body; raises ``LimitOverrunError`` for a head of more than 64 KB."""
    first = await reader.read(1)
    if not first.isalpha():  # a TLS handshake on a port without TLS has no end of a head to wait for
        return Malformed() if first else Ended()
    request = _parsed(first + await reader.readuntil(b"\r\n\r\n"))
    if isinstance(request, Request):
        length = request.headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _MOST_OF_A_BODY:
            return Malformed()
        return replace(request, body=await reader.readexactly(int(length)))
    return request


def _parsed(raw: bytes) -> Request | Malformed:
    first, *rest = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != len(("method", "target", "version")) or not words[2].startswith("HTTP/1."):
        return Malformed()
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    target = urlsplit(words[1])
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    return Request(method=words[0], path=target.path, query=query, headers=headers, raw=raw)


def head(status: int, headers: Mapping[str, str], framing: Framing = PLAIN) -> bytes:
    """Give an answer's status line and headers."""
    phrase = _PHRASES.get(status, "")
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{_cased(name, framing)}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _cased(name: str, framing: Framing) -> str:
    match framing.header_case:
        case "lower":
            return name.lower()
        case "upper":
            return name.upper()
        case _:
            return name


def common_headers(now: float) -> dict[str, str]:
    """Give the headers of every answer: the time, and what lets a browser's script read it (Fetch, 3.2)."""
    return {
        "Date": formatdate(now, usegmt=True),
        "Server": "hms-doctor-simulator",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "*",
    }


async def send(
    writer: asyncio.StreamWriter, request: Request, answer: Answer, now: float, framing: Framing = PLAIN
) -> None:
    """Write an answer."""
    body = answer.body
    headers = {**common_headers(now), "Content-Type": answer.content_type, "Vary": "Origin"}
    if framing.gzipped and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body)
        headers["Content-Encoding"] = "gzip"
    if answer.status not in _BODILESS:
        headers |= {"Transfer-Encoding": "chunked"} if framing.chunked else {"Content-Length": str(len(body))}
    headers["Connection"] = "keep-alive" if framing.keep_alive and request.lasts else "close"
    headers |= dict((*answer.headers, *framing.extra_headers))
    if request.method == "HEAD" or answer.status in _BODILESS:
        body = b""
    elif framing.chunked:
        body = b"".join(_chunks(body))
    await _write(writer, head(answer.status, headers, framing) + body, framing)


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), _CHUNK):
        yield chunk(body[start : start + _CHUNK])
    yield chunk(b"")


def chunk(data: bytes) -> bytes:
    """Give one chunk (RFC 9112, 7.1); an empty one ends the body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


async def _write(writer: asyncio.StreamWriter, data: bytes, framing: Framing) -> None:
    if framing.dripping:
        for position in range(len(data)):
            writer.write(data[position : position + 1])
            await writer.drain()
            await asyncio.sleep(0)
        return
    writer.write(data)
    await writer.drain()


def error(code: int, message: str, details: tuple[str, ...] = ()) -> Answer:
    """Give an error of the service: its status again in JSON, and what it says of it."""
    return Answer(status=code, body=json.dumps({"code": code, "message": message, "details": list(details)}).encode())
