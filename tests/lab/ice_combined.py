"""What must be said where several things come together: named networks, written before they were run."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from ice_coturns import PASSWORD, USER, Server, rest_login, urls
from ice_expected import (
    ASKS_FOR_A_PORTAL,
    LIKE_100MS,
    NO_NAME,
    NO_UDP,
    NOTHING,
    REFUSED,
    SIGN_IN,
    WELL,
    Row,
)
from ice_lab import PROXY, Dns, Firewall, Ip, Nat
from ice_told import Told

NO_UDP_4, NO_6 = "meta nfproto ipv4 meta l4proto udp drop", "meta nfproto ipv6 drop"
WRONG: Final = (USER, f"not-{PASSWORD}")
LOGIN_REFUSED: Final = Told(
    verdict="warn", cause="turn.credentials.wrong", headline=("login", "401"), never=("UDP is blocked", "firewall")
)
NO_LOGIN_NO_UDP: Final = Told(
    verdict="fail", cause="turn.credentials.wrong", code=4005, headline=("UDP is blocked", "401")
)
EXPIRED_LOGIN: Final = Told(
    verdict="warn", cause="turn.credentials.expired", headline=("expired",), never=("UDP is blocked", "firewall")
)
FOUND_443: Final = Told(verdict="fail", cause="turn.no_answer", code=4005, anywhere=("443",))

COMBINED: Final = {
    "symmetric NAT, udp-drop": Row(wish={"nat": Nat.SYMMETRIC, "firewall": Firewall.UDP_DROP}, told=NO_UDP),
    "CGNAT, tcp443": Row(wish={"nat": Nat.CARRIER, "firewall": Firewall.TCP443}, told=NO_UDP),
    "IPv6 alone, tls443-dns": Row(wish={"ip": Ip.V6, "firewall": Firewall.TLS443_DNS}, told=NO_UDP),
    "dual stack, dead UDP over IPv4": Row(wish={"forward": (NO_UDP_4,)}, told=WELL),
    "dual stack, dead IPv6": Row(wish={"forward": (NO_6,)}, told=WELL),
    "50 ms, tcp443": Row(wish={"delay": 0.025, "firewall": Firewall.TCP443}, told=NO_UDP),
    "slow DNS, udp-drop": Row(wish={"dns": Dns.SLOW, "firewall": Firewall.UDP_DROP}, told=NO_UDP),
    "captive, slow DNS": Row(
        wish={"dns": Dns.SLOW, "firewall": Firewall.CAPTIVE}, told=SIGN_IN, flags=ASKS_FOR_A_PORTAL
    ),
    "DNS dropped, all-drop": Row(wish={"dns": Dns.DROP, "firewall": Firewall.ALL_DROP}, told=NO_NAME),
    "IPv6 alone, nxdomain": Row(wish={"dns": Dns.NXDOMAIN, "ip": Ip.V6}, told=NO_NAME),
    "symmetric NAT, all-reject": Row(wish={"nat": Nat.SYMMETRIC, "firewall": Firewall.ALL_REJECT}, told=REFUSED),
    "the list of 100ms, tls443-dns": Row(
        wish={"firewall": Firewall.TLS443_DNS}, ice=LIKE_100MS, told=replace(NO_UDP, headline=("relay over TCP at",))
    ),
    "stun-drop, nothing on 443 is listed": Row(
        wish={"firewall": Firewall.STUN_DROP}, ice=urls(Server.MAIN, "udp", "tcp"), told=FOUND_443
    ),
    "udp-reject, UDP alone is listed": Row(
        wish={"firewall": Firewall.UDP_REJECT},
        ice=urls(Server.MAIN, "udp", "udp443"),
        told=Told(verdict="fail", cause="turn.udp_blocked", code=4005, headline=("UDP is blocked",), anywhere=("TCP",)),
    ),
    "bigdrop, udp-drop, TLS alone beside UDP": Row(
        wish={"firewall": Firewall.BIGDROP, "forward": ("meta l4proto udp drop",)},
        ice=urls(Server.MAIN, "udp", "tls"),
        told=Told(
            verdict="fail", cause="turn.no_answer", code=4005, headline=("UDP is blocked", "TLS"), anywhere=("TCP",)
        ),
    ),
    "wrong login": Row(wish={}, login=WRONG, told=LOGIN_REFUSED),
    "wrong login, udp-drop": Row(wish={"firewall": Firewall.UDP_DROP}, login=WRONG, told=NO_LOGIN_NO_UDP),
    "login expired, full cone": Row(
        wish={"nat": Nat.FULL_CONE},
        ice=urls(Server.REST),
        login=rest_login(timedelta(hours=-1)),
        told=EXPIRED_LOGIN,
    ),
    "login expired, udp-drop": Row(
        wish={"firewall": Firewall.UDP_DROP},
        ice=urls(Server.REST),
        login=rest_login(timedelta(hours=-1)),
        told=replace(NO_LOGIN_NO_UDP, cause="turn.credentials.expired", headline=("UDP is blocked", "expired")),
    ),
    "login of REST, symmetric NAT, 20 ms": Row(
        wish={"nat": Nat.SYMMETRIC, "delay": 0.01},
        ice=urls(Server.REST),
        login=rest_login(timedelta(hours=1)),
        told=WELL,
    ),
    "quota of one, symmetric NAT": Row(
        wish={"nat": Nat.SYMMETRIC}, ice=urls(Server.QUOTA, "udp", "tcp", "tls"), told=WELL
    ),
    "proxy, certificate expired": Row(
        wish={"firewall": Firewall.PROXY},
        ice=urls(Server.EXPIRED, "udp", "tls443"),
        flags=("--proxy", PROXY),
        told=Told(
            verdict="fail", cause="turn.tls.expired", code=4005, headline=("UDP is blocked", "certificate expired")
        ),
    ),
    "certificate expired beside good ways": Row(
        wish={},
        ice=urls(Server.EXPIRED),
        told=Told(verdict="warn", cause="turn.tls.expired", check="ice.turn", headline=("certificate expired",)),
    ),
    "proxy that nobody named": Row(wish={"firewall": Firewall.PROXY}, told=NOTHING),
    "proxy by the environment": Row(wish={"firewall": Firewall.PROXY}, env={"HTTPS_PROXY": PROXY}, told=NO_UDP),
    "ten dead servers beside two good ones": Row(
        wish={},
        ice=(*(f"turn:nobody.lab.test:{port}" for port in range(4000, 4010)), *urls(Server.MAIN, "udp", "tls")),
        told=WELL,
    ),
}

LOSSY: Final = {
    f"{nat.value} NAT, 2 % loss, jitter, seed {seed}": Row(
        wish={"nat": nat, "delay": 0.02, "jitter": 0.01, "loss": 0.02, "seed": seed}, told=replace(WELL, verdict="")
    )
    for seed, nat in enumerate((Nat.PORT, Nat.PORT, Nat.SYMMETRIC, Nat.CARRIER, Nat.FULL_CONE, Nat.PORT), start=1)
}
"""Loss never turns a verdict red; whether a warning says that a step had to be repeated is up to chance."""
