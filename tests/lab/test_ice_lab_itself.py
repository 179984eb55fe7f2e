"""The lab tells the truth about itself: what it says of a network is what packets meet there."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ice_firewalls import Firewall, rules
from ice_lab import IceLab, Ip, Nat, ice_lab
from ice_spaces import Spaces

CLASSES = {
    Nat.NONE: "Open",
    Nat.FULL_CONE: "Independent Mapping, Independent Filter",
    Nat.ADDRESS: "Independent Mapping, Address Dependent Filter",
    Nat.PORT: "Independent Mapping, Port Dependent Filter",
    Nat.SYMMETRIC: "Dependent Mapping, random port",
    Nat.CARRIER: "Independent Mapping, Port Dependent Filter",
}
ROUND_TRIPS = """
import json, socket, sys, time
asked = b"\\0\\1\\0\\0" + b"\\x21\\x12\\xa4\\x42" + b"twelve bytes"
with socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM) as sock:
    sock.connect((sys.argv[1], 3478))
    sock.settimeout(0.3)
    took = []
    for _ in range(int(sys.argv[2])):
        began = time.perf_counter()
        sock.send(asked)
        try:
            sock.recv(2000)
        except TimeoutError:
            continue
        took.append(time.perf_counter() - began)
print(json.dumps(took))
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[IceLab]:
    with ice_lab() as lab:
        yield lab


@pytest.mark.skipif(shutil.which("stun") is None, reason="stun is not installed (Debian package stun-client)")
@pytest.mark.parametrize("nat", Nat)
def test_each_nat_is_of_its_kind_to_another_tool_too(lab: IceLab, nat: Nat) -> None:
    lab.become(nat=nat)
    assert f"Primary: {CLASSES[nat]}" in lab.exec("timeout", "8", "stun", "203.0.113.10").stdout


def test_who_is_not_root_has_a_lab_too(lab: IceLab) -> None:
    """In a user namespace of its own; only delay and loss need a device that root alone may open."""
    with Spaces("user", unprivileged=True) as spaces:
        spaces.add("a", "b")
        spaces.do("ip", "-batch", "-", text=spaces.cable(("a", "eth0"), ("b", "eth0")))
        spaces.nft("a", rules(Firewall.UDP_DROP))
        assert "udp drop" in spaces.at("a", "nft", "list", "ruleset")
        assert not Path("/run/netns", spaces.full("a")).exists()
    assert len(round_trips(lab, 1)) == 1, "another lab goes on"


def round_trips(lab: IceLab, number: int, host: str = "203.0.113.10") -> list[float]:
    told = lab.exec(sys.executable, "-c", ROUND_TRIPS, host, str(number))
    assert told.returncode == 0, told.stderr
    return [float(took) for took in json.loads(told.stdout)]


@pytest.mark.parametrize("ip", ["203.0.113.10", "2001:db8:113::10"])
def test_delay_is_what_was_asked_for(lab: IceLab, ip: str) -> None:
    lab.become(delay=0.025)
    took = sorted(round_trips(lab, 20, ip))
    assert len(took) == 20
    assert 0.050 <= took[0] < 0.052
    assert took[10] < 0.053


def test_loss_is_what_was_asked_for_and_told(lab: IceLab) -> None:
    lab.become(loss=0.1, seed=5)
    lab.passed()
    came_back = len(round_trips(lab, 40))
    passed = lab.passed()
    outward = [due for _number, outward, length, _at, due in passed if outward and length == 48]
    back = [due for _number, outward, length, _at, due in passed if not outward and length > 48]
    assert len(outward) == 40
    assert 0 < outward.count(-1.0) < 12
    assert came_back == len([due for due in back if due > 0])


def test_one_family_alone_is_one_family_alone(lab: IceLab) -> None:
    for ip, usable in ((Ip.V4, "203.0.113.10"), (Ip.V6, "2001:db8:113::10")):
        lab.become(ip=ip)
        assert len(round_trips(lab, 2, usable)) == 2
        other = ({"203.0.113.10", "2001:db8:113::10"} - {usable}).pop()
        assert lab.exec(sys.executable, "-c", ROUND_TRIPS, other, "1").returncode != 0
