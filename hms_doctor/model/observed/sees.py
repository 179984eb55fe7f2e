"""The shape of an observation."""

from typing import Final

from hms_doctor.model.causes.cause import NO_CODE, Platform
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class AppSees:
    """What an app gets. ``code``: the error's own, ``NO_CODE`` where none comes or where ``outcome`` says which."""

    platform: Platform
    sdk: str  # its version
    code: int = NO_CODE
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One outcome, with the causes (ids, or prefixes ending in ``*``) and the pages' codes of the fault behind it."""

    sees: AppSees
    causes: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()


def web(outcome: str, code: int = NO_CODE) -> AppSees:
    """Describe what was seen of the web SDK."""
    return AppSees(platform=Platform.WEB, sdk="0.15.2", code=code, outcome=outcome)


HANGS: Final = "join() never settles and onError stays silent; the room stays Connecting"
