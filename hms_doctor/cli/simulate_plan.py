"""What ``simulate`` was asked for, read from the command line before anything is opened."""

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from ipaddress import ip_address

from hms_doctor.cli.demo_run import find
from hms_doctor.cli.errors import UsageError
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.wish import Joining
from hms_doctor.simulator import Fault, Scenario
from hms_doctor.simulator.faults import every_fault, find_fault
from hms_doctor.simulator.steering_parts import Part, Unknown
from hms_doctor.simulator.steering_words import HEALTHY, Misheard, Nothing, Play, moment_of, seconds_of

EXTRA = "pip install 'hms-doctor[room]'"
_LONGEST_NAME = 60


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is played from the start, and what follows by itself (``Nothing`` where it just goes on)."""

    first: Part
    then: Play | Nothing


def plan(fault: str, after: str, lasts: str) -> Plan:
    """Give the plan for a fault by name or HMS code; raises UsageError for what no backend can play."""
    part = find_part(fault)
    if not after and not lasts:
        return Plan(first=part, then=Nothing())
    if part.name == HEALTHY:
        raise UsageError("--after and --for are times for a fault: name one, as in `simulate ws-drop --for 20s`")
    wish = _timed(part.name, after, lasts)
    if isinstance(wish, Misheard):
        raise UsageError(wish.why)
    return Plan(first=find_part(HEALTHY), then=wish)


def _timed(fault: str, after: str, lasts: str) -> Play | Misheard:
    try:
        start, delay = moment_of(after or "0s")
        seconds = seconds_of(lasts) if lasts else 0.0
    except ValueError as why:
        return Misheard(why=str(why))
    if lasts and not seconds:
        return Misheard(why="nothing lasts no time: give --for more than 0s")
    return Play(fault=fault, after=delay, start=start, lasts=seconds)


@cache
def find_part(fault: str) -> Part:
    """Give what is played under this name or HMS code; the same one each time, so that it can be compared.

    Raises UsageError for what no backend can play.
    """
    if fault == HEALTHY:
        return Part(name=HEALTHY, code=0, plays="everything works", scenario=Scenario())
    found = _every_fault().get(fault) or _way_of_a_code(fault)
    if not found:
        find(fault)
        found = find_fault(fault)
    if found.name != fault:
        return find_part(found.name)
    if found.kind != "wire":
        raise UsageError(f"{found.name} is not played by a backend; `hms-doctor demo {found.name}` shows it")
    scenario = found.apply(Scenario())
    if scenario.joins is Joining.JOINS and not has_room():
        raise UsageError(f"{found.name} is met in a room alone, which needs an optional package: {EXTRA}")
    return Part(name=found.name, code=found.code, plays=found.summary, scenario=scenario)


def has_room() -> bool:
    """Whether what the room needs is installed."""
    try:
        return find_spec("aiortc") is not None
    except (ImportError, ValueError):  # somebody stands in its way on purpose
        return False


def _way_of_a_code(said: str) -> Fault | None:
    """Give the fault for ``40102-at-join``, ``40102-pushed`` and their like: a code, and how it is said."""
    code, _, way = said.partition("-")
    fitting = (fault for name, fault in _every_fault().items() if way and name.endswith(f"-{way}"))
    return next((fault for fault in fitting if str(fault.code) == code), None)


@cache
def _every_fault() -> Mapping[str, Fault]:
    return every_fault()


def look_up(said: str) -> Part | Unknown:
    """Give what is played under this name or HMS code, or say why nothing is."""
    if len(said) > _LONGEST_NAME:
        return Unknown(why="no fault has so long a name")
    try:
        return find_part(said.lower())
    except UsageError as why:
        return Unknown(why=str(why))


def concrete_address(bind: str) -> str:
    """Give the address to listen on; raises UsageError for what is none, or for all addresses at once."""
    try:
        address = ip_address(bind)
    except ValueError:
        raise UsageError(f"--bind takes an IP address of this machine, not {bind!r}") from None
    if address.is_unspecified:
        raise UsageError(f"--bind {bind} would name no address in the endpoint; give the one that apps will use")
    return str(address)
