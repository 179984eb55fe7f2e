"""Which checks run: --only, --skip, --require, and what CI leaves out."""

from collections.abc import Iterator

import pytest
from helpers_cli import at, checks_of, environment_in, here, simulating, statuses_of

from hms_doctor.checks import every_check
from hms_doctor.simulator import Simulator

JSON = ("--format", "json")
IDS = [check.id for check in every_check()]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulating() as opened:
        yield opened


@pytest.fixture
def check(simulator: Simulator) -> tuple[str, ...]:
    return ("check", "--token-file", str(simulator.token_files["host"]), *at(simulator), *JSON)


def test_everything_runs_in_reading_order_and_no_skip_is_silent(check: tuple[str, ...]) -> None:
    done = here(*check, "--skip", "devices")
    assert (done.code, done.err) == (0, "")
    checks = checks_of(done)
    assert list(checks) == IDS
    for each in checks.values():
        assert bool(each["skipped_because"]) is (each["status"] == "skip")
        assert each["findings"] or each["status"] == "skip"
        assert each["summary"]
        assert each["implied"] is False
    assert {name for name, each in checks.items() if each["skipped_because"] == "--skip"} == {
        name for name in IDS if name.startswith("devices.")
    }


def test_only_also_runs_what_it_needs_and_marks_it(check: tuple[str, ...]) -> None:
    done = here(*check, "--only", "init")
    checks = checks_of(done)
    assert [name for name, each in checks.items() if not each["implied"]] == ["init"]
    assert [name for name, each in checks.items() if each["implied"] and each["status"] == "pass"] == [
        "token.format", "endpoint.url", "endpoint.reach",
    ]  # fmt: skip
    assert checks["init"]["needs"] == ["token.format", "endpoint.reach"]


def test_prefixes_and_repetition(check: tuple[str, ...]) -> None:
    done = here(*check, "--only", "token", "--only", "endpoint.url", "--skip", "token.time")
    chosen = [name for name, each in checks_of(done).items() if not each["implied"]]
    assert chosen == [name for name in IDS if name.startswith("token.") or name == "endpoint.url"]
    assert checks_of(done)["token.time"]["skipped_because"] == "--skip"


def test_what_was_skipped_is_named_by_what_needed_it(check: tuple[str, ...]) -> None:
    done = here(*check, "--only", "ice", "--skip", "init")
    told = {name: each["skipped_because"] for name, each in checks_of(done).items() if each["status"] == "skip"}
    assert told["init"] == "--skip"
    assert (told["ice.stun"], told["ice.turn"], told["ice.verdict"]) == ("init", "init", "ice.turn")


@pytest.mark.parametrize("flag", ["--only", "--skip", "--require"])
def test_an_unknown_id_is_a_mistake_that_names_the_nearest(flag: str) -> None:
    done = here("check", flag, "token.tmie")
    assert (done.code, done.out) == (2, "")
    assert "'token.tmie'" in done.err
    assert "token.time" in done.err


@pytest.mark.parametrize(("command", "wish"), [("devices", "token.format"), ("network", "devices.camera")])
def test_a_check_of_another_command_is_told_where_it_runs(command: str, wish: str) -> None:
    done = here(command, "--only", wish)
    assert (done.code, done.out) == (2, "")
    assert f"`hms-doctor check --only {wish}`" in done.err


class TestRequire:
    def test_what_ran_is_decided(self, check: tuple[str, ...]) -> None:
        assert here(*check, "--only", "init", "--require", "init").code == 0

    def test_a_required_check_that_is_skipped_is_inconclusive(self, check: tuple[str, ...]) -> None:
        done = here(*check, "--only", "token", "--require", "token.signature")
        told = checks_of(done)["token.signature"]
        assert (done.code, done.report["verdict"], told["status"]) == (3, "inconclusive", "inconclusive")
        assert "HMS_APP_SECRET" in str(told["skipped_because"])
        assert str(told["summary"]).startswith("required, but skipped: ")
        assert "token.signature: required, but skipped" in str(done.report["headline"])
        assert done.report["root_cause"] is None

    def test_also_where_the_same_hand_skips_it(self, check: tuple[str, ...]) -> None:
        done = here(*check, "--only", "token", "--skip", "token.time", "--require", "token.time")
        assert (done.code, statuses_of(done)["token.time"]) == (3, "inconclusive")

    def test_also_where_what_it_needs_is_not_there(self, simulator: Simulator) -> None:
        done = here("check", "--only", "init", "--require", "init", *at(simulator), *JSON)
        assert (done.code, statuses_of(done)["init"]) == (3, "inconclusive")

    def test_a_group_does_not_mean_what_has_nothing_to_check(self, check: tuple[str, ...]) -> None:
        done = here(*check, "--only", "token", "--require", "token")
        assert (done.code, statuses_of(done)["token.room_code"]) == (0, "skip")

    def test_it_counts_as_what_fail_on_says(self, check: tuple[str, ...]) -> None:
        done = here(*check, "--only", "token", "--require", "token.signature", "--fail-on", "inconclusive")
        assert (done.code, done.report["verdict"]) == (1, "inconclusive")

    def test_every_format_tells_it(self, check: tuple[str, ...]) -> None:
        required = (*check[:-2], "--only", "token", "--require", "token.signature")
        for name in ("table", "junit", "github", "markdown"):
            done = here(*required, "--format", name)
            assert done.code == 3
            assert "required, but skipped: no app secret given" in done.out


class TestContinuousIntegration:
    def test_devices_are_left_out_and_the_skip_says_so(self, check: tuple[str, ...]) -> None:
        done = here(*check, env={"CI": "true"})
        assert done.code == 0
        for name in ("devices.camera", "devices.microphone", "devices.speaker", "devices.bluetooth"):
            told = checks_of(done)[name]
            assert told["status"] == "skip"
            assert str(told["skipped_because"]).startswith("CI is set")
        assert environment_in(done)["vantage"] == "ci"

    @pytest.mark.parametrize("value", ["", "0", "false"])
    def test_a_variable_that_says_no_is_no_ci(self, value: str) -> None:
        done = here("check", "--only", "endpoint.url", *JSON, env={"CI": value})
        assert environment_in(done)["ci"] is False

    @pytest.mark.parametrize("flags", [("--only", "devices.speaker"), ("--require", "devices.speaker")])
    def test_who_names_a_device_gets_it(self, flags: tuple[str, ...], simulator: Simulator) -> None:
        rest = () if "--only" in flags else ("--skip", "token")
        done = here("check", *flags, *rest, *at(simulator), *JSON, env={"CI": "1"})
        assert statuses_of(done)["devices.speaker"] != "skip"
        assert statuses_of(done).get("devices.camera", "skip") == "skip"

    def test_the_devices_command_names_them(self) -> None:
        assert statuses_of(here("devices", "--only", "devices.speaker", *JSON, env={"CI": "1"})) != {
            "devices.speaker": "skip"
        }
