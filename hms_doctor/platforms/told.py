"""Reading JSON that another program printed: nothing in it is where it should be until seen."""

import json
from collections.abc import Iterator

from hms_doctor.model.json import JsonObject, JsonValue


def read(text: str) -> JsonValue:
    """Give the JSON value, ``None`` where the text is none."""
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def word(value: JsonValue, *path: str) -> str:
    """Give the text at a path of members, empty where there is none."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value[:200] if isinstance(value, str) else ""


def objects(value: JsonValue, *path: str) -> Iterator[JsonObject]:
    """Give the objects of the list at a path of members; a single object counts as a list of one."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    members = value if isinstance(value, list) else [value]
    yield from (member for member in members if isinstance(member, dict))
