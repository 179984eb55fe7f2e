"""Answering a request in the ways that no healthy server would."""

from hms_doctor.simulator.room.line import Line
from hms_doctor.simulator.room.script import Blank, Denied, Garbled, Granted, Hollow, Ignored, Reply, Severed


def reply(line: Line, asked: str, how: Reply) -> None:
    """Answer like this; what is to be granted is not answered here."""
    match how:
        case Denied(code=code, message=message):
            line.deny(asked, code, message)
        case Garbled(sdp=sdp):
            line.answer(asked, {"type": "answer", "sdp": sdp})
        case Hollow():
            line.leave_hollow(asked)
        case Blank():
            line.answer(asked, {})
        case Severed():
            line.cut()
        case Granted() | Ignored():
            return
