"""What stands between this machine and the servers, as probes showed it: raw sightings, and what they prove.

Behaviour in the words of RFC 4787 sections 4.1 and 5, probed as RFC 5780 section 4 has it. A behaviour is told only
where a packet showed it: two ports of one server say nothing of how another server's address is treated.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv6Address, ip_address
from itertools import combinations
from typing import ClassVar, TypeAlias

from hms_doctor.model.ice.host_addresses import AddressKind, HostAddress
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Family


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """An IP address, as text and without a zone, and a port."""

    ip: str
    port: int

    def __str__(self) -> str:
        return f"[{self.ip}]:{self.port}" if ":" in self.ip else f"{self.ip}:{self.port}"

    @property
    def kind(self) -> AddressKind:
        """Say from where the address can be seen."""
        return HostAddress(interface="", ip=self.ip).kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one server port told of where our one socket's packets come from."""

    server: Endpoint
    seen_as: Endpoint
    rtt_ms: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CameIn:
    """The answer came from where we had sent nothing: it was let in."""

    origin: Endpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class NotHeard:
    """Asked three times, and waited for several round trips after the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Untold:
    """The server did not do what the test needs, or our time was over."""

    why: str


Passage: TypeAlias = CameIn | NotHeard | Untold


@dataclass(frozen=True, kw_only=True, slots=True)
class NoSecond:
    """The server has no second address that could be used (RFC 5780 section 7.4), and why."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterTest:
    """A server asked to answer from elsewhere, on a socket that wrote to nobody else (RFC 5780 section 4.4)."""

    server: Endpoint
    second: Endpoint | NoSecond
    from_second: Passage  # the second address and the second port
    from_second_port: Passage  # the same address, the second port


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One address family; ``tunnel`` names the VPN interface that leads to the servers, empty where none does."""

    family: Family
    local: Endpoint
    sightings: tuple[Sighting, ...]
    filters: tuple[FilterTest, ...] = ()
    tunnel: str = ""

    @property
    def seen_as(self) -> tuple[Endpoint, ...]:
        """All the places from which servers saw our one socket."""
        return tuple(dict.fromkeys(sighting.seen_as for sighting in self.sightings))


@dataclass(frozen=True, kw_only=True, slots=True)
class Nat64:
    """The name servers make IPv6 addresses of IPv4 ones (RFC 7050): an address of ``ipv4only.arpa`` shows it."""

    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoNat64:
    """Not asked, since this machine has IPv4, or the answer was no."""


@dataclass(frozen=True, kw_only=True)
class NatSeen:
    """What was seen in each family in which a server answered (observation of ``ice.nat``)."""

    absent: ClassVar[str] = "NAT was not probed"
    sides: tuple[Side, ...]
    routers: tuple[str, ...] = ()  # the first ones on the way that told their addresses, nearest first; IPv4
    nat64: Nat64 | NoNat64 = NoNat64()
    ms: float = 0.0


@dataclass(frozen=True, kw_only=True)
class NatUnseen:
    """No server told anything, and why (observation of ``ice.nat``)."""

    why: str
    nat64: Nat64 | NoNat64 = NoNat64()


@dataclass(frozen=True, kw_only=True, slots=True)
class NoNat:
    """The servers see this machine's own address and port."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointIndependent:
    """The same for whatever address and port is at the other end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressDependent:
    """Another for another address, the same for all ports of one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressAndPortDependent:
    """Another for another port already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependent:
    """Another for another address; how ports are treated was not probed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PortIndependent:
    """The same for several ports of one address; no other address was there to ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NotTested:
    """No probe showed it, and why."""

    why: str


NatMapping: TypeAlias = (
    NoNat | EndpointIndependent | AddressDependent | AddressAndPortDependent | Dependent | PortIndependent | NotTested
)
NatFiltering: TypeAlias = EndpointIndependent | AddressDependent | AddressAndPortDependent | NotTested


def mapping_of(side: Side) -> NatMapping:
    """Compare where servers saw our one socket (RFC 5780 section 4.3)."""
    sightings = side.sightings
    if not sightings:
        return NotTested(why="no server answered")
    if side.seen_as == (side.local,):
        return NoNat()
    pairs = list(combinations(sightings, 2))
    same_host = [pair for pair in pairs if pair[0].server.ip == pair[1].server.ip]
    if _differ(same_host):
        return AddressAndPortDependent()
    if _differ(pairs):
        return AddressDependent() if same_host else Dependent()
    if len(same_host) < len(pairs):
        return EndpointIndependent()
    return PortIndependent() if pairs else NotTested(why="one port of one server answered")


def _differ(pairs: Iterable[tuple[Sighting, Sighting]]) -> bool:
    return any(one.seen_as != other.seen_as for one, other in pairs)


def filtering_of(side: Side) -> NatFiltering:
    """Say who is let in, by the first server that could tell."""
    told = [_filtering(test, side.sightings) for test in side.filters]
    clear = [filtering for filtering in told if not isinstance(filtering, NotTested)]
    return next(iter([*clear, *told]), NotTested(why="no server answered"))


def _filtering(test: FilterTest, sightings: Sequence[Sighting]) -> NatFiltering:
    if isinstance(test.from_second, CameIn):
        return EndpointIndependent()
    if isinstance(test.from_second, Untold):
        return NotTested(why=test.from_second.why)
    if isinstance(test.second, NoSecond):
        return NotTested(why=test.second.why)
    # Silence counts only from an address and port that another socket of ours heard.
    heard = {sighting.server for sighting in sightings}
    if test.second not in heard:
        return NotTested(why=f"the server's second address {test.second} does not answer")
    second_port = Endpoint(ip=test.server.ip, port=test.second.port)
    return _restricted(test, is_second_port_heard=second_port in heard)


def _restricted(test: FilterTest, *, is_second_port_heard: bool) -> NatFiltering:
    match test.from_second_port:
        case CameIn():
            return AddressDependent()
        case NotHeard() if is_second_port_heard:
            return AddressAndPortDependent()
        case NotHeard():
            return NotTested(why="the server's second port does not answer")
        case Untold(why=why):
            return NotTested(why=why)


def second_of(server: Endpoint, told: Endpoint) -> Endpoint | NoSecond:
    """Judge the second address that a server tells: a stranger must not choose to whom we send.

    It must be another unicast address of the same IP version and of the same kind (public, private, loopback) as the
    server's own: no public server sends us into our own network. Of what is left one address a family is used, for at
    most two ports with three packets of 28 bytes each, less than the server's own answers amount to.
    """
    address, own = ip_address(told.ip), ip_address(server.ip)
    mapped = isinstance(address, IPv6Address) and address.ipv4_mapped is not None
    if address.version != own.version or mapped:
        return NoSecond(why="the server's second address is of another IP version")
    if address == own or told.port in {0, server.port}:
        return NoSecond(why="the server's second address is no other than its first")
    if address.is_multicast or address.is_unspecified or address.is_reserved or told.kind is not server.kind:
        return NoSecond(why=f"the server tells a second address ({told.ip}) that cannot be its own")
    return told
