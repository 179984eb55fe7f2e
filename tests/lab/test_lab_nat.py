"""What ``ice.nat`` says behind each kind of NAT that a real kernel plays, asked of real servers."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from ice_lab import Firewall, IceLab, Ip, Nat, Server, ice_lab, urls
from lab_verdict import Verdict

BY_RFC_5780: Final = urls(Server.MAIN, "udp")
ONE_SERVER: Final = urls(Server.REST, "udp")  # two ports of one address, and nowhere else to answer from
TWO_SERVERS: Final = urls(Server.REST, "udp") + urls(Server.QUOTA, "udp")
LONGEST_MS: Final = 750.0
OPEN: Final = "endpoint-independent"
BY_ADDRESS, BY_PORT = "address-dependent", "address and port-dependent"
UNTOLD: Final = "not tested: the server"  # it says why in more than one way
CONE: Final = "NAT (one mapping for all servers): direct paths can work"
SYMMETRIC: Final = (
    "symmetric NAT (another mapping for another server): direct paths to many peers fail, 100ms's media servers have "
    "public addresses and are reached all the same"
)
PROVIDER: Final = "the provider's own NAT is on the way: 100.64.77.1 is an address that its customers share (RFC 6598)"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is expected of IPv4: RFC 4787's words, what a user reads, and the notes beside it."""

    mapping: str
    filtering: str
    says: str
    notes: tuple[str, ...] = ()


# Written before anything was run.
EXPECTED: Final = {
    Nat.NONE: Told(mapping="none", filtering=OPEN, says="no NAT"),
    Nat.FULL_CONE: Told(mapping=OPEN, filtering=OPEN, says=f"full-cone {CONE}"),
    Nat.ADDRESS: Told(mapping=OPEN, filtering=BY_ADDRESS, says=f"address-restricted {CONE}"),
    Nat.PORT: Told(mapping=OPEN, filtering=BY_PORT, says=f"port-restricted {CONE}"),
    Nat.SYMMETRIC: Told(mapping=BY_PORT, filtering=BY_PORT, says=SYMMETRIC),
    Nat.CARRIER: Told(mapping=OPEN, filtering=BY_PORT, says=f"port-restricted {CONE}", notes=(PROVIDER,)),
}
WITHOUT_SECOND_ADDRESS: Final = {
    Nat.NONE: ("none", "none"),
    Nat.FULL_CONE: ("port-independent, by address not tested", OPEN),
    Nat.SYMMETRIC: (BY_PORT, BY_PORT),
}
"""Mapping by one server with two ports, and by two servers with two ports each."""


@dataclass(frozen=True)
class Nats:
    """What a run said of NAT."""

    status: str
    summary: str
    notes: Sequence[str]
    families: dict[str, dict[str, str]]
    routers: Sequence[str]
    ms: float

    def behaviour(self, family: str = "ipv4") -> tuple[str, str]:
        return self.families[family]["mapping"], self.families[family]["filtering"]


def said_of_nat(lab: IceLab, ice: Sequence[str]) -> Nats:
    said: Verdict = lab.check(ice=ice, command=("network", "--only", "ice.nat"))
    assert said.exit == 0 or said.status("ice.nat") == "skip", said
    [check] = json.loads(json.dumps(said.report["checks"]))
    first, *others = check["findings"] or [{"summary": check["summary"], "evidence": {"families": [], "routers": []}}]
    return Nats(
        status=check["status"],
        summary=first["summary"],
        notes=[other["summary"] for other in others],
        families={family["family"]: family for family in first["evidence"]["families"]},
        routers=first["evidence"]["routers"],
        ms=check["measurements"].get("nat_ms", check["duration_ms"]),
    )


@pytest.fixture(scope="module")
def lab() -> Iterator[IceLab]:
    with ice_lab(Server.MAIN, Server.REST, Server.QUOTA) as lab:
        yield lab


@pytest.mark.parametrize("nat", Nat)
def test_each_kind_of_nat(lab: IceLab, nat: Nat) -> None:
    lab.become(nat=nat, ip=Ip.V4, delay=0.025)
    told, said = EXPECTED[nat], said_of_nat(lab, BY_RFC_5780)
    assert (said.status, said.summary, tuple(said.notes)) == ("pass", told.says, told.notes)
    assert said.behaviour() == (told.mapping, told.filtering)
    assert said.routers[0] == "192.168.77.1"
    assert said.ms < LONGEST_MS


@pytest.mark.parametrize("nat", WITHOUT_SECOND_ADDRESS)
def test_servers_with_one_address_tell_as_much_as_they_can(lab: IceLab, nat: Nat) -> None:
    lab.become(nat=nat, ip=Ip.V4)
    for servers, mapping in zip((ONE_SERVER, TWO_SERVERS), WITHOUT_SECOND_ADDRESS[nat], strict=True):
        found, filtering = said_of_nat(lab, servers).behaviour()
        assert found == mapping
        assert filtering.startswith(UNTOLD)


def test_loss_changes_no_word(lab: IceLab) -> None:
    lab.become(nat=Nat.FULL_CONE, ip=Ip.V4, delay=0.025, loss=0.05, seed=7)
    assert said_of_nat(lab, BY_RFC_5780).behaviour() == (OPEN, OPEN)


def test_each_family_is_told_apart(lab: IceLab) -> None:
    lab.become(nat=Nat.PORT, ip=Ip.DUAL)
    said = said_of_nat(lab, BY_RFC_5780)
    assert said.summary == f"IPv4: port-restricted {CONE}; IPv6: no NAT"
    assert (said.behaviour("ipv6"), said.behaviour()) == (("none", OPEN), (OPEN, BY_PORT))


def test_ipv6_alone(lab: IceLab) -> None:
    lab.become(nat=Nat.PORT, ip=Ip.V6)
    said = said_of_nat(lab, BY_RFC_5780)
    assert (said.summary, set(said.families)) == ("IPv6: no NAT", {"ipv6"})


@pytest.mark.parametrize("firewall", [Firewall.UDP_DROP, Firewall.UDP_REJECT])
def test_where_udp_is_dead_nothing_is_claimed_and_nobody_waits(lab: IceLab, firewall: Firewall) -> None:
    lab.become(nat=Nat.PORT, firewall=firewall)
    said = said_of_nat(lab, BY_RFC_5780)
    assert said.status == "skip"
    assert "NAT could not be probed: no server answered over UDP within 0.75 s" in said.summary


def test_a_written_out_ipv4_address_is_its_own_cause_where_there_is_ipv6_alone(lab: IceLab) -> None:
    lab.become(ip=Ip.V6)
    there = [f"turn:203.0.113.10{query}" for query in ("", "?transport=tcp", ":443?transport=tcp")]
    said = lab.check(ice=there)
    assert said.short[:3] == ("turn.nat64_literal", "ice.verdict", 4005)
    assert "UDP is blocked" not in said.headline
    assert said.action.startswith("Write the TURN server's host name into the URL")
    assert "this machine has no route to the servers" in json.dumps(said.report["checks"]), "of ice.nat"
    assert "tried otherwise" not in said.reasons, "no other port makes a way for IPv4"
    assert said.seconds < LONGEST_MS / 1000, "nobody waits for what cannot be"
    beside = lab.check(ice=[*there, *urls(Server.MAIN, "udp")])
    assert beside.report["verdict"] == "pass", "a name beside it is a way"
