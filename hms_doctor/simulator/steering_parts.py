"""What a timeline is made of: parts that can be played, what is in force, what waits, and what becomes of a wish."""

from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.simulator.scenario import Scenario
from hms_doctor.simulator.steering_timers import Cancel
from hms_doctor.simulator.steering_words import Play


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that can be played, and that in words."""

    name: str
    code: int  # 0: none, it only warns or is healthy
    plays: str
    scenario: Scenario

    @property
    def title(self) -> str:
        """Its name, with the code that it stands for."""
        return f"{self.name} ({self.code})" if self.code else self.name


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """There is no such part, or no backend can play it; a sentence without its full stop."""

    why: str


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """Until something else is played."""


@dataclass(frozen=True, kw_only=True)
class Until:
    """Until this moment, in seconds since 1970 UTC."""

    at: float


End: TypeAlias = Lasting | Until


class Outcome(StrEnum):
    """What became of a wish."""

    PLAYED = "played"  # or will be; whoever watches the simulator has been told
    TOLD = "told"
    REFUSED = "refused"
    NEEDS_RESTART = "needs a restart"
    ENDS = "ends"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The answer to a wish, line by line."""

    outcome: Outcome
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Showing:
    """One part in force."""

    part: Part
    since: float
    end: End = Lasting()


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One part that waits for its moment."""

    play: Play
    part: Part
    at: float  # seconds since 1970; 0: nobody knows, it waits for a join
    cancel: Cancel
