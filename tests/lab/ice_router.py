"""Runs on the lab's router: its name server with every fault that one can have, and a captive portal's pages.

Started as a program by ``ice_lab``: folder with the portal's certificate, then the names as JSON. Each line on stdin is
a name of ``Dns``, answered with a line on stdout.
"""

import asyncio
import json
import socket
import ssl
import struct
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Final

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

SLOWNESS: Final = 3.0
LISTENS: Final = ("192.168.77.1", "2001:db8:77::1")
_LONGEST: Final = 65535


class Dns(StrEnum):
    """How names are looked up; drop and refused are made by the router's firewall."""

    GOOD = "good"
    DROP = "drop"
    REFUSED = "refused"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    SLOW = "slow"  # every answer takes 3 s
    UPSTREAM_DEAD = "upstream-dead"  # the router is there, and whom it asks never answers


class NameServer:
    """Answers for all names of the lab."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        self._names = names
        self.mood = Dns.GOOD

    async def answer(self, asked: bytes) -> bytes:
        """Answer a query; empty for silence."""
        query = dns.message.from_wire(asked)
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA  # without it glibc takes an empty answer for a failure
        match self.mood:
            case Dns.UPSTREAM_DEAD:
                return b""
            case Dns.NXDOMAIN | Dns.SERVFAIL:
                answer.set_rcode(dns.rcode.from_text(self.mood.upper()))
                return answer.to_wire()
            case Dns.SLOW:
                await asyncio.sleep(SLOWNESS)
            case _:
                pass
        return self._found(query, answer)

    def _found(self, query: dns.message.Message, answer: dns.message.Message) -> bytes:
        [question] = query.question
        found = self._names.get(question.name.to_text(omit_final_dot=True).lower())
        kind = dns.rdatatype.to_text(question.rdtype)
        if found is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        for ip in found or ():
            if kind == ("AAAA" if ":" in ip else "A"):
                answer.answer.append(dns.rrset.from_text(question.name, 5, "IN", kind, ip))
        return answer.to_wire()


async def over_udp(server: NameServer, listening: socket.socket) -> None:
    loop, tasks = asyncio.get_running_loop(), set[asyncio.Task[None]]()

    async def reply(asked: bytes, sender: tuple[str, int]) -> None:
        if answer := await server.answer(asked):
            await loop.sock_sendto(listening, answer, sender)

    while True:
        task = asyncio.ensure_future(reply(*await loop.sock_recvfrom(listening, _LONGEST)))
        tasks.add(task)
        task.add_done_callback(tasks.discard)


async def over_tcp(server: NameServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, OSError):
        while head := await reader.readexactly(2):
            answer = await server.answer(await reader.readexactly(struct.unpack("!H", head)[0]))
            if answer:
                writer.write(struct.pack("!H", len(answer)) + answer)
    writer.close()


async def sign_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer every request as a captive portal does."""
    with suppress(asyncio.IncompleteReadError, OSError):
        await reader.readuntil(b"\r\n\r\n")
        where = "Location: http://portal.hotel.test/login\r\n"
        writer.write(f"HTTP/1.1 302 Found\r\n{where}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
    writer.close()


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def listening_at(ip: str) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_DGRAM)
    listening.settimeout(0)
    listening.bind((ip, 53))
    return listening


async def serve(folder: str, names: Mapping[str, Sequence[str]]) -> None:
    server = NameServer(names)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(f"{folder}/portal.pem")
    answering = [asyncio.ensure_future(over_udp(server, listening_at(ip))) for ip in LISTENS]
    for ip in LISTENS:
        await asyncio.start_server(lambda reader, writer: over_tcp(server, reader, writer), ip, 53)
        await asyncio.start_server(sign_in, ip, 80)
        await asyncio.start_server(sign_in, ip, 443, ssl=tls)
    say("ready")
    while answering and (line := await asyncio.to_thread(sys.stdin.readline)):
        server.mood = Dns(line.strip())
        say("ok")


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], json.loads(sys.argv[2])))
