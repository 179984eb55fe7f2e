"""Whether a run may enter the room: others see it there, so it does so only when it was asked to."""

from enum import StrEnum
from typing import ClassVar, Final

from hms_doctor.model.quick_dataclass import dataclass

PEER_NAME: Final = "hms-doctor"
"""How the others in the room see us."""


class Joining(StrEnum):
    """How far a doctor must go to meet what a scenario plays."""

    STAYS_OUT = "no further than the policy: nobody sees it"
    JOINS = "into the room, where others see it"


@dataclass(frozen=True, kw_only=True)
class JoinWanted:
    """The room may be joined (a fact seeded into a run by ``--join``)."""

    absent: ClassVar[str] = "joining is visible to others in the room: only with --join"
    media_seconds: float = 3.0
    """How long media is watched once both sides stand."""
