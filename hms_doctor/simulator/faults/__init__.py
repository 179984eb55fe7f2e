"""The faults, found by looking: each module here holds a tuple ``FAULTS``."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules

from hms_doctor.simulator.fault import Fault


@dataclass(frozen=True, kw_only=True)
class NoSuchFault:
    """Neither a fault's name nor a code that one stands for; ``nearest`` are names that look like it."""

    wanted: str
    nearest: tuple[str, ...]


def every_fault() -> dict[str, Fault]:
    """Give every fault by its name, in the order of the modules and of their tuples."""
    return {fault.name: fault for fault in _found()}


def find_fault(wanted: str) -> Fault | NoSuchFault:
    """Give the fault of this name, or the first that stands for this HMS code."""
    faults = every_fault()
    if wanted in faults:
        return faults[wanted]
    for fault in faults.values():
        if fault.code and str(fault.code) == wanted:
            return fault
    return NoSuchFault(wanted=wanted, nearest=tuple(get_close_matches(wanted, faults, n=3, cutoff=0.5)))


def _found() -> Iterator[Fault]:
    for module in iter_modules(__path__):
        yield from import_module(f"{__name__}.{module.name}").FAULTS
