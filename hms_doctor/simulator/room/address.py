"""Where the media server listens: aioice drops loopback candidates, and browsers gather none."""

import ipaddress
from collections.abc import Iterator
from typing import Final

LOOPBACK: Final = "127.0.0.1"


def media_address(bind: str) -> str:
    """Give the address for media: the bound one unless that is loopback, else the machine's first other one.

    IPv4 comes before IPv6, link-local ones are passed over. Without any, the loopback address is given: media then
    passes through the simulator's own relays alone, for clients that can use them.
    """
    if not ipaddress.ip_address(bind).is_loopback:
        return bind
    others = sorted(_others(), key=lambda address: address.version)
    return str(others[0]) if others else LOOPBACK


def is_reachable(address: str) -> bool:
    """Whether clients that drop loopback candidates can send media here without a relay."""
    return not ipaddress.ip_address(address).is_loopback


def _others() -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    import ifaddr

    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            address = ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
            if not (address.is_loopback or address.is_link_local):
                yield address
