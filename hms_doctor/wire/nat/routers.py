"""The first routers on the way to a server, by packets that get no further (RFC 792: time exceeded)."""

import asyncio
import socket
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Final

from hms_doctor.model.ice.nat import Endpoint
from hms_doctor.platforms.icmp import hop_limited_socket, router_that_spoke
from hms_doctor.wire.nat.request import Request

HOPS: Final = (1, 2, 3)
"""One's own router, the next behind it and one more: a second NAT stands there or cannot be told from the provider."""


@contextmanager
def listening_to_routers(servers: Iterable[Endpoint]) -> Iterator[dict[int, str]]:
    """Send one packet a hop to each server over IPv4; the routers' addresses fill in by hop while other things go on.

    Many routers say nothing and many systems pass nothing on (only Linux does, without privileges): what is missing
    proves nothing.
    """
    told: dict[int, str] = {}
    with ExitStack() as stack:
        for server in servers:
            for hops in HOPS:
                with suppress(OSError):
                    sock = stack.enter_context(hop_limited_socket((server.ip, server.port), hops))
                    _listen(sock, hops, told, stack)
                    sock.send(Request(socket=hops, to=server, yardstick=server.ip).wire)
        yield told


def _listen(sock: socket.socket, hops: int, told: dict[int, str], stack: ExitStack) -> None:
    loop = asyncio.get_running_loop()

    def take() -> None:
        loop.remove_reader(sock)  # what comes first counts: a router's word, or the answer of a server that is so near
        if router := router_that_spoke(sock):
            told[hops] = router

    loop.add_reader(sock, take)
    stack.callback(loop.remove_reader, sock)
