"""A NAT is a note whatever it does, and nothing where nobody answers."""

import pytest
from ice_helpers import at, closed_udp_port, context, listed
from nat_world import OUTSIDE, Filtering, Mapping, World, at_work

from hms_doctor.checks.ice_nat import CHECK, diagnose
from hms_doctor.model.check import Facts
from hms_doctor.model.finding import NothingToCheck, Passed, Status, worst
from hms_doctor.model.ice.nat import Endpoint, Nat64, NatSeen, NatUnseen, NoNat, Side, Sighting, mapping_of
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.vantage import Family
from hms_doctor.simulator import Simulator

SERVER, LOCAL = Endpoint(ip="203.0.113.10", port=3478), Endpoint(ip="192.168.77.2", port=5000)
MAPPED = Endpoint(ip="198.51.100.2", port=1)
BEHIND = Side(family=Family.IPV4, local=LOCAL, sightings=(Sighting(server=SERVER, seen_as=MAPPED, rtt_ms=50.0),))
NAT64 = Nat64(address="64:ff9b::c000:aa")


@pytest.mark.parametrize(
    ("observation", "kinds", "says"),
    [
        (NatSeen(sides=(BEHIND,)), [Passed], ["NAT, of which kind was not seen"]),
        (
            NatSeen(sides=(BEHIND,), routers=("192.168.77.1", "100.64.0.1")),
            [Passed, Passed],
            ["NAT, of which", "the provider's own NAT"],
        ),
        (NatSeen(sides=(BEHIND,), nat64=NAT64), [Passed, Passed], ["NAT, of which", "this network has IPv6 alone"]),
        (NatUnseen(why="the reason"), [NothingToCheck], ["NAT could not be probed: the reason"]),
        (NatUnseen(why="x", nat64=NAT64), [NothingToCheck, Passed], ["NAT could not", "this network has IPv6 alone"]),
    ],
)
def test_the_table(observation: NatSeen | NatUnseen, kinds: list[type], says: list[str]) -> None:
    findings = tuple(diagnose(observation))
    assert [type(finding) for finding in findings] == kinds
    for finding, start in zip(findings, says, strict=True):
        assert finding.summary.startswith(start)
    assert worst(findings) in {Status.PASS, Status.SKIP}


def test_the_time_is_measured() -> None:
    assert CHECK.measure(NatSeen(sides=(), ms=101.5)) == {"nat_ms": 101.5}
    assert CHECK.measure(NatUnseen(why="")) == {}


async def test_it_sees_the_simulator() -> None:
    async with Simulator() as simulator, at(simulator) as ctx:
        facts = Facts([IceServers(servers=simulator.ice_servers, origin="init")])
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, facts)]
    [finding] = snapshot.findings
    assert (type(finding), finding.summary) == (Passed, "no NAT")
    assert "420 Unknown Attribute" in str(finding.evidence)
    [seen] = snapshot.facts
    assert isinstance(seen, NatSeen)
    assert mapping_of(seen.sides[0]) == NoNat()
    assert facts.read == set(CHECK.needs)


async def test_a_symmetric_nat_is_a_note_too() -> None:
    async with at_work(World(mapping=Mapping.APDM, filtering=Filtering.APDF)) as world, context() as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts([listed(world.url)]))]
    [finding] = snapshot.findings
    assert isinstance(finding, Passed)
    assert finding.summary.startswith("symmetric NAT")
    assert OUTSIDE in str(finding.evidence)
    assert set(snapshot.measurements) == {"nat_ms"}


async def test_a_dead_world_is_nothing_to_check() -> None:
    async with context() as ctx:
        facts = Facts([listed(f"stun:127.0.0.1:{closed_udp_port()}")])
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, facts)]
    [finding] = snapshot.findings
    assert isinstance(finding, NothingToCheck)
    assert finding.summary == "NAT could not be probed: no server answered over UDP within 0.75 s"
    assert snapshot.facts == ()
