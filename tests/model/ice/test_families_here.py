"""Rows of an address family that this machine does not have."""

from dataclasses import replace

from ice_rows import BOUND, CLOSED_PORT, NO_BINDING, PROVEN, bindings, tcp, udp, unreached

from hms_doctor.checks import ice_stun, ice_turn
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Warned
from hms_doctor.model.ice.families_here import bindings_here, relays_here
from hms_doctor.model.ice.relays import BindingRow, Bindings, RelayRow, Relays, Stage, Unanswered
from hms_doctor.model.vantage import Family

NO_WAY = unreached(Kind.NO_NETWORK, Stage.REACH, Operation.CONNECT)
UNSENT = Unanswered(failure=Failure(operation=Operation.CONNECT, kind=Kind.NO_NETWORK))


def v6(row: RelayRow) -> RelayRow:
    return replace(row, path=replace(row.path, family=Family.IPV6))


def bound_v6(row: BindingRow) -> BindingRow:
    return replace(row, path=replace(row.path, family=Family.IPV6))


def test_they_say_nothing_while_the_other_family_has_rows() -> None:
    lost, refused = udp(NO_WAY), v6(udp(CLOSED_PORT))
    assert relays_here((lost, refused)) == (refused,)
    assert relays_here((lost, refused, tcp(NO_WAY))) == (refused, tcp(NO_WAY))  # of another URL
    assert relays_here((lost, v6(lost))) == (lost, v6(lost))
    assert relays_here((udp(PROVEN), v6(lost))) == (udp(PROVEN),)
    [silent] = bindings(NO_BINDING).offered
    unsent = bound_v6(replace(silent, outcome=UNSENT))
    assert bindings_here((unsent, silent)) == (silent,)
    assert bindings_here((unsent,)) == (unsent,)


def test_checks_count_without_them() -> None:
    [warned] = ice_turn.diagnose(Relays(rows=(udp(NO_WAY), v6(udp(CLOSED_PORT)))))
    assert isinstance(warned, Warned)
    assert warned.summary == "0 of 1 relays: udp connection refused"
    first, second = bindings(NO_BINDING, BOUND).offered
    [silent] = ice_stun.diagnose(Bindings(offered=(bound_v6(replace(first, outcome=UNSENT)), first)))
    assert silent.summary == "0 of 1 UDP ports answer: no answer"
    [bound] = ice_stun.diagnose(Bindings(offered=(bound_v6(replace(second, outcome=UNSENT)), second)))
    assert bound.summary.startswith("1 of 1 UDP ports answer")
