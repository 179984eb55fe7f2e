"""A machine without a network, with half of one, and with one address family: what the kernel really shows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lab_backend import SERVER, SERVER_6
from netns_lab import CLIENT, CLIENT_6, Lab, a_lab, run

LOCAL = {"endpoint.reach", "ice.host"}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with a_lab() as lab:
        lab.serve()
        yield lab


@contextmanager
def addressed(lab: Lab, *commands: str) -> Iterator[None]:
    """Take the client's addresses away and give it others."""
    lab.on_client("addr flush dev eth0", *commands)
    try:
        yield
    finally:
        lab.on_client("link set eth0 up", "addr flush dev eth0")
        lab.on_client(f"addr add {CLIENT}/24 dev eth0", f"route replace default via {SERVER}")
        lab.on_client(f"-6 addr add {CLIENT_6}/64 dev eth0 nodad", f"-6 route replace default via {SERVER_6}")


def test_no_link_at_all(lab: Lab) -> None:
    with addressed(lab, "link set eth0 down"):
        told = lab.check()
    assert told.short == ("local.no_link", "local.link", 2003, "fail", "high", "caller"), told
    assert told.headline == "this machine has no network: eth0 is down"
    assert told.follows == LOCAL
    assert told.beside == []
    assert told.seconds < 3


def await_carrier_lost(lab: Lab) -> None:
    """The kernel tells the far end of a cable up to a second later where much is plugged at once."""
    script = f"until ip -n {lab.client} link show eth0 | grep -q NO-CARRIER; do sleep 0.02; done"
    run("timeout", "5", "sh", "-c", script)


def test_an_unplugged_cable_though_the_address_is_still_there(lab: Lab) -> None:
    lab.on_server("link set eth0 down")
    try:
        await_carrier_lost(lab)
        told = lab.check("--only", "local.link")
    finally:
        lab.on_server("link set eth0 up", f"-6 addr replace {SERVER_6}/64 dev eth0 nodad")
    assert told.short == ("local.no_link", "local.link", 2003, "fail", "medium", "caller"), told
    assert told.headline in {f"this machine has no network: eth0 is {how}" for how in ("down", "not plugged in")}


def test_an_address_that_the_machine_gave_itself(lab: Lab) -> None:
    with addressed(lab, "addr add 169.254.7.7/16 dev eth0"):
        told = lab.check()
    assert told.short == ("local.self_assigned", "local.link", 2003, "fail", "high", "caller"), told
    assert "DHCP" in told.action


def test_no_way_out(lab: Lab) -> None:
    lab.resolve_by("192.0.2.53")
    try:
        with addressed(lab, "addr add 192.168.7.7/24 dev eth0"):
            told = lab.check()
    finally:
        lab.resolve_by(SERVER)
    assert told.short == ("local.no_route", "local.link", 2003, "fail", "high", "caller"), told
    assert told.headline == "this machine has no way out: eth0 is up, but there is no default route"


def test_an_ipv4_address_written_out_on_a_network_of_ipv6(lab: Lab) -> None:
    with addressed(lab, f"-6 addr add {CLIENT_6}/64 dev eth0 nodad", f"-6 route replace default via {SERVER_6}"):
        told = lab.check(endpoint=f"https://{SERVER}")
    assert told.short == ("tcp.nat64_literal", "endpoint.reach", 2003, "fail", "medium", "app-developer"), told
    assert told.status("local.link") == "pass"


def test_a_healthy_machine_is_green_and_quick(lab: Lab) -> None:
    told = lab.check()
    assert (told.exit, told.report["verdict"]) == (0, "pass"), told
    assert told.report["root_cause"] is None
    assert told.seconds < 3  # about 0.7 s on a machine that does nothing else
