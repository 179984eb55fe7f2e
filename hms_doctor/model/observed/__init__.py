"""What an app really got under a fault, where somebody watched it: often another code than the pages', often none.

Seen with the official web SDK 0.15.2, unmodified, in Chromium 156 against a local backend that plays the faults. What
100ms's pages promise stands in ``catalogue``; the two are told side by side and never mixed.
"""

from typing import Final

from hms_doctor.model.observed.calling import CALLING
from hms_doctor.model.observed.joining import JOINING
from hms_doctor.model.observed.sees import AppSees, Observation

__all__ = ["OBSERVATIONS", "AppSees", "Observation", "for_cause", "for_code"]

OBSERVATIONS: Final = (*JOINING, *CALLING)


def for_cause(cause_id: str) -> tuple[AppSees, ...]:
    """Give what apps were seen to get under a cause; what was seen of the cause itself beats what a prefix covers."""
    nearest = max((_fit(observation, cause_id) for observation in OBSERVATIONS), default=0)
    return tuple(one.sees for one in OBSERVATIONS if nearest and _fit(one, cause_id) == nearest)


def for_code(code: int) -> tuple[AppSees, ...]:
    """Give what apps were seen to get under the faults that the pages give this code."""
    return tuple(observation.sees for observation in OBSERVATIONS if code in observation.codes)


def _fit(observation: Observation, cause_id: str) -> int:
    """Say how many characters of the id a pattern names, one more for the whole id; 0: none fits."""
    return max((_named(pattern, cause_id) for pattern in observation.causes), default=0)


def _named(pattern: str, cause_id: str) -> int:
    if pattern == cause_id:
        return len(pattern) + 1
    stem = pattern.removesuffix("*")
    return len(stem) if stem != pattern and cause_id.startswith(stem) else 0
