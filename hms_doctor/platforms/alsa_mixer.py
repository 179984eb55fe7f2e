"""The mixer of a sound card, asked through ``amixer`` (alsa-utils), which only reads here."""

import re
from typing import Final

from hms_doctor.platforms.run import answer_of

_PATIENCE: Final = 1.0
_CONTROL: Final = "Capture"
"""The switch before the card's converter (HD audio); ``Mic`` and ``Line`` choose an input, and one is often off."""
_SWITCH: Final = re.compile(r": Capture \d+ \[\d+%\].*\[(on|off)\]\s*$", re.MULTILINE)


def is_switched_off(card: int) -> bool:
    """Whether the card's capture switch is off; false where there is none, or no amixer."""
    return parse_is_off(answer_of("amixer", "-c", str(card), "sget", _CONTROL, patience=_PATIENCE))


def parse_is_off(text: str) -> bool:
    """Read ``amixer sget Capture``: ``Front Left: Capture 39 [62%] [12.00dB] [on]``, a line a channel."""
    switches = _SWITCH.findall(text)
    return bool(switches) and set(switches) == {"off"}
