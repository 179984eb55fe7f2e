"""What routers say of our packets: bytes as the kernel gives them, and a kernel that says them."""

import asyncio
import socket
import struct
import sys
from collections.abc import Iterable

import pytest
from ice_helpers import closed_udp_port, udp_server

from hms_doctor.model.ice.nat import Endpoint
from hms_doctor.platforms import icmp
from hms_doctor.wire.nat.routers import HOPS, listening_to_routers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program what routers say")


def told(kind: int, origin: int = 2, router: str = "100.64.77.1") -> bytes:
    """Give a ``sock_extended_err`` and the ``sockaddr_in`` behind it."""
    error = struct.pack("=IBBBxII", 113, origin, kind, 0, 0, 0)
    return error + struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(router))


@pytest.mark.parametrize(
    ("data", "router"),
    [
        (told(11), "100.64.77.1"),
        (told(3), ""),  # port unreachable
        (told(11, origin=1), ""),  # said by this machine itself
        (told(11)[:20], ""),
        (b"", ""),
    ],
)
def test_which_words_are_a_routers(data: bytes, router: str) -> None:
    assert icmp._offender(data) == router


def test_a_port_that_is_closed_is_no_router() -> None:
    with icmp.hop_limited_socket(("127.0.0.1", closed_udp_port()), 1) as sock:
        assert sock.getsockopt(socket.IPPROTO_IP, socket.IP_TTL) == 1
        sock.send(b"x")
        assert icmp.router_that_spoke(sock) == ""
        assert icmp.router_that_spoke(sock) == "", "there is nothing more to read"


def test_where_there_is_no_way_there_is_no_socket() -> None:
    with pytest.raises(OSError, match="denied"):
        icmp.hop_limited_socket(("255.255.255.255", 9), 1)


async def test_servers_that_are_near_and_ports_that_are_closed_name_nobody() -> None:
    all_came = asyncio.Event()

    def answer(data: bytes) -> Iterable[bytes]:
        yield data
        if len(server.messages) == len(HOPS):
            all_came.set()

    async with udp_server(answer) as server:
        ends = [Endpoint(ip="127.0.0.1", port=port) for port in (server.port, closed_udp_port())]
        with listening_to_routers([*ends, Endpoint(ip="255.255.255.255", port=9)]) as routers:
            await all_came.wait()
            await asyncio.sleep(0.01)
    assert routers == {}
