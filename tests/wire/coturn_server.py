"""A real TURN server: coturn on loopback, a process of its own for every kind of setting."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hms_doctor.model.secret import Secret
from hms_doctor.simulator.authority import Authority
from hms_doctor.simulator.identity import Identity
from hms_doctor.simulator.scenario import Certificate
from hms_doctor.wire.turn.talk import Login, Talk

TURNSERVER = shutil.which("turnserver")
needs_coturn = pytest.mark.skipif(TURNSERVER is None, reason="turnserver is not installed (Debian package coturn)")
HERE = "127.0.0.1"


@dataclass(frozen=True)
class Coturn:
    port: int
    tls_port: int
    ca_file: Path

    def urls(self, *names: str) -> tuple[str, ...]:
        known = {
            "udp": f"turn:{HERE}:{self.port}",
            "tcp": f"turn:{HERE}:{self.port}?transport=tcp",
            "tls": f"turns:{HERE}:{self.tls_port}",
        }
        return tuple(known[name] for name in names)


def free_port() -> int:
    """Give a number that neither TCP nor UDP uses."""
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        tcp.bind((HERE, 0))
        udp.bind((HERE, tcp.getsockname()[1]))
        return int(tcp.getsockname()[1])


def run_coturn(directory: Path, *more: str, relay: str = HERE) -> Iterator[Coturn]:
    authority = Authority(directory=directory, hosts=(HERE,), now=datetime.now(tz=UTC), identity=Identity())
    chain = authority._chain(Certificate.GOOD)
    coturn = Coturn(port=free_port(), tls_port=free_port(), ca_file=authority.ca_file)
    assert TURNSERVER
    command = [
        TURNSERVER, "-n", "-L", HERE, "-E", relay, "-p", str(coturn.port), "--tls-listening-port", str(coturn.tls_port),
        "--cert", str(chain), "--pkey", str(chain), "--no-cli", "--no-dtls", "--allow-loopback-peers", "-r", "lab.test",
        "--userdb", str(directory / "turn.db"), "--pidfile", str(directory / "turn.pid"),
        "-l", str(directory / "turn.log"), "--simple-log", *more,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=directory)
    try:
        _await(coturn)
        yield coturn
    finally:
        process.terminate()
        process.wait(10)


def _await(coturn: Coturn) -> None:
    """Wait until both TLS and UDP are served: they start one after the other."""
    request = Talk(Login(username="", credential=Secret(""))).binding().wire
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, suppress(OSError):
            udp.settimeout(0.05)
            udp.connect((HERE, coturn.port))
            udp.send(request)
            if udp.recv(1500) and tcp.connect_ex((HERE, coturn.tls_port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail("turnserver did not start within 10 s")
