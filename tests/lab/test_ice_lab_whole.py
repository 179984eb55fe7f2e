"""A whole ``check`` behind each firewall, init and signalling included: the one root cause that a user reads."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from ice_lab import PROXY, Dns, Firewall, IceLab, ice_lab
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


@pytest.fixture(scope="module")
def lab() -> Iterator[IceLab]:
    with ice_lab() as lab:
        lab.hundred_ms()
        yield lab


@pytest.mark.parametrize("firewall", Firewall)
def test_what_a_user_reads(lab: IceLab, firewall: Firewall) -> None:
    lab.become(firewall=firewall)
    proxy = ("--proxy", PROXY) if firewall is Firewall.PROXY else ()
    said = lab.check(*lab.hundred_ms(), *proxy, command=("check", "--skip", "devices"))
    wrong = wrongs(said, EXPECTED[firewall])
    assert not wrong, f"{wrong}\n{said}"


@pytest.mark.parametrize("fault", [Dns.SERVFAIL, Dns.REFUSED])
def test_name_servers_that_fail_are_told_once(lab: IceLab, fault: Dns) -> None:
    lab.become(dns=fault)
    said = lab.check(*lab.hundred_ms(), command=("check", "--skip", "devices"))
    assert said.short[1:4] == ("endpoint.reach", 2003, "fail"), said
    assert "192.168.77.1" in said.headline
    assert said.beside == []
    assert said.follows == {"ice.stun", "ice.turn", "ice.verdict"}


def test_slow_names_are_felt_by_whoever_joins(lab: IceLab) -> None:
    lab.become(dns=Dns.SLOW)
    said = lab.check(*lab.hundred_ms(), command=("check", "--skip", "devices"))
    assert said.short[:4] == ("dns.slow", "endpoint.reach", None, "warn"), said
    assert "took 3.0 s: its DNS server is slow" in said.headline
    assert (said.exit, said.red(), said.beside) == (0, set(), [])
