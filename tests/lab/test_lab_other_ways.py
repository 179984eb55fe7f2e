"""What fails as it is listed and passes another way: real doors, shut and open, on a whole 100ms."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from lab_backend import PORTAL_PORT, SERVER, TURN, TURN_NAME, Backend
from netns_lab import LONGEST_RUN, ROOT, Lab, a_lab, clean_environment

IN = "type filter hook prerouting priority -300"
NAT = "type nat hook prerouting priority -110"
RELAYED = "iif lo accept"
SILENT_SERVER = "10.77.0.9"
UDP_ALONE = Backend(urls=(f"turn:{TURN_NAME}?transport=udp",))


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with a_lab() as lab:
        yield lab


def request(lab: Lab, *flags: str) -> list[str]:
    """Give the lines of the firewall request."""
    token, files = ("--token-file", str(lab.folder / "token")), ("resolv.conf", "hosts")
    command = ("network", "--firewall-request", "--endpoint", "https://init.hms-doctor.test", "--ca-file", lab.ca_file)
    mounts = " && ".join(f"mount --bind {lab.folder}/{name} /etc/{name}" for name in files)
    inside = ("ip", "netns", "exec", lab.client, "unshare", "-m", "sh", "-c", f'{mounts} && exec "$@"', "sh")
    done = subprocess.run(
        (*inside, sys.executable, "-m", "hms_doctor", *command, *token, "--skip", "signalling.hold", *flags),
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        timeout=LONGEST_RUN,
        check=False,
    )
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


def test_a_door_that_the_list_does_not_name_is_open(lab: Lab) -> None:
    lab.serve(UDP_ALONE)
    with lab.rules(IN, RELAYED, "udp dport 3478 drop"):
        told = lab.check()
    assert told.short == ("turn.no_answer", "ice.verdict", 4005, "fail", "high", "administrator"), told
    assert told.action.startswith(f"Allow UDP 3478 to {TURN_NAME} in the firewall")
    assert f"name turn:{TURN_NAME}:443?transport=udp too: it is not in the list and answers from here" in told.action
    assert f"turn:{TURN_NAME}:3478?transport=tcp answers, which the list does not name" in told.reasons
    assert f"turns:{TURN_NAME}:443?transport=tcp gets no answer" in told.reasons


def test_udp_is_dead_and_tcp_was_not_listed(lab: Lab) -> None:
    lab.serve(UDP_ALONE)
    with lab.rules(IN, RELAYED, "udp dport {3478, 443} reject"):
        told = lab.check()
    assert told.short == ("turn.udp_blocked", "ice.verdict", 4005, "fail", "high", "administrator"), told
    assert f"name turn:{TURN_NAME}:443?transport=tcp too" in told.action
    assert "transport=udp" not in told.reasons  # its usual doors were knocked at before


def test_no_other_door_is_open_either(lab: Lab) -> None:
    lab.serve(UDP_ALONE)
    with lab.rules(IN, RELAYED, f"ip daddr {TURN} meta l4proto {{tcp, udp}} reject"):
        told = lab.check()
        lines = request(lab, "--only", "ice.turn")
    assert told.short == ("turn.udp_blocked", "ice.verdict", 4005, "fail", "medium", "administrator"), told
    assert "Or let" not in told.action
    assert told.seconds < 9
    assert [line.split()[:3] for line in lines if line.startswith("  UDP")] == [["UDP", TURN_NAME, "3478"]]
    assert f"  {TURN_NAME}  {TURN}" in lines


def test_the_router_knows_the_name_that_the_name_server_does_not_tell(lab: Lab) -> None:
    lab.serve()
    lab.resolve_by(SILENT_SERVER, hosts=f"{SERVER} init.hms-doctor.test signal.hms-doctor.test\n")
    try:
        told = lab.check()
    finally:
        lab.resolve_by(SERVER)
    assert told.short == ("turn.unresolved", "ice.verdict", 4005, "fail", "high", "administrator"), told
    assert told.headline.startswith(f"ICE connection failed: {TURN_NAME} cannot be looked up (no ")
    assert told.headline.endswith(f"; asked: {SILENT_SERVER})")
    assert f"Check the DNS server that this machine asks ({SILENT_SERVER})" in told.action
    assert f"The name server {SERVER} of this network knows {TURN_NAME}" in told.action
    assert told.seconds < 10


def test_tls_to_turn_that_only_this_machine_trusts(lab: Lab) -> None:
    lab.serve(Backend(urls=(f"turn:{TURN_NAME}", f"turns:{TURN_NAME}:5349?transport=tcp")))
    told = lab.check(env={"SSL_CERT_FILE": lab.ca_file})
    assert told.short[:2] == ("tls.intercepted", "endpoint.reach"), told
    assert "ice.turn" in told.follows
    assert told.status("ice.verdict") == "pass"


def test_under_a_portal_only_a_sign_in_is_asked_for(lab: Lab) -> None:
    lab.serve()
    portal = f"iifname eth0 tcp dport 80 dnat ip to {SERVER}:{PORTAL_PORT}"
    with lab.rules(NAT, portal, "iifname eth0 tcp dport 443 dnat ip to 10.77.0.2:9"):
        lines = request(lab)
        assert request(lab, "--format", "csv") == ["host,port,protocol,purpose,seen,addresses"]
    assert lines[0].startswith("This network sends plain HTTP to portal.hotel.test")
    assert lines[1:] == ["Sign in first, then run this again: until then everything is blocked."]


def test_a_firewall_that_cuts_off_a_calls_flow(lab: Lab) -> None:
    lab.serve(UDP_ALONE)
    with lab.rules(IN, RELAYED, f"ip daddr {TURN} meta l4proto udp quota over 12000 bytes drop"):
        told = lab.check("--deep", "--platform", "web", "--skip", "signalling.hold")
    assert told.short == ("turn.path_dies", "ice.verdict", 4006, "fail", "medium", "administrator"), told
    assert "the relay over UDP dies under way (packets passed for " in told.headline
    assert told.action.startswith(f"Let the firewall, the VPN or the router keep a call's flow to {TURN_NAME} open")
    assert "ice.quality" in told.follows
