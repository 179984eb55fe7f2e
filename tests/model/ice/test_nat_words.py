"""What is said of a NAT: what it means for a call, and never a fault."""

from itertools import product

import pytest

from hms_doctor.model.ice.nat import (
    CameIn,
    Endpoint,
    FilterTest,
    Nat64,
    NatSeen,
    NotHeard,
    Side,
    Sighting,
    Untold,
)
from hms_doctor.model.ice.nat_words import evidence_of, nat64_note, notes_of, summary_of
from hms_doctor.model.vantage import Family

LOCAL = Endpoint(ip="192.168.77.2", port=5000)
A, B = "203.0.113.10", "203.0.113.11"
FOUR = tuple(Endpoint(ip=ip, port=port) for ip, port in product((A, B), (3478, 3479)))
ONE, OTHER = Endpoint(ip="198.51.100.2", port=1), Endpoint(ip="198.51.100.2", port=2)
IN, OUT, OPEN = CameIn(origin=FOUR[3]), NotHeard(), Untold(why="420")


def side(
    *seen_as: Endpoint,
    elsewhere: CameIn | NotHeard | Untold = OPEN,
    port: CameIn | NotHeard | Untold = OPEN,
    family: Family = Family.IPV4,
    local: Endpoint = LOCAL,
    tunnel: str = "",
) -> Side:
    """Say where the ports A:3478, A:3479, B:3478, B:3479 see us, in this order."""
    sightings = tuple(
        Sighting(server=server, seen_as=seen, rtt_ms=50.0) for server, seen in zip(FOUR, seen_as, strict=False)
    )
    test = FilterTest(server=FOUR[0], second=FOUR[3], from_second=elsewhere, from_second_port=port)
    return Side(family=family, local=local, sightings=sightings, filters=(test,), tunnel=tunnel)


SAME, OWN = (ONE,) * 4, (LOCAL,) * 4
DIRECT = "direct paths can work"
SYMMETRIC = (
    "symmetric NAT (another mapping for another server): direct paths to many peers fail, "
    "100ms's media servers have public addresses and are reached all the same"
)


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (side(*OWN), "no NAT"),
        (side(*OWN, elsewhere=IN, port=IN), "no NAT"),
        (side(*OWN, elsewhere=OUT, port=OUT), "no NAT, and a firewall that lets in only answers"),
        (side(*OWN, elsewhere=OUT, port=IN), "no NAT, and a firewall that lets in only answers"),
        (side(*SAME, elsewhere=IN, port=IN), f"full-cone NAT (one mapping for all servers): {DIRECT}"),
        (side(*SAME, elsewhere=OUT, port=IN), f"address-restricted NAT (one mapping for all servers): {DIRECT}"),
        (side(*SAME, elsewhere=OUT, port=OUT), f"port-restricted NAT (one mapping for all servers): {DIRECT}"),
        (side(*SAME), f"NAT (one mapping for all servers): {DIRECT}"),
        (side(ONE, ONE, OTHER, OTHER), SYMMETRIC),
        (side(ONE, OTHER), SYMMETRIC),
        (side(ONE, ONE), "NAT, one mapping for all ports of a server; there was no second server to compare with"),
        (side(ONE), "NAT, of which kind was not seen: one port of one server answered"),
    ],
)
def test_one_family(seen: Side, says: str) -> None:
    assert summary_of(NatSeen(sides=(seen,))) == says


def test_families_are_told_together_where_they_meet_the_same() -> None:
    four, six = side(*OWN), side(*OWN, family=Family.IPV6)
    assert summary_of(NatSeen(sides=(four, six))) == "IPv4 and IPv6: no NAT"
    assert summary_of(NatSeen(sides=(six,))) == "IPv6: no NAT"
    assert summary_of(NatSeen(sides=(side(ONE, OTHER), six))) == f"IPv4: {SYMMETRIC}; IPv6: no NAT"


HOME, BOX, SHARED, PUBLIC = "192.168.77.1", "10.0.0.1", "100.64.0.1", "8.8.8.8"
PROVIDER = "the provider's own NAT is on the way: {} is an address that its customers share (RFC 6598)"
CARRIED = "IPv4 is carried over IPv6 to the provider's own NAT: {} is of such a line (RFC 7335)"
MAYBE = "two routers with private addresses are on the way (192.168.77.1, 10.0.0.1): there may be a second NAT"


@pytest.mark.parametrize(
    ("seen", "routers", "notes"),
    [
        (side(*SAME), (), []),
        (side(*SAME), (HOME,), []),
        (side(*SAME), (HOME, PUBLIC), []),
        (side(*SAME), (HOME, HOME), []),
        (side(*SAME), (HOME, "198.51.100.1"), []),
        (side(*SAME), (HOME, BOX, PUBLIC), [MAYBE]),
        (side(*OWN), (HOME, BOX), []),  # without a NAT there is no second one
        (side(*SAME), (HOME, SHARED), [PROVIDER.format(SHARED)]),
        (side(*OWN, local=Endpoint(ip="100.64.0.9", port=1)), (), [PROVIDER.format("100.64.0.9")]),
        (side(Endpoint(ip="100.127.255.1", port=9)), (), [PROVIDER.format("100.127.255.1")]),
        (side(*SAME, local=Endpoint(ip="100.128.0.9", port=1)), (), []),
        (side(*SAME, local=Endpoint(ip="192.0.0.2", port=1)), (SHARED,), [CARRIED.format("192.0.0.2")]),
        (side(*SAME), (HOME, "192.0.0.1"), [CARRIED.format("192.0.0.1")]),
        (side(*SAME, local=Endpoint(ip="192.0.0.8", port=1)), (), []),
    ],
)
def test_what_else_is_on_the_way(seen: Side, routers: tuple[str, ...], notes: list[str]) -> None:
    assert list(notes_of(NatSeen(sides=(seen,), routers=routers))) == notes


def test_a_vpn_takes_the_words_from_everything_behind_it() -> None:
    inside = side(*SAME, local=Endpoint(ip="100.64.0.9", port=1), tunnel="tailscale0")
    [note] = notes_of(NatSeen(sides=(inside,), routers=(HOME, SHARED)))
    assert note == "UDP goes through the VPN tailscale0: this is what its far end does, not this network"


def test_ipv6_that_servers_see_as_ipv4_was_translated() -> None:
    seen = side(*SAME, family=Family.IPV6, local=Endpoint(ip="2001:db8::7", port=1))
    [note] = notes_of(NatSeen(sides=(seen,)))
    assert note == "IPv6 is translated to IPv4 on the way (NAT64): the servers see 198.51.100.2"


def test_nat64_says_what_works() -> None:
    assert nat64_note(Nat64(address="64:ff9b::c000:aa")) == (
        "this network has IPv6 alone with NAT64 (64:ff9b::c000:aa): names work, written-out IPv4 addresses do not"
    )


def test_everything_that_the_words_rest_on_is_in_the_evidence() -> None:
    seen = NatSeen(sides=(side(ONE, OTHER, elsewhere=OPEN),), routers=(HOME,))
    assert evidence_of(seen) == {
        "families": [
            {
                "family": "ipv4",
                "local": "192.168.77.2:5000",
                "mapping": "address and port-dependent",
                "filtering": "not tested: 420",
                "vpn": None,
                "seen": [
                    {"by": "203.0.113.10:3478", "as": "198.51.100.2:1", "rtt_ms": 50.0},
                    {"by": "203.0.113.10:3479", "as": "198.51.100.2:2", "rtt_ms": 50.0},
                ],
            }
        ],
        "routers": ["192.168.77.1"],
    }
