"""The faults, found by looking: each module here holds a tuple ``FAULTS``."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from hms_doctor.simulator.fault import Fault


def every_fault() -> dict[str, Fault]:
    """Give every fault by its name, in the order of the modules and of their tuples."""
    return {fault.name: fault for fault in _found()}


def find_fault(wanted: str) -> Fault:
    """Give the fault of this name, or the first that stands for this HMS code; raises ``KeyError`` for neither."""
    faults = every_fault()
    if wanted in faults:
        return faults[wanted]
    for fault in faults.values():
        if fault.code and str(fault.code) == wanted:
            return fault
    raise KeyError(wanted)


def _found() -> Iterator[Fault]:
    for module in iter_modules(__path__):
        yield from import_module(f"{__name__}.{module.name}").FAULTS
