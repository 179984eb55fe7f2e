from dataclasses import replace

import pytest
from net_lab import answer, closed_port, mute, name_server, saying
from ws_servers import HURRIED, PATIENT, Reader, Writer, a_context, read_head, serving

from hms_doctor.checks.local_portal import CHECK, NoAnswer, NotAskable, NotAsked, Page, diagnose
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Passed, code_of
from hms_doctor.model.init.answer import NotInit
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy, Nameserver, NoProxy, Settings
from hms_doctor.model.vantage import AS_AN_APP
from hms_doctor.wire.connection.dial import DialFailed
from hms_doctor.wire.http.reach import NotReached, Reached

INIT = EndpointUrl(url="https://init.test", host="init.test", port=443)
LOOPBACK = EndpointUrl(url="https://127.0.0.1", host="127.0.0.1", port=443)
REACHED = Reached(endpoint=INIT, vantage=AS_AN_APP, address="192.0.2.1", via="")
ASKED = "http://init.test/"
LOGIN = "<!doctype html><title>Hotel Wi-Fi</title><form>Room <input name=room></form>"


def page(status: int, opening: str = "", location: str = "", *, html: bool = True, known: bool = False) -> Page:
    return Page(url=ASKED, status=status, location=location, html=html, opening=opening, known=known)


def only(observation: NotAsked | NotAskable | NoAnswer | Page) -> Finding:
    [finding] = diagnose(observation)
    return finding


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (page(302, location="http://login.hotel.test/?next=x"), "to login.hotel.test "),
        (page(302, location="https://10.0.0.1:8443/portal"), "to 10.0.0.1:8443 "),
        (page(307, location="//login.hotel.test/"), "to login.hotel.test "),
        (page(302, location="http://init.test:8080/portal"), "to init.test:8080 "),
        (page(302, location="http://[::1"), "to http://[::1 "),
        (page(200, LOGIN), "page of its own"),
        (page(200, "<html><body onload=login()>"), "page of its own"),
        (page(200, "<html>It works", known=True), "page of its own"),
        (page(511, "", html=False), "page of its own"),
    ],
)
def test_a_network_that_wants_a_sign_in(seen: Page, words: str) -> None:
    finding = only(seen)
    assert isinstance(finding, Failed)
    assert finding.cause.id == "portal.captive"
    assert code_of(finding, Platform.ANY) == 2003
    assert words in finding.summary
    assert finding.evidence["status"] == seen.status


@pytest.mark.parametrize(
    "seen",
    [
        NotAsked(why="the endpoint was reached"),
        page(404, "<html>404"),
        page(403, LOGIN),
        page(301, location="https://init.test/"),
        page(301, location="https://www.init.test/"),
        page(302, location="/welcome"),
        page(302, location=""),
        page(200, "<html><h1>Welcome to nginx!</h1>"),
        page(200, '{"status": "ok"}', html=False),
        page(200, "login", html=False),
        page(204, "", html=False),
    ],
)
def test_a_network_that_does_not(seen: NotAsked | Page) -> None:
    assert isinstance(only(seen), Passed)


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        (NoAnswer(url=ASKED, failure=Failure(operation=Operation.CONNECT, kind=Kind.REFUSED)), "connection refused"),
        (NotAskable(why="the name init.test cannot be looked up"), "cannot be looked up"),
    ],
)
def test_silence_proves_that_there_is_no_portal_as_little_as_that_there_is_one(
    seen: NoAnswer | NotAskable, words: str
) -> None:
    finding = only(seen)
    assert isinstance(finding, NothingToCheck)
    assert words in finding.summary


async def examined(settings: Settings, *facts: object, seconds: float = PATIENT) -> Snapshot:
    async with a_context(seconds, settings) as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts(facts))]
    return snapshot


async def test_nothing_is_asked_where_the_endpoint_was_reached() -> None:
    settings = Settings(proxy=NoProxy(), portal_url="http://127.0.0.1:1/")
    assert (await examined(settings, INIT, REACHED)).findings[0].summary == "none: the endpoint was reached"


async def test_nothing_is_asked_of_this_machine() -> None:
    snapshot = await examined(Settings(proxy=NoProxy()), LOOPBACK)
    assert snapshot.findings[0].summary == "none: the endpoint is this machine itself"


async def test_port_80_of_the_endpoints_host_is_asked_where_nothing_else_is_named() -> None:
    async with name_server({}) as port:
        settings = Settings(proxy=NoProxy(), resolver=Nameserver(host="127.0.0.1", port=port))
        by_name = await examined(settings, INIT)
        by_address = await examined(settings, EndpointUrl(url="https://[::2]", host="::2", port=443), seconds=HURRIED)
    assert "(http://init.test/: the name does not exist" in by_name.findings[0].summary
    assert "(http://[::2]/: " in by_address.findings[0].summary


async def test_a_name_that_cannot_be_looked_up_is_not_asked_again() -> None:
    failed = DialFailed(failure=Failure(operation=Operation.RESOLVE, kind=Kind.SILENT))
    snapshot = await examined(Settings(proxy=NoProxy()), INIT, NotReached(endpoint=INIT, failed=failed))
    assert snapshot.findings[0].summary == "cannot be asked: the name init.test cannot be looked up"


@pytest.mark.parametrize("facts", [(INIT,), (INIT, REACHED, NotInit(status=200))])
async def test_a_login_page_is_found(facts: tuple[object, ...]) -> None:
    async with serving(saying(answer("200 OK", LOGIN.encode(), "Content-Type: text/html"))) as port:
        settings = Settings(proxy=NoProxy(), portal_url=f"http://127.0.0.1:{port}/")
        snapshot = await examined(settings, *facts)
    assert isinstance(snapshot.findings[0], Failed)


async def test_the_question_goes_past_the_proxy_and_carries_nothing() -> None:
    heads: list[str] = []

    async def network(reader: Reader, writer: Writer) -> None:
        heads.append(await read_head(reader))
        writer.write(answer("302 Found", b"", "Location: http://login.test/"))
        await reader.read()

    async with serving(network) as port:
        fixed = FixedProxy(url=Secret("http://jane:hunter2@proxy.test:3128"))
        settings = Settings(proxy=fixed, portal_url=f"http://127.0.0.1:{port}/generate_204")
        snapshot = await examined(settings, INIT)
    assert isinstance(snapshot.findings[0], Failed)
    assert heads[0].startswith("GET /generate_204 HTTP/1.1\r\n")
    assert "uthorization" not in heads[0]


async def test_a_network_without_an_answer_shows_no_portal() -> None:
    with closed_port() as port:
        settings = Settings(proxy=NoProxy(), portal_url=f"http://127.0.0.1:{port}/")
        refused = await examined(settings, INIT)
    async with serving(mute) as port:
        settings = replace(settings, portal_url=f"http://127.0.0.1:{port}/")
        silent = await examined(settings, INIT, seconds=HURRIED)
    assert "connection refused" in refused.findings[0].summary
    assert isinstance(silent.findings[0], NothingToCheck)
