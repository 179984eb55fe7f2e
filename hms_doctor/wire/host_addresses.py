"""Reads the addresses of this machine's interfaces."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hms_doctor.model.failure import Failure, Kind
from hms_doctor.model.ice.host_addresses import HostAddress, is_address, lacks_ipv4_for
from hms_doctor.model.network.links import Links, simulated_links
from hms_doctor.model.settings import Machine, RealMachine, SimulatedMachine


def host_addresses(machine: Machine) -> Iterable[HostAddress]:
    """Give every address of every interface; a simulated machine has those of its links that are up."""
    match machine:
        case RealMachine():
            return _real()
        case SimulatedMachine(script=script):
            return _simulated(simulated_links(script))


def for_want_of_ipv4(machine: Machine, host: str, failure: Failure) -> Failure:
    """Say of a missing route that the host is a written-out IPv4 address, where this machine has IPv6 alone."""
    if failure.kind is Kind.NO_NETWORK and lacks_ipv4_for(host, host_addresses(machine)):
        return replace(failure, kind=Kind.IPV6_ALONE)
    return failure


def _real() -> Iterator[HostAddress]:
    import ifaddr

    for adapter in ifaddr.get_adapters():
        for address in adapter.ips:
            ip = address.ip if isinstance(address.ip, str) else address.ip[0]
            yield HostAddress(interface=adapter.nice_name, ip=ip)


def _simulated(links: Links) -> Iterator[HostAddress]:
    for link in links.links:
        for ip in link.addresses if link.usable else ():
            if is_address(ip):
                yield HostAddress(interface=link.name, ip=ip)
