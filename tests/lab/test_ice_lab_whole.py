"""A whole ``check`` behind each firewall, init and signalling included: the one root cause that a user reads."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace

import pytest
from ice_crowd import Crowd, side_by_side
from ice_lab import PROXY, Dns, Firewall, IceLab, Wish
from ice_told import Told, wrongs

INIT = "init.hms-doctor.test"
CLOSED = Told(
    verdict="fail",
    cause="tcp.silent",
    check="endpoint.reach",
    code=2003,
    headline=(INIT,),
    action=(f"Allow TCP 443 to {INIT}",),
)
NO_UDP = Told(
    verdict="warn",
    cause="turn.udp_blocked",
    headline=("UDP is blocked, so calls go through a relay over",),
    action=("Allow UDP 3478 to turn.lab.test in the firewall",),
    anywhere=("so the network as a whole works",),
)
EXPECTED = {
    Firewall.OPEN: Told(verdict="pass", headline=("relay over UDP at",)),
    Firewall.UDP_DROP: NO_UDP,
    Firewall.UDP_REJECT: NO_UDP,
    Firewall.TCP443: NO_UDP,
    Firewall.TLS443_DNS: NO_UDP,
    Firewall.STUN_DROP: Told(verdict="pass", headline=("relay over UDP at",)),
    Firewall.ALL_DROP: CLOSED,
    Firewall.ALL_REJECT: replace(CLOSED, cause="tcp.refused"),
    Firewall.CAPTIVE: Told(
        verdict="fail",
        cause="portal.captive",
        check="local.portal",
        code=2003,
        confidence="high",
        headline=("portal.hotel.test",),
        action=("sign in",),
    ),
    Firewall.PROXY: NO_UDP,
    Firewall.BIGDROP: Told(
        verdict="fail",
        cause="websocket.large_packets*",  # which message is lost depends on the length of the token
        check="signalling.connect",
        code=1003,
        confidence="high",
        headline=("large packets vanish",),
        action=("MTU", "fragmentation needed"),
        never=("websocket upgrades",),
    ),
}


NAMES_FAIL = Told(verdict="fail", cause="dns.servfail", check="endpoint.reach", code=2003, headline=("192.168.77.1",))
"""One root, and media follows from it."""
WHOLE: dict[str, tuple[Wish, Told]] = {
    **{firewall.value: ({"firewall": firewall}, told) for firewall, told in EXPECTED.items()},
    "names not served": ({"dns": Dns.SERVFAIL}, NAMES_FAIL),
    "names refused": ({"dns": Dns.REFUSED}, NAMES_FAIL),
    # Whoever joins feels it, though nothing breaks.
    "names slow": (
        {"dns": Dns.SLOW},
        Told(verdict="warn", cause="dns.slow", check="endpoint.reach", headline=("its DNS server is slow",)),
    ),
}
BESIDE = {Firewall.ALL_DROP.value: ["turn.no_answer"], Firewall.ALL_REJECT.value: ["turn.unreachable"]}
"""Two doors to two hosts: an administrator is asked for both."""


@pytest.fixture(scope="module")
def crowd() -> Iterator[Crowd]:
    with ExitStack() as stack:
        yield Crowd(stack)


def judged(lab: IceLab, case: tuple[Wish, Told]) -> str:
    wish, told = case
    lab.become(**wish)
    proxy = ("--proxy", PROXY) if lab.network.firewall is Firewall.PROXY else ()
    said = lab.check(*lab.hundred_ms(), *proxy, command=("check", "--skip", "devices"))
    wrong = wrongs(said, told)
    if said.beside != BESIDE.get(lab.network.firewall.value, []):
        wrong.append(f"beside: {said.beside}")
    return f"{wrong}\n{said}" if wrong else ""


@side_by_side(WHOLE)
def test_what_a_user_reads(crowd: Crowd, cases: Mapping[str, tuple[Wish, Told]]) -> None:
    crowd.judge(judged, cases)
