"""TURN over TCP and TLS through a real proxy: let through, told to log in, forbidden."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from ice_helpers import context, final_rows
from net_lab import ConnectProxy, closed_port
from real_servers import needs_tinyproxy, tinyproxy
from ws_servers import serving

from hms_doctor.model.failure import Kind
from hms_doctor.model.ice.relay_words import causes_of, evidence_of, works
from hms_doctor.model.ice.relays import RelayRow, Stage, Unreached
from hms_doctor.model.ice.servers import IceServers
from hms_doctor.model.ice.urls import Transport
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy
from hms_doctor.simulator import Scenario, Simulator
from hms_doctor.simulator.scenario import TURN_NAME, TurnScript

pytestmark = needs_tinyproxy


async def streams(port: int, login: str = "") -> list[RelayRow]:
    """Look at the relays of a simulator whose name the proxy looks up; give the rows over TCP and TLS."""
    proxy = FixedProxy(url=Secret(f"http://{login}127.0.0.1:{port}"))
    async with Simulator(Scenario(turn=TurnScript(host=TURN_NAME))) as simulator:
        servers = IceServers(servers=simulator.ice_servers, origin="init")
        async with context(ca_file=simulator.ca_file, proxy=proxy) as ctx:
            rows = await final_rows(ctx, servers)
    assert "hunter2" not in repr(rows)
    return [row for row in rows if row.path.transport is not Transport.UDP]


@pytest.mark.parametrize("login", ["", "jane:hunter2@"])
async def test_relays_behind_a_proxy_are_proven_and_name_it(tmp_path: Path, login: str) -> None:
    lines = ["BasicAuth jane hunter2"] if login else []
    async with (
        serving(ConnectProxy()) as upstream,
        tinyproxy(tmp_path, f'Upstream http 127.0.0.1:{upstream} ".test"', *lines) as proxy,
    ):
        rows = await streams(proxy, login)
    assert [works(row.outcome) for row in rows] == [True] * 3
    assert {evidence_of(row)["via"] for row in rows} == {f"127.0.0.1:{proxy}"}


@dataclass(frozen=True)
class Stop:
    lines: tuple[str, ...]
    cause: str
    kind: Kind
    says: str
    login: str = ""


STOPS = {
    "no login": Stop(("BasicAuth jane hunter2",), "turn.proxy.auth", Kind.PROXY_AUTH, "no login was given"),
    "another login": Stop(
        ("BasicAuth jane hunter2",), "turn.proxy.auth", Kind.PROXY_AUTH, "the login was not taken", "jane:wrong@"
    ),
    "only port 443": Stop(("ConnectPort 443",), "turn.proxy", Kind.PROXY_REFUSED, "403"),
}


@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
async def test_a_proxy_that_stops_turn_says_why(tmp_path: Path, stop: Stop) -> None:
    async with tinyproxy(tmp_path, *stop.lines) as proxy:
        rows = await streams(proxy, stop.login)
    assert list(causes_of(rows)) == [stop.cause]
    for row in rows:
        assert isinstance(row.outcome, Unreached)
        assert (row.outcome.stage, row.outcome.failure.kind) == (Stage.REACH, stop.kind)
        assert stop.says in row.outcome.failure.detail


async def test_a_proxy_that_is_not_there() -> None:
    with closed_port() as nobody:
        rows = await streams(nobody)
    assert list(causes_of(rows)) == ["turn.proxy"]
