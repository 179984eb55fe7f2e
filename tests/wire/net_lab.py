"""Certificates of every kind, ports that misbehave, proxies and name servers, all on loopback."""

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from ws_servers import Handler, Reader, Writer, read_head, serving

from hms_doctor.model.settings import CaFile, NoProxy, ProxyChoice, Resolver, Settings, SystemResolver

KEY = ec.generate_private_key(ec.SECP256R1())
PEM = serialization.Encoding.PEM
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """A CA in a folder, that makes certificates for servers on loopback."""

    folder: Path
    name: str = "test CA"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def ca_file(self) -> Path:
        path = self.folder / f"ca-{self.key.public_key().public_numbers().x:x}.pem"
        if not path.exists():
            path.write_bytes(self._root().public_bytes(PEM))
        return path

    def _root(self) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=False,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = begin(self.name, self.name, self.key, -30, 30)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        return builder.add_extension(usage, critical=True).sign(self.key, hashes.SHA256())

    def server(
        self, names: tuple[str, ...] = ("127.0.0.1", "localhost"), begins: int = -10, ends: int = 10
    ) -> ssl.SSLContext:
        """Give a server's context with a certificate for these names, valid between these days from now."""
        leaf = begin(names[0], self.name, KEY, begins, ends).add_extension(alternatives(names), critical=False)
        return presenting(self.folder, leaf.sign(self.key, hashes.SHA256()).public_bytes(PEM))


def begin(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, begins: int, ends: int
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name_of(subject))
        .issuer_name(name_of(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins * DAY)
        .not_valid_after(now + ends * DAY)
    )


def name_of(common: str, organization: str = "Test Works") -> x509.Name:
    common_name = x509.NameAttribute(NameOID.COMMON_NAME, common)
    return x509.Name([common_name, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)])


def alternatives(names: tuple[str, ...]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [x509.IPAddress(ip_address(n)) if n[0].isdigit() or ":" in n else x509.DNSName(n) for n in names]
    )


def self_signed(folder: Path) -> ssl.SSLContext:
    """Give a server's context with a certificate that nobody else signed."""
    leaf = begin("box", "box", KEY, -10, 10).add_extension(alternatives(("127.0.0.1", "localhost")), critical=False)
    return presenting(folder, leaf.sign(KEY, hashes.SHA256()).public_bytes(PEM))


def presenting(folder: Path, chain: bytes) -> ssl.SSLContext:
    private = KEY.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "chain.pem").write_bytes(chain + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "chain.pem")
    return context


def trusting(
    authority: Authority, proxy: ProxyChoice | None = None, resolver: Resolver | None = None, endpoint: str = ""
) -> Settings:
    return Settings(
        trust=CaFile(path=str(authority.ca_file)),
        proxy=proxy or NoProxy(),
        resolver=resolver or SystemResolver(),
        endpoint=endpoint,
    )


@contextmanager
def closed_port() -> Iterator[int]:
    """Give a port on which nobody listens, for as long as it is kept from others."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


@contextmanager
def dropping_port() -> Iterator[int]:
    """Give a port whose queue is full: Linux then drops the packets that ask for a connection."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(0)
        port = sock.getsockname()[1]
        fillers = [socket.socket() for _ in range(3)]
        for filler in fillers:
            filler.settimeout(0)
            filler.connect_ex(("127.0.0.1", port))
        try:
            yield port
        finally:
            for filler in fillers:
                filler.close()


def saying(raw: bytes) -> Handler:
    """Answer any request with these bytes, then end."""

    async def handler(reader: Reader, writer: Writer) -> None:
        await read_head(reader)
        writer.write(raw)
        await writer.drain()
        writer.write_eof() if writer.can_write_eof() else writer.close()
        await reader.read()

    return handler


def answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Lay out an HTTP answer."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def mute(reader: Reader, _writer: Writer) -> None:
    """Take everything and say nothing."""
    await reader.read()


async def resetting(reader: Reader, writer: Writer) -> None:
    """Reset the connection at the first bytes."""
    await reader.read(1)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    writer.transport.abort()


async def closing(reader: Reader, writer: Writer) -> None:
    """Close the connection at the first bytes."""
    await reader.read(4096)
    writer.close()


async def relay(reader: Reader, writer: Writer, host: str, port: int) -> None:
    """Carry bytes both ways until either side ends."""
    far_reader, far_writer = await asyncio.open_connection(host, port)

    async def carry(source: Reader, sink: Writer) -> None:
        while data := await source.read(4096):
            sink.write(data)
            await sink.drain()

    ways = [asyncio.ensure_future(carry(reader, far_writer)), asyncio.ensure_future(carry(far_reader, writer))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        far_writer.transport.abort()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


@dataclass
class ConnectProxy:
    """A proxy for which every name is this machine; it keeps the heads that it was sent."""

    heads: list[str] = field(default_factory=list)

    async def __call__(self, reader: Reader, writer: Writer) -> None:
        head = await read_head(reader)
        self.heads.append(head)
        writer.write(b"HTTP/1.1 200 Connection established\r\nProxy-Agent: test\r\n\r\n")
        await relay(reader, writer, "127.0.0.1", int(head.split()[1].rpartition(":")[2]))


Records = Mapping[tuple[str, str], tuple[str, ...] | str]
"""By (name, A or AAAA): addresses, or the name of an error (``NXDOMAIN``, ``SERVFAIL``, ``SILENT``, …)."""


async def _answer_datagrams(sock: socket.socket, answer_to: Callable[[bytes], bytes]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        data, sender = await loop.sock_recvfrom(sock, 65535)
        answered = answer_to(data)
        if answered:
            await loop.sock_sendto(sock, answered, sender)


def _reply(query: dns.message.Message, found: tuple[str, ...] | str, *, over_tcp: bool) -> bytes:
    reply = dns.message.make_response(query)
    if found == "TRUNCATED" and not over_tcp:
        reply.flags |= dns.flags.TC
        return reply.to_wire()
    if isinstance(found, str) and found != "TRUNCATED":
        reply.set_rcode(dns.rcode.from_text(found))
    elif found:
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        addresses = ("127.0.0.1",) if isinstance(found, str) else found
        reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *addresses))
    return reply.to_wire()


_ODD = {
    "SILENT": b"",
    "GARBAGE": b"\x00" * 5,
    "ANOTHER": dns.message.make_response(dns.message.make_query("another.test", "A")).to_wire(),
}


@asynccontextmanager
async def name_server(records: Records) -> AsyncIterator[int]:
    """Run a name server on UDP and TCP of one port; names that it does not know do not exist."""

    def look_up(wire: bytes, *, over_tcp: bool) -> bytes:
        query = dns.message.from_wire(wire)
        asked = (str(query.question[0].name).rstrip("."), dns.rdatatype.to_text(query.question[0].rdtype))
        found = records.get(asked, "NXDOMAIN")
        odd = _ODD.get(found) if isinstance(found, str) else None
        return _reply(query, found, over_tcp=over_tcp) if odd is None else odd

    async def tcp(reader: Reader, writer: Writer) -> None:
        length = int.from_bytes(await reader.readexactly(2), "big")
        reply = look_up(await reader.readexactly(length), over_tcp=True)
        writer.write(len(reply).to_bytes(2, "big") + reply)
        await writer.drain()

    async with serving(tcp) as port:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0)
            sock.bind(("127.0.0.1", port))
            answering = asyncio.ensure_future(_answer_datagrams(sock, lambda wire: look_up(wire, over_tcp=False)))
            try:
                yield port
            finally:
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)
