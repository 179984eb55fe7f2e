"""A backend that means harm: an init and a signalling server that answer as a case says, over real TLS."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from ws_servers import Certificates, Handler, Reader, Writer, accept, frame, policy, read_head, serving, until_closed

from hms_doctor.model.json import JsonValue

EVIL = "\x1b[31m\x1b]0;owned\x07[bold red]x[/bold red]\u202edesrever\u2066\x00\x9b2J\r\n::error::y<script>&\U000e0041"
"""Terminal escapes, rich markup, bidirectional overrides, C0 and C1 controls, a workflow command, a tag character."""
MB = 2**20
Claims: TypeAlias = Mapping[str, JsonValue]


@dataclass(frozen=True)
class Backend:
    """Where the program meets the hostile backend."""

    endpoint: str
    ca_file: str

    @property
    def flags(self) -> tuple[str, ...]:
        return ("--endpoint", self.endpoint, "--ca-file", self.ca_file, "--skip", "devices", "--skip", "local")


@asynccontextmanager
async def init_server(certificates: Certificates, handler: Handler) -> AsyncIterator[Backend]:
    """Serve init by a handler of bytes."""
    async with serving(handler, certificates.server) as port:
        yield Backend(endpoint=f"https://127.0.0.1:{port}", ca_file=certificates.ca_file)


@asynccontextmanager
async def signalling_server(certificates: Certificates, handler: Handler) -> AsyncIterator[Backend]:
    """Serve a good init whose signalling server is the handler."""
    async with serving(handler, certificates.server) as port:
        body = json.dumps(config(endpoint=f"wss://127.0.0.1:{port}/v2/ws")).encode()
        async with init_server(certificates, answering(http(body))) as backend:
            yield backend


def config(**changes: JsonValue) -> dict[str, JsonValue]:
    """Give an init answer of the right shape, with these members in the place of its own."""
    servers: list[JsonValue] = [{"urls": ["turn:127.0.0.1:9?transport=tcp"], "username": "u", "credential": "c"}]
    return {
        "endpoint": "wss://127.0.0.1:9/v2/ws",
        "rtcConfiguration": {"ice_servers": servers},
        "config": {"enabledFlags": []},
        **changes,
    }


def http(body: bytes, status: str = "200 OK", *headers: str, length: int = -1) -> bytes:
    lines = (f"HTTP/1.1 {status}", "Content-Type: application/json", *headers)
    size = len(body) if length < 0 else length
    return "\r\n".join((*lines, f"Content-Length: {size}", "Connection: close", "", "")).encode("utf-8") + body


def answering(raw: bytes) -> Handler:
    """Answer every request with these bytes."""

    async def handler(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(raw)
        await writer.drain()
        await reader.read()

    return handler


async def pour(writer: Writer, data: bytes, pause: float = 0.0) -> None:
    """Send the same bytes for as long as somebody is there."""
    while not writer.is_closing():
        writer.write(data)
        await writer.drain()
        await asyncio.sleep(pause)


async def endless_body(reader: Reader, writer: Writer) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{")
    await pour(writer, b'"a":[1],' * 8192)


async def trickling_body(reader: Reader, writer: Writer) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
    await pour(writer, b" ", 0.05)


async def huge_json(reader: Reader, writer: Writer) -> None:
    await read_head(reader)
    size = 100 * MB
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % size)
    writer.write(b'{"endpoint":"')
    await pour(writer, b"x" * MB)


async def slow_loris(reader: Reader, writer: Writer) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        for byte in b"X-Header: y\r\n":
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)


async def endless_headers(reader: Reader, writer: Writer) -> None:
    await read_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await pour(writer, b"X-Header: y\r\n" * 5000)


class Redirects:
    """One redirect after another; counts how many were followed."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        self.asked += 1
        writer.write(http(b"", "302 Found", f"Location: /init?hop={self.asked}"))
        await writer.drain()
        await reader.read()


def bomb() -> Handler:
    """Answer with a small body that unpacks to 200 MB."""
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(b" " * MB) for _ in range(200)) + packer.flush()
    return answering(http(body, "200 OK", "Content-Encoding: gzip"))


async def websocket_flood(reader: Reader, writer: Writer) -> None:
    await accept(reader, writer)
    await pour(writer, (frame('{"method":"room-state","params":{}}') + frame("", 9)) * 200)


async def ping_flood(reader: Reader, writer: Writer) -> None:
    await accept(reader, writer)
    await pour(writer, frame("p" * 125, 9) * 200)


async def fragment_flood(reader: Reader, writer: Writer) -> None:
    """Send one message in fragments without end."""
    await accept(reader, writer)
    writer.write(frame("[", fin=False))
    await pour(writer, frame("", 0, fin=False) * 100 + frame("[" * 1000, 0, fin=False))


def then_closing(*frames: bytes) -> Handler:
    """Upgrade, send these frames and answer pings until the client closes."""

    async def handler(reader: Reader, writer: Writer) -> None:
        await accept(reader, writer)
        writer.write(b"".join(frames))
        await writer.drain()
        await until_closed(reader, writer)

    return handler


def evil_policy() -> bytes:
    return frame(policy(EVIL, (EVIL, *(f"{EVIL}{number}" for number in range(2000)))))


def token(claims: Claims) -> str:
    """Sign a token with a secret that nobody else knows."""
    now = int(time.time())
    body = {
        "access_key": "60c0d1a2b3c4d5e6f7081920",
        "room_id": "60d1f2a3b4c5d6e7f8091a2b",
        "user_id": "u",
        "role": "host",
        "type": "app",
        "version": 2,
        "iat": now - 60,
        "nbf": now - 60,
        "exp": now + 3600,
        "jti": "1d9e4f0c-2a55-4c1a-9d43-0a4c1b5f7f10",
        **claims,
    }
    parts = [_coded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, body)]
    signature = hmac.digest(b"a secret", ".".join(parts).encode(), hashlib.sha256)
    return ".".join((*parts, _coded(signature)))


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def evil_chain(folder: Path) -> ssl.SSLContext:
    """Build a server's side whose chain is forty self-signed certificates with hostile names."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, EVIL[:40])])
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("\x1b[2J.example")]), critical=False)
    )
    chain = [builder.serial_number(number).sign(key, hashes.SHA256()) for number in range(1, 41)]
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "evil.pem"
    path.write_bytes(b"".join(certificate.public_bytes(pem) for certificate in chain) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
