"""Servers on loopback that speak websocket, well or badly, byte by byte; and the context to meet them with."""

import asyncio
import base64
import datetime as dt
import hashlib
import json
import ssl
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hms_doctor.model.check import Context
from hms_doctor.model.network.server import SignallingUrl
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import CaFile, NoProxy, Settings, SystemTrust

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
Handler: TypeAlias = Callable[[Reader, Writer], Awaitable[None]]

TOKEN = Secret("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiaG9zdCJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ")
PATIENT = 8.0
"""Seconds until a test's deadline, where nothing is silent."""
BRIEF = 2.4
"""Seconds that make a step's patience a little more than the second which counts as a peer's silence."""
HURRIED = 0.4
"""Seconds in which nobody's silence can be proven."""


@asynccontextmanager
async def a_context(seconds: float = PATIENT, settings: Settings | None = None) -> AsyncIterator[Context]:
    """Give a context with this many seconds left, whose resources are closed at the end."""
    async with AsyncExitStack() as stack:
        yield Context(settings=settings or Settings(proxy=NoProxy()), deadline=time.monotonic() + seconds, stack=stack)


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve every connection with the handler, give the port, and leave nothing behind."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: Reader, writer: Writer) -> None:
        try:
            await handler(reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            writer.transport.abort()

    def accepted(reader: Reader, writer: Writer) -> None:
        task = asyncio.create_task(handle(reader, writer))
        tasks.add(task)

    server = await asyncio.start_server(accepted, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def signalling_at(port: int, *, scheme: str = "ws", host: str = "127.0.0.1", path: str = "/v2/ws") -> SignallingUrl:
    return SignallingUrl(url=f"{scheme}://{host}:{port}{path}", peer_id="peer-1", token=TOKEN)


async def read_head(reader: Reader) -> str:
    """Read a request up to its empty line."""
    return (await reader.readuntil(b"\r\n\r\n")).decode()


async def accept(reader: Reader, writer: Writer, more: bytes = b"") -> str:
    """Answer the upgrade as RFC 6455 wants it, with more bytes in the same piece; give the request."""
    head = await read_head(reader)
    writer.write(upgraded(head) + more)
    await writer.drain()
    return head


def upgraded(head: str) -> bytes:
    """Give the answer that takes an upgrade."""
    key = next(line.split(": ")[1] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-Key"))
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode(), usedforsecurity=False).digest()
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )


def frame(payload: bytes | str, opcode: int = 1, *, fin: bool = True, length: int = -1) -> bytes:
    """Build an unmasked frame; ``length`` lets it lie about its size."""
    data = payload.encode() if isinstance(payload, str) else payload
    size = len(data) if length < 0 else length
    first = bytes([(0x80 if fin else 0) | opcode])
    if size < 126:
        return first + bytes([size]) + data
    if size < 2**16:
        return first + b"\x7e" + struct.pack("!H", size) + data
    return first + b"\x7f" + struct.pack("!Q", size) + data


async def read_frame(reader: Reader) -> tuple[int, bytes]:
    """Read one of the client's masked frames: its opcode and payload."""
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size == 126:
        [size] = struct.unpack("!H", await reader.readexactly(2))
    mask = await reader.readexactly(4)
    return first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(await reader.readexactly(size)))


def policy(role: str = "host", known: tuple[str, ...] = ("host", "guest")) -> str:
    """Build ``on-policy-change`` as the server pushes it."""
    roles = {name: {"publishParams": {"allowed": ["audio", "video"] if name == "host" else []}} for name in known}
    params = {"name": role, "known_roles": roles, "template_id": "t", "plugins": {}}
    return json.dumps({"jsonrpc": "2.0", "method": "on-policy-change", "params": params})


async def until_closed(reader: Reader, writer: Writer, *, pongs: bool = True) -> int:
    """Answer pings (or not) until the client closes; give its close code."""
    while True:
        opcode, payload = await read_frame(reader)
        if opcode == 8:
            writer.write(frame(payload, 8))
            return int.from_bytes(payload[:2], "big")
        if opcode == 1 and pongs:
            message = json.loads(payload)
            writer.write(frame(json.dumps({"id": message["id"], "result": message["params"], "jsonrpc": "2.0"})))


@dataclass(frozen=True)
class Certificates:
    """A test CA and a server's side that it vouches for."""

    ca_file: str
    server: ssl.SSLContext

    def trusted(self) -> Settings:
        return Settings(proxy=NoProxy(), trust=CaFile(path=self.ca_file))

    def untrusted(self) -> Settings:
        return Settings(proxy=NoProxy(), trust=SystemTrust())


def make_certificates(folder: Path, *, valid_days: int = 1) -> Certificates:
    """Build a CA and a certificate for 127.0.0.1."""
    now = dt.datetime.now(dt.UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test CA")])

    def begin(name: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=30))
            .not_valid_after(now + dt.timedelta(days=valid_days))
        )

    authority = x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key())
    ca = (
        begin(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(authority, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    certificate = (
        begin(x509.Name([]), key.public_key())
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority), critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(
        certificate.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return Certificates(ca_file=str(folder / "ca.pem"), server=server)
