"""What the runner tells while it runs; who shows it live listens to these."""

from collections.abc import Callable
from typing import TypeAlias

from hms_doctor.model.finding import CheckResult
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class CheckStarted:
    """A check began to look."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class CheckWaiting:
    """A check waits for something outside ("turn-in.100ms.live:3478/udp"); ``gives_up_in`` is in seconds."""

    id: str
    what: str
    gives_up_in: float


@dataclass(frozen=True, kw_only=True)
class CheckEnded:
    """A check is through, or was skipped without having started."""

    result: CheckResult


@dataclass(frozen=True, kw_only=True)
class RunEnded:
    """Nothing more will be told."""


Event: TypeAlias = CheckStarted | CheckWaiting | CheckEnded | RunEnded
Observer: TypeAlias = Callable[[Event], None]


def unwatched(_event: Event) -> None:
    """Listen to nothing."""
