"""What OpenCV's macOS library says on stderr about a camera; it prints past its own log level."""

import re
from enum import StrEnum
from typing import Final


class Said(StrEnum):
    """What its words mean."""

    NOTHING = "nothing"
    DENIED = "the camera is denied"
    NOT_ASKED = "the camera was not allowed yet"
    ABSENT = "no such camera"
    FAILED = "the camera did not start"


_WORDS: Final = (
    (re.compile(r"OpenCV: camera access has been denied"), Said.DENIED),
    (re.compile(r"OpenCV: not authorized to capture video \(status [12]\)"), Said.DENIED),
    (re.compile(r"OpenCV: not authorized to capture video"), Said.NOT_ASKED),
    (re.compile(r"OpenCV: out device of bound"), Said.ABSENT),
    (re.compile(r"OpenCV: camera failed to properly initialize"), Said.FAILED),
)
"""The first that fits is the most telling; the status is AVAuthorizationStatus (1 restricted, 2 denied)."""


def said_in(noise: str) -> Said:
    """Read the end of a child's stderr."""
    return next((said for pattern, said in _WORDS if pattern.search(noise)), Said.NOTHING)
