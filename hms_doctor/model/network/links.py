"""What connects this machine to a network, and reading how Linux tells it: pure."""

import json
import sys
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

from hms_doctor.model.json import JsonValue
from hms_doctor.model.quick_dataclass import dataclass

Network: TypeAlias = IPv4Network | IPv6Network
_UP: Final = 0x1
_REJECT: Final = 0x200
_HALF: Final = 1  # VPNs cover everything with two routes of half the addresses
_LOOPBACK: Final = "lo"
_OFF: Final = frozenset({"down", "lowerlayerdown", "notpresent"})
_TUNNELS: Final = (
    "tun", "tap", "wg", "ppp", "utun", "ipsec", "vpn", "zt", "tailscale", "nordlynx", "proton", "cscotun", "gpd",
    "warp", "cloudflarewarp",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Link:
    """One interface that is not loopback; ``state`` is the kernel's word (``up``, ``down``, ``unknown``)."""

    name: str
    addresses: tuple[str, ...] = ()
    state: str = "unknown"

    @property
    def usable(self) -> bool:
        """Whether it is up and the network gave it an address (RFC 3927 and RFC 4291, 2.5.6: it did not)."""
        return self.is_on and bool(self.routable)

    @property
    def routable(self) -> tuple[str, ...]:
        """Give the addresses that the network gave it."""
        return tuple(address for address in self.addresses if not _self_assigned(address))

    @property
    def is_on(self) -> bool:
        """Whether the kernel may carry packets over it (Linux: Documentation/networking/operstates.rst)."""
        return self.state not in _OFF

    @property
    def is_tunnel(self) -> bool:
        """Whether its name is one that VPNs give."""
        return self.name.lower().startswith(_TUNNELS) or "vpn" in self.name.lower()


@dataclass(frozen=True, kw_only=True)
class Routes:
    """The networks that there is a way to, loopback left out."""

    networks: tuple[Network, ...]

    @property
    def has_default(self) -> bool:
        """Whether there is a way to everywhere."""
        return any(network.prefixlen <= _HALF for network in self.networks)

    def of(self, versions: frozenset[int]) -> "Routes":
        """Give those of some IP versions: a route is of no use to a machine without an address of its kind."""
        return Routes(networks=tuple(network for network in self.networks if network.version in versions))

    def lead_to(self, host: str) -> bool:
        """Whether there is a way to a host; a name may stand for any address and needs the default route."""
        try:
            address = ip_address(host)
        except ValueError:
            return self.has_default
        return any(address in network for network in self.networks)


@dataclass(frozen=True, kw_only=True)
class RoutesUnknown:
    """The routes of this system cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Links:
    """The machine's links and ways out. ``verified``: this system's reading was tried for real."""

    links: tuple[Link, ...]
    routes: Routes | RoutesUnknown
    verified: bool = True


def _self_assigned(address: str) -> bool:
    try:
        return ip_address(address.partition("%")[0]).is_link_local
    except ValueError:
        return True


@dataclass(frozen=True, kw_only=True)
class _Route:
    interface: str
    flags: int
    network: Network

    @property
    def leads_out(self) -> bool:
        return self.interface != _LOOPBACK and bool(self.flags & _UP) and not self.flags & _REJECT


def parse_ipv4_routes(text: str) -> tuple[Network, ...]:
    """Read ``/proc/net/route``: hexadecimal, in the machine's byte order (Linux: net/ipv4/fib_trie.c)."""
    routes = (route for line in text.splitlines()[1:] for route in _ipv4_route(line.split()))
    return tuple(route.network for route in routes if route.leads_out)


def parse_ipv6_routes(text: str) -> tuple[Network, ...]:
    """Read ``/proc/net/ipv6_route``: destination, its length, six more, flags, interface (Linux: net/ipv6/route.c)."""
    routes = (route for line in text.splitlines() for route in _ipv6_route(line.split()))
    return tuple(route.network for route in routes if route.leads_out)


def _ipv4_route(words: list[str]) -> tuple[_Route, ...]:
    try:
        network = ip_network(f"{_dotted(words[1])}/{_dotted(words[7])}", strict=False)
        return (_Route(interface=words[0], flags=int(words[3], 16), network=network),)
    except (IndexError, ValueError, OverflowError):
        return ()


def _dotted(hexadecimal: str) -> str:
    return ".".join(str(byte) for byte in int(hexadecimal, 16).to_bytes(4, sys.byteorder))


def _ipv6_route(words: list[str]) -> tuple[_Route, ...]:
    try:
        network = ip_network((int(words[0], 16).to_bytes(16, "big"), int(words[1], 16)), strict=False)
        return (_Route(interface=words[9], flags=int(words[8], 16), network=network),)
    except (IndexError, ValueError, OverflowError):
        return ()


HEALTHY: Final = Links(
    links=(Link(name="sim0", addresses=("192.0.2.7",), state="up"),),
    routes=Routes(networks=(ip_network("0.0.0.0/0"),)),
)
"""What a simulated machine has where its script says nothing of links."""


def simulated_links(script: str) -> Links:
    """Read ``links`` in the script of a simulated machine.

    ``[{"name": "sim0", "state": "up", "addresses": ["192.0.2.7"], "default_route": true}]``; a member that is left out
    is as in this example. Raises ``ValueError`` for a script that is no JSON object.
    """
    read = json.loads(script) if script else {}
    if not isinstance(read, dict):
        raise ValueError("the machine's script is no JSON object")  # noqa: TRY004 - one error for a bad script
    if "links" not in read:
        return HEALTHY
    entries = [entry for entry in read["links"] if isinstance(entry, dict)]
    way_out = any(entry.get("default_route", True) for entry in entries)
    return Links(links=tuple(_scripted(entry) for entry in entries), routes=HEALTHY.routes if way_out else _NO_ROUTES)


_NO_ROUTES: Final = Routes(networks=())


def _scripted(entry: Mapping[str, JsonValue]) -> Link:
    addresses = entry.get("addresses", ["192.0.2.7"])
    return Link(
        name=str(entry.get("name", "sim0")),
        state=str(entry.get("state", "up")),
        addresses=tuple(str(address) for address in addresses) if isinstance(addresses, list) else (),
    )
