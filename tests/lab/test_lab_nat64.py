"""A network with IPv6 alone and a real NAT64 (RFC 6146) with the names that go with it (RFC 6147)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ice_lab import IceLab, Ip, Nat, Server, ice_lab

PREFIX = "2001:db8:64::"
NAMES = f"""127.0.0.1 localhost
{PREFIX}c000:aa ipv4only.arpa
{PREFIX}cb00:710a turn64.lab.test
"""
CONFIGURATION = f"""
tun-device nat64
ipv4-addr 192.168.255.1
ipv6-addr 2001:db8:77::64
prefix {PREFIX}/96
dynamic-pool 192.168.255.0/24
"""
UP = "until ip link show nat64 | grep -q LOWER_UP; do sleep 0.02; done"
pytestmark = pytest.mark.skipif(shutil.which("tayga") is None, reason="tayga is not installed (Debian package tayga)")


@pytest.fixture(scope="module")
def lab() -> Iterator[IceLab]:
    with ice_lab(Server.MAIN, nat=Nat.PORT, ip=Ip.V6) as lab:
        (lab.folder / "hosts").write_text(NAMES)
        configuration = Path(lab.folder / "tayga.conf")
        configuration.write_text(f"{CONFIGURATION}data-dir {lab.folder}\n")
        lab.spaces.at("router", "tayga", "-c", str(configuration), "--mktun")
        lab.spaces.ip(
            "router",
            "link set nat64 up",
            "route add 192.168.255.0/24 dev nat64",
            f"route add {PREFIX}/96 dev nat64",
        )
        lab.spaces.start("router", "tayga", "-c", str(configuration), "--nodetach")
        lab.spaces.at("router", "timeout", "10", "sh", "-c", UP)
        yield lab


def test_names_lead_through_it_and_the_nat_is_told(lab: IceLab) -> None:
    said = lab.check(ice=["turn:turn64.lab.test", "turn:turn64.lab.test?transport=tcp"])
    assert (said.exit, said.report["verdict"]) == (0, "pass")
    assert "relay over UDP at" in said.headline
    [nat] = [check for check in json.loads(json.dumps(said.report["checks"])) if check["id"] == "ice.nat"]
    assert [finding["summary"] for finding in nat["findings"]] == [
        "IPv6: NAT, one mapping for all ports of a server; there was no second server to compare with",
        "IPv6 is translated to IPv4 on the way (NAT64): the servers see 198.51.100.2",
        f"this network has IPv6 alone with NAT64 ({PREFIX}c000:aa): names work, written-out IPv4 addresses do not",
    ]


def test_written_out_ipv4_addresses_do_not(lab: IceLab) -> None:
    said = lab.check(ice=["turn:203.0.113.10"])
    assert said.short[:3] == ("turn.nat64_literal", "ice.verdict", 4005)
    assert "NAT64" in said.action


def test_nor_does_an_endpoint_that_is_one(lab: IceLab) -> None:
    said = lab.check("--endpoint", "https://203.0.113.10", command=("check", "--only", "endpoint.reach"))
    assert said.short[:3] == ("tcp.nat64_literal", "endpoint.reach", 2003)
    assert said.action.startswith("Use a host name in place of the IPv4 address")
