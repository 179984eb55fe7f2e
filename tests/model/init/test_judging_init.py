"""The table from init's answer to status, cause and code, for the pages and for the web SDK."""

import json
from collections.abc import Mapping

import pytest

from hms_doctor.model.causes import server
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned, action_of, code_of
from hms_doctor.model.init.answer import read_answer
from hms_doctor.model.init.judging import Moment, Way, judge_answer, judge_no_answer
from hms_doctor.model.init.word import retried_by_the_sdk
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.network.server import NoServerTime, ServerTime

NOW = 1795285330.0
TURN: JsonObject = {"urls": ["turn:t.test", "turns:t.test"], "username": f"{NOW + 900:.0f}:", "credential": "s3cret"}
HEALTHY: JsonObject = {
    "endpoint": "wss://ws.test/v2/ws",
    "rtcConfiguration": {"ice_servers": [TURN]},
    "config": {"enabledFlags": ["simulcast"]},
}
HTML = b"<!doctype html><title>Blocked</title>"


def judged(
    status: int,
    body: "JsonValue | bytes" = None,
    platform: Platform = Platform.ANY,
    headers: Mapping[str, str] | None = None,
    reason: str = "Reason",
) -> list[Finding]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    way = Way(host="init.test", address="192.0.2.1", via="", platform=platform)
    answer = read_answer(status, reason, headers or {}, raw)
    return list(judge_answer(way, status, answer, Moment(told=NoServerTime(), here=NOW)))


def failed(findings: list[Finding]) -> Failed:
    [finding] = findings
    assert isinstance(finding, Failed), finding
    return finding


def said(message: str, code: int = 0) -> JsonObject:
    return {"message": message, **({"code": code} if code else {})}


@pytest.mark.parametrize("code", sorted(server.BY_CODE))
@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_the_servers_code_is_passed_on_whatever_the_status(code: int, status: int) -> None:
    for platform in (Platform.ANY, Platform.WEB, Platform.ANDROID):
        finding = failed(judged(status, said("no", code), platform))
        assert finding.cause.id == server.BY_CODE[code].id
        assert (finding.word, code_of(finding, platform)) == (code, code)
        assert finding.evidence["status"] == status
        assert finding.evidence["server_code"] == code


@pytest.mark.parametrize(
    ("status", "body", "cause", "code", "web"),
    [
        (401, said("signature is invalid"), "server.bad_jwt", 40109, 401),
        (401, said("signature is invalid", 401), "server.bad_jwt", 40109, 401),
        (401, said("token is expired by 1h"), "server.bad_jwt", 40109, 401),
        (401, said("json: cannot unmarshal number into Go struct field Claims.user_id of type string"),
         "server.user_id", 40107, 401),
        (401, said("json: cannot unmarshal number into Go struct field Claims.role of type string"),
         "server.role", 40108, 401),
        (401, said("json: cannot unmarshal number into Go struct field Claims.room_id of type string"),
         "server.room_id", 40102, 401),
        (400, said("invalid access key"), "server.access_key", 40101, 400),
        (400, said("room not found", 7), "server.invalid_room", 40001, 7),
        (403, said("role not found"), "server.role", 40108, 403),
        (404, said("room not found"), "server.invalid_room", 40001, 2003),
        (404, said("room not found", 40001), "server.invalid_room", 40001, 2003),
        (401, said("no"), "server.refused", 40100, 401),
        (403, said("", 403), "server.refused", 40100, 403),
        (410, said("gone"), "server.refused", 40100, 410),
        (422, {}, "server.refused", 40100, 422),
        (401, [1], "server.refused", 40100, 401),
        (404, said("no such route"), "init.not_found", 2003, 2003),
        (404, HTML, "init.not_found", 2003, 404),
        (404, b"404 page not found\n", "init.not_found", 2003, 404),
        (404, b"room not found\n", "server.invalid_room", 40001, 404),
        (407, said("who are you"), "init.proxy_login", 2003, 407),
        (407, b"", "init.proxy_login", 2003, 407),
        (408, b"", "init.silent", 2003, 408),
        (429, said("slow down"), "init.rate_limited", 2003, 429),
        (429, b"", "init.rate_limited", 2003, 429),
        (500, said("internal"), "init.server_error", 2003, 500),
        (500, said("access key service is down"), "init.server_error", 2003, 500),
        (502, HTML, "init.server_error", 2003, 502),
        (503, said("", 9), "init.server_error", 2003, 9),
        (599, b"", "init.server_error", 2003, 599),
        (401, HTML, "init.page", 2003, 401),
        (403, b"Forbidden", "init.page", 2003, 403),
        (401, b"", "init.page", 2003, 401),
        (401, b"token is expired", "server.bad_jwt", 40109, 401),
        (200, HTML, "init.page", 2003, 200),
        (200, b"hello", "init.page", 2003, 200),
        (200, b"", "init.malformed", 2003, 200),
        (200, b'{"endpoint": "wss', "init.malformed", 2003, 200),
        (200, bytes(range(256)), "init.malformed", 2003, 200),
        (200, [], "init.malformed", 2003, 2003),
        (200, {"endpoint": "wss://ws.test"}, "init.malformed", 2003, 2003),
        (201, HEALTHY, "init.status", 2003, 201),
        (204, b"", "init.status", 2003, 204),
        (302, b"", "init.redirect", 2003, 302),
        (308, HTML, "init.redirect", 2003, 308),
        (304, said("x"), "init.status", 2003, 304),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, body: "JsonValue | bytes", cause: str, code: int, web: int) -> None:
    finding = failed(judged(status, body))
    assert finding.cause.id == cause
    assert code_of(finding, Platform.ANY) == code
    assert finding.evidence["status"] == status
    assert action_of(finding)
    on_web = failed(judged(status, body, Platform.WEB))
    assert on_web.cause.id == cause
    assert code_of(on_web, Platform.WEB) == web
    on_ios = failed(judged(status, body, Platform.IOS))
    assert code_of(on_ios, Platform.IOS) == code


def test_a_refusal_without_a_reason_can_be_sharpened() -> None:
    assert failed(judged(401, said("Token validation error"))).word == 40100
    assert failed(judged(500, said("internal"))).word == 0


def test_an_expired_token_has_an_action_of_its_own() -> None:
    assert action_of(failed(judged(401, said("token is expired by 1h0m0s")))) == server.FRESH_TOKEN
    assert action_of(failed(judged(401, said("signature is invalid")))) == server.BAD_JWT.action


def test_the_summary_says_what_was_seen() -> None:
    assert failed(judged(401, said("no", 40101), reason="Unauthorized")).summary == (
        "init.test answers 401 Unauthorized: code 40101, no"
    )
    assert failed(judged(403, b"Forbidden", reason="Forbidden")).summary == (
        "init.test answers 403 Forbidden with text that begins with 'Forbidden', not JSON"
    )
    redirect = failed(judged(302, b"", headers={"location": "http://login.test/"}))
    assert redirect.summary == "init.test answers 302 and redirects to http://login.test/"
    assert failed(judged(302, b"")).summary.endswith("redirects to nowhere")


def test_what_a_server_says_is_quoted_in_part() -> None:
    finding = failed(judged(401, said("x" * 10_000)))
    assert len(finding.summary) < 300
    assert len(str(finding.evidence["server_message"])) == 200


def test_a_configuration_passes() -> None:
    [finding] = judged(200, HEALTHY)
    assert isinstance(finding, Passed)
    assert finding.summary == "2 TURN URLs, signalling at ws.test"
    assert finding.evidence["flags"] == "simulcast"
    assert "s3cret" not in str(finding)


def test_a_disabled_account_is_told_by_its_sentinel() -> None:
    finding = failed(judged(200, {**HEALTHY, "endpoint": "wss://account-disabled-us/v2/ws"}))
    assert finding.cause.id == "account.disabled"
    assert code_of(finding, Platform.ANY) == 1003
    assert code_of(finding, Platform.WEB) == 1000


@pytest.mark.parametrize("servers", [[], [{"urls": ["stun:s.test"]}]])
def test_no_turn_server_is_a_warning(servers: JsonValue) -> None:
    warning, passed = judged(200, {**HEALTHY, "rtcConfiguration": {"ice_servers": servers}})
    assert isinstance(warning, Warned)
    assert warning.cause.id == "init.no_ice_servers"
    assert isinstance(passed, Passed)


def expired(username: str, moment: Moment) -> list[str]:
    body = {**HEALTHY, "rtcConfiguration": {"ice_servers": [{**TURN, "username": username}]}}
    way = Way(host="init.test", address="192.0.2.1", via="", platform=Platform.ANY)
    answer = read_answer(200, "OK", {}, json.dumps(body).encode())
    return [f.cause.id for f in judge_answer(way, 200, answer, moment) if isinstance(f, Warned)]


HERE = Moment(told=NoServerTime(), here=NOW)
AHEAD = Moment(told=ServerTime(server=NOW, here=NOW + 7200, source="init.test"), here=NOW + 7200)


@pytest.mark.parametrize(
    ("username", "moment", "causes"),
    [
        (f"{NOW - 60:.0f}:", HERE, ["init.turn_expired"]),
        (f"{NOW - 60:.0f}:guest", HERE, ["init.turn_expired"]),
        (f"{NOW - 60:.0f}", HERE, ["init.turn_expired"]),
        (f"{NOW + 60:.0f}:", HERE, []),
        (f"{NOW + 60:.0f}:", AHEAD, []),
        (f"{NOW - 60:.0f}:", AHEAD, ["init.turn_expired"]),
        ("guest", HERE, []),
        ("12:34", HERE, []),
        ("", HERE, []),
    ],
)
def test_credentials_that_have_expired_by_the_servers_clock(username: str, moment: Moment, causes: list[str]) -> None:
    assert expired(username, moment) == causes


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        (Kind.SILENT, "init.silent"),
        (Kind.RESET, "init.cut"),
        (Kind.CLOSED, "init.cut"),
        (Kind.MALFORMED, "init.garbage"),
        (Kind.TOO_LARGE, "init.too_large"),
    ],
)
def test_no_answer(kind: Kind, cause: str) -> None:
    way = Way(host="init.test", address="192.0.2.1", via="proxy.test:3128", platform=Platform.ANY)
    finding = judge_no_answer(way, Failure(operation=Operation.HTTP, kind=kind))
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert code_of(finding, Platform.ANY) == 2003
    assert finding.evidence["proxy"] == "proxy.test:3128"


@pytest.mark.parametrize("kind", [Kind.CUT_OFF, Kind.OTHER])
def test_what_is_ours_is_undecided(kind: Kind) -> None:
    way = Way(host="init.test", address="192.0.2.1", via="", platform=Platform.ANY)
    finding = judge_no_answer(way, Failure(operation=Operation.HTTP, kind=kind))
    assert isinstance(finding, Undecided)
    assert bool(finding.action) is (kind is Kind.CUT_OFF)


def test_what_the_sdk_asks_again() -> None:
    assert [s for s in (200, 302, 400, 401, 404, 407, 429, 430, 499, 500, 503, 599) if retried_by_the_sdk(s)] == [
        429, 500, 503, 599,
    ]  # fmt: skip
