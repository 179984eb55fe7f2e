"""A fault: one thing that can go wrong, by name."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.scenario import Scenario

FaultKind: TypeAlias = Literal["wire", "device", "replay"]
"""On sockets; by the device child; or shown from a recorded observation, since nothing can produce it here."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that can go wrong and what a doctor must say of it.

    ``code`` is the HMS code of the root cause (0: it only warns), ``check`` the check that finds it, ``cause`` the
    root cause's id (empty: none is found, the check ends undecided or with nothing to check). Two faults compose by
    applying both.
    """

    name: str  # kebab-case
    code: int
    check: str
    cause: str
    kind: FaultKind = "wire"
    summary: str
    apply: Callable[[Scenario], Scenario]
    warns_with_code: bool = False  # its code is one platform's alone, and comes with a warning

    @property
    def shows_code(self) -> bool:
        """Whether it ends in a code, on some platform at least."""
        return bool(self.code) or self.warns_with_code
