"""What bindings say: who answers is news, silence is a warning."""

import pytest
from ice_helpers import at, context, listed
from ice_rows import BOUND, LATE_BINDING, NO_BINDING, NO_BINDING_NAME, UNFINISHED, bindings

from hms_doctor.checks.ice_stun import CHECK, diagnose
from hms_doctor.model.check import Facts
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, NothingToCheck, Status, Warned, action_of, status_of
from hms_doctor.model.ice.relays import Bindings, Unanswered
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.simulator import Simulator

FORBIDDEN = Unanswered(failure=Failure(operation=Operation.BINDING, kind=Kind.NOT_PERMITTED))


@pytest.mark.parametrize(
    ("seen", "action"),
    [
        (bindings(NO_BINDING), "Allow UDP 3478 and 443"),
        (bindings(NO_BINDING_NAME), "Let the DNS servers"),
        (bindings(NO_BINDING, NO_BINDING_NAME), "Allow UDP 3478 and 443"),
        (bindings(FORBIDDEN), "Allow outgoing UDP 3478 in the firewall or security software of this machine"),
    ],
)
def test_the_order_fits_what_was_in_the_way(seen: Bindings, action: str) -> None:
    [finding] = diagnose(seen)
    assert action_of(finding).startswith(action)


@pytest.mark.parametrize(
    ("seen", "status", "says"),
    [
        (bindings(BOUND, BOUND), Status.PASS, "2 of 2 UDP ports answer, 40 ms, seen as 192.0.2.9"),
        (bindings(BOUND, NO_BINDING), Status.PASS, "1 of 2"),
        (bindings(NO_BINDING, beyond=(BOUND,)), Status.PASS, "1 of 2"),
        (bindings(BOUND, UNFINISHED), Status.PASS, "1 of 2"),
        (bindings(NO_BINDING, NO_BINDING), Status.WARN, "0 of 2 UDP ports answer: no answer"),
        (bindings(NO_BINDING, NO_BINDING_NAME), Status.WARN, "no answer, the name does not exist"),
        (bindings(NO_BINDING_NAME), Status.WARN, "no UDP port could be asked: the name does not exist"),
        (bindings(FORBIDDEN), Status.WARN, "no UDP port could be asked: not permitted on this machine"),
        (bindings(beyond=(NO_BINDING,)), Status.SKIP, "the list offers nothing over UDP"),
        (bindings(beyond=(BOUND,)), Status.PASS, "1 of 1"),
        (bindings(NO_BINDING, UNFINISHED), Status.INCONCLUSIVE, "we could not tell"),
        (bindings(LATE_BINDING), Status.INCONCLUSIVE, "we could not tell"),
        (bindings(), Status.SKIP, "no server that could be asked over UDP"),
    ],
)
def test_the_table(seen: Bindings, status: Status, says: str) -> None:
    [finding] = diagnose(seen)
    assert status_of(finding) is status
    assert says in finding.summary
    assert not isinstance(finding, Failed)
    if isinstance(finding, Warned):
        assert finding.cause.id == "stun.no_answer"


def test_every_row_stands_in_the_evidence() -> None:
    [finding] = diagnose(bindings(BOUND, NO_BINDING, beyond=(UNFINISHED,)))
    rows, beyond = finding.evidence["rows"], finding.evidence["beyond"]
    assert isinstance(rows, list)
    assert isinstance(beyond, list)
    assert [row["failure"] for row in rows] == [None, "no answer (3.0 s)"]
    assert rows[0]["address"] == "192.0.2.9"
    assert beyond[0]["failure"] == "cut off by the run's deadline"


def test_the_shortest_round_trip_is_measured() -> None:
    assert CHECK.measure(bindings(BOUND, NO_BINDING)) == {"rtt_ms": 40.0}
    assert CHECK.measure(bindings(NO_BINDING)) == {}


async def test_it_sees_the_simulator() -> None:
    async with Simulator() as simulator, at(simulator) as ctx:
        facts = Facts([IceServers(servers=simulator.ice_servers, origin="init")])
        snapshots = [snapshot async for snapshot in CHECK.examine(ctx, facts)]
    assert snapshots[-1].findings[0].summary.startswith("2 of 2 UDP ports answer")
    assert isinstance(snapshots[-1].facts[0], Bindings)
    assert facts.read == set(CHECK.needs)


async def test_a_list_of_nothing_is_nothing_to_check() -> None:
    async with context() as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts([listed()]))]
    assert isinstance(snapshot.findings[0], NothingToCheck)
