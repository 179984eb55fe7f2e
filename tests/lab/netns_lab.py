"""Two network namespaces joined by a cable: ``hms-doctor check`` in one, a whole 100ms in the other."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Self

import pytest
from lab_backend import INIT_NAME, SERVER, SERVER_6, TURN, Backend
from lab_verdict import Verdict

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).resolve().parent
CLIENT, CLIENT_6 = "10.77.0.1", "fd77::1"
READY_WITHIN: Final = 15.0
LONGEST_RUN: Final = 40.0
_OWN: Final = (
    "HMS_", "COVERAGE_", "SSL_CERT", "HTTP", "ALL_PROXY", "NO_PROXY", "CI", "http", "all_proxy", "no_proxy",
)  # fmt: skip


def output(*command: str, text: str = "") -> str:
    """Run a command that must succeed; its words stand in the error."""
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=20, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr.decode()}"
    return done.stdout.decode()


def run(*command: str, text: str = "") -> None:
    output(*command, text=text)


def obstacle() -> str:
    """Say why there can be no lab here, empty where there can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs root on Linux"
    missing = [program for program in ("ip", "ss", "nft", "unshare", "mount") if not shutil.which(program)]
    if missing:
        return f"needs {', '.join(missing)}"
    name = f"hmsprobe{os.getpid()}"
    try:
        run("ip", "netns", "add", name)
        run("ip", "netns", "exec", name, "nft", "add", "table", "inet", "probe")
    except AssertionError as refused:
        return f"no network namespaces: {refused}"
    finally:
        subprocess.run(("ip", "netns", "del", name), capture_output=True, check=False)
    return ""


@dataclass
class Lab:
    """Everything of it is named after this process, and gone when it is left."""

    folder: Path
    client: str = field(default_factory=lambda: f"hmsc{os.getpid()}")
    server: str = field(default_factory=lambda: f"hmss{os.getpid()}")
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    ca_file: str = ""

    def __enter__(self) -> Self:
        for name in (self.client, self.server):
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "link", "add", "eth0", "netns", self.client, "type", "veth", "peer", "eth0", "netns", self.server)
        self.on_server(f"addr add {SERVER}/24 dev eth0", f"addr add {TURN}/24 dev eth0", "link set eth0 up")
        self.on_server(f"-6 addr add {SERVER_6}/64 dev eth0 nodad")
        self.on_client(f"addr add {CLIENT}/24 dev eth0", "link set eth0 up", f"route add default via {SERVER}")
        self.on_client(f"-6 addr add {CLIENT_6}/64 dev eth0 nodad", f"-6 route add default via {SERVER_6}")
        self.resolve_by(SERVER)
        (self.folder / "token").write_text("eyJhbGciOiJIUzI1NiJ9.e30.x")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for name in (self.client, self.server):
            subprocess.run(("ip", "netns", "del", name), capture_output=True, check=False)

    def on_client(self, *commands: str) -> None:
        for command in commands:
            run("ip", "-n", self.client, *command.split())

    def on_server(self, *commands: str) -> None:
        for command in commands:
            run("ip", "-n", self.server, *command.split())

    def resolve_by(self, *servers: str, hosts: str = "") -> None:
        """Say which DNS servers the client asks, and what its hosts file holds."""
        (self.folder / "resolv.conf").write_text("".join(f"nameserver {server}\n" for server in servers))
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost\n{hosts}")

    @contextmanager
    def rules(self, chain: str, *rules: str, on: str = "") -> Iterator[None]:
        """Have firewall rules, by default on the server's side."""
        where, text = on or self.server, "\n".join(rules)
        run(
            "ip", "netns", "exec", where, "nft", "-f", "-", text=f"table inet lab {{ chain x {{ {chain}\n{text}\n}}\n}}"
        )
        try:
            yield
        finally:
            run("ip", "netns", "exec", where, "nft", "delete", "table", "inet", "lab")

    @contextmanager
    def process(self, where: str, *command: str, listening: str) -> Iterator[None]:
        """Have a program run in a namespace, from when it listens on a TCP address."""
        process = self._start(where, *command)
        try:
            began = time.monotonic()
            while listening not in output("ip", "netns", "exec", where, "ss", "-Hltn"):
                assert process.poll() is None
                assert time.monotonic() - began < READY_WITHIN
                time.sleep(0.02)
            yield
        finally:
            self._end(process)

    def serve(self, backend: Backend = Backend()) -> None:  # noqa: B008 - frozen
        """Start a backend in place of the one before it."""
        self.stop()
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        wish = json.dumps({**asdict(backend), "ready": str(ready)})
        process = self._start(self.server, sys.executable, str(HERE / "lab_backend.py"), wish)
        self.running.append(process)
        began = time.monotonic()
        while not ready.exists():
            assert process.poll() is None
            assert time.monotonic() - began < READY_WITHIN
            time.sleep(0.02)
        told = json.loads(ready.read_text())
        self.ca_file = told["ca_file"]
        (self.folder / "token").write_text(told["token"])

    def stop(self) -> None:
        """End the backend and take its rules away."""
        while self.running:
            self._end(self.running.pop())
            run("ip", "netns", "exec", self.server, "nft", "flush", "ruleset")

    def check(
        self, *flags: str, endpoint: str = f"https://{INIT_NAME}", env: Mapping[str, str] | None = None
    ) -> Verdict:
        """Run ``hms-doctor check`` on the client's side, as a user would; ``env`` replaces ``--ca-file`` too."""
        trust = ("--ca-file", self.ca_file) if self.ca_file and env is None else ()
        token = ("--token-file", str(self.folder / "token"))
        arguments = ("check", "--endpoint", endpoint, *token, *trust, "--skip", "devices", "--format", "json", *flags)
        files = " && ".join(f"mount --bind {self.folder}/{name} /etc/{name}" for name in ("resolv.conf", "hosts"))
        inside = ("ip", "netns", "exec", self.client, "unshare", "-m", "sh", "-c", f'{files} && exec "$@"', "sh")
        done = subprocess.run(
            (*inside, sys.executable, "-m", "hms_doctor", *arguments),
            cwd=ROOT,
            env={**clean_environment(), **(env or {})},
            capture_output=True,
            timeout=LONGEST_RUN,
            check=False,
        )
        assert done.stdout, done.stderr.decode()
        return Verdict(exit=done.returncode, report=json.loads(done.stdout))

    def _start(self, where: str, *command: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            ("ip", "netns", "exec", where, *command),
            cwd=ROOT,
            env={**clean_environment(), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
        )

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)


def clean_environment() -> dict[str, str]:
    """Give this environment without what would change a run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}


@contextmanager
def a_lab() -> Iterator[Lab]:
    """Open a lab, or skip the test and say why there can be none."""
    if reason := obstacle():
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="hms-lab-") as folder, Lab(Path(folder)) as lab:
        yield lab
