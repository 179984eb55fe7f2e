from ipaddress import ip_network

import pytest
from ws_servers import a_context

from hms_doctor.checks.local_link import CHECK, Needless, Observation, Proven, Questioned, diagnose
from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.check import Facts, Snapshot
from hms_doctor.model.finding import Failed, Finding, Passed, Warned, code_of
from hms_doctor.model.network.links import HEALTHY, Link, Links, Routes, RoutesUnknown
from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.settings import Settings, SimulatedMachine
from hms_doctor.model.vantage import AS_AN_APP
from hms_doctor.wire.http.reach import Reached

NOWHERE = Routes(networks=())
IPV6_ALONE = Routes(networks=(ip_network("::/0"),))
LAN = Routes(networks=(ip_network("10.0.0.0/8"),))
UP = Link(name="eth0", addresses=("10.0.0.7",), state="up")
ALONE = Link(name="wlan0", addresses=("169.254.9.9",), state="up")
DOWN = Link(name="eth1", state="down")
UNPLUGGED = Link(name="eth2", addresses=("10.0.0.8",), state="lowerlayerdown")


def questioned(*links: Link, routes: Routes | RoutesUnknown = HEALTHY.routes, host: str = "init.test") -> Questioned:
    return Questioned(links=Links(links=links, routes=routes), host=host)


def only(observation: Observation) -> Finding:
    [finding] = diagnose(observation)
    return finding


@pytest.mark.parametrize(
    ("observation", "cause", "words"),
    [
        (questioned(), "local.no_link", "this machine has no network: there is no link but loopback"),
        (questioned(DOWN), "local.no_link", "this machine has no network: eth1 is down"),
        (questioned(UNPLUGGED), "local.no_link", "eth2 is not plugged in"),
        (questioned(Link(name="eth0", state="up")), "local.no_link", "eth0 is without an address"),
        (questioned(ALONE), "local.self_assigned", "wlan0 has only one that it gave itself"),
        (
            questioned(UP, routes=NOWHERE),
            "local.no_route",
            "this machine has no way out: eth0 is up, but there is no default",
        ),
        (questioned(UP, routes=LAN), "local.no_route", "no default route"),
        (questioned(UP, routes=IPV6_ALONE), "local.no_route", "no default route"),
        (questioned(UP, routes=LAN, host="192.0.2.1"), "local.no_route", "no default route"),
    ],
)
def test_a_machine_without_a_way_out(observation: Questioned, cause: str, words: str) -> None:
    finding = only(observation)
    assert isinstance(finding, Failed)
    assert finding.cause.id == cause
    assert code_of(finding, Platform.ANY) == 2003
    assert words in finding.summary


@pytest.mark.parametrize(
    "observation",
    [
        questioned(UP),
        questioned(DOWN, ALONE, UP),
        questioned(UP, routes=LAN, host="10.9.9.9"),
        questioned(UP, routes=RoutesUnknown()),
        questioned(UP, routes=NOWHERE, host="2001:db8::1"),  # endpoint.reach tells that, not the link
        Proven(links=Links(links=(), routes=NOWHERE)),
        Needless(links=Links(links=(), routes=NOWHERE), host="localhost"),
    ],
)
def test_a_machine_with_one(observation: Observation) -> None:
    assert isinstance(only(observation), Passed)


def test_a_system_that_was_never_tried_only_warns() -> None:
    finding = only(Questioned(links=Links(links=(), routes=RoutesUnknown(), verified=False), host="init.test"))
    assert isinstance(finding, Warned)
    assert "unverified" in finding.summary


def test_a_vpn_is_a_note() -> None:
    note, passed = diagnose(questioned(UP, Link(name="wg0", addresses=("10.8.0.2",))))
    assert isinstance(note, Passed)
    assert "wg0 looks like a VPN" in note.summary
    assert isinstance(passed, Passed)
    assert passed.evidence == {
        "links": {"eth0": ["up", "10.0.0.7"], "wg0": ["unknown", "10.8.0.2"]}, "default_route": True,
    }  # fmt: skip


async def examined(settings: Settings, *facts: object) -> Snapshot:
    async with a_context(settings=settings) as ctx:
        [snapshot] = [snapshot async for snapshot in CHECK.examine(ctx, Facts(facts))]
    return snapshot


async def status(endpoint: str, script: str, *facts: object) -> str:
    snapshot = await examined(Settings(endpoint=endpoint, machine=SimulatedMachine(script=script)), *facts)
    return type(snapshot.findings[-1]).__name__


async def test_only_a_machine_that_must_get_out_needs_a_link() -> None:
    none = '{"links": []}'
    reached = Reached(
        endpoint=EndpointUrl(url="https://init.test", host="init.test", port=443),
        vantage=AS_AN_APP,
        address="192.0.2.1",
        via="",
    )
    assert await status("https://init.test", "") == "Passed"
    assert await status("https://init.test", none) == "Failed"
    assert await status("https://localhost:8443", none) == "Passed"
    assert await status("https://127.0.0.1:8443", none) == "Passed"
    assert await status("https://[::1]", none) == "Passed"
    assert await status("https://init.test", none, reached) == "Passed"
    assert await status("not a url", none) == "Failed"


async def test_this_machine_is_read() -> None:
    snapshot = await examined(Settings(endpoint="https://localhost"))
    assert snapshot.findings[-1].evidence["links"] is not None
