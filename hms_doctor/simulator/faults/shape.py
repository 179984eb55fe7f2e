"""Answers of init that begin like the right one: status 200, and then something else than a configuration."""

import gzip
import json
from collections.abc import Mapping

from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.simulator.answers import Answer
from hms_doctor.simulator.change import Change, configured, having, init_says, lacking
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Scenario

_DEEP = 100_000
_UNPACKED = 100_000_000
_HOSTILE = "\x1b[2J\x1b]0;owned\x07[bold red]no[/bold red] \x00\u202e\r\n::error::<script>alert(1)</script>|`$(id)`"


def _fault(name: str, cause: str, summary: str, apply: Change) -> Fault:
    return Fault(name=name, code=2003, check="init", cause=cause, summary=summary, apply=apply)


def _body(body: bytes) -> Change:
    return init_says(Answer(status=200, body=body))


def _bomb(scenario: Scenario) -> Scenario:
    packed = gzip.compress(bytes(_UNPACKED), 1)
    return init_says(Answer(status=200, body=packed, headers=(("Content-Encoding", "gzip"),)))(scenario)


def _listed(value: JsonValue) -> Change:
    def reshape(told: JsonObject) -> JsonObject:
        rtc = told.get("rtcConfiguration")
        return {**(rtc if isinstance(rtc, Mapping) else {}), "ice_servers": value}

    return configured(lambda told: {**told, "rtcConfiguration": reshape(told)})


FAULTS = (
    _fault("init-empty", "init.malformed", "init answers 200 with an empty body", _body(b"")),
    _fault("init-not-json", "init.malformed", "init answers 200 with half a JSON text", _body(b'{"endpoint": "wss')),
    _fault("init-not-an-object", "init.malformed", "init answers with a JSON list", _body(b'["endpoint"]')),
    _fault("init-nested", "init.malformed", "init's JSON is nested 100,000 deep", _body(b"[" * _DEEP + b"]" * _DEEP)),
    _fault(
        "init-binary", "init.malformed", "init answers 200 with bytes that are no text", _body(bytes(range(256)) * 8)
    ),
    _fault("init-bomb", "init.too_large", "init's answer unpacks to 100 MB", _bomb),
    _fault("init-no-endpoint", "init.malformed", "init names no signalling server", configured(lacking("endpoint"))),
    _fault("init-no-config", "init.malformed", "init's answer has no config", configured(lacking("config"))),
    _fault("init-config-text", "init.malformed", "init's config is a text", configured(having(config="none"))),
    Fault(
        name="init-hostile-text",
        code=40100,
        check="init",
        cause="server.generic",
        summary="init refuses with control characters and markup in its message",
        apply=init_says(Answer(status=401, body=json.dumps({"code": 40100, "message": _HOSTILE}).encode())),
    ),
    Fault(
        name="no-ice-servers",
        code=0,
        check="init",
        cause="init.no_ice_servers",
        summary="init offers no TURN server",
        apply=_listed([]),
    ),
)
