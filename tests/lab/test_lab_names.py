"""Name look-ups as a real C library does them: every way in which they fail, and the one in which they are slow."""

import re
from collections.abc import Iterator

import pytest
from lab_backend import INIT_NAME, SERVER, TURN
from netns_lab import Lab, a_lab

INPUT = "type filter hook input priority 0"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with a_lab() as lab:
        lab.serve()
        yield lab


@pytest.fixture(autouse=True)
def usual_resolver(lab: Lab) -> Iterator[None]:
    yield
    lab.resolve_by(SERVER)


def test_no_server_is_set(lab: Lab) -> None:
    lab.resolve_by()
    told = lab.check()
    assert told.short == ("dns.servfail", "endpoint.reach", 2003, "fail", "high", "administrator"), told
    assert f"The name server {SERVER} of this network knows the name: let this machine ask it." in told.action
    assert f"passes asking the name server {SERVER}" in told.reasons  # the router is one
    assert told.headline.startswith(f"{INIT_NAME} cannot be reached: no DNS server gives its address"), told
    assert told.status("local.portal") == "skip"  # nobody could be asked: no green
    assert told.seconds < 3


def test_a_name_that_does_not_exist(lab: Lab) -> None:
    told = lab.check(endpoint="https://prod-inti.100ms.live")
    assert told.short == ("dns.nxdomain", "endpoint.reach", 2003, "fail", "medium", "app-developer"), told
    assert told.headline.startswith("prod-inti.100ms.live cannot be reached: its name does not exist")
    assert "spelling" in told.action


def test_a_silent_server_is_named_and_waited_for_once(lab: Lab) -> None:
    with lab.rules(INPUT, "udp dport 53 drop"):
        told = lab.check()
    assert told.short == ("dns.silent", "endpoint.reach", 2003, "fail", "medium", "administrator"), told
    assert f"this machine asks {SERVER}" in told.headline
    assert told.red() == {"endpoint.reach"}
    assert 5.5 < told.seconds < 7.5


def test_a_dead_first_server_makes_names_slow_and_breaks_nothing(lab: Lab) -> None:
    """The C library waits 5 s for it; giving up after 3 would call a network broken on which apps work."""
    lab.resolve_by(TURN, SERVER)
    with lab.rules(INPUT, f"ip daddr {TURN} udp dport 53 drop"):
        told = lab.check("--only", "endpoint")
    assert told.short == ("dns.slow", "endpoint.reach", None, "warn", "medium", "administrator"), told
    assert told.exit == 0
    took = rf"looking up {INIT_NAME} took 5\.\d s"
    assert re.fullmatch(f"{took}: a DNS server of this machine does not answer", told.headline), told.headline


def test_a_filter_that_gives_no_servers_address(lab: Lab) -> None:
    lab.resolve_by(SERVER, hosts=f"0.0.0.0 {INIT_NAME}\n")
    told = lab.check()
    assert told.short == ("dns.filtered", "endpoint.reach", 2003, "fail", "medium", "administrator"), told
    assert "block list" in told.action
