"""One whole join through the command line, in every format at once."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from helpers_cli import checks_of
from helpers_faults import Done, doctor

from hms_doctor.model.room.stages import Stage
from hms_doctor.reporters.schema import SCHEMA

FORMATS = ("table", "junit", "github", "markdown")
ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("told")
    return {name: folder / name for name in FORMATS}


@pytest.fixture(scope="module")
def done(files: dict[str, Path]) -> Done:
    outputs = [word for name, path in files.items() for word in ("--output", f"{name}={path}")]
    return doctor("demo", "--join", "--share", "--format", "json", *outputs)


def test_it_ends_well_and_says_what_is_left(done: Done) -> None:
    assert (done.code, done.err) == (0, "")
    assert done.report["not_proven"] == ["browser permissions"]
    assert done.report["verdict"] in {"pass", "warn"}  # a busy machine is felt
    if done.report["verdict"] == "pass":
        assert str(done.report["headline"]).startswith("Ready for a call: audio and video reach the server at ")


def test_the_report_is_what_the_schema_says(done: Done) -> None:
    jsonschema.validate(done.report, dict(SCHEMA))
    room = done.report["room"]
    assert isinstance(room, dict)
    assert room["stages"] == [{"stage": stage.value, "reached": True} for stage in Stage]
    assert room["publish"]["path"]
    assert room["subscribe"]["dtls_ms"] > 0
    flows = {(row["direction"], row["kind"]) for row in room["tracks"]}
    assert flows == {("sent", "audio"), ("sent", "video"), ("received", "audio")}
    assert all(row["packets"] > 10 for row in room["tracks"])
    assert re.fullmatch(r"[1-4]\.\d of 5", room["voice"] or "4.4 of 5")  # none where this machine stood still


def test_each_check_of_the_room_ran(done: Done) -> None:
    told = checks_of(done)
    for check_id in ("signalling.join", "room.publish", "room.subscribe", "room.media"):
        assert told[check_id]["status"] in {"pass", "warn"}, told[check_id]["summary"]
        assert told[check_id]["complete"] is True


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_the_stages_and_shares_no_address(name: str, done: Done, files: dict[str, Path]) -> None:
    text = files[name].read_text("utf-8").replace("\\_", "_")
    assert all(stage.value in text for stage in Stage)
    assert "kbit/s" in text
    assert not ADDRESS.search(text)
    assert "somebody" not in text  # the other peer's name is its own
    assert not ADDRESS.search(json.dumps(done.report))
