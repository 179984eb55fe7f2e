"""`list`, `schema` and `demo --list`: for people as tables, for machines as JSON."""

import json

import pytest
from helpers_cli import here

from hms_doctor.checks import every_check
from hms_doctor.simulator.faults import every_fault
from hms_doctor.simulator.not_observable import NOT_OBSERVABLE

CHECKS = {check.id: check for check in every_check()}
FAULTS = every_fault()


def rows(*arguments: str) -> list[dict[str, object]]:
    done = here(*arguments, "--format", "json")
    assert (done.code, done.err) == (0, "")
    read = json.loads(done.out)
    assert isinstance(read, list)
    return read


class TestChecks:
    def test_as_json(self) -> None:
        told = {str(row["id"]): row for row in rows("list")}
        assert list(told) == list(CHECKS)
        for check_id, row in told.items():
            assert set(row) == {"id", "title", "codes", "needs"}
            assert row["codes"] == sorted(CHECKS[check_id].codes)
            assert row["title"] == CHECKS[check_id].title
            assert set(row["needs"]) <= set(CHECKS)  # type: ignore[call-overload]
        assert told["init"]["needs"] == ["token.format", "endpoint.reach"]
        assert told["ice.verdict"]["codes"] == [4005]
        assert told["endpoint.url"]["needs"] == []

    def test_as_a_table(self) -> None:
        done = here("list", env={"COLUMNS": "80"})
        assert (done.code, done.err) == (0, "")
        assert max(map(len, done.out.splitlines())) <= 80
        for check in CHECKS.values():
            assert f"  {check.id} " in done.out
            assert check.asks[:40] in done.out
        assert "Needs token.format, endpoint.reach." in " ".join(done.out.split())
        assert "no code" in done.out
        assert " ".join(done.out.split()).count("Only with --join.") == 4

    def test_the_ids_that_stay(self) -> None:
        assert {
            "local.link", "local.clock", "local.portal", "token.room_code", "token.format", "token.claims",
            "token.time", "token.expectations", "token.signature", "endpoint.url", "endpoint.reach", "init",
            "signalling.connect", "signalling.hold", "ice.host", "ice.stun", "ice.turn", "ice.quality", "ice.verdict",
            "devices.camera", "devices.microphone", "devices.speaker", "devices.bluetooth",
            "signalling.join", "room.publish", "room.subscribe", "room.media",
        } <= set(CHECKS)  # fmt: skip


class TestFaults:
    def test_as_json(self) -> None:
        told = {str(row["fault"]): row for row in rows("demo", "--list")}
        assert set(told) == set(FAULTS)
        for name, row in told.items():
            assert set(row) == {"fault", "code", "kind", "summary"}
            assert row["code"] == (FAULTS[name].code or None)
            assert row["kind"] in {"wire", "device", "replay"}
            assert row["summary"]

    def test_as_a_table_sorted_by_code(self) -> None:
        done = here("demo", "--list", env={"COLUMNS": "80"})
        assert (done.code, done.err) == (0, "")
        assert max(map(len, done.out.splitlines())) <= 80
        begun = [line for line in done.out.splitlines()[1:] if line[:2] == "  " and line[2:3].strip()]  # not wrapped
        codes = [line.split()[1] for line in begun if line.split()[0] in FAULTS]
        numbers = [int(code) for code in codes if code != "–"]
        assert len(codes) == len(FAULTS)
        assert numbers == sorted(numbers)
        assert codes[len(numbers) :] == ["–"] * (len(codes) - len(numbers))
        assert "hms-doctor demo FAULT" in done.out

    def test_every_code_that_is_listed_runs(self) -> None:
        assert not {fault.code for fault in FAULTS.values()} & set(NOT_OBSERVABLE)


@pytest.mark.parametrize("command", [("list",), ("demo", "--list")], ids=" ".join)
def test_no_other_format(command: tuple[str, ...]) -> None:
    done = here(*command, "--format", "junit")
    assert (done.code, done.out) == (2, "")
    assert "table or json" in done.err


def test_the_schema_is_one_document_with_an_address_of_its_own() -> None:
    done = here("schema")
    assert (done.code, done.err) == (0, "")
    schema = json.loads(done.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["properties"]["schema_version"] == {"const": 1}
    assert {"root_cause", "other_causes", "consequences", "not_proven", "checks"} <= set(schema["required"])
