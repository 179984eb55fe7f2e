"""What routers on the way say by ICMP of a UDP socket's packets; only Linux tells it without privileges (ip(7))."""

import socket
import struct
import sys
from ipaddress import IPv4Address
from typing import Final

_IP_RECVERR: Final = 11
_TOLD_BY_ICMP: Final = 2
_TIME_EXCEEDED: Final = 11
_EXTENDED_ERROR: Final = struct.Struct("=IBBBxII")
"""``struct sock_extended_err`` (linux/errqueue.h); a ``sockaddr_in`` with the router's address follows it."""


def hop_limited_socket(server: tuple[str, int], hops: int) -> socket.socket:
    """Give a UDP socket over IPv4 whose packets get only some hops far; raises OSError, and without Linux always."""
    if sys.platform == "linux":
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.settimeout(0)
            sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, hops)
            sock.connect(server)
        except OSError:
            sock.close()
            raise
        return sock
    else:  # noqa: RET505 - mypy follows the platform through if and else
        raise OSError("this system does not tell a program what routers say")


def router_that_spoke(sock: socket.socket) -> str:
    """Give the address of the router at which a packet's hops were used up, empty where none said so."""
    if sys.platform == "linux":
        try:
            _payload, controls, _flags, _server = sock.recvmsg(64, 512, socket.MSG_ERRQUEUE)
        except OSError:
            return ""
        told = (data for level, kind, data in controls if (level, kind) == (socket.IPPROTO_IP, _IP_RECVERR))
        return next((_offender(data) for data in told), "")
    else:  # noqa: RET505
        return ""


def _offender(data: bytes) -> str:
    if len(data) < _EXTENDED_ERROR.size + 8:
        return ""
    _errno, origin, kind, _code, _info, _data = _EXTENDED_ERROR.unpack_from(data)
    address = data[_EXTENDED_ERROR.size + 4 : _EXTENDED_ERROR.size + 8]
    return str(IPv4Address(address)) if (origin, kind) == (_TOLD_BY_ICMP, _TIME_EXCEEDED) else ""
