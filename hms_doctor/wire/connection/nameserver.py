"""One name server asked directly over UDP, and over TCP where the answer did not fit (RFC 1035, 4.2)."""

import asyncio
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.settings import Nameserver
from hms_doctor.model.vantage import Family
from hms_doctor.wire.connection.classify import classify

if TYPE_CHECKING:
    from dns.message import Message

_LARGEST = 65535


async def query(server: Nameserver, host: str, family: Family) -> tuple[str, ...] | Failure:
    """Ask for the A or AAAA records of a host; raises ``TimeoutError`` alone, where the caller set a time-out."""
    import dns.exception
    import dns.flags
    import dns.message

    try:
        question = dns.message.make_query(host, "AAAA" if family is Family.IPV6 else "A")
        wire = await _over_udp(server, question.to_wire())
        answer = dns.message.from_wire(wire, ignore_trailing=True)
        if dns.flags.TC in dns.flags.Flag(answer.flags):
            wire = await _over_tcp(server, question.to_wire())
            answer = dns.message.from_wire(wire, ignore_trailing=True)
    except (dns.exception.DNSException, ValueError) as error:
        return Failure(operation=Operation.RESOLVE, kind=Kind.MALFORMED, detail=type(error).__name__)
    except TimeoutError:
        raise
    except (OSError, EOFError) as error:
        detail = f"the name server: {classify(Operation.RESOLVE, error)}"
        return Failure(operation=Operation.RESOLVE, kind=Kind.SERVFAIL, detail=detail)
    if not question.is_response(answer):
        return Failure(operation=Operation.RESOLVE, kind=Kind.MALFORMED, detail="an answer to another question")
    return _records(answer, "AAAA" if family is Family.IPV6 else "A")


def _records(answer: "Message", wanted: str) -> tuple[str, ...] | Failure:
    import dns.rcode
    import dns.rdatatype

    rcode = answer.rcode()
    if rcode == dns.rcode.NXDOMAIN:
        return Failure(operation=Operation.RESOLVE, kind=Kind.NXDOMAIN, detail="NXDOMAIN")
    if rcode != dns.rcode.NOERROR:
        return Failure(operation=Operation.RESOLVE, kind=Kind.SERVFAIL, detail=dns.rcode.to_text(rcode))
    kind = dns.rdatatype.from_text(wanted)
    found = tuple(str(record) for rrset in answer.answer if rrset.rdtype == kind for record in rrset)
    return found or Failure(operation=Operation.RESOLVE, kind=Kind.NO_ADDRESS, detail=f"no {wanted} record")


async def _over_udp(server: Nameserver, question: bytes) -> bytes:
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ip_address(server.host).version == 6 else socket.AF_INET  # noqa: PLR2004
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        sock.connect((server.host, server.port))  # connected: a closed port answers at once, strangers cannot
        await loop.sock_sendall(sock, question)
        return await loop.sock_recv(sock, _LARGEST)


async def _over_tcp(server: Nameserver, question: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(len(question).to_bytes(2, "big") + question)
        length = int.from_bytes(await reader.readexactly(2), "big")
        return await reader.readexactly(length)
    finally:
        writer.transport.abort()
