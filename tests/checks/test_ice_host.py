"""The addresses of this machine: what a peer could reach, tunnels, the provider's NAT."""

import json
import time
from contextlib import AsyncExitStack

import pytest

from hms_doctor.checks.ice_host import CHECK, diagnose
from hms_doctor.model.check import Context, Facts
from hms_doctor.model.finding import Status, Warned, status_of
from hms_doctor.model.ice.host_addresses import HostAddress, HostAddresses
from hms_doctor.model.settings import Machine, RealMachine, Settings, SimulatedMachine


def host(*pairs: tuple[str, str]) -> HostAddresses:
    return HostAddresses(addresses=tuple(HostAddress(interface=name, ip=ip) for name, ip in pairs))


@pytest.mark.parametrize(
    ("seen", "status", "says"),
    [
        (host(("eth0", "192.168.1.20")), Status.PASS, "IPv4 on eth0"),
        (host(("eth0", "192.168.1.20"), ("eth0", "2600:1900::7")), Status.PASS, "IPv4 and IPv6 on eth0"),
        (host(("eth0", "10.0.0.2"), ("wg0", "10.9.0.2")), Status.PASS, "; VPN: wg0"),
        (host(("wwan0", "100.70.1.2")), Status.PASS, "behind the provider's NAT"),
        (host(("tailscale0", "100.70.1.2")), Status.PASS, "IPv4 on tailscale0; VPN: tailscale0"),
        (host(("eth0", "169.254.7.7"), ("eth0", "fe80::1%2")), Status.WARN, "no address"),
        (host(), Status.WARN, "no address"),
    ],
)
def test_the_table(seen: HostAddresses, status: Status, says: str) -> None:
    [finding] = diagnose(seen)
    assert status_of(finding) is status
    assert says in finding.summary
    assert "provider" not in finding.summary or "wwan0" in finding.summary
    if isinstance(finding, Warned):
        assert finding.cause.id == "ice.no_address"


async def seen_on(machine: Machine) -> HostAddresses:
    async with AsyncExitStack() as stack:
        ctx = Context(settings=Settings(machine=machine), deadline=time.monotonic() + 5, stack=stack)
        [seen] = [seen async for seen in CHECK.observe(ctx, Facts())]
        return seen


async def test_this_machine_is_read_without_loopback() -> None:
    seen = await seen_on(RealMachine())
    assert not any(address.ip in {"127.0.0.1", "::1"} for address in seen.addresses)
    assert list(diagnose(seen))


@pytest.mark.parametrize(
    ("script", "ips"),
    [
        ("", ["192.0.2.7"]),
        (json.dumps({"camera": {"hang": True}}), ["192.0.2.7"]),
        (json.dumps({"links": []}), []),
        (json.dumps({"links": [{"name": "wlan0", "addresses": ["10.0.0.9", "::1", "nonsense", 7]}]}), ["10.0.0.9"]),
        (json.dumps({"links": [{"name": "wlan0", "addresses": ["10.0.0.9"], "state": "down"}]}), []),
    ],
)
async def test_a_simulated_machine_has_the_links_of_its_script(script: str, ips: list[str]) -> None:
    seen = await seen_on(SimulatedMachine(script=script))
    assert [address.ip for address in seen.addresses] == ips
