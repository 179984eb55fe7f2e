"""The ports of the simulated STUN and TURN server: UDP, TCP on the same numbers, TLS."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.simulator.ground import Ground
from hms_doctor.simulator.ports import bound, play, port_of, reserve
from hms_doctor.simulator.scenario import Speech, UdpPort
from hms_doctor.simulator.turn_relays import Client, SocketName
from hms_doctor.simulator.turn_server import TurnServer

_DATAGRAM: Final = 65536
_HTTP: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_NOBODY: Final = 1  # a port that no client of ours sends from


Offered: TypeAlias = Callable[[], tuple[IceServer, ...]]
"""The list that init offers now; the same one for as long as the scenario in force leaves it as it is."""


async def open_turn(ground: Ground) -> Offered:
    """Open the STUN and TURN ports that the scenario describes, and give what tells init's list of them."""
    script = ground.scenario.turn
    server = TurnServer(ground)
    streams = _Streams(server, ground)
    ends: list[str] = []
    for _pair in range(2):
        udp = _open_udp(server, script.udp, ground)
        tcp = _reserve_near(ground, udp)
        play(ground, script.tcp, streams.serve, tcp)
        ends += [f"turn:{{host}}:{udp}", f"turn:{{host}}:{port_of(tcp)}?transport=tcp"]
    tls = reserve(ground)
    play(ground, script.tls, streams.serve, tls)
    ends.append(f"turns:{{host}}:{port_of(tls)}?transport=tcp")
    return _listing(ground, server, ends)


def _listing(ground: Ground, server: TurnServer, ends: Sequence[str]) -> Offered:
    known: dict[tuple[object, ...], tuple[IceServer, ...]] = {}

    def offered() -> tuple[IceServer, ...]:
        script = ground.scenario.turn
        host = script.host or ground.bind
        key = (host, script.login, script.reshape, ground.scenario.clock_offset)
        if key not in known:
            authority = f"[{host}]" if ":" in host else host
            known[key] = (server.listing(script.reshape(tuple(end.format(host=authority) for end in ends))),)
        return known[key]

    return offered


def _reserve_near(ground: Ground, wish: int) -> socket.socket:
    """Take the TCP port with the number that UDP has, or another where that is taken."""
    try:
        return reserve(ground, wish)
    except OSError:
        return reserve(ground)


def _open_udp(server: TurnServer, kind: UdpPort, ground: Ground) -> int:
    sock = ground.stack.enter_context(bound(ground.bind, 0, socket.SOCK_DGRAM))
    match kind:
        case UdpPort.ANSWERS | UdpPort.SILENT:
            ground.spawn(_serve_datagrams(server, ground, sock))
        case UdpPort.REFUSED:
            sock.connect((ground.bind, _NOBODY))  # the kernel refuses what anybody else sends, by ICMP
    return port_of(sock)


async def _serve_datagrams(server: TurnServer, ground: Ground, sock: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while True:
        with suppress(ConnectionError):
            data, address = await loop.sock_recvfrom(sock, _DATAGRAM)
            if ground.scenario.turn.udp is UdpPort.SILENT:
                continue
            name = (str(address[0]), int(address[1]))
            server.receive(Client((port_of(sock), name), name, partial(_send_datagram, sock, name)), data)


def _send_datagram(sock: socket.socket, client: SocketName, data: bytes) -> None:
    with suppress(OSError):
        sock.sendto(data, client)


@dataclass(frozen=True)
class _Streams:
    server: TurnServer
    ground: Ground

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match self.ground.scenario.turn.speech:
            case Speech.TURN:
                await self._turn(reader, writer)
            case Speech.HTTP:
                await reader.read(_DATAGRAM)
                writer.write(_HTTP)
            case Speech.NOTHING:
                await reader.read(_DATAGRAM)

    async def _turn(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ip, port = writer.get_extra_info("peername")[:2]
        client = Client(object(), (str(ip), int(port)), partial(_send_frame, writer))
        try:
            while True:
                self.server.receive(client, await _frame(reader))
        finally:
            self.server.leave(client)


def _send_frame(writer: asyncio.StreamWriter, data: bytes) -> None:
    if not writer.is_closing():
        writer.write(data)


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Read one message or one piece of channel data with its padding (RFC 8656 section 12.5)."""
    head = await reader.readexactly(4)
    size = int.from_bytes(head[2:], "big")
    return head + await reader.readexactly(size + -size % 4 if head[0] >> 6 == 1 else size + 16)
