"""What a device child is asked, and what it answers: one line of JSON each."""

import json
import os
from typing import Final, TypeAlias

from hms_doctor.model.devices.codec import TAG, MalformedError, from_json, to_json
from hms_doctor.model.devices.levels import Level
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.json import JsonValue
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class Request:
    """The question; ``script`` is a simulated machine's, empty for this one."""

    kind: DeviceKind
    wish: DeviceWish
    script: str
    dev: str
    sys: str
    proc: str


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What the child enters now, and how many seconds that may take."""

    name: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Told:
    """A survey, not yet read."""

    survey: JsonValue


@dataclass(frozen=True, kw_only=True)
class Done:
    """Nothing more will come; ``stuck``: a driver does not let the process end by itself."""

    stuck: bool = False


Message: TypeAlias = Stage | Told | Done
MeterMessage: TypeAlias = Message | Level
_SURVEY: Final = "survey"
_BARE: tuple[type[Stage | Done], ...] = (Stage, Done)
_LEVEL: tuple[type[Level], ...] = (Level,)


def asked(request: Request) -> bytes:
    """Give the line that asks."""
    return json.dumps(to_json(request)).encode() + b"\n"


def question_in(line: bytes) -> Request:
    """Read the line that asks."""
    return from_json(json.loads(line), (Request,))


def said(message: MeterMessage) -> bytes:
    """Give the line that answers."""
    form = {_SURVEY: message.survey} if isinstance(message, Told) else to_json(message)
    return json.dumps(form).encode() + b"\n"


def heard(line: bytes) -> Message:
    """Read a line that answers; raises ``MalformedError``."""
    return _message(_value(line))


def heard_of_meter(line: bytes) -> MeterMessage:
    """Read a line of a child that streams levels; raises ``MalformedError``."""
    value = _value(line)
    is_level = isinstance(value, dict) and value.get(TAG) == Level.__name__
    return from_json(value, _LEVEL) if is_level else _message(value)


def _value(line: bytes) -> JsonValue:
    try:
        value: JsonValue = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise MalformedError("the answer is no JSON") from error
    return value


def _message(value: JsonValue) -> Message:
    if isinstance(value, dict) and value.keys() == {_SURVEY}:
        return Told(survey=value[_SURVEY])
    return from_json(value, _BARE)


@dataclass(frozen=True)
class Teller:
    """The way to the parent: a descriptor of its own, since libraries print to stdout what they like."""

    descriptor: int

    def __call__(self, message: MeterMessage) -> None:
        """Tell the parent one thing, at once."""
        line = memoryview(said(message))
        while line:
            line = line[os.write(self.descriptor, line) :]
