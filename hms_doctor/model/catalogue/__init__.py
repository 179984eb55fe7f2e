"""The HMS codes: what 100ms says of each, per platform, in our own words. What an app really sees is ``observed``."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.catalogue import (
    capture,
    devices,
    http,
    init,
    join,
    peripherals,
    plugins,
    signalling,
    token,
    usage,
    webrtc,
    wrappers,
)
from hms_doctor.model.catalogue.entry import Entry, Meaning, Retried, Terminal
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.quick_dataclass import dataclass

__all__ = ["CATALOGUE", "Entry", "Meaning", "NotListed", "Retried", "Terminal", "find", "meaning"]

_GROUPS = (
    http, signalling, init, capture, devices, peripherals, webrtc, join, usage, plugins, token, wrappers,
)  # fmt: skip

CATALOGUE: Final[Mapping[int, Entry]] = {
    entry.code: entry for entry in sorted((e for group in _GROUPS for e in group.CODES), key=lambda e: e.code)
}
"""Every entry by its code, in the order of the codes."""


@dataclass(frozen=True, kw_only=True)
class NotListed:
    """A number that no page and no SDK gives a meaning; ``nearest`` are listed codes that look like it."""

    code: int
    nearest: tuple[int, ...]


def find(code: int) -> Entry | NotListed:
    """Give the entry of a code."""
    return CATALOGUE.get(code) or NotListed(code=code, nearest=_nearest(code))


def meaning(code: int, platform: Platform = Platform.ANY) -> Meaning | NotListed:
    """Give what a code means on a platform; where the platform does not have it, what the pages say."""
    match find(code):
        case Entry() as entry:
            return entry.seen_from(platform)[0]
        case NotListed() as missing:
            return missing


def _nearest(code: int) -> tuple[int, ...]:
    from difflib import SequenceMatcher

    def distance(listed: int) -> tuple[bool, int, float, int]:
        """Two swapped digits are nearest, then as many digits, then shared digits, then a small difference."""
        digits, other = str(code), str(listed)
        shared = SequenceMatcher(None, digits, other).ratio()
        return (other not in _swaps(digits), abs(len(digits) - len(other)), -shared, abs(code - listed))

    return tuple(sorted(sorted(CATALOGUE, key=distance)[:3]))


def _swaps(digits: str) -> set[str]:
    """Give what a number becomes when two neighbouring digits change places."""
    return {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(len(digits) - 1)}
