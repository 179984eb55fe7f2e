"""What the server's own words mean in the codes of 100ms's error pages."""

import re
from typing import Final

from hms_doctor.model.causes import NO_CODE, Cause
from hms_doctor.model.causes.server import ROOM_ENDED, ROOM_FULL

WORD_CODES: Final = frozenset(
    {40001, 40002, 40004, 40100, 40101, 40102, 40103, 40104, 40105, 40107, 40108, 40109, 41001, 5001}
)
"""The pages' codes that can only come from the server: ``body.code`` at init, ``error.code`` at join."""

_BY_TEXT: Final = (
    (re.compile(r"cannot unmarshal\b.*\buser_?id\b", re.IGNORECASE), 40107),
    (re.compile(r"cannot unmarshal\b.*\brole\b", re.IGNORECASE), 40108),
    (re.compile(r"cannot unmarshal\b.*\broom_?id\b", re.IGNORECASE), 40102),
    (re.compile(r"signature is invalid|token (?:is|has) expired|malformed token|invalid jwt", re.IGNORECASE), 40109),
    (re.compile(r"access[ _]?key", re.IGNORECASE), 40101),
    (re.compile(r"room (?:is )?(?:not found|does not exist)|invalid room\b(?! id)", re.IGNORECASE), 40001),
    (re.compile(r"invalid room[ _]?id", re.IGNORECASE), 40102),
    (re.compile(r"invalid user[ _]?id", re.IGNORECASE), 40107),
    (re.compile(r"invalid role|role not found|role does not exist", re.IGNORECASE), 40108),
    (re.compile(r"already joined", re.IGNORECASE), 40004),
)
"""Texts that servers were seen to send or that the pages name, the finer first."""
_OF_ROOMS: Final = (
    (re.compile(r"(?:role|room|peer)s? (?:size )?limit|(?:room|role) is full", re.IGNORECASE), ROOM_FULL),
    (re.compile(r"(?:room|session|meeting) (?:has |was |is |has been )?(?:already )?(?:ended|over|closed)",
                re.IGNORECASE), ROOM_ENDED),
)  # fmt: skip
"""Texts about rooms that no code of the pages tells apart ("role limit reached" was seen)."""
_LONGEST = 2000


def code_for(text: str, body_code: int) -> int:
    """Give the pages' code for a refusal: the body's own, else the one a known text stands for, else ``NO_CODE``."""
    if body_code in WORD_CODES:
        return body_code
    return next((code for known, code in _BY_TEXT if known.search(text[:_LONGEST])), NO_CODE)


def about_room(text: str) -> tuple[Cause, ...]:
    """Give the cause of a refusal whose text says that the room is full or over; nothing for any other."""
    return tuple(cause for known, cause in _OF_ROOMS if known.search(text[:_LONGEST]))[:1]
