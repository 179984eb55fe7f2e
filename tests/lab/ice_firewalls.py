"""Ten firewalls between a client and the internet, as rules for the router's namespace."""

from enum import StrEnum
from typing import Final

PROXY_PORT: Final = 3128
LARGEST: Final = 1300


class Firewall(StrEnum):
    """What the router lets pass."""

    OPEN = "open"
    UDP_DROP = "udp-drop"
    UDP_REJECT = "udp-reject"
    TCP443 = "tcp443"  # TCP 443 and nothing else, the rest dropped
    TLS443_DNS = "tls443-dns"  # TCP 443 and DNS, the rest refused
    STUN_DROP = "stun-drop"  # the usual ports of STUN and TURN dropped
    ALL_DROP = "all-drop"
    ALL_REJECT = "all-reject"
    CAPTIVE = "captive"  # web is led to a page that wants a sign-in, the rest dropped
    PROXY = "proxy"  # no way but a CONNECT proxy on the router
    BIGDROP = "bigdrop"  # packets above 1300 bytes vanish


_REFUSED: Final = ("meta l4proto tcp reject with tcp reset", "reject with icmpx port-unreachable")
_ESTABLISHED: Final = "ct state established,related accept"
_TO_US: Final = ("tcp dport { 80, 443 } redirect",)

_FORWARDED: Final = {
    Firewall.OPEN: (),
    Firewall.UDP_DROP: ("meta l4proto udp drop",),
    Firewall.UDP_REJECT: ("meta l4proto udp reject with icmpx port-unreachable",),
    Firewall.TCP443: (_ESTABLISHED, "tcp dport 443 accept", "drop"),
    Firewall.TLS443_DNS: (_ESTABLISHED, "tcp dport 443 accept", "udp dport 53 accept", *_REFUSED),
    Firewall.STUN_DROP: ("meta l4proto { tcp, udp } th dport { 3478, 3479, 5349, 5350, 19302 } drop",),
    Firewall.ALL_DROP: ("drop",),
    Firewall.ALL_REJECT: _REFUSED,
    Firewall.CAPTIVE: (_ESTABLISHED, "drop"),
    Firewall.PROXY: ("drop",),
    Firewall.BIGDROP: (f"meta length > {LARGEST} drop",),
}


def rules(firewall: Firewall, *more: str) -> str:
    """Give the rules of a firewall; ``more`` are rules of forwarding that come before its own."""
    forwarded = "\n".join((*more, *_FORWARDED[firewall]))
    led_to_us = "\n".join(f'iifname "lan" {rule}' for rule in _TO_US) if firewall is Firewall.CAPTIVE else ""
    return f"""
table inet firewall {{
  chain forwarded {{
    type filter hook forward priority filter;
    {forwarded}
  }}
  chain led {{
    type nat hook prerouting priority dstnat;
    {led_to_us}
  }}
}}
"""
