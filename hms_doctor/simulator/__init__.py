"""The local 100ms: init, signalling, STUN and TURN on loopback, and one named fault per thing that can go wrong."""

from typing import TYPE_CHECKING

from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Scenario

if TYPE_CHECKING:
    from hms_doctor.simulator.simulator import Simulator

__all__ = ["Fault", "Scenario", "Simulator"]


def __getattr__(name: str) -> object:
    """Load the servers only for those who run them: to name the faults, nobody needs them (PEP 562)."""
    if name == "Simulator":
        from hms_doctor.simulator.simulator import Simulator

        return Simulator
    raise AttributeError(name)
