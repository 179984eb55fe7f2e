"""The figures of voice through a relay against what the lab knows: delay, jitter, loss, and the time that it takes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import pytest
from ice_lab import IceLab, Ip, Nat, ice_lab
from test_ice_lab_itself import round_trips

FLOORS = {
    "turn:203.0.113.10:3478": 4,
    "turn:203.0.113.10:3478?transport=tcp": 5,
    "turns:turn.lab.test:5349": 7,
}
"""Round trips of the protocol from the first packet to the first that came through the relay; coturn speaks TLS 1.2."""
RTT = 0.05
VOICE = 172 + 4 + 8 + 20
"""Bytes of a packet of voice: RTP, channel, UDP, IPv4."""
OUTWARD, HOME = True, False
TRIES = 3
"""What a busy machine adds is not the network's, and seldom added three times."""


@pytest.fixture(scope="module")
def lab() -> Iterator[IceLab]:
    with ice_lab(ip=Ip.V4, delay=RTT / 2) as lab:
        yield lab


def looked_at(lab: IceLab, *urls: str) -> Mapping[str, Mapping[str, object]]:
    said = lab.check(ice=urls, command=("check", "--only", "ice.quality"))
    checks = said.report["checks"]
    assert isinstance(checks, list)
    return {check["id"]: check for check in checks}


def rows_of(check: Mapping[str, object]) -> list[Mapping[str, float]]:
    findings = check["findings"]
    assert isinstance(findings, list)
    rows = findings[0]["evidence"]["rows"]
    assert isinstance(rows, list)
    return rows


def row_of(check: Mapping[str, object]) -> Mapping[str, float]:
    [row] = rows_of(check)
    return row


@pytest.mark.parametrize(("url", "floor"), FLOORS.items(), ids=["udp", "tcp", "tls"])
def test_a_round_trip_is_true_and_a_hundred_packets_take_two_seconds(lab: IceLab, url: str, floor: int) -> None:
    lab.become(ip=Ip.V4, delay=RTT / 2)
    true = 1000 * min(round_trips(lab, 15))  # what is more than the least is this machine's, not the network's
    seen: list[tuple[float, float]] = []
    while len(seen) < TRIES:
        checks = looked_at(lab, url)
        row, took = row_of(checks["ice.quality"]), checks["ice.quality"]["duration_ms"]
        assert isinstance(took, float)
        assert row["arrived"] == row["sent"] == 100, "no false loss"
        seen.append((row["rtt_ms"], took))
        if abs(row["rtt_ms"] - true) <= 1.0 and took <= 1100 * (2.0 + floor * RTT):
            return
    pytest.fail(f"{true:.1f} ms truly; {seen}")


def test_loss_is_what_was_lost(lab: IceLab) -> None:
    lab.become(ip=Ip.V4, delay=0.005, loss=0.05, seed=3)
    lab.passed()
    row = row_of(looked_at(lab, "turn:203.0.113.10:3478")["ice.quality"])
    lost = sum(length == VOICE and due < 0 for _number, _way, length, _at, due in lab.passed())
    assert lost > 0
    assert row["sent"] - row["arrived"] == lost


def test_jitter_is_that_of_the_way(lab: IceLab) -> None:
    lab.become(ip=Ip.V4, delay=0.005, jitter=0.018, seed=4)
    seen: list[tuple[float, float]] = []
    while len(seen) < TRIES:
        lab.passed()
        row = row_of(looked_at(lab, "turn:203.0.113.10:3478")["ice.quality"])
        passed = [(way, due - at) for _number, way, length, at, due in lab.passed() if length == VOICE]
        out, home = ([took for way, took in passed if way is to] for to in (OUTWARD, HOME))
        assert len(out) == len(home) == 100
        seen.append(
            (running_jitter([1000 * sum(both) for both in zip(out, home, strict=True)]), row["jitter_rfc3550_ms"])
        )
        if seen[-1][1] == pytest.approx(seen[-1][0], rel=0.2):
            return
    pytest.fail(f"true and measured: {seen}")


@pytest.mark.parametrize("nat", [Nat.PORT, Nat.SYMMETRIC])
def test_relays_that_drop_what_they_send_to_themselves_are_proven_by_a_second_socket(lab: IceLab, nat: Nat) -> None:
    lab.become(ip=Ip.V4, delay=RTT / 2, nat=nat)
    dropped = "chain own {\ntype filter hook input priority 0; iif lo udp dport 49152-65535 drop\n}"
    lab.spaces.nft("server", f"table inet selfless {{\n{dropped}\n}}\n")
    try:
        checks = looked_at(lab, *FLOORS)
    finally:
        lab.spaces.nft("server", "delete table inet selfless\n")
    for row in (*rows_of(checks["ice.turn"]), *rows_of(checks["ice.quality"])):
        assert str(row["proof"]) == "own socket"
    assert all(row["arrived"] == 100 for row in rows_of(checks["ice.quality"]))


def running_jitter(transits: Sequence[float]) -> float:
    """RFC 3550 appendix A.8."""
    jitter = 0.0
    for before, after in pairwise(transits):
        jitter += (abs(after - before) - jitter) / 16
    return jitter
