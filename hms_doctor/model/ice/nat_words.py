"""What a NAT means for a call, in words that matter to who makes it; never more than a note. Pure."""

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_address
from typing import Final

from hms_doctor.model.ice.host_addresses import AddressKind
from hms_doctor.model.ice.nat import (
    AddressAndPortDependent,
    AddressDependent,
    Dependent,
    Endpoint,
    EndpointIndependent,
    Nat64,
    NatFiltering,
    NatMapping,
    NatSeen,
    NoNat,
    NotTested,
    PortIndependent,
    Side,
    filtering_of,
    mapping_of,
)
from hms_doctor.model.json import JsonObject
from hms_doctor.model.vantage import Family

_NAMES: Final = {Family.IPV4: "IPv4", Family.IPV6: "IPv6", Family.EITHER: "IP"}
_SYMMETRIC: Final = (
    "direct paths to many peers fail, 100ms's media servers have public addresses and are reached all the same"
)
_PRIVATE: Final = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918. Providers and companies number routers so too, without a NAT between them: two of them prove no second."""
_OVER_IPV6: Final = IPv4Network("192.0.0.0/29")
"""Both ends of IPv4 over IPv6: 464XLAT and DS-Lite (RFC 7335)."""
_KINDS: Final = {
    NoNat: "none",
    EndpointIndependent: "endpoint-independent",
    AddressDependent: "address-dependent",
    AddressAndPortDependent: "address and port-dependent",
    Dependent: "address-dependent, by port not tested",
    PortIndependent: "port-independent, by address not tested",
    NotTested: "not tested",
}
"""In the words of RFC 4787, sections 4.1 and 5."""


def summary_of(seen: NatSeen) -> str:
    """Say what each address family's packets meet; families that meet the same are told together."""
    told: dict[str, list[str]] = {}
    for side in seen.sides:
        told.setdefault(_words(side), []).append(_NAMES[side.family])
    if len(seen.sides) == 1 and seen.sides[0].family is Family.IPV4:
        return "".join(told)
    return "; ".join(f"{' and '.join(names)}: {words}" for words, names in told.items())


def _words(side: Side) -> str:
    mapping, filtering = mapping_of(side), filtering_of(side)
    match mapping:
        case NoNat():
            return f"no NAT{_firewall(filtering)}"
        case EndpointIndependent():
            return f"{_cone(filtering)} (one mapping for all servers): direct paths can work"
        case AddressDependent() | AddressAndPortDependent() | Dependent():
            return f"symmetric NAT (another mapping for another server): {_SYMMETRIC}"
        case PortIndependent():
            return "NAT, one mapping for all ports of a server; there was no second server to compare with"
        case NotTested():
            return "NAT, of which kind was not seen: one port of one server answered"


def _cone(filtering: NatFiltering) -> str:
    match filtering:
        case EndpointIndependent():
            return "full-cone NAT"
        case AddressDependent():
            return "address-restricted NAT"
        case AddressAndPortDependent():
            return "port-restricted NAT"
        case NotTested():
            return "NAT"


def _firewall(filtering: NatFiltering) -> str:
    match filtering:
        case AddressDependent() | AddressAndPortDependent():
            return ", and a firewall that lets in only answers"
        case EndpointIndependent() | NotTested():
            return ""


def notes_of(seen: NatSeen) -> Iterable[str]:
    """Say what else was seen on the way: a translation, a VPN, the provider's NAT, a second private router."""
    translated = [end.ip for side in seen.sides if side.family is Family.IPV6 for end in side.seen_as if _is_v4(end.ip)]
    if translated:
        yield f"IPv6 is translated to IPv4 on the way (NAT64): the servers see {translated[0]}"
    tunnels = dict.fromkeys(side.tunnel for side in seen.sides if side.tunnel)
    if tunnels:
        yield f"UDP goes through the VPN {', '.join(tunnels)}: this is what its far end does, not this network"
    else:
        yield from _providers(seen)


def _providers(seen: NatSeen) -> Iterable[str]:
    ends = [end.ip for side in seen.sides for end in (side.local, *side.seen_as)]
    met = dict.fromkeys([*ends, *seen.routers])
    shared = [ip for ip in met if Endpoint(ip=ip, port=0).kind is AddressKind.CARRIER]
    carried = [ip for ip in met if _is_in(ip, _OVER_IPV6)]
    private = [ip for ip in dict.fromkeys(seen.routers) if _is_in(ip, *_PRIVATE)]
    behind = [side for side in seen.sides if side.family is Family.IPV4 and not isinstance(mapping_of(side), NoNat)]
    if carried:
        yield f"IPv4 is carried over IPv6 to the provider's own NAT: {carried[0]} is of such a line (RFC 7335)"
    elif shared:
        yield f"the provider's own NAT is on the way: {shared[0]} is an address that its customers share (RFC 6598)"
    elif behind and len(private) > 1:
        first, second, *_more = private
        yield f"two routers with private addresses are on the way ({first}, {second}): there may be a second NAT"


def _is_v4(ip: str) -> bool:
    return ":" not in ip


def _is_in(ip: str, *networks: IPv4Network) -> bool:
    return any(ip_address(ip) in network for network in networks)


def nat64_note(nat64: Nat64) -> str:
    """Say what IPv6 alone means where names are translated."""
    return f"this network has IPv6 alone with NAT64 ({nat64.address}): names work, written-out IPv4 addresses do not"


def evidence_of(seen: NatSeen) -> JsonObject:
    """Give everything that the words rest on."""
    return {"families": [_side(side) for side in seen.sides], "routers": list(seen.routers)}


def _side(side: Side) -> JsonObject:
    mapping, filtering = mapping_of(side), filtering_of(side)
    return {
        "family": side.family.value,
        "local": str(side.local),
        "mapping": _kind(mapping),
        "filtering": _kind(filtering),
        "vpn": side.tunnel or None,
        "seen": [
            {"by": str(one.server), "as": str(one.seen_as), "rtt_ms": round(one.rtt_ms, 2)} for one in side.sightings
        ],
    }


def _kind(behaviour: NatMapping | NatFiltering) -> str:
    why = f": {behaviour.why}" if isinstance(behaviour, NotTested) else ""
    return f"{_KINDS[type(behaviour)]}{why}"
