"""Network namespaces of this process alone: made, entered, and gone again, as root or in a user namespace of ours."""

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).resolve().parents[2]
READY_WITHIN: Final = 15.0
_ENDS_WITHIN: Final = 3.0
_TOOLS: Final = ("ip", "nft", "unshare", "nsenter", "setpriv", "mount", "sysctl")
_OWN: Final = (
    "HMS_", "COVERAGE_", "SSL_CERT", "HTTP", "ALL_PROXY", "NO_PROXY", "CI", "http", "all_proxy", "no_proxy",
)  # fmt: skip
_NAME: Final = "hmsi"
_labs = count()
_DIES_WITH_US: Final = ("setpriv", "--pdeathsig", "KILL")
Running = subprocess.Popen[str]


def clean_environment() -> dict[str, str]:
    """Give the environment without what would change a run."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OWN)} | {"PYTHONPATH": str(ROOT)}


def obstacle(*programs: str) -> str:
    """Say why there can be no lab here, empty where there can."""
    if sys.platform != "linux":
        return "needs Linux"
    missing = [program for program in (*_TOOLS, *programs) if not shutil.which(program)]
    if missing:
        return f"needs {', '.join(missing)}"
    try:
        with Spaces("probe") as spaces:
            spaces.add("a")
            spaces.nft("a", "table inet probe {\nchain c {\ntype filter hook input priority 0\n}\n}")
    except (AssertionError, OSError) as refused:
        return f"needs root or unprivileged user namespaces: {str(refused).strip()[-200:]}"
    return ""


@dataclass
class Spaces:
    """Some namespaces and what runs in them; leaving it ends and removes all of it."""

    kind: str = ""
    unprivileged: bool = field(default_factory=lambda: os.geteuid() != 0)
    number: int = field(default_factory=lambda: next(_labs))
    enter: tuple[str, ...] = ()  # the way into our user namespace; empty for root
    names: list[str] = field(default_factory=list)
    running: list[Running] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(self._remove)
            if self.unprivileged:
                self._own_user_namespace()
            else:
                remove_leftovers()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def full(self, name: str) -> str:
        return f"{_NAME}-{os.getpid()}-{self.number}{self.kind}-{name}"

    def add(self, *names: str) -> None:
        """Make namespaces."""
        self.names.extend(names)
        self.do("ip", "-batch", "-", text="".join(f"netns add {self.full(name)}\n" for name in names))

    def do(self, *command: str, text: str = "") -> str:
        """Run a command that must succeed; its words stand in the error."""
        full = (*self.enter, *command)
        done = subprocess.run(full, input=text, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr or done.stdout}"
        return done.stdout

    def inside(self, name: str) -> tuple[str, ...]:
        """Give the words before a command that runs in a namespace."""
        return (*self.enter, "ip", "netns", "exec", self.full(name))

    def at(self, name: str, *command: str, text: str = "") -> str:
        """Run a command in a namespace."""
        return self.do("ip", "netns", "exec", self.full(name), *command, text=text)

    def ip(self, name: str, *commands: str) -> None:
        """Run ``ip`` commands in a namespace, all in one process."""
        self.do("ip", "-n", self.full(name), "-batch", "-", text="\n".join(commands) + "\n")

    def cable(self, one: tuple[str, str], other: tuple[str, str]) -> str:
        """Give the ``ip`` command that joins two interfaces, each told as (namespace, name)."""
        ends = [f"{interface} netns {self.full(space)}" for space, interface in (one, other)]
        return f"link add {ends[0]} type veth peer {ends[1]}"

    def nft(self, name: str, rules: str) -> None:
        """Load firewall rules."""
        self.at(name, "nft", "-f", "-", text=rules)

    def start(self, name: str, *command: str, env: Mapping[str, str] | None = None) -> Running:
        """Start a program that ends with us, whatever happens to us."""
        process = subprocess.Popen(
            (*_DIES_WITH_US, *self.inside(name), *command),
            cwd=ROOT,
            env={**clean_environment(), **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.running.append(process)
        return process

    def end(self, process: Running) -> None:
        """End one of our programs."""
        if process in self.running:
            self.running.remove(process)
        process.terminate()
        try:
            process.communicate(timeout=_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()

    def _own_user_namespace(self) -> None:
        """Become root of a user namespace that lasts as long as its keeper's stdin is open."""
        keep = "mount -t tmpfs tmpfs /run && echo ready && exec cat"
        keeper = subprocess.Popen(
            (*_DIES_WITH_US, "unshare", "--user", "--map-root-user", "--net", "--mount", "sh", "-c", keep),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(keeper)
        said = await_line(keeper)
        assert said == "ready", said
        target = ("--target", str(keeper.pid), "--user", "--net", "--mount")
        self.enter = ("nsenter", *target, "--preserve-credentials")

    def _remove(self) -> None:
        """Take all down: programs in the reverse order of their start, then the namespaces."""
        keeper = self.running[:1] if self.enter else []
        for process in reversed(self.running[len(keeper) :]):
            self.end(process)
        for name in self.names:
            subprocess.run((*self.enter, "ip", "netns", "del", self.full(name)), capture_output=True, check=False)
        for process in keeper:
            self.end(process)


def await_line(process: Running, within: float = READY_WITHIN) -> str:
    """Wait for a program's next line on stdout; empty when it ended."""
    assert process.stdout
    began = time.monotonic()
    while time.monotonic() - began < within:
        if select.select([process.stdout], [], [], 0.1)[0]:
            return process.stdout.readline().strip()
    raise AssertionError(f"{process.args!r} says nothing")


def remove_leftovers() -> None:
    """Remove the namespaces of processes that were killed before they could do so themselves."""
    for path in Path("/run/netns").glob(f"{_NAME}-*"):
        found = re.match(rf"{_NAME}-(\d+)-", path.name)
        if found and not Path("/proc", found[1]).exists():
            subprocess.run(("ip", "netns", "del", path.name), capture_output=True, check=False)
