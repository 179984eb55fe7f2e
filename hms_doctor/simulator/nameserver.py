"""A name server on loopback for the names under hms-doctor.test (RFC 6761 keeps .test out of the real DNS)."""

import asyncio
import socket
from ipaddress import ip_address
from typing import TYPE_CHECKING

from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.ports import bound, port_of
from hms_doctor.simulator.scenario import INIT_NAME, SIGNAL_NAME, TURN_NAME, DnsAnswer

if TYPE_CHECKING:
    from dns.message import Message

_DATAGRAM = 4096
_NAMES = (INIT_NAME, SIGNAL_NAME, TURN_NAME)
_TTL = 5


def open_nameserver(ground: Ground) -> tuple[str, int]:
    """Open it and give its address and UDP port."""
    listening = ground.stack.enter_context(bound(ground.bind, 0, socket.SOCK_DGRAM))
    ground.spawn(_serve(ground, listening))
    return ground.bind, port_of(listening)


async def _serve(ground: Ground, listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while True:
        asked, client = await loop.sock_recvfrom(listening, _DATAGRAM)
        ground.spawn(_answer(ground, listening, asked, client))


async def _answer(ground: Ground, listening: socket.socket, asked: bytes, client: tuple[str, int]) -> None:
    from dns.exception import DNSException

    await asyncio.sleep(ground.scenario.dns.delay)
    try:
        answer = _answered(ground, asked)
    except DNSException:
        return
    if answer:
        await asyncio.get_running_loop().sock_sendto(listening, answer, client)


def _answered(ground: Ground, asked: bytes) -> bytes:
    """Give the answer to a query, empty for silence; raises ``DNSException`` for what is none."""
    import dns.message
    import dns.rcode

    query = dns.message.from_wire(asked)
    answer = dns.message.make_response(query)
    if not query.question:
        return b""
    name = query.question[0].name.to_text(omit_final_dot=True).lower()
    match _scripted(ground, name):
        case DnsAnswer.SILENT:
            return b""
        case DnsAnswer.NXDOMAIN:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        case DnsAnswer.SERVFAIL:
            answer.set_rcode(dns.rcode.SERVFAIL)
        case DnsAnswer.LOOPBACK:
            _add(answer, ground.bind)
        case DnsAnswer.DEAD_IPV6:
            _add(answer, ground.bind)
            _add(answer, "::1")
        case DnsAnswer.EMPTY:
            pass
    return answer.to_wire()


def _scripted(ground: Ground, name: str) -> DnsAnswer:
    otherwise = DnsAnswer.LOOPBACK if name in _NAMES else DnsAnswer.NXDOMAIN
    return ground.scenario.dns.answers.get(name, otherwise)


def _add(answer: "Message", address: str) -> None:
    """Add an address where it is of the family that was asked for."""
    import dns.rrset

    question = answer.question[0]
    record = "A" if ip_address(address).version == 4 else "AAAA"  # noqa: PLR2004
    if question.rdtype == dns.rdatatype.from_text(record):
        answer.answer.append(dns.rrset.from_text(question.name, _TTL, "IN", record, address))
