"""Reads the addresses of this machine's interfaces."""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from hms_doctor.model.host_addresses import HostAddress, is_address
from hms_doctor.model.json import JsonValue
from hms_doctor.model.settings import Machine, RealMachine, SimulatedMachine

SIMULATED: Final = (HostAddress(interface="eth0", ip="192.168.1.20"),)


def host_addresses(machine: Machine) -> Iterable[HostAddress]:
    """Give every address; a simulated machine has the ``links`` of its script, by default one wired private address."""
    match machine:
        case RealMachine():
            return _real()
        case SimulatedMachine(script=script):
            told: JsonValue = json.loads(script) if script else {}
            links = told.get("links") if isinstance(told, dict) else None
            return SIMULATED if links is None else tuple(_simulated(links))


def _real() -> Iterator[HostAddress]:
    import ifaddr

    for adapter in ifaddr.get_adapters():
        for address in adapter.ips:
            ip = address.ip if isinstance(address.ip, str) else address.ip[0]
            yield HostAddress(interface=adapter.nice_name, ip=ip)


def _simulated(links: JsonValue) -> Iterator[HostAddress]:
    for link in links if isinstance(links, list) else ():
        name, addresses = (link.get("name"), link.get("addresses")) if isinstance(link, dict) else ("", ())
        for ip in addresses if isinstance(addresses, list) else ():
            if isinstance(ip, str) and is_address(ip):
                yield HostAddress(interface=str(name), ip=ip)
