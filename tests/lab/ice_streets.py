"""The lab's cables and addresses, and where its servers stand."""

import shutil
from pathlib import Path
from typing import Final

from ice_backend import BACKEND
from ice_coturns import PLACES, PLAIN, TLS, WEB, Server, command, firsts
from ice_nat_kinds import CARRIERS, OUTSIDE, OUTSIDE_6
from ice_spaces import Running, Spaces

CLIENT, CLIENT_6 = "192.168.77.2", "2001:db8:77::2"
ROUTER, ROUTER_6 = "192.168.77.1", "2001:db8:77::1"
PEER, PEER_6 = "192.0.2.2", "2001:db8:2::2"
SPACES: Final = ("client", "router", "inet", "server", "peer")
_CABLES: Final = (
    (("client", "eth0"), ("router", "lan")),
    (("router", "wan"), ("inet", "wan")),
    (("inet", "srv"), ("server", "eth0")),
    (("inet", "peer"), ("peer", "eth0")),
)
# Segments stay as small as they would be on a wire; the first packet of IPv6 waits for nobody's objection.
_READY: Final = """
for conf in /proc/sys/net/ipv6/conf/*; do echo 0 >$conf/accept_dad; echo 0 >$conf/router_solicitations; done
for conf in /proc/sys/net/ipv4/conf/*; do echo 0 >$conf/rp_filter; done
echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
echo 0 >/proc/sys/net/ipv4/icmp_ratelimit; echo 0 >/proc/sys/net/ipv6/icmp/ratelimit
ip -batch -
"""


def _addresses(interface: str, *ips: str) -> list[str]:
    added = [f"addr add {ip} dev {interface}{' nodad' if ':' in ip else ''}" for ip in ips]
    return [*added, f"link set {interface} up gso_max_segs 1"]


_SERVERS: Final = [f"{ip}/{64 if ':' in ip else 24}" for place in PLACES.values() for ip in place.addresses]
_GROUND: Final = {
    "client": _addresses("eth0"),
    "router": [
        *_addresses("lan", f"{ROUTER}/24", f"{ROUTER_6}/64"),
        *_addresses("wan", f"{OUTSIDE}/24", f"{CARRIERS}/24", f"{OUTSIDE_6}/64"),
        "route add default via 198.51.100.1",
        "route add ::/0 via 2001:db8:51::1",
    ],
    "inet": [
        *_addresses("wan", "198.51.100.1/24", "100.64.77.1/24", "2001:db8:51::1/64"),
        *_addresses("srv", "203.0.113.1/24", "2001:db8:113::1/64"),
        *_addresses("peer", "192.0.2.1/24", "2001:db8:2::1/64"),
        f"route add 192.168.77.0/24 via {OUTSIDE}",
        f"route add 2001:db8:77::/64 via {OUTSIDE_6}",
    ],
    "server": [
        *_addresses(
            "eth0",
            f"{BACKEND}/24",
            *(f"{ip}/{64 if ':' in ip else 24}" for place in PLACES.values() for ip in place.addresses),
        ),
        "route add default via 203.0.113.1",
        "route add ::/0 via 2001:db8:113::1",
    ],
    "peer": [
        *_addresses("eth0", f"{PEER}/24", f"{PEER_6}/64"),
        "route add default via 192.0.2.1",
        "route add ::/0 via 2001:db8:2::1",
    ],
}


def build(spaces: Spaces) -> None:
    """Lay the cables and give every namespace but the client its addresses."""
    spaces.add(*SPACES)
    cables = "\n".join(spaces.cable(*ends) for ends in _CABLES)
    spaces.do("ip", "-batch", "-", text=f"{cables}\n")
    for name, commands in _GROUND.items():
        spaces.at(name, "sh", "-c", _READY, text="\n".join(["link set lo up", *commands]) + "\n")


def give_addresses(spaces: Spaces, *, ipv4: bool, ipv6: bool) -> None:
    """Give the client addresses of these families alone: both, and then one less; ``ip`` removes what is there."""
    both = [f"addr replace {CLIENT}/24 dev eth0", f"addr replace {CLIENT_6}/64 dev eth0 nodad"]
    ways = [f"route replace default via {ROUTER}", f"route replace ::/0 via {ROUTER_6}"]
    no_four = () if ipv4 else (f"addr del {CLIENT}/24 dev eth0",)
    no_six = () if ipv6 else (f"route del ::/0 via {ROUTER_6}", f"addr del {CLIENT_6}/64 dev eth0")
    spaces.ip("client", *both, *ways, *no_four, *no_six)


def serve(spaces: Spaces, folder: Path, *servers: Server) -> dict[Server, Running]:
    """Start these servers side by side, and wait until they listen everywhere."""
    if not servers:
        return {}
    assert shutil.which("turnserver")
    started = {server: spaces.start("server", *command(server, folder)) for server in servers}
    wanted = [listening for server in servers for listening in _listening(server)]
    script = "while :; do all=$(ss -Hlntu); ok=1; for w in $0 $@; do case $all in *$w*) ;; *) ok=0;; esac; done; "
    script += "[ $ok = 1 ] && exit 0; sleep 0.02; done"
    spaces.at("server", "timeout", "15", "sh", "-c", script, *wanted)
    return started


def _listening(server: Server) -> list[str]:
    hosts = [f"[[]{ip}[]]" if ":" in ip else ip for ip in firsts(server)]
    return [f"{host}:{port}" for host in hosts for port in (PLAIN, TLS, WEB)]
