"""The links of this machine: ifaddr for addresses everywhere, procfs and sysfs for the rest on Linux."""

import sys
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from hms_doctor.model.network.links import Link, Links, Routes, RoutesUnknown, parse_ipv4_routes, parse_ipv6_routes
from hms_doctor.platforms.roots import Roots


def read_links(roots: Roots) -> Links:
    """Look at the links that are not loopback; nothing is sent."""
    addresses = _addresses()
    if sys.platform == "linux":
        return _linux_links(roots, addresses)
    else:  # noqa: RET505 - mypy follows the platform through if and else
        links = tuple(Link(name=name, addresses=found) for name, found in addresses.items())
        return Links(links=links, routes=RoutesUnknown(), verified=False)


def _linux_links(roots: Roots, addresses: Mapping[str, tuple[str, ...]]) -> Links:
    names = sorted({*addresses, *_interfaces(roots)})
    links = tuple(
        Link(name=name, addresses=addresses.get(name, ()), state=_text(_class(roots) / name / "operstate").strip())
        for name in names
    )
    return Links(links=links, routes=linux_routes(roots))


def linux_routes(roots: Roots) -> Routes | RoutesUnknown:
    """Read both routing tables; where there is none to read (a jail without procfs), say so."""
    net = roots.proc / "net"
    ipv4, ipv6 = _text(net / "route"), _text(net / "ipv6_route")
    if not ipv4 and not ipv6:
        return RoutesUnknown()
    return Routes(networks=(*parse_ipv4_routes(ipv4), *parse_ipv6_routes(ipv6)))


def _addresses() -> dict[str, tuple[str, ...]]:
    import ifaddr

    found: dict[str, tuple[str, ...]] = {}
    for adapter in ifaddr.get_adapters():
        name = adapter.nice_name
        texts = [ip.ip[0] if isinstance(ip.ip, tuple) else ip.ip for ip in adapter.ips]
        outside = tuple(text for text in texts if not _is_loopback(text))
        if outside:
            found[name] = found.get(name, ()) + outside
    return found


def _is_loopback(text: str) -> bool:
    return ip_address(text.partition("%")[0]).is_loopback


def _interfaces(roots: Roots) -> list[str]:
    """Name the interfaces that have a driver state, those without an address included; loopback is none."""
    try:
        return [path.name for path in _class(roots).iterdir() if path.name != "lo"]
    except OSError:
        return []


def _class(roots: Roots) -> Path:
    return roots.sys / "class" / "net"


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""
