"""Session descriptions that could not be made or set (RFC 9429, 4.1; SDP: RFC 8866): 100ms's codes 4001 to 4004."""

from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass


class Side(StrEnum):
    """Which of the two peer connections: the client offers on the first, the server on the second."""

    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"


class DescriptionStep(StrEnum):
    """What was tried; the value reads on from "could not"."""

    CREATE_OFFER = "create an offer"  # 4001
    CREATE_ANSWER = "create an answer"  # 4002
    SET_LOCAL = "set our own description"  # 4003
    SET_REMOTE = "set the server's description"  # 4004


@dataclass(frozen=True, kw_only=True, slots=True)
class SdpLine:
    """The line at fault: its number from 1 and its text, without addresses, passwords and fingerprints."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoLine:
    """The fault belongs to no single line."""


LineAtFault: TypeAlias = SdpLine | NoLine


@dataclass(frozen=True, kw_only=True, slots=True)
class DescriptionFailed:
    """One step of the negotiation failed; ``why`` in the WebRTC stack's words, cleaned and cut."""

    side: Side
    step: DescriptionStep
    why: str
    line: LineAtFault = NoLine()
    renegotiating: bool = False  # it stood once, and was being changed
