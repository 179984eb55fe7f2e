"""Frozen dataclasses to JSON and back, strictly: what a child process prints is not to be trusted."""

from dataclasses import fields, is_dataclass
from enum import StrEnum
from math import isnan
from types import UnionType
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

from hms_doctor.model.json import JsonValue

Shape = TypeVar("Shape")
TAG = "is"
LONGEST_TEXT = 1 << 20
LONGEST_LIST = 512


class MalformedError(ValueError):
    """A value is not of any of the shapes that were expected; the text says where and why."""


def to_json(value: object) -> JsonValue:
    """Give a value as JSON; each dataclass carries its name under ``is``, so a sum of types can be read back."""
    if is_dataclass(value):
        members = {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        return {TAG: type(value).__name__, **members}
    if isinstance(value, tuple):
        return [to_json(member) for member in value]
    if isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} has no JSON form")


def from_json(value: JsonValue, shapes: tuple[type[Shape], ...]) -> Shape:
    """Read one of the dataclasses ``shapes``; whatever does not fit exactly raises ``MalformedError``."""
    built = _dataclass(value, shapes, "the answer")
    if not isinstance(built, shapes):
        raise MalformedError("the answer is of another shape")
    return built


def _dataclass(value: JsonValue, shapes: tuple[type, ...], where: str) -> object:
    if not isinstance(value, dict):
        raise MalformedError(f"{where} is no object")
    by_name = {shape.__name__: shape for shape in shapes}
    tag = value.get(TAG)
    if not isinstance(tag, str) or tag not in by_name:
        raise MalformedError(f"{where} is none of {', '.join(by_name)}")
    hints = get_type_hints(by_name[tag])
    if value.keys() - {TAG} != hints.keys():
        raise MalformedError(f"{where} has other members than a {tag}")
    return by_name[tag](**{name: _read(value[name], hint, f"{tag}.{name}") for name, hint in hints.items()})


def _read(value: JsonValue, hint: object, where: str) -> object:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _list(value, inner[0], where)
    if origin is UnionType or origin is Union:
        return _dataclass(value, inner, where)
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(value, (hint,), where)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _word(value, hint, where)
    return _plain(value, hint, where)


def _list(value: JsonValue, inner: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list) or len(value) > LONGEST_LIST:
        raise MalformedError(f"{where} is no list, or too long")
    return tuple(_read(member, inner, where) for member in value)


def _word(value: JsonValue, kind: type[StrEnum], where: str) -> StrEnum:
    if value not in tuple(kind):
        raise MalformedError(f"{where} is none of its words")
    return kind(str(value))


def _plain(value: JsonValue, kind: object, where: str) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise MalformedError(f"{where} is of another type")
    if isinstance(value, float) and isnan(value):
        raise MalformedError(f"{where} is no number")
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise MalformedError(f"{where} is too long")
    return value
