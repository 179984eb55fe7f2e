"""A written-out IPv4 address where there is IPv6 alone: told by its own cause, and by no firewall's."""

import pytest
from ice_rows import HOST, NO_BINDING, bindings, row, unreached

from hms_doctor.checks import ice_stun, ice_turn, ice_verdict
from hms_doctor.checks.ice_verdict import Seen
from hms_doctor.model.causes import ice as causes
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Warned, action_of
from hms_doctor.model.ice.relays import Bindings, Relays, Stage, Unanswered
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.settings import SimulatedMachine
from hms_doctor.wire.host_addresses import for_want_of_ipv4

IPV6_ALONE = '{"links": [{"name": "sim0", "addresses": ["2001:db8::7"]}]}'
BOTH = '{"links": [{"name": "sim0", "addresses": ["2001:db8::7", "192.0.2.7"]}]}'
NOTHING = '{"links": [{"name": "sim0", "state": "down", "addresses": []}]}'
NO_WAY = Failure(operation=Operation.CONNECT, kind=Kind.NO_NETWORK, detail="ENETUNREACH")
ALONE = unreached(Kind.IPV6_ALONE, Stage.REACH, Operation.CONNECT)


@pytest.mark.parametrize(
    ("links", "host", "kind"),
    [
        (IPV6_ALONE, "203.0.113.10", Kind.IPV6_ALONE),
        (IPV6_ALONE, HOST, Kind.NO_NETWORK),
        (IPV6_ALONE, "2001:db8::1", Kind.NO_NETWORK),
        (BOTH, "203.0.113.10", Kind.NO_NETWORK),
        (NOTHING, "203.0.113.10", Kind.NO_NETWORK),
    ],
)
def test_only_a_machine_with_ipv6_alone_lacks_ipv4(links: str, host: str, kind: Kind) -> None:
    assert for_want_of_ipv4(SimulatedMachine(script=links), host, NO_WAY).kind is kind


def test_another_failure_stays_what_it_is() -> None:
    silent = Failure(operation=Operation.BINDING, kind=Kind.SILENT)
    assert for_want_of_ipv4(SimulatedMachine(script=IPV6_ALONE), "203.0.113.10", silent) is silent


ROWS = tuple(row(transport, ALONE) for transport in Transport)
UNBOUND = bindings(Unanswered(failure=Failure(operation=Operation.CONNECT, kind=Kind.IPV6_ALONE)))


def test_the_verdict_asks_for_a_name_and_not_for_a_firewall() -> None:
    [finding] = ice_verdict.diagnose(Seen(relays=Relays(rows=ROWS), bindings=UNBOUND))
    assert isinstance(finding, Failed)
    assert finding.cause is causes.IPV4_LITERAL
    assert "UDP is blocked" not in finding.summary
    assert "(an IPv4 address, and this machine has IPv6 alone)" in finding.summary
    assert action_of(finding).startswith("Write the TURN server's host name into the URL")


def test_the_other_checks_say_the_same() -> None:
    [relays] = ice_turn.diagnose(Relays(rows=ROWS))
    [stun] = ice_stun.diagnose(UNBOUND)
    assert isinstance(relays, Warned)
    assert isinstance(stun, Warned)
    assert relays.cause is causes.IPV4_LITERAL
    assert relays.cause.accounts_for(stun.cause)
    assert action_of(relays) == action_of(stun)


def test_a_silent_server_beside_it_is_still_the_networks() -> None:
    mixed = Bindings(offered=(*UNBOUND.offered, *bindings(NO_BINDING).offered))
    [stun] = ice_stun.diagnose(mixed)
    assert "Allow UDP" in action_of(stun)
