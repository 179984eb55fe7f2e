"""token.room_code: a real server's answers → finding, cause, code, fact."""

import json
import socket

import pytest
from token_servers import answer, context, serving
from tokens import token

from hms_doctor.checks.token_room_code import CHECK
from hms_doctor.model.causes import Platform
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Passed, Undecided, code_of
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import RoomCode, Settings
from hms_doctor.model.token.facts import TokenText
from hms_doctor.wire.http.token_service import BrokenOff, Service

CODE = RoomCode(value=Secret("abc-defg-hij"))


async def look(url: str, seconds: float = 20.0) -> Snapshot:
    async with context(Settings(auth_endpoint=url), seconds) as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts([CODE]))]
        return snapshot


async def failure(url: str) -> Failed:
    [finding] = (await look(url)).findings
    assert isinstance(finding, Failed)
    return finding


async def test_a_room_code_becomes_a_token_in_one_request_like_the_sdks() -> None:
    given = token()
    async with serving(answer(200, {"token": given, "expires_at": "2026-11-22T18:22:10Z"})) as service:
        snapshot = await look(service.url)
    assert isinstance(snapshot.findings[0], Passed)
    assert snapshot.facts == (TokenText(value=Secret(given), origin="room code"),)
    assert set(snapshot.measurements) == {"resolve_ms", "connect_ms", "http_ms"}
    [request] = service.asked
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v2/token HTTP/1.1")
    assert b"text/plain;charset=utf-8" in head.lower()
    assert json.loads(body) == {"code": "abc-defg-hij"}
    assert given not in repr(snapshot)


@pytest.mark.parametrize(
    ("status", "body", "cause", "any_code", "web_code"),
    [
        (404, {"code": 404, "message": "not there"}, "room_code.unknown", 40001, 404),
        (403, {"code": 403, "message": "inactive"}, "room_code.inactive", 40001, 403),
        (400, {"code": 403}, "room_code.inactive", 40001, 403),
        (400, {"code": 400, "message": "bad"}, "room_code.refused", 40001, 40001),
        (401, {}, "room_code.refused", 40001, 40001),
        (400, {"code": 40002, "message": "x"}, "room_code.refused", 40002, 40002),
        (404, {"message": "room not found"}, "room_code.unknown", 40001, 40001),
        (404, {"code": "404", "message": 404}, "room_code.unknown", 40001, 404),
    ],
)
async def test_a_refusal_is_the_services_word_or_the_pages(
    status: int, body: dict[str, object], cause: str, any_code: int, web_code: int
) -> None:
    async with serving(answer(status, body)) as service:
        failed = await failure(service.url)
    assert failed.cause.id == cause
    assert (code_of(failed, Platform.ANY), code_of(failed, Platform.WEB)) == (any_code, web_code)
    assert len(service.asked) == 1
    assert f"status {status}" in failed.summary


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (answer(500, {"code": 500, "message": "oops"}), "room_code.busy"),
        (answer(429, {"code": 429}), "room_code.busy"),
        (answer(200, "<html>sign in</html>"), "room_code.answer"),
        (answer(404, "nothing"), "room_code.answer"),
        (answer(200, {"no": "token"}), "room_code.answer"),
        (answer(200, {"token": 17}), "room_code.answer"),
        (answer(200, "[" * 100_000), "room_code.answer"),
        (answer(302, ""), "room_code.answer"),
    ],
)
async def test_four_tries_in_all_while_it_is_busy_or_answers_no_json(told: bytes, cause: str) -> None:
    async with serving(told) as service:
        failed = await failure(service.url)
    assert (failed.cause.id, code_of(failed, Platform.ANY)) == (cause, 2003)
    assert len(service.asked) == 4
    assert "after 4 tries" in failed.summary


async def test_a_later_try_that_works_counts() -> None:
    async with serving(
        answer(500, {}), b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx", answer(200, {"token": "t"})
    ) as service:
        snapshot = await look(service.url)
    assert snapshot.findings[0].summary == "127.0.0.1 gave a token after 3 tries"
    assert snapshot.facts


async def test_a_connection_that_is_cut_is_worth_a_second_look() -> None:
    async with serving(b"") as service:
        snapshot = await look(service.url)
    [failed] = snapshot.findings
    assert isinstance(failed, Failed)
    assert failed.cause.id == "room_code.cut"
    assert snapshot.worth_repeating
    assert len(service.asked) == 1


async def test_a_closed_port_is_the_networks_fault() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        snapshot = await look(f"http://127.0.0.1:{unheard.getsockname()[1]}/v2/token")
    [failed] = snapshot.findings
    assert isinstance(failed, Failed)
    assert (failed.cause.id, code_of(failed, Platform.ANY)) == ("tcp.refused", 2003)
    assert snapshot.worth_repeating


async def test_our_own_deadline_decides_nothing() -> None:
    async with serving(b"hush") as service:
        [finding] = (await look(service.url, seconds=0.5)).findings
    assert isinstance(finding, Undecided)
    cut_off = Failure(operation=Operation.HTTP, kind=Kind.CUT_OFF)
    [other] = CHECK.judge(BrokenOff(failure=cut_off, service=Service(host="h", port=1), steps={})).findings
    assert isinstance(other, Undecided)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("auth.100ms.live/v2/token", "does not begin with https://"),
        ("https://", "names no host"),
        ("https://a b/", "blanks"),
        ("https://[::1/", "Invalid IPv6"),
        ("https://h:99999/", "Port out of range"),
    ],
)
async def test_an_address_that_is_no_url_is_2002(url: str, why: str) -> None:
    failed = await failure(url)
    assert (failed.cause.id, code_of(failed, Platform.ANY)) == ("room_code.url", 2002)
    assert why in failed.summary


async def test_no_finding_shows_the_room_code() -> None:
    async with serving(answer(404, {"code": 404, "message": "x"})) as service:
        assert "abc-defg-hij" not in repr(await look(service.url))


def test_every_code_it_gives_is_declared() -> None:
    assert {2002, 2003, 40001, 40002} <= CHECK.codes
