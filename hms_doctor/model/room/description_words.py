"""A session description that could not be made or set: its cause, and its words with the line at fault."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import room as causes
from hms_doctor.model.finding import Failed
from hms_doctor.model.json import JsonObject
from hms_doctor.model.room.descriptions import DescriptionFailed, DescriptionStep, LineAtFault, NoLine, SdpLine, Side

_OWN: Final[Mapping[DescriptionStep, Cause]] = {
    DescriptionStep.CREATE_OFFER: causes.CREATE_OFFER,
    DescriptionStep.CREATE_ANSWER: causes.CREATE_ANSWER,
    DescriptionStep.SET_LOCAL: causes.LOCAL,
}
_THE_SERVERS: Final[Mapping[Side, Cause]] = {Side.PUBLISH: causes.ANSWER, Side.SUBSCRIBE: causes.OFFER}
_DOES: Final[Mapping[Side, str]] = {Side.PUBLISH: "sending", Side.SUBSCRIBE: "receiving"}


def judge_description(failed: DescriptionFailed) -> Failed:
    """Name which description failed, at which step, and the line where there is one."""
    again = ", negotiated again" if failed.renegotiating else ""
    return Failed(
        cause=_OWN.get(failed.step) or _THE_SERVERS[failed.side],
        summary=f"{_step_words(failed)} ({_DOES[failed.side]}{again}){_reason(failed)}",
        evidence={
            "connection": failed.side.value,
            "sdk_action": failed.side.name,
            "step": failed.step.value,
            "why": failed.why,
            "negotiated_again": failed.renegotiating,
            **_line_evidence(failed.line),
        },
    )


def _step_words(failed: DescriptionFailed) -> str:
    if failed.step is DescriptionStep.SET_REMOTE:
        return f"the server's {'answer' if failed.side is Side.PUBLISH else 'offer'} cannot be set"
    if failed.step is DescriptionStep.CREATE_ANSWER:
        return "our WebRTC stack has no answer to the server's offer"
    return f"we could not {failed.step.value}"


def _reason(failed: DescriptionFailed) -> str:
    """Prefer the line; of an answer that was not made the stack's own words say little to people."""
    words = _line_words(failed.line)
    if not words and failed.step is not DescriptionStep.CREATE_ANSWER:
        words = failed.why
    return f": {words}" if words else ""


def _line_words(line: LineAtFault) -> str:
    match line:
        case SdpLine(number=number, text=text):
            return f'line {number}: "{text}"'
        case NoLine():
            return ""


def _line_evidence(line: LineAtFault) -> JsonObject:
    match line:
        case SdpLine(number=number, text=text):
            return {"line": number, "line_text": text}
        case NoLine():
            return {}
