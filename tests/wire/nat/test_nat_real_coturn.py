"""NAT discovery against coturn with two addresses: what a real server of RFC 5780 says on the wire."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from ice_helpers import context, listed

from hms_doctor.model.ice.nat import (
    CameIn,
    Endpoint,
    EndpointIndependent,
    NatSeen,
    NoNat,
    NotTested,
    filtering_of,
    mapping_of,
)
from hms_doctor.wire.nat.discovery import look_at_nat
from hms_doctor.wire.nat.request import Request

TURNSERVER = shutil.which("turnserver")
pytestmark = pytest.mark.skipif(TURNSERVER is None, reason="turnserver is not installed (Debian package coturn)")
_OURS = f"127.{os.getpid() // 250 % 250 + 1}.{os.getpid() % 250 + 1}"
ONE, OTHER = f"{_OURS}.1", f"{_OURS}.2"  # coturn shares its ports with whoever is there already


@pytest.fixture(scope="module", params=[(ONE, OTHER), (ONE,)], ids=["two addresses", "one address"])
def coturn(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ...]]:
    """Run coturn on its usual ports of these addresses."""
    folder: Path = tmp_path_factory.mktemp("coturn")
    addresses: tuple[str, ...] = request.param
    ends = [word for ip in addresses for word in ("-L", ip)]
    process = subprocess.Popen(
        (
            str(TURNSERVER), "-n", *ends, "-p", "3478", "--no-cli", "--no-tls", "--no-dtls", "--no-tcp", "-m", "1",
            "--userdb", f"{folder}/db", "--pidfile", f"{folder}/pid", "-l", f"{folder}/log", "--simple-log",
        ),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    try:
        _await(addresses[-1])
        yield addresses
    finally:
        process.terminate()
        process.wait(10)


def _await(ip: str) -> None:
    until = time.monotonic() + 10
    request = Request(socket=0, to=Endpoint(ip=ip, port=3479), yardstick=ip)
    while time.monotonic() < until:
        with socket.socket(type=socket.SOCK_DGRAM) as udp, suppress(OSError):
            udp.settimeout(0.05)
            udp.connect((ip, 3478))
            udp.send(request.wire)
            if udp.recv(1500):
                return
        time.sleep(0.02)
    pytest.fail("turnserver did not start within 10 s")


async def test_it_is_understood(coturn: tuple[str, ...]) -> None:
    async with context() as ctx:
        seen = await look_at_nat(ctx, listed(f"stun:{ONE}"))
    assert isinstance(seen, NatSeen)
    [side] = seen.sides
    assert mapping_of(side) == NoNat()
    [test] = side.filters
    if OTHER in coturn:
        assert test.second == Endpoint(ip=OTHER, port=3479)
        assert test.from_second == CameIn(origin=Endpoint(ip=OTHER, port=3479))
        assert test.from_second_port == CameIn(origin=Endpoint(ip=ONE, port=3479))
        assert filtering_of(side) == EndpointIndependent()
        assert len(side.sightings) == 4
    else:
        filtering = filtering_of(side)
        assert isinstance(filtering, NotTested)
        assert filtering.why.startswith("the server does not answer from elsewhere (420")
        assert len(side.sightings) == 1
