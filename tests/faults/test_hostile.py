"""Whatever a backend does, the program ends in time with a finding, within its memory, and prints nothing raw."""

import asyncio
import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hms_children import Child, interrupted, plain_environment, run, run_check, started
from hostile_servers import (
    EVIL,
    Redirects,
    answering,
    bomb,
    config,
    endless_body,
    endless_headers,
    evil_chain,
    evil_policy,
    fragment_flood,
    http,
    huge_json,
    init_server,
    ping_flood,
    signalling_server,
    slow_loris,
    then_closing,
    token,
    trickling_body,
    websocket_flood,
)
from ws_servers import Certificates, Handler, Reader, Writer, frame, make_certificates, read_head, serving

from hms_doctor.model.json import JsonValue

TIMEOUT = 5.0
GRACE = 0.5
"""Seconds beyond the deadline in which a run must be over."""
MOST_MB = 200
ONE_LINE = EVIL.replace("\r\n", " ")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(Path(tmp_path_factory.mktemp("tls")))


@pytest.fixture
def token_file(tmp_path: Path) -> str:
    path = tmp_path / "t.jwt"
    path.write_text(token({}))
    return str(path)


@pytest.fixture(scope="module")
def start_up() -> float:
    """Seconds that this machine needs to start the program at all, at this moment."""
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "hms_doctor", "--version"], check=True, env=plain_environment())
        seconds.append(time.monotonic() - began)
    return statistics.median(seconds)


def is_safe(child: Child) -> None:
    """No output of any format may hold what a terminal acts on, or a traceback, or a bug of ours."""
    for name, text in child.everything().items():
        raw = _UNSEEN.search(text.replace("@\u200b", "@"))  # Markdown's own guard against mentions
        assert raw is None, f"{raw!r} in {name}: {text[max(0, raw.start() - 80) : raw.end() + 20]!r}"
        assert "Traceback" not in text, text
        assert "has a bug" not in text, text
        assert "\n::error::y" not in text, text


def is_bounded(child: Child, start_up: float) -> None:
    duration = child.report["duration_ms"]
    assert isinstance(duration, float)
    assert duration <= 1000 * (TIMEOUT + GRACE)
    assert child.seconds <= TIMEOUT + GRACE + 4 * start_up + 1.0
    assert child.peak_mb < MOST_MB
    assert child.peak_mb > 0


def finds(child: Child, check: str, code: int) -> None:
    assert child.code == 1, child.out + child.err
    found = child.check(check)
    findings = found["findings"]
    assert isinstance(findings, list)
    [first, *_] = findings
    assert (found["status"], first["error"]["code"]) == ("fail", code), child.out


INIT: dict[str, tuple[Handler, int]] = {
    "endless body": (endless_body, 2003),
    "trickling body": (trickling_body, 2003),
    "100 MB of JSON": (huge_json, 2003),
    "a body that unpacks to 200 MB": (bomb(), 2003),
    "JSON nested 100,000 deep": (answering(http(b"[" * 100_000 + b"]" * 100_000)), 2003),
    "objects nested 100,000 deep": (answering(http(b'{"config":' * 100_000)), 2003),
    "a body cut short": (answering(http(b"{", length=500)), 2003),
    "slow-loris headers": (slow_loris, 2003),
    "endless headers": (endless_headers, 2003),
    "1,000 redirects": (Redirects(), 2003),
    "garbage": (answering(bytes(range(256)) * 64), 2003),
    "evil message": (answering(http(json.dumps({"code": 401, "message": EVIL}).encode(), "401 " + "x" * 50)), 40100),
    "an evil status line": (answering(http(b"<html>", "500 " + ONE_LINE)), 2003),
    "an evil page": (answering(http(f"<h1>{EVIL}</h1>".encode(), "200 OK", "Server: " + ONE_LINE)), 2003),
}  # fmt: skip


@pytest.mark.parametrize("case", INIT)
async def test_a_hostile_init_is_a_finding(
    case: str, certificates: Certificates, token_file: str, tmp_path: Path, start_up: float
) -> None:
    handler, code = INIT[case]
    async with init_server(certificates, handler) as backend:
        child = await run_check(tmp_path, *backend.flags, "--token-file", token_file, timeout=TIMEOUT)
    finds(child, "init", code)
    is_safe(child)
    is_bounded(child, start_up)
    if isinstance(handler, Redirects):
        assert handler.asked <= 2


EVIL_ERROR = json.dumps({"method": "on-error", "params": {"code": 41001, "message": EVIL}})
NESTED = frame("[" * 100_000) + frame('{"params":' * 100_000)
TALK: dict[str, tuple[Handler, int]] = {
    "a flood": (websocket_flood, 1003),
    "a flood of pings": (ping_flood, 1003),
    "a message in endless fragments": (fragment_flood, 1003),
    "JSON nested 100,000 deep": (then_closing(NESTED), 1003),
    "a frame of 100 MB": (then_closing(frame(b"", length=100 * 2**20)), 1003),
    "an evil policy": (then_closing(evil_policy()), 0),
    "an evil error": (then_closing(frame(EVIL_ERROR)), 41001),
    "an evil farewell": (then_closing(frame(b"\x0f\xa0" + EVIL.encode()[:120], 8)), 1003),
    "an evil refusal": (answering(http(EVIL.encode(), "403 " + ONE_LINE, "Via: " + ONE_LINE)), 1003),
    "garbage": (answering(bytes(range(256)) * 64), 1003),
    "slow-loris headers": (slow_loris, 1003),
    "endless headers": (endless_headers, 1003),
    "an endless body": (endless_body, 1003),
}


@pytest.mark.parametrize("case", TALK)
async def test_hostile_signalling_is_a_finding(
    case: str, certificates: Certificates, token_file: str, tmp_path: Path, start_up: float
) -> None:
    handler, code = TALK[case]
    async with signalling_server(certificates, handler) as backend:
        child = await run_check(tmp_path, *backend.flags, "--skip", "ice", "--token-file", token_file, timeout=TIMEOUT)
    if code:
        finds(child, "signalling.connect", code)
    else:
        assert child.check("signalling.connect")["status"] == "warn"
    is_safe(child)
    is_bounded(child, start_up)


EVIL_SERVERS = [
    {"urls": [f"turn:{EVIL}", f"turns:h?{EVIL}"], "username": EVIL, "credential": EVIL} for _ in range(3000)
]


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": f"wss://{EVIL}/v2/ws"},
        {"endpoint": "wss://" + "h" * 100_000},
        {"rtcConfiguration": {"ice_servers": EVIL_SERVERS}},
        {"rtcConfiguration": EVIL, "config": [EVIL], "endpoint": [EVIL]},
    ],
    ids=["an evil host", "a long host", "evil ICE servers", "evil shapes"],
)
async def test_a_hostile_configuration_is_survived(
    changes: dict[str, JsonValue], certificates: Certificates, token_file: str, tmp_path: Path, start_up: float
) -> None:
    body = json.dumps(config(**changes)).encode()
    async with init_server(certificates, answering(http(body))) as backend:
        child = await run_check(tmp_path, *backend.flags, "--token-file", token_file, timeout=TIMEOUT)
    assert child.code == 1
    is_safe(child)
    is_bounded(child, start_up)


@pytest.mark.parametrize("chain", ["certificates", "noise"])
async def test_a_certificate_chain_of_garbage_is_a_finding(
    chain: str, certificates: Certificates, token_file: str, tmp_path: Path, start_up: float
) -> None:
    async def noise(reader: Reader, writer: Writer) -> None:
        await reader.read(100)
        writer.write(b"\x16\x03\x03\x40\x00\x0b\x00\x3f\xfc" + b"\x30\x82" * 8000)
        await reader.read()

    tls = evil_chain(tmp_path) if chain == "certificates" else None
    async with serving(answering(http(b"{}")) if tls else noise, tls) as port:
        where = ("--endpoint", f"https://127.0.0.1:{port}", "--ca-file", certificates.ca_file, "--skip", "devices")
        child = await run_check(tmp_path, *where, "--token-file", token_file, timeout=TIMEOUT)
    finds(child, "endpoint.reach", 2003)
    is_safe(child)
    is_bounded(child, start_up)


async def test_hostile_claims_are_told_plainly(certificates: Certificates, tmp_path: Path, start_up: float) -> None:
    names = ("room_id", "user_id", "role", "access_key", "type", "jti", EVIL)
    path = tmp_path / "evil.jwt"
    path.write_text(token(dict.fromkeys(names, EVIL) | {"exp": 10**30, "nested": [EVIL]}))
    refusal = http(json.dumps({"code": 40109, "message": EVIL}).encode(), "401 Unauthorized")
    async with init_server(certificates, answering(refusal)) as backend:
        child = await run_check(tmp_path, *backend.flags, "--token-file", str(path), timeout=TIMEOUT)
    finds(child, "init", 40109)
    is_safe(child)
    is_bounded(child, start_up)
    for name in ("table", "json"):
        decoded = await run("token", "decode", "--token-file", str(path), "--format", name)
        assert decoded.code in {0, 1}
        is_safe(decoded)


async def test_ctrl_c_prints_what_was_seen(certificates: Certificates, token_file: str) -> None:
    asked = asyncio.Event()

    async def mute(reader: Reader, _writer: Writer) -> None:
        await read_head(reader)
        asked.set()
        await asyncio.Event().wait()

    async with init_server(certificates, mute) as backend:
        arguments = ("--proxy", "none", "--token-file", token_file, "--format", "json", *backend.flags)
        async with started("check", *arguments) as running:
            async with asyncio.timeout(20):
                await asked.wait()
            began = time.monotonic()
            child = await interrupted(running)
    assert child.code == 130
    assert time.monotonic() - began < 2.0
    assert child.check("token.format")["status"] == "pass"
    assert child.check("init")["complete"] is False
    is_safe(child)


async def test_ctrl_c_in_a_table_is_as_polite(certificates: Certificates, token_file: str) -> None:
    asked = asyncio.Event()

    async def mute(reader: Reader, _writer: Writer) -> None:
        await read_head(reader)
        asked.set()
        await asyncio.Event().wait()

    async with (
        init_server(certificates, mute) as backend,
        started("check", "--proxy", "none", "--token-file", token_file, *backend.flags) as running,
    ):
        async with asyncio.timeout(20):
            await asked.wait()
        child = await interrupted(running)
    assert child.code == 130
    assert "token.format" in child.out
    is_safe(child)
