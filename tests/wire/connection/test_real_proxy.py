"""The way to init through a real tinyproxy, which hands names on to a proxy for which all of them are loopback."""

from dataclasses import replace
from pathlib import Path

import pytest
from net_lab import Authority, ConnectProxy, answer, closed_port, saying, trusting
from real_servers import needs_tinyproxy, tinyproxy
from ws_servers import PATIENT, a_context, serving

from hms_doctor.checks.endpoint_reach import CHECK
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.finding import Failed, Passed
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy, ProxyFromEnvironment, Settings
from hms_doctor.model.vantage import ProxyUse, Vantage
from hms_doctor.wire.connection.dial import Dialled, Target, dial
from hms_doctor.wire.http.exchange import Request, Response, exchange
from hms_doctor.wire.http.reach import Reached

pytestmark = needs_tinyproxy


def through(port: int, login: str = "") -> FixedProxy:
    return FixedProxy(url=Secret(f"http://{login}127.0.0.1:{port}"))


async def examined(settings: Settings, port: int, host: str = "init.test") -> Snapshot:
    endpoint = EndpointUrl(url=f"https://{host}:{port}", host=host, port=port)
    async with a_context(PATIENT, settings) as ctx:
        return [snapshot async for snapshot in CHECK.examine(ctx, Facts([endpoint]))][-1]


def cause_of(snapshot: Snapshot) -> str:
    finding = snapshot.findings[0]
    assert isinstance(finding, Failed), finding
    assert "hunter2" not in str(snapshot)
    return finding.cause.id


@pytest.mark.parametrize("login", ["", "jane:hunter2@"])
async def test_init_is_reached_through_tinyproxy(tmp_path: Path, login: str) -> None:
    authority, beyond = Authority(tmp_path), ConnectProxy()
    origin = serving(saying(answer("200 OK")), authority.server(("init.test",)))
    async with origin as port, serving(beyond) as upstream:
        lines = [f'Upstream http 127.0.0.1:{upstream} ".test"', *(["BasicAuth jane hunter2"] if login else [])]
        async with tinyproxy(tmp_path, *lines) as proxy:
            snapshot = await examined(trusting(authority, proxy=through(proxy, login)), port)
    [finding] = snapshot.findings
    assert isinstance(finding, Passed), finding
    assert finding.summary == f"127.0.0.1, TLS 1.3, by the proxy 127.0.0.1:{proxy}"
    assert "hunter2" not in str(snapshot.findings)
    assert list(snapshot.measurements) == ["resolve_ms", "connect_ms", "proxy_ms", "tls_ms"]
    [reached] = snapshot.facts
    assert isinstance(reached, Reached)
    assert beyond.heads
    assert all(head.startswith(f"CONNECT init.test:{port} HTTP/1.") for head in beyond.heads)


async def test_the_environment_leads_through_it_too(tmp_path: Path) -> None:
    authority, beyond = Authority(tmp_path), ConnectProxy()
    origin = serving(saying(answer("200 OK")), authority.server(("init.test",)))
    async with (
        origin as port,
        serving(beyond) as upstream,
        tinyproxy(tmp_path, f'Upstream http 127.0.0.1:{upstream} ".test"') as proxy,
    ):
        variables = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy}", "NO_PROXY": "other.test"}
        settings = trusting(authority, proxy=ProxyFromEnvironment(variables=variables))
        assert isinstance((await examined(settings, port)).findings[0], Passed)


@pytest.mark.parametrize("login", ["", "jane:wrong@"])
async def test_a_login_that_is_missing_or_wrong(tmp_path: Path, login: str) -> None:
    async with tinyproxy(tmp_path, "BasicAuth jane hunter2") as proxy:
        snapshot = await examined(trusting(Authority(tmp_path), proxy=through(proxy, login)), 443)
    assert cause_of(snapshot) == "proxy.auth"
    assert "login was" in snapshot.findings[0].summary
    assert snapshot.experiments == (Vantage(proxy=ProxyUse.DIRECT),)


async def test_a_port_that_the_proxy_forbids(tmp_path: Path) -> None:
    async with tinyproxy(tmp_path, "ConnectPort 443") as proxy:
        snapshot = await examined(trusting(Authority(tmp_path), proxy=through(proxy)), 8443)
    assert cause_of(snapshot) == "proxy.refused"
    assert "403" in snapshot.findings[0].summary


async def test_a_host_that_the_proxy_filters(tmp_path: Path) -> None:
    (tmp_path / "filter").write_text("init\n")
    async with tinyproxy(tmp_path, f'Filter "{tmp_path / "filter"}"') as proxy:
        snapshot = await examined(trusting(Authority(tmp_path), proxy=through(proxy)), 443)
    assert cause_of(snapshot) == "proxy.refused"


async def test_a_host_that_the_proxy_cannot_reach(tmp_path: Path) -> None:
    with closed_port() as nobody:
        async with tinyproxy(tmp_path, f'Upstream http 127.0.0.1:{nobody} ".test"') as proxy:
            snapshot = await examined(trusting(Authority(tmp_path), proxy=through(proxy)), 443)
    assert cause_of(snapshot) in {"proxy.upstream", "proxy.refused"}


async def test_a_stranger_is_not_let_in(tmp_path: Path) -> None:
    async with tinyproxy(tmp_path, "Allow 192.0.2.1") as proxy:
        snapshot = await examined(trusting(Authority(tmp_path), proxy=through(proxy)), 443)
    assert cause_of(snapshot) in {"proxy.refused", "proxy.protocol"}


async def test_plain_http_is_forwarded_in_absolute_form(tmp_path: Path) -> None:
    async with serving(saying(answer("418 Teapot", b"hi"))) as upstream:
        lines = (f'Upstream http 127.0.0.1:{upstream} ".test"', "BasicAuth jane hunter2")
        async with tinyproxy(tmp_path, *lines) as proxy, a_context(PATIENT) as ctx:
            settings = Settings(proxy=through(proxy, "jane:hunter2@"))
            dialled = await dial(replace(ctx, settings=settings), Target(host="portal.test", port=80, protocol="http"))
            assert isinstance(dialled, Dialled)
            async with dialled.stream:
                response = await exchange(ctx, dialled.stream, Request(url="http://portal.test/page"))
    assert isinstance(response, Response), response
    assert (response.status, response.body) == (418, b"hi")
