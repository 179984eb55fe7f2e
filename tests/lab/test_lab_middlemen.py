"""What stands between a machine and 100ms and speaks: portals, proxies, inspectors; and clocks that disagree."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lab_backend import INIT_NAME, PORTAL_PORT, SERVER, TURN_NAME, Backend
from netns_lab import Lab, a_lab

IN = "type filter hook prerouting priority -300"
NAT = "type nat hook prerouting priority -110"
PROXY_PORT = 3128
PROXY = f"http://{SERVER}:{PROXY_PORT}"
FOREVER = 7200.0


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with a_lab() as lab:
        lab.serve()
        yield lab


def test_a_network_that_wants_a_sign_in(lab: Lab) -> None:
    portal = f"iifname eth0 tcp dport 80 dnat ip to {SERVER}:{PORTAL_PORT}"
    with lab.rules(NAT, portal, "iifname eth0 tcp dport 443 dnat ip to 10.77.0.2:9"):
        told = lab.check()
    assert told.short == ("portal.captive", "local.portal", 2003, "fail", "high", "caller"), told
    assert told.headline.startswith("this network sends plain HTTP to portal.hotel.test")
    assert told.follows == {"endpoint.reach"}
    assert told.beside == []


@contextmanager
def proxy(lab: Lab, *settings: str) -> Iterator[None]:
    """Have a forward proxy; nothing but names gets past it."""
    if not shutil.which("tinyproxy"):
        pytest.skip("needs tinyproxy")
    told = (f"Port {PROXY_PORT}", f"Listen {SERVER}", "Allow 10.77.0.0/24", "ConnectPort 443", *settings)
    (lab.folder / "proxy.conf").write_text("\n".join(told) + "\n")
    files = f"mount --bind {lab.folder}/resolv.conf /etc/resolv.conf"
    run_it = f'{files} && exec tinyproxy -d -c "{lab.folder}/proxy.conf"'
    past_it = ("udp dport 53 accept", f"tcp dport {PROXY_PORT} accept", "ct state established accept")
    with (
        lab.process(lab.server, "unshare", "-m", "sh", "-c", run_it, listening=f"{SERVER}:{PROXY_PORT}"),
        lab.rules(IN, "iif lo accept", *past_it, "meta l4proto {tcp, udp} drop"),
    ):
        yield


def test_a_proxy_that_is_needed_and_named(lab: Lab) -> None:
    with proxy(lab):
        told = lab.check("--proxy", PROXY, "--skip", "ice")
    assert (told.exit, told.report["verdict"]) == (0, "pass"), told


def test_a_proxy_that_does_not_take_the_login(lab: Lab) -> None:
    with proxy(lab, "BasicAuth jane secret"):
        wrong = lab.check("--proxy", f"http://jane:hunter2@{SERVER}:{PROXY_PORT}", "--skip", "local.portal")
    assert wrong.short == ("proxy.auth", "endpoint.reach", 2003, "fail", "medium", "caller"), wrong
    assert wrong.action.startswith("Correct the user and the password")
    assert "hunter2" not in str(wrong.report)
    assert "fails too without the proxy" in wrong.reasons


def test_a_proxy_that_is_in_the_way(lab: Lab) -> None:
    told = lab.check("--proxy", f"http://{SERVER}:9")
    assert told.short == ("proxy.unreachable", "endpoint.reach", 2003, "fail", "high", "administrator"), told
    assert "passes without the proxy" in told.reasons
    assert "Without the proxy it works from here" in told.action


@pytest.mark.parametrize(
    ("platform", "status", "code", "exit_code"),
    [("any", "warn", None, 0), ("web", "warn", None, 0), ("android", "fail", 2003, 1)],
)
def test_tls_that_only_this_machine_trusts(
    lab: Lab, platform: str, status: str, code: int | None, exit_code: int
) -> None:
    told = lab.check("--platform", platform, env={"SSL_CERT_FILE": lab.ca_file})
    assert told.short[:4] == ("tls.intercepted", "endpoint.reach", code, status), told
    assert "issued by hms-doctor simulator CA" in told.headline
    assert told.exit == exit_code


def test_a_proxy_that_strips_the_upgrade(lab: Lab) -> None:
    lab.serve(Backend(fault="ws-stripped"))
    told = lab.check("--skip", "ice")
    assert told.short == ("websocket.upgrade.stripped", "signalling.connect", 1003, "fail", "medium", "administrator")
    assert "Upgrade and Connection headers" in told.action


def test_a_login_that_no_relay_takes_leaves_a_direct_path(lab: Lab) -> None:
    lab.serve(Backend(fault="turn-401"))
    told = lab.check()
    assert told.short == ("turn.credentials.wrong", "ice.verdict", None, "warn", "medium", "app-developer"), told
    assert (told.exit, told.red(), told.status("ice.stun")) == (0, set(), "pass")


def test_relays_on_tcp_alone_promise_no_udp(lab: Lab) -> None:
    lab.serve(Backend(urls=(f"turn:{TURN_NAME}?transport=tcp", f"turn:{TURN_NAME}:443?transport=tcp")))
    told = lab.check()
    assert told.report["verdict"] == "pass", told
    assert "relay over TCP at" in told.headline
    assert "none over UDP is offered" in told.headline


@pytest.mark.parametrize(
    ("offset", "token_offset", "short", "words"),
    [
        # Expired by either clock: whose fault the clock is, it is not the token's.
        (0.0, -90000, ("token.expired", "init", 40109, "fail", "high", "app-developer"), "the token expired 1 h ago"),
        (FOREVER, -100000, ("token.expired", "init", 40109, "fail", "high", "app-developer"), "the token expired 3 h"),
        # Valid here and expired there: whoever keeps or makes tokens by this clock goes wrong.
        (FOREVER, -90000, ("local.clock", "local.clock", 40109, "fail", "medium", "caller"), "and has expired there"),
        # Right there, whatever our clock says of it.
        (-FOREVER, 0, ("local.clock", "local.clock", None, "warn", "medium", "caller"), "took the token all the same"),
        # The certificate seems to have expired, and to the server it has not.
        (-86400.0 * 400, 0, ("local.clock", "local.clock", 2003, "fail", "high", "caller"), "seems to have expired"),
    ],
)
def test_clocks_that_disagree(
    lab: Lab, offset: float, token_offset: int, short: tuple[object, ...], words: str
) -> None:
    lab.serve(Backend(clock_offset=offset, token_offset=token_offset))
    told = lab.check("--skip", "ice")
    assert told.short == short, told
    assert words in told.headline
    assert ("local.clock" in told.beside) == (offset == FOREVER and short[0] == "token.expired")
    assert INIT_NAME in told.headline + told.reasons
