"""Units as types: a jitter in seconds cannot be passed where milliseconds are meant."""

from typing import NewType

Seconds = NewType("Seconds", float)
Milliseconds = NewType("Milliseconds", float)
Percent = NewType("Percent", float)
"""0 to 100, never a fraction of one."""
BitsPerSecond = NewType("BitsPerSecond", float)
