"""The JSON Schema (draft 2020-12) of the report; open everywhere, since more may be added."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from hms_doctor.model.causes import Audience, Platform, Scope
from hms_doctor.model.finding import Status
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.report import SCHEMA_VERSION, Confidence, Verdict
from hms_doctor.model.room.stages import Stage
from hms_doctor.model.vantage import Seat


def _object(about: str, **members: JsonObject) -> JsonObject:
    return {"type": "object", "description": about, "properties": members, "required": list(members)}


def _with(described: JsonObject, **optional: JsonObject) -> JsonObject:
    """Describe members of an object that need not be there."""
    return {**described, "properties": {**_members(described), **optional}}


def _members(described: JsonObject) -> JsonObject:
    members = described["properties"]
    return members if isinstance(members, Mapping) else {}


def _open(about: str) -> JsonObject:
    return {"type": "object", "description": about}


def _list(items: JsonObject) -> JsonObject:
    return {"type": "array", "items": items}


def _text(about: str = "") -> JsonObject:
    return {"type": "string", "description": about} if about else {"type": "string"}


def _word(words: Iterable[StrEnum]) -> JsonObject:
    return {"type": "string", "enum": [word.value for word in words]}


def _or_null(schema: JsonObject) -> JsonObject:
    return {"anyOf": [{"type": "null"}, schema]}


def _at(name: str) -> JsonObject:
    return {"$ref": f"#/$defs/{name}"}


_NUMBER: Final[JsonObject] = {"type": "number"}
_COUNT: Final[JsonObject] = {"type": "integer", "minimum": 0}
_MS: Final[JsonObject] = {"type": "number", "minimum": 0, "description": "milliseconds"}
_YES_NO: Final[JsonObject] = {"type": "boolean"}
_CODE: Final[JsonObject] = {"type": ["integer", "null"], "description": "an HMS code; null where none belongs to it"}

_CAUSE: Final = _object(
    "one cause that was found",
    cause=_text("stable id"),
    check=_text("id of the check that found it"),
    code=_CODE,
    status=_word((Status.FAIL, Status.WARN)),
    summary=_text("what was seen"),
    action=_text("what to do"),
    **{"for": _word(Audience)},
    confidence=_word(Confidence),
    evidence=_list(_text()),
)
_ERROR: Final = _object(
    "the HMSException that belongs to the fault",
    id={"type": ["string", "null"]},
    code={"type": "integer"},
    name=_text(),
    message=_text(),
    description=_text(),
    action=_text("the SDK's action in which it fails"),
    is_terminal={"type": ["boolean", "null"]},
    params=_open("extra parameters"),
)
_SIGHT: Final = _object(
    "what an app really gets, where it was observed", platform=_word(Platform), sdk=_text(), code=_CODE, outcome=_text()
)
_FINDING: Final = _object(
    "one thing that a check says",
    status=_word(Status),
    cause=_text("stable id; empty where nothing is wrong or we could not tell"),
    scope=_word(Scope),
    summary=_text(),
    error=_or_null(_at("error")),
    recommended_action=_text("empty where nothing is to be done"),
    evidence=_open("what was seen, in figures and quotations"),
    app_sees=_list(_at("sight")),
)
_FAILS_WITH_A_CODE: Final[JsonObject] = {
    "if": {"properties": {"status": {"const": Status.FAIL.value}}},
    "then": {"properties": {"error": {"type": "object"}, "cause": {"minLength": 1}}},
    "else": {
        "if": {"properties": {"status": {"const": Status.INCONCLUSIVE.value}}},
        "then": {"properties": {"error": {"type": "null"}}},
    },
}
_CHECK: Final = _object(
    "one check and how it ended",
    id=_text(),
    title=_text(),
    group=_text("the first word of the id"),
    implied={**_YES_NO, "description": "ran only because another check needs it"},
    status=_word(Status),
    summary=_text("one line: what was seen"),
    duration_ms=_MS,
    attempts=_COUNT,
    complete={**_YES_NO, "description": "false: cut off, judged by what was seen until then"},
    needs=_list(_text("check id")),
    skipped_because={"type": ["string", "null"], "description": "check id or reason"},
    findings=_list({**_at("finding"), **_FAILS_WITH_A_CODE}),
    measurements={
        **_open("timed steps in ms, and other figures"),
        "additionalProperties": {"type": ["number", "null"]},
    },
)
_DEVICE: Final = _with(
    _object(
        "one device of this machine",
        kind={"type": "string", "enum": ["camera", "microphone", "speaker", "bluetooth"]},
        name=_text(),
        id=_text("its node, or the system's own name of it"),
        holder=_or_null(_object("the program that has it open", name=_text(), pid={"type": ["integer", "null"]})),
    ),
    state=_text(
        "free, in use, denied, gone, silent, lost, black, frozen, muted, unplugged, idle, no answer, unknown, on, off, "
        "blocked or connected; more may be added"
    ),
    default={**_YES_NO, "description": "the one that an app gets"},
    as_root={**_YES_NO, "description": "free to root; other users were not tried"},
    mode=_text("what a call gets of a camera: 1280x720 at 30 fps"),
    formats=_list(_text("size, pixel format and rates: 1280x720 YUYV 30 fps")),
    driver=_text(),
    bus=_text(),
    volume={**_COUNT, "description": "percent"},
    rate={**_COUNT, "description": "samples a second; 0: not told"},
    channels={**_COUNT, "description": "0: not told"},
    use=_text("what a call gets of a Bluetooth headset"),
    test=_open("figures of a test: first_picture_ms, fps, promised_fps, size; rms_dbfs, peak_dbfs, clips"),
)
_CONNECTION: Final = _object(
    "one peer connection; null where it was not told",
    path={"type": ["string", "null"], "description": "direct over UDP, or through which relay"},
    pair=_or_null(_open("the candidates that ICE selected")),
    ice_ms=_or_null(_MS),
    dtls_ms=_or_null(_MS),
)
_ROOM: Final = _object(
    "what a run that joined saw of the room",
    stages=_list(
        _object(
            "how far the join came, in this order",
            stage=_word(Stage),
            reached={"type": ["boolean", "null"], "description": "null: not tried, or it could not be told"},
        )
    ),
    publish=_at("connection"),
    subscribe=_at("connection"),
    tracks=_list(_open("direction, kind, packets, kbps, rtt_ms, jitter_ms, loss_percent, as far as they were told")),
    voice={"type": ["string", "null"], "description": "by the E-model"},
)
_TOKEN: Final = _object(
    "what the token says (token decode, token verify)",
    header=_open("its header"),
    claims=_open("its claims"),
    fingerprint={"type": "string", "pattern": "^[0-9a-f]{8}$", "description": "of its SHA-256"},
)
_ENVIRONMENT: Final = _object(
    "where the run took place",
    os=_text(),
    python=_text(),
    platform=_word(Platform),
    vantage=_word(Seat),
    proxy={"type": ["string", "null"], "description": "without its login"},
)

_REPORT: Final = _object(
    "one run of hms-doctor",
    schema_version={"const": SCHEMA_VERSION},
    tool=_object("who made it", name={"const": "hms-doctor"}, version=_text()),
    run_id=_text(),
    started_at={"type": "string", "format": "date-time", "description": "RFC 3339, UTC"},
    duration_ms=_MS,
    environment=_ENVIRONMENT,
    verdict=_word(Verdict),
    exit_code={"type": "integer", "enum": [0, 1, 2, 3, 130]},
    headline=_text("one sentence"),
    root_cause=_or_null(_at("cause")),
    other_causes=_list(_at("cause")),
    consequences=_list(
        _object("a finding that follows from a cause", check=_text(), code=_CODE, explained_by=_text("cause id"))
    ),
    not_proven=_list(_text("what was not tried")),
    checks=_list(_at("check")),
)

SCHEMA: Final[JsonObject] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": f"urn:hms-doctor:report:{SCHEMA_VERSION}",
    "title": "hms-doctor report",
    **_with(_REPORT, devices=_list(_at("device")), token=_at("token"), room=_at("room")),
    "$defs": {
        "cause": _CAUSE,
        "check": _CHECK,
        "finding": _FINDING,
        "error": _ERROR,
        "sight": _SIGHT,
        "device": _DEVICE,
        "token": _TOKEN,
        "room": _ROOM,
        "connection": _CONNECTION,
    },
}
