"""What kind of address each of this machine's is."""

import pytest

from hms_doctor.model.ice.host_addresses import AddressKind, HostAddress, is_address, without_loopback


@pytest.mark.parametrize(
    ("ip", "kind", "version"),
    [
        ("127.0.0.1", AddressKind.LOOPBACK, 4),
        ("::1", AddressKind.LOOPBACK, 6),
        ("169.254.3.4", AddressKind.LINK_LOCAL, 4),
        ("fe80::1%2", AddressKind.LINK_LOCAL, 6),
        ("100.64.0.9", AddressKind.CARRIER, 4),
        ("100.128.0.9", AddressKind.PUBLIC, 4),
        ("10.1.2.3", AddressKind.PRIVATE, 4),
        ("fd00::7", AddressKind.PRIVATE, 6),
        ("8.8.8.8", AddressKind.PUBLIC, 4),
        ("2600:1900::7", AddressKind.PUBLIC, 6),
    ],
)
def test_kinds(ip: str, kind: AddressKind, version: int) -> None:
    address = HostAddress(interface="eth0", ip=ip)
    assert (address.kind, address.version) == (kind, version)


@pytest.mark.parametrize(
    ("interface", "in_tunnel"),
    [("wg0", True), ("utun3", True), ("tun0", True), ("tailscale0", True), ("Corp VPN", True), ("eth0", False)],
)
def test_tunnels_are_known_by_name(interface: str, in_tunnel: bool) -> None:
    assert HostAddress(interface=interface, ip="10.0.0.1").in_tunnel is in_tunnel


def test_loopback_is_left_out() -> None:
    loopback, wired = HostAddress(interface="lo", ip="127.0.0.1"), HostAddress(interface="eth0", ip="10.0.0.2")
    assert without_loopback([loopback, wired]).addresses == (wired,)


@pytest.mark.parametrize(("text", "is_one"), [("10.0.0.1", True), ("fe80::1%eth0", True), ("host", False), ("", False)])
def test_what_is_an_address(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one
