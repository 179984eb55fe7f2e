"""The JSON report keeps the contract, and its schema says what it keeps."""

import json
from dataclasses import replace
from typing import Final

import jsonschema
import pytest
from samples import HERE, SAMPLES, good, ran, report, skipped, udp_blocked, user_id_number

from hms_doctor.model.causes import Audience, Cause, Platform, Scope
from hms_doctor.model.finding import CheckResult, Failed, NothingToCheck, Ran, Undecided, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.report.report import Environment, Report, Verdict
from hms_doctor.reporters import Style
from hms_doctor.reporters.json import document, render, render_line
from hms_doctor.reporters.schema import SCHEMA

VALIDATOR: Final = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
CAUSE: Final = Cause(
    id="turn.unreachable", title="t", action="mend it.", audience=Audience.CALLER, scope=Scope.NETWORK, code=4005
)


def errors(told: JsonObject) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(told)]


def only(check: CheckResult, environment: Environment = HERE) -> JsonObject:
    """Give the JSON of a report with one check, through its text."""
    told: JsonObject = json.loads(render(report(Verdict.FAIL, 1, "x", (check,), environment=environment), Style()))
    assert errors(told) == []
    checks = told["checks"]
    assert isinstance(checks, list)
    found: JsonObject = checks[0]
    return found


def finding(check: CheckResult, environment: Environment = HERE) -> JsonObject:
    findings = only(check, environment)["findings"]
    assert isinstance(findings, list)
    found: JsonObject = findings[0]
    return found


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_valid(name: str) -> None:
    assert errors(json.loads(render(SAMPLES[name], Style()))) == []


def test_additions_are_welcome_and_omissions_are_not() -> None:
    told = dict(document(udp_blocked()))
    assert errors({**told, "later": {"x": 1}}) == []
    for member in told:
        assert errors({name: value for name, value in told.items() if name != member}) != []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("schema_version", 2), ("verdict", "skip"), ("exit_code", 5), ("started_at", 17), ("root_cause", {}),
        ("checks", [{}]), ("tool", {"name": "x", "version": "1"}), ("duration_ms", -1), ("token", {"header": {}}),
        ("devices", [{"kind": "lamp"}]),
    ],
)  # fmt: skip
def test_what_breaks_the_contract_is_invalid(member: str, value: object) -> None:
    assert errors({**document(udp_blocked()), member: value}) != []  # type: ignore[dict-item]


def test_a_failure_without_a_code_is_invalid_and_so_is_an_inconclusive_finding_with_one() -> None:
    found = dict(finding(ran("ice.verdict", "t", Failed(cause=CAUSE, summary="s"))))
    check = dict(only(ran("ice.verdict", "t", Failed(cause=CAUSE, summary="s"))))
    whole = document(udp_blocked())
    assert errors({**whole, "checks": [{**check, "findings": [found]}]}) == []
    assert errors({**whole, "checks": [{**check, "findings": [{**found, "error": None}]}]}) != []
    assert errors({**whole, "checks": [{**check, "findings": [{**found, "status": "inconclusive"}]}]}) != []


def test_the_members_stand_as_in_the_contract() -> None:
    told = json.loads(render(udp_blocked(), Style()))
    assert told["schema_version"] == 1
    assert told["tool"] == {"name": "hms-doctor", "version": "0.1.0"}
    assert told["environment"] == {
        "os": "Linux 6.1", "python": "3.11.2", "platform": "any", "vantage": "desktop", "ci": False,
        "proxy": None, "proxies": {}, "trust": None,
    }  # fmt: skip
    assert told["root_cause"] == {
        "cause": "sample.turn.unreachable",
        "check": "ice.verdict",
        "code": 4005,
        "status": "fail",
        "summary": "UDP is blocked and TURN over TCP is refused: no path for media can work",
        "action": "allow UDP 3478 to turn-in.100ms.live (hms-doctor network --firewall-request prints the exact rows).",
        "for": "administrator",
        "confidence": "high",
        "evidence": [
            '7 of 7 relay paths fail at "reach"',
            "endpoint.reach: the same machine reaches https://prod-init.100ms.live in 48 ms, so it is not DNS or Wi-Fi",
        ],
    }
    assert [cause["code"] for cause in told["other_causes"]] == [None, None]
    assert told["not_proven"] == ["joining the room", "media", "browser permissions"]


def test_a_cause_that_another_explains_is_a_consequence() -> None:
    told = json.loads(render(SAMPLES["portal"], Style()))
    assert told["consequences"] == [{"check": "endpoint.reach", "code": 2003, "explained_by": "sample.portal.captive"}]
    assert json.loads(render(SAMPLES["healthy"], Style()))["root_cause"] is None


def test_an_error_is_the_exception_that_the_app_is_promised() -> None:
    found = finding(ran("ice.verdict", "t", Failed(cause=CAUSE, summary="no path", evidence={"rows": []})))
    assert found["error"] == {
        "id": None,
        "code": 4005,
        "name": "ICEFailure",
        "message": "[PUBLISH]: Ice connection state FAILED",
        "description": "no path",
        "action": "PUBLISH",
        "is_terminal": None,
        "params": {},
    }
    assert found["recommended_action"] == "mend it."
    assert found["scope"] == "network"
    assert found["app_sees"]


@pytest.mark.parametrize(("code", "is_terminal"), [(2004, True), (1003, True), (3001, False), (2003, None)])
def test_terminal_is_yes_no_or_not_known(code: int, is_terminal: bool | None) -> None:
    error = finding(ran("init", "t", Failed(cause=replace(CAUSE, code=code), summary="s")))["error"]
    assert isinstance(error, dict)
    assert error["is_terminal"] is is_terminal


def test_the_server_s_own_code_is_told_even_where_nobody_lists_it() -> None:
    error = finding(ran("init", "t", Failed(cause=CAUSE, summary="boom", word=59999)))["error"]
    assert isinstance(error, dict)
    assert (error["code"], error["name"], error["message"], error["is_terminal"]) == (
        59999,
        "ServerErrors",
        "boom",
        None,
    )


def test_a_platform_gets_its_own_code() -> None:
    cause = replace(CAUSE, code=1003, platform_codes={Platform.WEB: 1000})
    on_web = Environment(os="x", python="3", platform=Platform.WEB)
    error = finding(ran("signalling.connect", "t", Failed(cause=cause, summary="s")), on_web)["error"]
    assert isinstance(error, dict)
    assert error["code"] == 1000


def test_only_a_warning_that_may_shows_its_code() -> None:
    warned = Warned(cause=replace(CAUSE, code=3012), summary="s")
    assert finding(ran("devices.bluetooth", "t", warned))["error"] is None
    assert finding(ran("devices.bluetooth", "t", replace(warned, shows_code=True)))["error"]


@pytest.mark.parametrize(
    ("check_id", "scope"),
    [
        ("local.link", "machine"), ("token.format", "token"), ("endpoint.reach", "network"), ("init", "service"),
        ("signalling.hold", "service"), ("ice.stun", "network"), ("devices.camera", "machine"), ("new.one", "machine"),
    ],
)  # fmt: skip
def test_a_finding_without_a_cause_says_what_it_is_about(check_id: str, scope: str) -> None:
    found = finding(good(check_id, "t", "fine"))
    assert (found["cause"], found["scope"], found["error"]) == ("", scope, None)
    assert (found["recommended_action"], found["app_sees"]) == ("", [])


def test_what_could_not_be_told_has_a_way_out_and_no_code() -> None:
    found = finding(ran("devices.speaker", "t", Undecided(summary="s", action="install it.")))
    assert (found["status"], found["error"], found["recommended_action"]) == ("inconclusive", None, "install it.")


def test_a_note_that_nothing_is_there_is_valid_among_others() -> None:
    both = ran("devices.bluetooth", "t", NothingToCheck(summary="no adapter"), Undecided(summary="s"))
    assert finding(both)["status"] == "skip"


def test_a_skipped_check_says_why() -> None:
    told = only(skipped("init", "t", "endpoint.reach"))
    assert (told["status"], told["skipped_because"], told["findings"]) == ("skip", "endpoint.reach", [])
    assert (told["attempts"], told["complete"], told["measurements"]) == (0, True, {})
    assert only(good("init", "t", "fine"))["skipped_because"] is None


def test_figures_that_json_lacks_become_null() -> None:
    odd = ran("ice.quality", "t", Undecided(summary="s", evidence={"a": float("nan"), "b": [float("inf"), 1.23456]}))
    assert finding(odd)["evidence"] == {"a": None, "b": [None, 1.235]}
    measured = CheckResult(id="x", title="t", outcome=Ran(findings=(), measurements={"rtt_ms": float("nan")}))
    assert only(measured)["measurements"] == {"rtt_ms": None}


def test_additions_stand_beside_what_is_promised_and_never_in_its_place() -> None:
    told = json.loads(render(user_id_number(), Style()))
    assert told["token"]["fingerprint"] == "9f1c77ab"
    hostile = replace(user_id_number(), extra={"verdict": "pass", "exit_code": 0})
    assert json.loads(render(hostile, Style()))["verdict"] == "fail"


def test_the_proxy_is_named_once_or_per_protocol() -> None:
    here = replace(SAMPLES["healthy"].environment, trust="corp.pem")

    def environment(proxies: dict[str, str]) -> JsonObject:
        told: JsonObject = json.loads(
            render(replace(SAMPLES["healthy"], environment=replace(here, proxies=proxies)), Style())
        )["environment"]
        return told

    assert environment({"https": "http://p:1", "wss": "http://p:1"})["proxy"] == "http://p:1"
    assert environment({"https": "http://p:1", "wss": "http://q:1"})["proxy"] == "https: http://p:1, wss: http://q:1"
    assert environment({})["trust"] == "corp.pem"


def test_characters_are_escaped_only_where_they_must_be() -> None:
    camera: Report = SAMPLES["camera_busy"]
    assert "内蔵" in render(camera, Style())
    assert render(camera, Style(unicode=False)).isascii()
    assert json.loads(render(camera, Style())) == json.loads(render(camera, Style(unicode=False)))


def test_a_line_is_a_line() -> None:
    line = render_line(udp_blocked(), Style())
    assert line.count("\n") == 1
    assert json.loads(line) == json.loads(render(udp_blocked(), Style()))
