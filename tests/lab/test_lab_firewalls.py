"""Firewalls of every temper between the doctor and a whole 100ms: what is blocked, who blocks it, what still works."""

from collections.abc import Iterator

import pytest
from lab_backend import INIT_NAME, SERVER, SERVER_6, SIGNAL_NAME, TURN, TURN_NAME, Backend
from netns_lab import Lab, a_lab

IN = "type filter hook prerouting priority -300"
OUT = "type filter hook output priority 0"
DNS = "udp dport 53 accept"
RELAYED = "iif lo accept"  # what a relay sends itself never leaves the server


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with a_lab() as lab:
        lab.serve(Backend(dual_stack=True))
        yield lab


def test_443_is_dropped_and_the_rest_shows_that_it_is_this_port(lab: Lab) -> None:
    with lab.rules(IN, "tcp dport 443 drop"):
        told = lab.check()
    assert told.short == ("tcp.silent", "endpoint.reach", 2003, "fail", "medium", "administrator"), told
    assert "Allow TCP 443 to init.hms-doctor.test" in told.action
    assert "answers 404, so the name and the way there are right: it is this port" in told.reasons
    assert told.red() == {"endpoint.reach"}
    assert told.seconds < 8.5


@pytest.mark.parametrize(
    ("host", "cause", "words"),
    [
        (SERVER, "tcp.unreachable", "a firewall says no in this way: allow TCP 443 to 10.77.0.2 there"),
        (f"[{SERVER_6}]", "tcp.prohibited", "Allow TCP 443 to fd77::2 in the firewall"),
        (INIT_NAME, "tcp.prohibited", "Allow TCP 443 to init.hms-doctor.test in the firewall"),
    ],
)
def test_443_is_rejected_as_firewalld_does(lab: Lab, host: str, cause: str, words: str) -> None:
    """Linux tells ICMP's "administratively prohibited" as no route over IPv4, and as no permission over IPv6."""
    with lab.rules("type filter hook input priority 0", "tcp dport 443 reject with icmpx admin-prohibited"):
        told = lab.check("--skip", "local.portal", endpoint=f"https://{host}")
    assert told.short == (cause, "endpoint.reach", 2003, "fail", "medium", "administrator"), told
    assert words in told.action
    assert told.seconds < 4


def test_udp_is_forbidden_by_this_machine_itself(lab: Lab) -> None:
    with lab.rules(OUT, DNS, "meta l4proto udp reject", on=lab.client):
        told = lab.check()
    assert told.short == ("turn.udp_forbidden", "ice.verdict", None, "warn", "medium", "caller"), told
    assert "this machine's own firewall" in told.action
    assert (told.exit, told.red()) == (0, set())


def test_only_443_over_tcp_passes(lab: Lab) -> None:
    with lab.rules(
        IN, RELAYED, DNS, "tcp dport 443 accept", "ct state established accept", "meta l4proto {tcp, udp} drop"
    ):
        told = lab.check()
    assert told.short == ("turn.udp_blocked", "ice.verdict", None, "warn", "medium", "administrator"), told
    assert told.headline.startswith("UDP is blocked, so calls go through a relay over TCP at ")
    assert told.follows == {"ice.stun"}
    assert (told.exit, told.red(), told.beside) == (0, set(), [])


def test_no_relay_can_be_reached_at_all(lab: Lab) -> None:
    with lab.rules(IN, f"ip daddr {TURN} meta l4proto {{tcp, udp}} drop"):
        told = lab.check()
    assert told.short == ("turn.no_answer", "ice.verdict", 4005, "fail", "high", "administrator"), told
    assert told.headline == "ICE connection failed: UDP is blocked and TURN over TCP gets no answer"
    assert f"Allow UDP 3478 to {TURN_NAME} in the firewall" in told.action
    assert "so the network as a whole works" in told.reasons
    assert (told.red(), told.beside) == ({"ice.verdict"}, [])
    assert told.seconds < 9


@pytest.mark.parametrize("per_cent", [1, 2])
def test_a_little_loss_turns_nothing_red(lab: Lab, per_cent: int) -> None:
    lossy = f"numgen random mod 100 < {per_cent} drop"
    with lab.rules(IN, lossy), lab.rules(OUT, lossy, on=lab.client):
        told = lab.check()
    assert (told.exit, told.red()) == (0, set()), told


def test_ipv6_that_leads_nowhere_is_no_trouble_while_ipv4_works(lab: Lab) -> None:
    with lab.rules(IN, "meta nfproto ipv6 tcp dport 443 drop"):
        told = lab.check("--skip", "ice")
    assert told.report["verdict"] == "pass", told
    assert told.seconds < 6


def test_large_packets_vanish_over_ipv6_alone(lab: Lab) -> None:
    """The connection opens over IPv6, so no client goes back to IPv4; each family looked at alone tells them apart."""
    with lab.rules("type filter hook postrouting priority 0", "meta nfproto ipv6 meta length > 700 drop"):
        told = lab.check("--only", "endpoint", "--skip", "local")
    assert told.short == ("tls.silent", "endpoint.reach", 2003, "fail", "high", "administrator"), told
    assert "Over IPv4 alone it works: mend IPv6 on this network, or switch it off." in told.action
    assert "passes over IPv4 alone" in told.reasons


def test_signalling_is_blocked_while_init_works(lab: Lab) -> None:
    lab.serve(Backend(names={SIGNAL_NAME: ["10.77.0.4"]}))
    with lab.rules(IN):
        lab.on_server("addr add 10.77.0.4/24 dev eth0")
        told = lab.check("--skip", "ice")
    assert told.short == ("websocket.refused", "signalling.connect", 1003, "fail", "medium", "administrator"), told
    assert f"Allow TCP 443 to {SIGNAL_NAME}" in told.action
    assert f"{SERVER}, TLS 1.3, no proxy, so the network as a whole works" in told.reasons
    assert told.status("endpoint.reach") == "pass"
    assert INIT_NAME not in told.headline
