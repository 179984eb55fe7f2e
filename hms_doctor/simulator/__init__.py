"""The local 100ms: init, signalling, STUN and TURN on loopback, and one named fault per thing that can go wrong."""

from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Scenario
from hms_doctor.simulator.simulator import Simulator

__all__ = ["Fault", "Scenario", "Simulator"]
