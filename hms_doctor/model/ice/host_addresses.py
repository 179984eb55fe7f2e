"""The addresses of this machine, as ICE would offer them (RFC 8445 section 5.1.1.1), and what kind each is."""

import re
from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import ClassVar, Final

from hms_doctor.model.quick_dataclass import dataclass


class AddressKind(StrEnum):
    """Where an address can be seen from."""

    PUBLIC = "public"
    PRIVATE = "private"
    CARRIER = "behind the provider's NAT"
    LINK_LOCAL = "link-local"
    LOOPBACK = "loopback"


@dataclass(frozen=True, kw_only=True, slots=True)
class HostAddress:
    """One address of one interface."""

    interface: str
    ip: str

    @property
    def kind(self) -> AddressKind:
        """Say from where it can be seen."""
        address = ip_address(self.ip.partition("%")[0])
        if address.is_loopback:
            return AddressKind.LOOPBACK
        if address.is_link_local:
            return AddressKind.LINK_LOCAL
        if isinstance(address, IPv4Address) and address in _CARRIER:
            return AddressKind.CARRIER
        return AddressKind.PUBLIC if address.is_global else AddressKind.PRIVATE

    @property
    def version(self) -> int:
        """4 or 6."""
        return ip_address(self.ip.partition("%")[0]).version

    @property
    def in_tunnel(self) -> bool:
        """Whether the interface's name is one that VPNs use."""
        return bool(_TUNNEL.match(self.interface))


_CARRIER: Final = ip_network("100.64.0.0/10")
"""RFC 6598; Tailscale numbers its peers from it too."""
_TUNNEL: Final = re.compile(r"(?i)tun|tap|utun|wg|ppp|ipsec|tailscale|zt|nordlynx|wireguard|.*vpn")


@dataclass(frozen=True, kw_only=True)
class HostAddresses:
    """All addresses but loopback (observation of ``ice.host``)."""

    absent: ClassVar[str] = "this machine's addresses were not read"
    addresses: tuple[HostAddress, ...]


def without_loopback(addresses: Iterable[HostAddress]) -> HostAddresses:
    """Leave out what no peer can reach."""
    return HostAddresses(addresses=tuple(a for a in addresses if a.kind is not AddressKind.LOOPBACK))


def is_address(text: str) -> bool:
    """Whether a text is an IP address, with a zone or not."""
    try:
        return isinstance(ip_address(text.partition("%")[0]), IPv4Address | IPv6Address)
    except ValueError:
        return False


def lacks_ipv4_for(host: str, addresses: Iterable[HostAddress]) -> bool:
    """Whether a host is a written-out IPv4 address and a machine with these addresses has IPv6 alone."""
    if not is_address(host) or ip_address(host.partition("%")[0]).version != 4:  # noqa: PLR2004
        return False
    routable = {AddressKind.PUBLIC, AddressKind.PRIVATE, AddressKind.CARRIER}
    versions = {address.version for address in addresses if address.kind in routable}
    return versions == {6}
