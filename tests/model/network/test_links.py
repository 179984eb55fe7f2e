import json
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.network.links import (
    HEALTHY,
    Link,
    Routes,
    parse_ipv4_routes,
    parse_ipv6_routes,
    simulated_links,
)

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
ETH0 = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\neth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"  # noqa: E501
VPN = "tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\ntun0\t00000080\t00000000\t0001\t0\t0\t0\t00000080\t0\t0\t0\n"  # noqa: E501
NO_ROUTE6 = "0" * 32 + " 00 " + "0" * 32 + " 00 " + "0" * 32 + " ffffffff 00000001 00000000 00200200       lo\n"
DEFAULT6 = "0" * 32 + " 00 " + "0" * 32 + " 00 fd00" + "0" * 27 + "1 00000400 00000002 00000000 00000003     eth0\n"
LAN6 = "fd00" + "0" * 28 + " 40 " + "0" * 32 + " 00 " + "0" * 32 + " 00000100 00000001 00000000 00000001     eth0\n"


def routes(ipv4: str = "", ipv6: str = "") -> Routes:
    return Routes(networks=(*parse_ipv4_routes(HEAD + ipv4), *parse_ipv6_routes(ipv6)))


def test_linux_tells_its_ipv4_routes() -> None:
    assert parse_ipv4_routes(HEAD + ETH0) == (ip_network("0.0.0.0/0"), ip_network("192.0.2.0/24"))


def test_linux_tells_its_ipv6_routes() -> None:
    assert parse_ipv6_routes(LAN6 + DEFAULT6 + NO_ROUTE6) == (ip_network("fd00::/64"), ip_network("::/0"))


@pytest.mark.parametrize(
    ("ipv4", "ipv6", "expected"),
    [
        (ETH0, "", True),
        ("", DEFAULT6, True),
        (VPN, "", True),
        ("", NO_ROUTE6, False),
        ("", LAN6, False),
        (ETH0.splitlines()[1], "", False),
        (ETH0.splitlines()[0].replace("\t0003\t", "\t0002\t"), "", False),
        (ETH0.splitlines()[0].replace("\t0003\t", "\t0203\t"), "", False),
        ("", "", False),
    ],
)
def test_whether_there_is_a_way_to_everywhere(ipv4: str, ipv6: str, expected: bool) -> None:
    assert routes(ipv4, ipv6).has_default is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("192.0.2.9", True), ("192.0.3.9", False), ("init.test", False), ("fd00::9", True), ("2001:db8::1", False)],
)
def test_whether_there_is_a_way_to_a_host(host: str, expected: bool) -> None:
    assert routes(ETH0.splitlines()[1], LAN6).lead_to(host) is expected
    assert routes(ETH0).lead_to("init.test")


@given(st.text(max_size=200))
def test_any_text_is_read_as_routes_without_a_crash(text: str) -> None:
    assert isinstance(parse_ipv4_routes(text), tuple)
    assert isinstance(parse_ipv6_routes(text), tuple)
    assert isinstance(parse_ipv4_routes(f"{HEAD}eth0 {text}"), tuple)


@pytest.mark.parametrize(
    ("link", "usable"),
    [
        (Link(name="eth0", addresses=("192.0.2.7",), state="up"), True),
        (Link(name="tun0", addresses=("10.8.0.2",), state="unknown"), True),
        (Link(name="eth0", addresses=("192.0.2.7",), state="down"), False),
        (Link(name="eth0", addresses=(), state="up"), False),
        (Link(name="eth0", addresses=("169.254.7.7", "fe80::1%2"), state="up"), False),
        (Link(name="eth0", addresses=("169.254.7.7", "fd00::2"), state="up"), True),
        (Link(name="eth0", addresses=("what",), state="up"), False),
    ],
)
def test_which_link_can_be_used(link: Link, usable: bool) -> None:
    assert link.usable is usable


def test_which_links_look_like_a_vpn() -> None:
    names = ["tun0", "wg0", "utun4", "ppp0", "CiscoVPN", "eth0", "wlan0", "en0", "docker0"]
    assert [name for name in names if Link(name=name).is_tunnel] == names[:5]


def test_a_simulated_machine_is_healthy_unless_told_otherwise() -> None:
    assert simulated_links("") == HEALTHY
    assert simulated_links('{"camera": {"hang": true}}') == HEALTHY
    assert simulated_links('{"links": [{}]}') == HEALTHY
    assert HEALTHY.links[0].name == "sim0"
    assert isinstance(HEALTHY.routes, Routes)
    assert HEALTHY.routes.has_default


def test_a_simulated_machine_can_lack_links_and_routes() -> None:
    assert simulated_links('{"links": []}').links == ()
    script = {"links": [{"name": "w0", "state": "down", "addresses": ["169.254.1.1"], "default_route": False}, 5]}
    told = simulated_links(json.dumps(script))
    assert told.links == (Link(name="w0", state="down", addresses=("169.254.1.1",)),)
    assert isinstance(told.routes, Routes)
    assert not told.routes.has_default
    assert simulated_links('{"links": [{"addresses": 5}]}').links[0].addresses == ()


def test_a_script_that_is_none() -> None:
    with pytest.raises(ValueError, match="no JSON object"):
        simulated_links("[]")
