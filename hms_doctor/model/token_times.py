"""The moments in a token (NumericDate, RFC 7519 section 2), and the clock by which they are judged."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from hms_doctor.model.json import JsonObject
from hms_doctor.model.token_claims import shown_with_kind

MILLISECONDS_FROM: Final = 1e11
"""In seconds this is the year 5138, in milliseconds March 1973: no token means the former."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A time in seconds since 1970 UTC."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class InMilliseconds:
    """A time that was written in milliseconds; ``seconds`` is what was meant."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class NoMoment:
    """The claim is not there."""


@dataclass(frozen=True, kw_only=True)
class OddMoment:
    """The claim is no number of seconds; ``shown`` completes "it is …"."""

    shown: str


Time: TypeAlias = Moment | InMilliseconds | NoMoment | OddMoment


def read_time(claims: JsonObject, name: str) -> Time:
    """Read a claim that should be a time."""
    value = claims.get(name)
    if value is None:
        return NoMoment()
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return OddMoment(shown=shown_with_kind(value))
    return InMilliseconds(seconds=value / 1000) if value > MILLISECONDS_FROM else Moment(seconds=value)


NOTABLE_SKEW: Final = 30.0
"""Seconds by which two clocks must differ before a finding names them."""


@dataclass(frozen=True, kw_only=True)
class JudgingClock:
    """The moment at which a token is judged, by whose clock, and how far this machine's clock runs ahead of it."""

    now: float
    by: str = ""  # a host's name, empty for this machine
    skew: float = 0.0

    @property
    def differs(self) -> bool:
        """Whether this machine's clock is off by enough to be told."""
        return abs(self.skew) >= NOTABLE_SKEW
