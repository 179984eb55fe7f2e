"""Notes beside relays that work: a family that leads nowhere, an inspected way, where a path led."""

from dataclasses import replace

from ice_helpers import at
from ice_rows import PROVEN, SILENT, tcp, tls, udp

from hms_doctor.checks.ice_turn import CHECK, diagnose
from hms_doctor.model.check import Facts
from hms_doctor.model.finding import Status, Warned, status_of
from hms_doctor.model.ice.host_addresses import HostAddress, HostAddresses
from hms_doctor.model.ice.relay_words import evidence_of
from hms_doctor.model.ice.relays import RelayRow, Relays
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.vantage import Family
from hms_doctor.simulator import Scenario, Simulator


def over_ipv6(row: RelayRow) -> RelayRow:
    return replace(row, path=replace(row.path, family=Family.IPV6))


def test_a_family_that_leads_nowhere_is_a_note_beside_one_that_works() -> None:
    [works, note] = diagnose(Relays(rows=(udp(PROVEN), over_ipv6(udp(SILENT)))))
    assert (status_of(works), status_of(note)) == (Status.PASS, Status.PASS)
    assert note.summary == "IPv6 does not get to turn:turn-in.100ms.live:3478 (no answer), the other family does"
    [alone] = diagnose(Relays(rows=(udp(PROVEN), over_ipv6(udp(PROVEN)), tcp(SILENT))))
    assert status_of(alone) is Status.PASS


def test_tls_that_only_this_machine_trusts_is_told_with_its_issuer() -> None:
    inspected = replace(tls(PROVEN), vouched_by="Corp Inspection CA")
    [works, warned] = diagnose(Relays(rows=(udp(PROVEN), inspected)))
    assert isinstance(warned, Warned)
    assert warned.cause.id == "turn.tls.intercepted"
    assert "issued by Corp Inspection CA: TLS is intercepted; this machine trusts it" in warned.summary
    assert status_of(works) is Status.PASS
    own = replace(inspected, path=replace(inspected.path, host="turn.test"))
    assert "or the certificate private" in list(diagnose(Relays(rows=(own,))))[1].summary


def test_the_row_says_where_a_path_led_and_from_where() -> None:
    known = replace(
        udp(PROVEN),
        addresses=("192.0.2.7",),
        source="10.8.0.2 (tun0)",
        moved_to=(replace(udp(PROVEN).path, host="192.0.2.8"),),
        vouched_by="X",
    )
    told = evidence_of(known)
    assert (told["addresses"], told["from"], told["moved_to"], told["vouched_by"]) == (
        ["192.0.2.7"], "10.8.0.2 (tun0)", "192.0.2.8 port 3478", "X",
    )  # fmt: skip
    assert not {"addresses", "from", "moved_to", "vouched_by"} & evidence_of(udp(PROVEN)).keys()


async def test_a_path_is_told_with_the_interface_by_which_it_leaves() -> None:
    known = HostAddresses(addresses=(HostAddress(interface="lo0", ip="127.0.0.1"),))
    async with Simulator(Scenario()) as simulator, at(simulator) as ctx:
        offered = IceServers(servers=simulator.ice_servers, origin="init")
        seen = [relays async for relays in CHECK.observe(ctx, Facts([offered, known]))][-1]
    assert {row.source for row in seen.rows} == {"127.0.0.1 (lo0)"}
    assert {row.addresses for row in seen.rows} == {("127.0.0.1",)}
