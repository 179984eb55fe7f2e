"""The JSON report of every command that gives one, held to the schema that the tool itself prints, and beyond."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache

import pytest
from helpers_cli import at, checks_of, evidence_of, findings_of, here, simulating
from helpers_faults import Done, root_of
from jsonschema import Draft202012Validator

from hms_doctor import __version__
from hms_doctor.checks import every_check
from hms_doctor.simulator.faults import every_fault

JSON = ("--format", "json")
FAULTS = (
    "token-cut-off", "token-expired", "endpoint-http", "refused", "tls-expired", "captive-portal", "room-id-wrong",
    "account-disabled", "ws-refused", "ice-blocked", "turn-quota", "camera-busy", "bluetooth-denied-user",
)  # fmt: skip
STEPS = {
    "resolve_ms", "connect_ms", "proxy_ms", "tls_ms", "http_ms", "upgrade_ms", "policy_ms", "rtt_ms", "challenge_ms",
    "allocate_ms", "permission_ms", "nat_ms",
}  # fmt: skip
STAGES = ("resolve", "reach", "tls", "challenge", "allocate", "permission", "echo", "ok")
ORDER = {"fail": 4, "warn": 3, "inconclusive": 2, "skip": 1, "pass": 0}


@cache
def validator() -> Draft202012Validator:
    done = here("schema")
    assert (done.code, done.err) == (0, "")
    schema = json.loads(done.out)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@cache
def demo(fault: str) -> Done:
    return here("demo", fault, "--timeout", "12", *JSON)


def is_valid(done: Done) -> None:
    errors = sorted(validator().iter_errors(done.report), key=lambda error: str(error.path))
    assert not errors, errors[0]


def member(holder: Mapping[str, object], name: str) -> dict[str, object]:
    found = holder[name]
    assert isinstance(found, dict)
    return found


def listed(holder: Mapping[str, object], name: str) -> list[dict[str, object]]:
    found = holder[name]
    assert isinstance(found, list)
    return found


def test_the_schema_refuses_what_is_no_report() -> None:
    done = demo("healthy")
    for spoilt in (
        {**done.report, "schema_version": 2},
        {**done.report, "verdict": "green"},
        {name: value for name, value in done.report.items() if name != "root_cause"},
        {**done.report, "checks": [{**listed(done.report, "checks")[0], "status": "skipped"}]},
    ):
        assert not validator().is_valid(spoilt)


@pytest.mark.parametrize("fault", ["healthy", *FAULTS])
class TestDemo:
    def test_the_report_is_valid(self, fault: str) -> None:
        done = demo(fault)
        is_valid(done)
        assert done.err == ""
        assert member(done.report, "tool") == {"name": "hms-doctor", "version": __version__}
        assert datetime.fromisoformat(str(done.report["started_at"])).utcoffset() is not None
        assert done.report["exit_code"] == done.code
        assert list(checks_of(done)) == [check.id for check in every_check()]

    def test_the_root_is_the_faults(self, fault: str) -> None:
        done = demo(fault)
        if fault == "healthy":
            assert (done.code, done.report["verdict"], done.report["root_cause"]) == (0, "pass", None)
            assert done.report["other_causes"] == done.report["consequences"] == []
            return
        expected, root = every_fault()[fault], root_of(done.report)
        assert (root["cause"], root["code"], root["check"]) == (expected.cause, expected.code or None, expected.check)
        assert root["for"] in {"caller", "app-developer", "administrator", "100ms"}
        assert str(root["action"]).endswith(".")

    def test_a_check_is_as_bad_as_its_worst_finding(self, fault: str) -> None:
        for check in checks_of(demo(fault)).values():
            statuses = [str(finding["status"]) for finding in listed(check, "findings")]
            assert check["status"] == max(statuses, key=ORDER.__getitem__, default="skip")
            assert (check["skipped_because"] is None) is (check["status"] != "skip")
            assert check["group"] == str(check["id"]).split(".")[0]
            if check["status"] != "skip":
                assert check["attempts"] in {1, 2}
                assert check["complete"] is True

    def test_a_code_comes_with_every_failure_and_never_with_a_doubt(self, fault: str) -> None:
        for check in checks_of(demo(fault)).values():
            for finding in listed(check, "findings"):
                error = finding["error"]
                assert (error is None) or finding["status"] in {"fail", "warn"}
                assert (error is not None) or finding["status"] != "fail"
                if isinstance(error, dict):
                    assert {"id", "code", "name", "message", "description", "action", "is_terminal", "params"} <= set(
                        error
                    )
                assert bool(finding["cause"]) is (finding["status"] in {"fail", "warn"})
                assert bool(finding["recommended_action"]) or finding["status"] in {"pass", "skip"}

    def test_what_is_skipped_names_a_check_or_a_reason(self, fault: str) -> None:
        checks = checks_of(demo(fault))
        for check in checks.values():
            because = check["skipped_because"]
            assert because is None or because in checks or " " in str(because), because

    def test_consequences_name_their_cause(self, fault: str) -> None:
        done = demo(fault)
        causes = {cause["cause"] for cause in listed(done.report, "other_causes")}
        if done.report["root_cause"] is not None:
            causes.add(root_of(done.report)["cause"])
        for consequence in listed(done.report, "consequences"):
            assert consequence["explained_by"] in causes
            assert consequence["check"] in checks_of(done)

    def test_steps_are_told_by_the_same_names_everywhere(self, fault: str) -> None:
        for check in checks_of(demo(fault)).values():
            for name, value in member(check, "measurements").items():
                assert name.endswith(("_ms", "_s")), name
                assert name in STEPS or not name.endswith("_ms")
                assert value is None or float(str(value)) >= 0


def test_root_consequence_and_skip_of_a_captive_portal() -> None:
    done = demo("captive-portal")
    assert {"endpoint.reach"} <= {consequence["check"] for consequence in listed(done.report, "consequences")}
    assert checks_of(done)["signalling.connect"]["skipped_because"] == "init"
    assert checks_of(done)["endpoint.reach"]["attempts"] == 2


class TestRows:
    def test_a_healthy_relay_is_followed_to_the_end(self) -> None:
        rows = listed(evidence_of(demo("healthy"), "ice.turn"), "rows")
        assert [row["transport"] for row in rows] == ["udp", "tcp", "udp", "tcp", "tls"]
        for row in rows:
            assert {"url", "transport", "family", "stage", "failure", "rtt_ms"} <= set(row)
            assert (row["stage"], row["failure"], row["family"]) == ("ok", None, "ipv4")
            assert float(str(row["rtt_ms"])) > 0

    @pytest.mark.parametrize(("fault", "stage"), [("turn-quota", "allocate"), ("ice-blocked", "reach")])
    def test_a_broken_one_says_where_it_ends(self, fault: str, stage: str) -> None:
        for row in listed(evidence_of(demo(fault), "ice.turn"), "rows"):
            assert (row["stage"], row["rtt_ms"]) == (stage, None)
            assert STAGES.index(str(row["stage"])) < STAGES.index("ok")
            assert row["failure"]

    def test_the_steps_to_init(self) -> None:
        checks = checks_of(demo("healthy"))
        assert {"resolve_ms", "connect_ms", "tls_ms"} <= set(member(checks["endpoint.reach"], "measurements"))
        assert "http_ms" in member(checks["init"], "measurements")
        assert "rtt_ms" in member(checks["signalling.hold"], "measurements")
        assert "rtt_ms" in member(checks["ice.stun"], "measurements")


class TestDevices:
    def test_each_one_is_listed_with_its_holder(self) -> None:
        devices = listed(demo("camera-busy").report, "devices")
        assert [device["kind"] for device in devices[:3]] == ["camera", "microphone", "speaker"]
        assert {"kind", "name", "id", "holder"} <= set.intersection(*map(set, devices))
        assert devices[0]["holder"] == {"name": "Zoom", "pid": 4711}
        assert devices[1]["holder"] is None

    def test_one_that_is_off_is_listed_too(self) -> None:
        done = demo("bluetooth-off")
        [radio] = [device for device in listed(done.report, "devices") if device["kind"] == "bluetooth"]
        assert (radio["name"], radio["state"]) == ("hci0", "blocked")
        assert checks_of(done)["devices.bluetooth"]["status"] == "skip"

    def test_each_one_is_listed_once_whatever_is_said_of_it(self) -> None:
        done = demo("microphone-server-down")
        assert len(findings_of(done, "devices.microphone")) > 1
        assert [device["kind"] for device in listed(done.report, "devices")].count("microphone") == 1

    @pytest.mark.parametrize("check", ["devices.speaker", "devices.bluetooth"])
    def test_this_machine_has_a_list_even_of_none(self, check: str) -> None:
        done = here("devices", "--only", check, *JSON)
        is_valid(done)
        assert isinstance(done.report["devices"], list)
        assert list(checks_of(done)) == [check]


def test_what_an_app_sees_stands_beside_the_code() -> None:
    [finding] = findings_of(demo("refused"), "endpoint.reach")
    [sight, *_] = listed(finding, "app_sees")
    assert (sight["platform"], sight["code"]) == ("web", None)
    assert set(sight) == {"platform", "sdk", "code", "outcome"}
    error = member(findings_of(demo("token-cut-off"), "token.format")[0], "error")
    assert (error["code"], error["name"], error["action"], error["is_terminal"]) == (
        2004, "InvalidTokenFormat", "INIT", True,
    )  # fmt: skip


def test_check_and_network_give_valid_reports_too() -> None:
    with simulating() as simulator:
        environ = {"HMS_TOKEN": simulator.tokens["host"].reveal(), "HMS_APP_SECRET": simulator.app_secret.reveal()}
        for done in (
            here("check", "--skip", "devices", "--room-id", simulator.room_id, *at(simulator), *JSON, env=environ),
            here("network", *at(simulator), *JSON),
            here("check", *at(simulator), "--only", "init", *JSON),
            here("check", *at(simulator), "--skip", "devices", "--share", "--timeout", "0.1", *JSON, env=environ),
        ):
            is_valid(done)
            assert done.err == ""


def test_no_secret_is_in_a_report() -> None:
    with simulating() as simulator:
        token, [server] = simulator.tokens["host"].reveal(), simulator.ice_servers
        environ = {"HMS_TOKEN": token, "HMS_APP_SECRET": simulator.app_secret.reveal()}
        run = ("check", "-v", "--skip", "devices", *at(simulator), "--format")
        told = "".join(
            f"{done.out}{done.err}" for done in (here(*run, name, env=environ) for name in ("json", "table"))
        )
    assert "simulated-host" in told
    for secret in (token, token.rpartition(".")[2], simulator.app_secret.reveal(), server.credential.reveal()):
        assert secret not in told
