import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.ice.servers import IceServer
from hms_doctor.model.init.answer import (
    BYTES,
    HTML,
    NOTHING,
    TEXT,
    InitAnswer,
    InitConfig,
    InitMalformed,
    InitNotJson,
    InitRedirect,
    InitRefused,
    read_answer,
)
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.secret import Secret

TURN: JsonObject = {"urls": ["turn:turn.test", "turn:turn.test?transport=tcp"], "username": "9:", "credential": "s3"}
HEALTHY: JsonObject = {
    "endpoint": "wss://ws.test/v2/ws",
    "log_level": "info",
    "policy": "",
    "rtcConfiguration": {"ice_servers": [TURN]},
    "config": {"enabledFlags": ["simulcast", 5, "whiteboardEnabled"], "networkHealth": {}},
}


def answer(body: "JsonValue | bytes", status: int = 200, **headers: str) -> InitAnswer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(status, "Reason", {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def test_a_configuration() -> None:
    read = answer(HEALTHY)
    assert isinstance(read, InitConfig)
    assert read.signalling == "wss://ws.test/v2/ws"
    assert read.ice_servers == (
        IceServer(urls=("turn:turn.test", "turn:turn.test?transport=tcp"), username="9:", credential=Secret("s3")),
    )
    assert read.flags == ("simulcast", "whiteboardEnabled")
    assert "s3" not in repr(read)


@pytest.mark.parametrize(
    "change",
    [
        {"something_new": {"a": [1]}},
        {"endpoint": " wss://ws.test/v2/ws "},
        {"rtcConfiguration": {"ice_servers": [{**TURN, "new": None}]}},
        {"config": {}},
        {"config": {"enabledFlags": "simulcast"}},
    ],
)
def test_what_may_differ(change: JsonObject) -> None:
    read = answer({**HEALTHY, **change})
    assert isinstance(read, InitConfig)
    assert read.signalling == "wss://ws.test/v2/ws"
    assert len(read.ice_servers) == 1


@pytest.mark.parametrize("rtc", [None, {}, {"ice_servers": None}, {"ice_servers": []}])
def test_no_ice_servers_is_a_configuration_all_the_same(rtc: JsonValue) -> None:
    read = answer({**HEALTHY, "rtcConfiguration": rtc})
    assert isinstance(read, InitConfig)
    assert read.ice_servers == ()


def test_one_url_may_stand_without_a_list_and_credentials_may_be_odd() -> None:
    read = answer({**HEALTHY, "rtcConfiguration": {"ice_servers": [{"urls": "stun:s.test", "username": 5}]}})
    assert isinstance(read, InitConfig)
    assert read.ice_servers == (IceServer(urls=("stun:s.test",)),)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"config": None}, "`config` is missing"),
        ({"config": "none"}, "`config` is text"),
        ({"config": [1]}, "`config` is a list"),
        ({"endpoint": None}, "`endpoint` is missing"),
        ({"endpoint": 5}, "`endpoint` is a number"),
        ({"endpoint": ""}, "no websocket URL: ''"),
        ({"endpoint": "https://ws.test"}, "no websocket URL"),
        ({"endpoint": "wss://"}, "no websocket URL"),
        ({"endpoint": "wss://[::1"}, "no websocket URL"),
        ({"rtcConfiguration": []}, "`rtcConfiguration` is a list"),
        ({"rtcConfiguration": {"ice_servers": {}}}, "ice_servers` is an object"),
        ({"rtcConfiguration": {"ice_servers": ["turn:t"]}}, "holds text"),
        ({"rtcConfiguration": {"ice_servers": [{}]}}, "`urls` that is missing"),
        ({"rtcConfiguration": {"ice_servers": [{"urls": [5]}]}}, "`urls` that is a list"),
    ],
)
def test_a_configuration_that_the_sdk_cannot_read(change: JsonObject, words: str) -> None:
    read = answer({**HEALTHY, **change})
    assert isinstance(read, InitMalformed)
    assert words in read.why


@pytest.mark.parametrize(("body", "kind"), [([1], "a list"), ("x", "text"), (None, "null"), (5, "a number")])
def test_json_that_is_no_object(body: JsonValue, kind: str) -> None:
    assert answer(body) == InitMalformed(why=f"the answer is {kind}, not an object")
    assert answer(body, 500) == InitRefused(status=500, reason="Reason", code=0, message="")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"code": 40101, "message": "no"}, 40101, "no"),
        ({"code": "40101", "message": 5}, 0, ""),
        ({"code": True}, 0, ""),
        ({}, 0, ""),
        ({"message": "x" * 5000}, 0, "x" * 200),
    ],
)
def test_a_refusal(body: JsonObject, code: int, message: str) -> None:
    assert answer(body, 401) == InitRefused(status=401, reason="Reason", code=code, message=message)


def test_a_redirect_is_one_whatever_its_body() -> None:
    assert answer(b"<html>", 302, location="http://login.test/") == InitRedirect(
        status=302, location="http://login.test/"
    )
    assert answer(b"{}", 307) == InitRedirect(status=307, location="")


@pytest.mark.parametrize(
    ("body", "headers", "looks"),
    [
        (b"", {}, NOTHING),
        (b"  \n", {}, NOTHING),
        (b"<!DOCTYPE html><title>Hi", {}, HTML),
        (b"\n <html>", {}, HTML),
        (b"Blocked", {"content_type": "text/html; charset=utf-8"}, HTML),
        (b"404 page not found\n", {}, TEXT),
        (b'{"endpoint": "wss', {}, TEXT),
        (b"<?xml version='1.0'?>", {}, TEXT),
        (bytes(range(256)), {}, BYTES),
        (b"\x1f\x8b\x08\x00", {}, BYTES),
    ],
)
def test_what_is_no_json(body: bytes, headers: dict[str, str], looks: str) -> None:
    read = answer(body, 200, **headers)
    assert isinstance(read, InitNotJson)
    assert read.looks == looks
    assert len(read.opening) <= 200


def test_a_byte_order_mark_is_passed_over() -> None:
    assert isinstance(answer(b"\xef\xbb\xbf" + json.dumps(HEALTHY).encode()), InitConfig)


def test_nesting_that_would_break_a_reader() -> None:
    assert answer(b"[" * 100_000 + b"]" * 100_000) == InitMalformed(why="the answer is nested deeper than 100 levels")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.sampled_from(sorted(HEALTHY)), JSON, st.sampled_from([200, 204, 302, 401, 404, 500]))
def test_any_json_is_read_without_a_crash(key: str, value: JsonValue, status: int) -> None:
    assert isinstance(answer({**HEALTHY, key: value}, status), InitAnswer)


@given(st.binary(max_size=200), st.integers(min_value=100, max_value=999))
def test_any_bytes_are_read_without_a_crash(body: bytes, status: int) -> None:
    assert isinstance(answer(body, status), InitAnswer)
