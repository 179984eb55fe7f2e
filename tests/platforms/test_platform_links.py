import sys
from pathlib import Path

import pytest

from hms_doctor.model.network.links import Routes, RoutesUnknown
from hms_doctor.platforms.links import linux_routes, read_links
from hms_doctor.platforms.roots import Roots

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="procfs and sysfs are Linux")
ROUTE = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
ROUTE += "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"


def laid_out(folder: Path, *, route: str = "", states: dict[str, str] | None = None) -> Roots:
    """Lay out what Linux tells of links and routes."""
    net = folder / "proc" / "net"
    net.mkdir(parents=True)
    if route:
        (net / "route").write_text(route)
    for name, state in (states or {}).items():
        link = folder / "sys" / "class" / "net" / name
        link.mkdir(parents=True)
        (link / "operstate").write_text(f"{state}\n")
    return Roots(proc=folder / "proc", sys=folder / "sys")


@linux_only
def test_links_without_an_address_are_seen_too(tmp_path: Path) -> None:
    links = read_links(laid_out(tmp_path, route=ROUTE, states={"lo": "unknown", "wlan7": "down", "eth7": "up"}))
    told = {link.name: link.state for link in links.links}
    assert told["wlan7"] == "down"
    assert told["eth7"] == "up"
    assert "lo" not in told
    assert links.verified
    assert isinstance(links.routes, Routes)
    assert links.routes.has_default


@linux_only
def test_no_link_of_this_machine_is_loopback() -> None:
    for link in read_links(Roots()).links:
        assert link.name != "lo"
        assert "127.0.0.1" not in link.addresses


def test_without_procfs_the_routes_are_unknown(tmp_path: Path) -> None:
    assert linux_routes(laid_out(tmp_path)) == RoutesUnknown()
    assert linux_routes(Roots(proc=tmp_path / "nowhere")) == RoutesUnknown()


def test_an_empty_table_is_known(tmp_path: Path) -> None:
    assert linux_routes(laid_out(tmp_path, route=ROUTE.splitlines()[0] + "\n")) == Routes(networks=())


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_elsewhere_only_addresses_are_read_and_it_says_so(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    links = read_links(Roots())
    assert not links.verified
    assert links.routes == RoutesUnknown()


def test_a_machine_without_sysfs(tmp_path: Path) -> None:
    assert read_links(Roots(proc=tmp_path, sys=tmp_path)).routes == RoutesUnknown()
