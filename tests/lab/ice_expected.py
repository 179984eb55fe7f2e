"""What must be said of each network: written before it was run, one axis at a time, every other at its default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ice_coturns import PASSWORD, USER, Server, urls
from ice_lab import PROXY, Dns, Firewall, Ip, Nat, Wish
from ice_told import Told

LIST: Final = urls()
"""UDP, TCP and TLS, each on its own port and on 443."""
LIKE_100MS: Final = urls(Server.MAIN, "udp", "tcp", "udp443", "tcp443")
"""What 100ms's init lists."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A network, a list of ICE servers, and what is to be said of them."""

    wish: Wish
    told: Told
    ice: tuple[str, ...] = LIST
    login: tuple[str, str] = (USER, PASSWORD)
    flags: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)


WELL: Final = Told(verdict="pass", headline=("relay over UDP at",))
NO_UDP: Final = Told(
    verdict="warn",
    cause="turn.udp_blocked",
    headline=("UDP is blocked, so calls go through a relay over",),
    action=("Allow UDP", "to turn.lab.test in the firewall"),
)
NOTHING: Final = Told(
    verdict="fail",
    cause="turn.no_answer",
    code=4005,
    confidence="high",
    headline=("UDP is blocked", "TCP and TLS gets no answer"),
    action=("Allow UDP 3478 to turn.lab.test in the firewall",),
)
REFUSED: Final = Told(
    verdict="fail",
    cause="turn.unreachable",
    code=4005,
    confidence="high",
    headline=("UDP is blocked", "TCP and TLS is refused"),
    action=("Allow UDP 3478 to turn.lab.test in the firewall",),
)
# Media has its own port, so a headline that names silent ports sends an administrator to the firewall in vain.
NO_NAME: Final = Told(
    verdict="fail",
    cause="turn.unresolved",
    code=4005,
    headline=("turn.lab.test",),
    anywhere=("DNS", "turn.lab.test"),
    never=("firewall", "UDP is blocked"),
)
SIGN_IN: Final = Told(
    verdict="fail",
    cause="portal.captive",
    check="local.portal",
    code=2003,
    headline=("portal.hotel.test",),
    action=("sign in",),
    never=("Allow UDP",),
)
ASKS_FOR_A_PORTAL: Final = ("--only", "local.portal", "--endpoint", "https://init.hms-doctor.test")

NATS: Final = {nat.value: Row(wish={"nat": nat}, told=WELL) for nat in Nat}

FIREWALLS: Final = {
    Firewall.UDP_DROP.value: Row(wish={"firewall": Firewall.UDP_DROP}, told=NO_UDP),
    Firewall.UDP_REJECT.value: Row(wish={"firewall": Firewall.UDP_REJECT}, told=NO_UDP),
    Firewall.TCP443.value: Row(wish={"firewall": Firewall.TCP443}, told=NO_UDP),
    Firewall.TLS443_DNS.value: Row(wish={"firewall": Firewall.TLS443_DNS}, told=NO_UDP),
    # UDP 443 is on the list and passes: calls go that way.
    Firewall.STUN_DROP.value: Row(wish={"firewall": Firewall.STUN_DROP}, told=WELL),
    Firewall.ALL_DROP.value: Row(wish={"firewall": Firewall.ALL_DROP}, told=NOTHING),
    Firewall.ALL_REJECT.value: Row(wish={"firewall": Firewall.ALL_REJECT}, told=REFUSED),
    Firewall.CAPTIVE.value: Row(wish={"firewall": Firewall.CAPTIVE}, told=SIGN_IN, flags=ASKS_FOR_A_PORTAL),
    Firewall.PROXY.value: Row(wish={"firewall": Firewall.PROXY}, told=NO_UDP, flags=("--proxy", PROXY)),
    # Voice and video travel in packets of at most 1200 bytes; only the certificate of TLS does not get through.
    Firewall.BIGDROP.value: Row(wish={"firewall": Firewall.BIGDROP}, told=WELL),
}

NAMES: Final = {
    Dns.DROP.value: Row(wish={"dns": Dns.DROP}, told=NO_NAME),
    Dns.REFUSED.value: Row(wish={"dns": Dns.REFUSED}, told=NO_NAME),
    Dns.NXDOMAIN.value: Row(wish={"dns": Dns.NXDOMAIN}, told=NO_NAME),
    Dns.SERVFAIL.value: Row(wish={"dns": Dns.SERVFAIL}, told=NO_NAME),
    Dns.SLOW.value: Row(wish={"dns": Dns.SLOW}, told=WELL),
    Dns.UPSTREAM_DEAD.value: Row(wish={"dns": Dns.UPSTREAM_DEAD}, told=NO_NAME),
}

FAMILIES: Final = {
    **{f"{ip.value}, healthy": Row(wish={"ip": ip}, told=WELL) for ip in Ip},
    **{
        f"{ip.value}, udp-drop": Row(wish={"ip": ip, "firewall": Firewall.UDP_DROP}, told=NO_UDP)
        for ip in (Ip.V4, Ip.V6)
    },
    "IPv6, all-reject": Row(wish={"ip": Ip.V6, "firewall": Firewall.ALL_REJECT}, told=REFUSED),
}
