"""A text that was given as a token, read; and what is told with every finding about it."""

from typing import TYPE_CHECKING

from hms_doctor.model.causes import Platform
from hms_doctor.model.json import JsonValue
from hms_doctor.model.quick_dataclass import dataclass

if TYPE_CHECKING:
    from hms_doctor.model.token.shape import Shape


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """What the given text turned out to be."""

    shape: "Shape"
    origin: str
    length: int  # characters
    platform: Platform


def evidence(seen: LookedAt, **more: JsonValue) -> dict[str, JsonValue]:
    """Give what is told with every finding about the form."""
    return {"from": seen.origin, "length": seen.length, **more}
