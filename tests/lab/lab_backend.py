"""Runs in the server's namespace: 100ms at its usual ports and names, a name server, and plain HTTP.

Started as a program by ``netns_lab``; its one argument is a ``Backend`` as JSON.
"""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.faults import find_fault

SERVER, SERVER_6, TURN = "10.77.0.2", "fd77::2", "10.77.0.3"
INIT_NAME, SIGNAL_NAME, TURN_NAME = "init.hms-doctor.test", "signal.hms-doctor.test", "turn.hms-doctor.test"
PORTAL_PORT = 8080
_URLS = tuple(f"turn:{TURN_NAME}{port}?transport={way}" for port in ("", ":443") for way in ("udp", "tcp"))


@dataclass(frozen=True, kw_only=True)
class Backend:
    """What a test wants of the server's side."""

    fault: str = ""
    clock_offset: float = 0.0  # seconds that this side's clock is ahead
    token_offset: int = 0  # seconds that the token's times are moved
    urls: tuple[str, ...] = _URLS
    dual_stack: bool = False  # init's name has an IPv6 address too
    names: Mapping[str, list[str]] = field(default_factory=dict)  # more names, or others for the usual ones
    ready: str = ""  # where to write how to reach it


def known_names(backend: Backend) -> dict[str, list[str]]:
    init = [SERVER, SERVER_6] if backend.dual_stack else [SERVER]
    return {INIT_NAME: init, SIGNAL_NAME: [SERVER], TURN_NAME: [TURN], **backend.names}


def answered(asked: bytes, names: Mapping[str, list[str]]) -> bytes:
    """Answer a query; names that are not known do not exist."""
    query = dns.message.from_wire(asked)
    [question] = query.question
    found = names.get(question.name.to_text(omit_final_dot=True).lower())
    kind = dns.rdatatype.to_text(question.rdtype)
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA  # without it glibc takes an empty answer for a failure
    if found is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    for ip in found or ():
        if kind == ("AAAA" if ":" in ip else "A"):
            answer.answer.append(dns.rrset.from_text(question.name, 5, "IN", kind, ip))
    return answer.to_wire()


async def resolve(listening: socket.socket, names: Mapping[str, list[str]]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        asked, sender = await loop.sock_recvfrom(listening, 4096)
        await loop.sock_sendto(listening, answered(asked, names), sender)


async def _plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: str) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    writer.close()


async def not_found(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _plain(reader, writer, "404 Not Found")


async def sign_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await _plain(reader, writer, "302 Found\r\nLocation: http://portal.hotel.test/login")


async def to_ipv4(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry a connection that came over IPv6 to init, which listens on IPv4 alone."""
    far_reader, far_writer = await asyncio.open_connection(SERVER, 443)
    await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer), return_exceptions=True)


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
        await sink.drain()
    sink.close()


def scenario(backend: Backend, opened: list[str]) -> Scenario:
    """Give the scenario; the ports that TURN really got are noted in ``opened``."""

    def listed(urls: tuple[str, ...]) -> tuple[str, ...]:
        opened.extend(urls)
        return backend.urls

    def moved(claims: JsonObject) -> JsonObject:
        times = {name: claims[name] for name in ("iat", "nbf", "exp")}
        return {**claims, **{name: t + backend.token_offset for name, t in times.items() if isinstance(t, int)}}

    told = find_fault(backend.fault).apply(Scenario()) if backend.fault else Scenario()
    return replace(
        told,
        host=INIT_NAME,
        clock_offset=told.clock_offset + backend.clock_offset,
        signalling=replace(told.signalling, host=SIGNAL_NAME),
        turn=replace(told.turn, reshape=listed),
        token=replace(told.token, reshape=moved) if backend.token_offset else told.token,
    )


def usual_ports(opened: list[str]) -> str:
    """Lead TURN's usual ports to those that were opened: a pair of UDP and TCP for 3478, one for 443, TLS on 5349."""
    ports = [int(url.partition("?")[0].rpartition(":")[2]) for url in opened]
    usual = ("udp dport 3478", "tcp dport 3478", "udp dport 443", "tcp dport 443", "tcp dport 5349")
    ways = zip(usual, ports, strict=False)
    rules = "\n".join(f"ip daddr {TURN} {way} dnat ip to {SERVER}:{port}" for way, port in ways)
    chains = "\n".join(
        f"chain {hook} {{ type nat hook {hook} priority -100\n{rules}\n}}" for hook in ("prerouting", "output")
    )
    return f"table inet backend {{\n{chains}\n}}\n"


def announce(backend: Backend, simulator: Simulator, opened: list[str]) -> None:
    """Lead the usual ports here, then say where everything is, in one piece."""
    subprocess.run(("nft", "-f", "-"), input=usual_ports(opened).encode(), check=True)
    told = {"ca_file": str(simulator.ca_file), "token": simulator.tokens["host"].reveal()}
    draft = Path(f"{backend.ready}.draft")
    draft.write_text(json.dumps(told))
    draft.rename(backend.ready)


async def serve(backend: Backend) -> None:
    loop, ended, opened = asyncio.get_running_loop(), asyncio.Event(), list[str]()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with Simulator(scenario(backend, opened), bind=SERVER, port=443) as simulator:
        listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        listening.bind((SERVER, 53))
        listening.settimeout(0)
        resolving = asyncio.ensure_future(resolve(listening, known_names(backend)))
        await asyncio.start_server(not_found, SERVER, 80)
        await asyncio.start_server(sign_in, SERVER, PORTAL_PORT)
        await asyncio.start_server(to_ipv4, SERVER_6, 443)
        announce(backend, simulator, opened)
        await ended.wait()
        resolving.cancel()
        listening.close()


if __name__ == "__main__":
    wish = json.loads(sys.argv[1])
    asyncio.run(serve(Backend(**{**wish, "urls": tuple(wish["urls"])})))
