"""The moments in a token (NumericDate, RFC 7519 section 2), and the clock by which they are judged.

Named tuples, which load quickly.
"""

from typing import Final, NamedTuple, TypeAlias

from hms_doctor.model.json import JsonObject
from hms_doctor.model.token.claims import shown_with_kind

MILLISECONDS_FROM: Final = 1e11
"""In seconds this is the year 5138, in milliseconds March 1973: no token means the former."""


class Moment(NamedTuple):
    """A time in seconds since 1970 UTC."""

    seconds: float


class InMilliseconds(NamedTuple):
    """A time that was written in milliseconds; ``seconds`` is what was meant."""

    seconds: float


class NoMoment(NamedTuple):
    """The claim is not there."""


class OddMoment(NamedTuple):
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


def is_valid_at(moment: float, claims: JsonObject) -> bool:
    """Whether claims are valid at a moment by every time in them that can be read."""
    times = {name: read_time(claims, name) for name in ("nbf", "iat", "exp")}
    begins = [time.seconds for name, time in times.items() if name != "exp" and isinstance(time, Moment)]
    ends = times["exp"]
    return all(begin <= moment for begin in begins) and not (isinstance(ends, Moment) and ends.seconds <= moment)


NOTABLE_SKEW: Final = 30.0
"""Seconds by which two clocks must differ before a finding names them."""


class JudgingClock(NamedTuple):
    """The moment at which a token is judged, by whose clock, and how far this machine's clock runs ahead of it."""

    now: float
    by: str = ""  # a host's name, empty for this machine
    skew: float = 0.0

    @property
    def differs(self) -> bool:
        """Whether this machine's clock is off by enough to be told."""
        return abs(self.skew) >= NOTABLE_SKEW
