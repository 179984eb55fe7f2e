"""What is said over the websocket once the room is joined: answers with their content, pushes, the server's no."""

from typing import TypeAlias

from hms_doctor.model.careful_json import ObjectRead, read_object
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.signalling.messages import POLICY, Garbage, Push, ServerFault, parse_message

_LONGEST_ID = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """The answer to the request with this id; to the SDK an empty ``result`` is an error without words."""

    id: str
    result: JsonValue


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """The server's no to the request with this id."""

    id: str
    fault: ServerFault


Said: TypeAlias = Reply | Refusal | Push | ServerFault | Garbage
"""A ``ServerFault`` of its own is an ``on-error``."""


def parse_said(text: str) -> Said:
    """Read one text frame; never raises, whatever it holds."""
    match read_object(text.encode("utf-8", "surrogatepass")):
        case ObjectRead(value=message) if message.get("id") and "method" not in message:
            return _answer(message, text)
        case ObjectRead(value={"method": str(method)} as message) if method == POLICY:
            return Push(method=POLICY, params=message.get("params"))
        case _:
            return _unasked(text)


def _answer(message: JsonObject, text: str) -> Reply | Refusal:
    number = str(message["id"])[:_LONGEST_ID]
    match parse_message(text):
        case ServerFault() as fault:
            return Refusal(id=number, fault=fault)
        case _:
            return Reply(id=number, result=message.get("result"))


def _unasked(text: str) -> Push | ServerFault | Garbage:
    match parse_message(text):
        case Push() | ServerFault() | Garbage() as said:
            return said
        case _:
            return Garbage(what="an answer that names a method")
