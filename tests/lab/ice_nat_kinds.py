"""Six kinds of NAT, as rules for the router's namespace (names of kinds: RFC 4787 sections 4 and 5)."""

from enum import StrEnum
from typing import Final

OUTSIDE, OUTSIDE_6 = "198.51.100.2", "2001:db8:51::2"
CARRIERS, CARRIER_OUTSIDE = "100.64.77.2", "198.51.100.3"


class Nat(StrEnum):
    """What the router does with addresses."""

    NONE = "none"  # the client's own address is routed
    FULL_CONE = "full cone"  # mapping and filtering independent of the other end
    ADDRESS = "address-restricted"  # filtered by the other end's address
    PORT = "port-restricted"  # filtered by the other end's address and port
    SYMMETRIC = "symmetric"  # another mapping for every other end
    CARRIER = "carrier"  # two in a row, the outer one the provider's, 100.64.0.0/10 between them


_CONE: Final = """
table ip nat {{
  map inside {{ type inet_service : ipv4_addr . inet_service; flags dynamic, timeout; timeout 5m; size 65535; }}
  set asked {{ type inet_service . ipv4_addr; flags dynamic, timeout; timeout 5m; size 65535; }}
  chain pre {{
    type nat hook prerouting priority dstnat;
    iifname "wan" ip daddr {outside} {asked} dnat ip to udp dport map @inside
  }}
  chain note {{
    type filter hook postrouting priority mangle;
    oifname "wan" meta l4proto udp update @asked {{ udp sport . ip daddr }}
  }}
  chain post {{
    type nat hook postrouting priority srcnat;
    oifname "wan" meta l4proto udp update @inside {{ udp sport : ip saddr . udp sport }}
    oifname "wan" ip saddr 192.168.0.0/16 snat to {outside} persistent
  }}
}}
"""
_PLAIN: Final = """
table ip nat {{
  chain post {{
    type nat hook postrouting priority srcnat;
    oifname "wan" ip saddr 192.168.0.0/16 snat to {outside} {how}
  }}
}}
"""
_OF_UDP: Final = "udp dport 1-65535"
_OF_WHOM_WE_ASKED: Final = "udp dport . ip saddr @asked"

RULES: Final = {
    Nat.NONE: "",
    Nat.FULL_CONE: _CONE.format(outside=OUTSIDE, asked=_OF_UDP),
    Nat.ADDRESS: _CONE.format(outside=OUTSIDE, asked=_OF_WHOM_WE_ASKED),
    Nat.PORT: _PLAIN.format(outside=OUTSIDE, how=""),
    Nat.SYMMETRIC: _PLAIN.format(outside=OUTSIDE, how="fully-random"),
    Nat.CARRIER: _PLAIN.format(outside=CARRIERS, how=""),
}
"""nftables rules by kind; IPv6 is never translated."""
_SEEN_ONCE: Final = f"""
  chain untracked {{
    type filter hook prerouting priority raw;
    iifname "tun0" ip saddr {CARRIER_OUTSIDE} notrack
    iifname {{ "srv", "peer" }} ip daddr {CARRIER_OUTSIDE} notrack
  }}
"""


def providers_rules(*, delayed: bool) -> str:
    """Give the provider's own NAT. What passes the delayer is seen twice there, and must be translated once."""
    return f"""
table ip carrier {{
  {_SEEN_ONCE if delayed else ""}
  chain post {{
    type nat hook postrouting priority srcnat;
    ip saddr 100.64.0.0/10 snat to {CARRIER_OUTSIDE}
  }}
}}
"""
