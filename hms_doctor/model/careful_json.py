"""JSON from strangers: read strictly (RFC 8259), with the place of a fault, and never an exception.

The outcomes are named tuples: one is defined in a fifth of a dataclass's time, and decoding a token must start quickly.
"""

import json
import re
import sys
from typing import Final, NamedTuple, TypeAlias

from hms_doctor.model.json import JsonObject, JsonValue

DEEPEST: Final = 100
"""Levels of nesting that are read; deeper texts exist only to break readers."""
_LONGEST_NUMBER: Final = 300
_MANY: Final = 200
_NESTING: Final = r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]'
_CONSTANT: Final = r"[\[:,]\s*(-?Infinity|NaN)"
_LITERALS = ("true", "false", "null")


class ObjectRead(NamedTuple):
    """A JSON object; ``repeated`` names its own members that stand in it more than once (the last counts)."""

    value: JsonObject
    repeated: tuple[str, ...] = ()


class NotUtf8(NamedTuple):
    """Bytes that are no UTF-8; ``at`` is the offset of the first wrong byte."""

    at: int


class BrokenJson(NamedTuple):
    """Text that is no JSON; ``at`` is a byte offset, ``ends_early`` tells a text that was cut off."""

    at: int
    why: str
    ends_early: bool = False


class OtherJson(NamedTuple):
    """JSON that is no object."""

    kind: str


JsonRead: TypeAlias = ObjectRead | NotUtf8 | BrokenJson | OtherJson


class _ConstantError(ValueError):
    """JavaScript's NaN and Infinity, which JSON does not have."""


def read_object(raw: bytes) -> JsonRead:
    """Read bytes as one JSON object."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return NotUtf8(at=error.start)
    if text.count("[") + text.count("{") > DEEPEST and (deep := _too_deep_at(text)) >= 0:
        return BrokenJson(at=_bytes(text, deep), why=f"nested deeper than {DEEPEST} levels")
    return _read_text(text)


class _Doubled(dict[str, JsonValue]):
    """An object some of whose names stand in it twice."""

    def __init__(self, pairs: list[tuple[str, JsonValue]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.repeated = tuple(name for name in self if names.count(name) > 1) if len(names) <= _MANY else ("many",)


def _collect(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else _Doubled(pairs)


def _read_text(text: str) -> JsonRead:
    try:
        value: JsonValue = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return _broken(text, error)
    except _ConstantError as error:
        found = re.search(_CONSTANT, text)
        at = found.start(1) if found else 0
        return BrokenJson(at=_bytes(text, at), why=f"{error} is not JSON")
    except RecursionError:
        return BrokenJson(at=0, why="nested too deep")
    if isinstance(value, dict):
        return ObjectRead(value=value, repeated=value.repeated if isinstance(value, _Doubled) else ())
    return OtherJson(kind=kind_of(value))


def _broken(text: str, error: json.JSONDecodeError) -> BrokenJson:
    ends_early = error.msg.startswith("Unterminated string") or _is_start_of_literal(text[error.pos :].rstrip())
    return BrokenJson(
        at=_bytes(text, error.pos),
        why=error.msg[0].lower() + error.msg[1:].removesuffix(" at"),
        ends_early=ends_early and bool(text.strip()),
    )


def _is_start_of_literal(rest: str) -> bool:
    return any(literal.startswith(rest) for literal in _LITERALS)


def _too_deep_at(text: str) -> int:
    depth = 0
    for found in re.finditer(_NESTING, text, re.DOTALL):
        bracket = found[0]
        if bracket in "[{":
            depth += 1
            if depth > DEEPEST:
                return found.start()
        elif bracket in "]}":
            depth -= 1
    return -1


def _bytes(text: str, characters: int) -> int:
    return len(text[:characters].encode())


def _integer(digits: str) -> int | float:
    # Python refuses to read thousands of digits; a JavaScript reader would see Infinity, which no report can say.
    return int(digits) if len(digits) <= _LONGEST_NUMBER else _fraction(digits)


def _fraction(digits: str) -> float:
    return max(-sys.float_info.max, min(float(digits), sys.float_info.max))


def _refuse(constant: str) -> float:
    raise _ConstantError(constant)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_collect, parse_int=_integer, parse_float=_fraction, parse_constant=_refuse
)


def kind_of(value: object) -> str:
    """Name the kind of a JSON value: ``a number``, ``text``, ``null`` and so on."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case dict():
            return "an object"
        case _:
            return "a list"
