"""What is said over the signalling websocket: JSON-RPC in text frames (hms-video-store: signal/jsonrpc)."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from hms_doctor.model.careful_json import BrokenJson, NotUtf8, ObjectRead, OtherJson, read_object
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.network.server import RolePolicy
from hms_doctor.model.quick_dataclass import dataclass

POLICY: Final = "on-policy-change"
ON_ERROR: Final = "on-error"
_LONGEST_NAME = 200
_MOST_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Push:
    """A message from the server that answers nothing."""

    method: str
    params: JsonValue


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The server's answer to the request with this id."""

    id: str


@dataclass(frozen=True, kw_only=True)
class ServerFault:
    """The server's own word: ``on-error``, or an error in answer to a request; ``code`` 0 where it gave no number."""

    code: int
    text: str
    via: str  # "on-error" or "an answer"


@dataclass(frozen=True, kw_only=True)
class Garbage:
    """A message that the SDK cannot use, described."""

    what: str


Message: TypeAlias = RolePolicy | Push | Answer | ServerFault | Garbage


def parse_message(text: str) -> Message:
    """Read one text frame; never raises, whatever it holds."""
    match read_object(text.encode("utf-8", "surrogatepass")):
        case ObjectRead(value=message):
            return _message(message)
        case BrokenJson(why=why):
            return Garbage(what=f"not JSON: {why}")
        case OtherJson(kind=kind):
            return Garbage(what=f"{kind}, not a JSON object")
        case NotUtf8():
            return Garbage(what="not UTF-8")


def _message(message: JsonObject) -> Message:
    method, params = message.get("method"), message.get("params")
    if method == ON_ERROR:
        return _fault(params, ON_ERROR)
    if message.get("id"):
        return _fault(message["error"], "an answer") if message.get("error") else Answer(id=str(message["id"])[:64])
    if method == POLICY:
        return _policy(params)
    if isinstance(method, str) and method:
        return Push(method=method[:_LONGEST_NAME], params=params)
    return Garbage(what="an object with neither id nor method")


def _policy(params: JsonValue) -> RolePolicy | Garbage:
    if not isinstance(params, Mapping):
        return Garbage(what=f"{POLICY} without params")
    name, roles = params.get("name"), params.get("known_roles")
    if not isinstance(name, str) or not name:
        return Garbage(what=f"{POLICY} without a role's name")
    known = roles if isinstance(roles, Mapping) else {}
    return RolePolicy(
        role=name,
        publishes=_allowed(known.get(name)),
        known_roles=tuple(known),
        raw=params,
    )


def _allowed(role: JsonValue) -> frozenset[str]:
    publish = role.get("publishParams") if isinstance(role, Mapping) else None
    allowed = publish.get("allowed") if isinstance(publish, Mapping) else None
    words = allowed if isinstance(allowed, list) else []
    return frozenset({"audio", "video", "screen"} & {word for word in words if isinstance(word, str)})


def _fault(error: JsonValue, via: str) -> ServerFault:
    told = error if isinstance(error, Mapping) else {}
    text = told.get("message")
    return ServerFault(
        code=_number(told.get("code")),
        text=text if isinstance(text, str) else "",
        via=via,
    )


def _number(code: JsonValue) -> int:
    """Read a code as JavaScript's ``Number`` does, as far as a code can reach; 0 for anything else."""
    match code:
        case bool():
            return 0
        case str() if code.isascii() and code.isdigit() and len(code) <= _MOST_DIGITS:
            return int(code)
        case int() | float() if 0 < code < 10**_MOST_DIGITS:
            return int(code)
        case _:
            return 0
