"""Every number by which quality is judged, each with its source; no other file holds one.

Sources by name: Twilio's, Daily's, Vonage's and Microsoft Teams' figures are those that they publish for their own
calls; G.109, G.114 and Y.1541 are ITU-T recommendations. All of them can only warn: quality never fails.
"""

from typing import Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.units import BitsPerSecond, Milliseconds, Percent

ROUND_TRIP_FELT: Final = Milliseconds(300)
"""Daily calls 300 to 600 ms a warning; half of it is the 150 ms one way that most tasks bear (G.114 section 4)."""
JITTER_FELT: Final = Milliseconds(30)
"""Microsoft Teams wants less from client to edge, Twilio Voice warns above it; twice this is a buffer of 60 ms."""
LOSS_FELT: Final = Percent(2)
"""Of the whole loop: 1 % each way, which Microsoft Teams wants to stay below and Twilio still calls good."""
CHANCE: Final = 0.001
"""Loss warns only where a path that truly loses ``LOSS_FELT`` would lose as many packets in fewer than this share of
loops (one-sided binomial test): from 8 lost of 100 on, as 100 packets tell no finer."""
WIDE: Final = 1.96
"""Standard normal quantile of the 95 % interval (Wilson) that is told beside a loss."""

LATE: Final = Milliseconds(5)
"""A packet that leaves this much after it was due was held up by us: a quarter of voice's interval of 20 ms."""
SAME_INSTANT: Final = Milliseconds(2)
"""What is received within a stall of ours, or this soon after its end, may have lain waiting here."""
BUSY: Final = Percent(10)
"""With more packets than this late or held up here, delays no longer than our stalls are not blamed on the network."""
STALL_TOLD: Final = Milliseconds(20)
"""Our stalls are worth a remark from voice's interval on: a shorter one holds no packet up beyond the next."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """One score of 100ms's network quality in preview, from ``at_least`` on."""

    score: int
    at_least: BitsPerSecond
    word: str


def _kib_times_8(figure: float) -> BitsPerSecond:
    """100ms's SDK counts bytes / 1024 / seconds * 8 and calls it kbps: one of these is 1024 bit/s, not 1000."""
    return BitsPerSecond(figure * 1024)


BANDS: Final = (
    Band(score=5, at_least=_kib_times_8(700), word="excellent"),
    Band(score=4, at_least=_kib_times_8(500), word="good"),
    Band(score=3, at_least=_kib_times_8(300), word="moderate"),
    Band(score=2, at_least=_kib_times_8(100), word="bad"),
    Band(score=1, at_least=_kib_times_8(1), word="very bad"),
)
"""``networkHealth.scoreMap`` of a real init answer (2024); words of 100ms's page on connection quality. Where two bands
meet, the SDK takes the better one. 100ms measures a download alone, we the same bytes up and down at once."""
NO_BAND: Final = Band(score=0, at_least=BitsPerSecond(0), word="disconnected")
SCORE_FELT: Final = 2
"""100ms's own words from here down: bad, very bad, disconnected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What a bandwidth each way is enough for."""

    needs: BitsPerSecond
    words: str


USES: Final = (
    Use(needs=BitsPerSecond(2_500_000), words="video of 720p"),
    Use(needs=BitsPerSecond(1_200_000), words="video of 540p"),
    Use(needs=BitsPerSecond(500_000), words="video of 360p"),
    Use(needs=BitsPerSecond(150_000), words="video of 180p"),
    Use(needs=BitsPerSecond(32_000), words="audio only"),
)
"""Vonage's targets for VP8 without simulcast; 32 kbit/s is what Opus gets in 100ms's diagnostics role."""
NO_USE: Final = Use(needs=BitsPerSecond(0), words="not even audio")
ACCEPTED: Final = 0.75
"""Share of a target at which Vonage accepts it, and below which a rate has fallen rather than wavered."""
CAME_BACK: Final = 0.9
"""Share of a rate that comes back where the path bears it; with less, the path set the limit and not what was tried."""
