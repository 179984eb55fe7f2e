"""token.diagnostics: a real server's answers → finding and fact."""

import socket

import pytest
from token_servers import answer, context, serving
from tokens import token

from hms_doctor.checks.token_diagnostics import CHECK
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.finding import Passed, Undecided
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import DIAGNOSTICS_TOKEN_URL, DiagnosticsTokenWanted, Settings
from hms_doctor.model.token.facts import TokenText


async def look(url: str) -> Snapshot:
    async with context(Settings()) as ctx:
        wanted = Facts([DiagnosticsTokenWanted(url=url)])
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, wanted)]
        return snapshot


async def test_the_token_is_fetched_without_a_login() -> None:
    given = token()
    async with serving(answer(200, {"token": given})) as service:
        snapshot = await look(service.url)
    assert isinstance(snapshot.findings[0], Passed)
    assert snapshot.facts == (TokenText(value=Secret(given), origin="100ms's public diagnostics token"),)
    [request] = service.asked
    assert request.startswith(b"GET /v2/token HTTP/1.1")
    assert b"authorization" not in request.lower()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (answer(500, {"message": "x"}), "answers with status 500"),
        (answer(200, "<html>"), "answers a web page (status 200)"),
        (b"", "does not answer: "),
    ],
)
async def test_what_the_service_does_decides_nothing_about_the_call(told: bytes, words: str) -> None:
    async with serving(told) as service:
        [finding] = (await look(service.url)).findings
    assert isinstance(finding, Undecided)
    assert words in finding.summary
    assert finding.action


async def test_a_host_that_is_not_reached_breaks_no_call() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        [finding] = (await look(f"http://127.0.0.1:{unheard.getsockname()[1]}/")).findings
    assert isinstance(finding, Undecided)
    assert finding.summary.startswith("no diagnostics token: 127.0.0.1 ")
    assert "refused" in finding.summary


async def test_an_address_that_is_no_url_decides_nothing() -> None:
    assert isinstance((await look("nowhere")).findings[0], Undecided)


def test_the_address_is_100ms_own() -> None:
    assert DIAGNOSTICS_TOKEN_URL == "https://api.100ms.live/v2/diagnostics/token"
