"""A client behind a router, an internet with delay and loss, and real TURN servers: each in a network namespace.

::

    client 192.168.77.2 -- router 198.51.100.2 -- inet --+-- server 203.0.113.10, .11, .20, .30, .40
    2001:db8:77::2         NAT, firewall, DNS    delay   +-- peer 192.0.2.2, 2001:db8:2::2

    with ice_lab(nat=Nat.SYMMETRIC, firewall=Firewall.UDP_DROP) as lab:
        told = lab.check()                          # hms-doctor check --only ice, as a Verdict
        lab.become(nat=Nat.PORT, delay=0.025)       # another network, without another lab
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, Self, TypedDict, Unpack

import pytest
from ice_backend import BACKEND
from ice_coturns import PASSWORD, USER, Server, firsts, make_certificates, rest_login, urls
from ice_delayer import DEVICE, Way
from ice_firewalls import PROXY_PORT, Firewall, rules
from ice_nat_kinds import RULES, Nat, providers_rules
from ice_router import Dns
from ice_spaces import ROOT, Running, Spaces, await_line, clean_environment, obstacle
from ice_streets import ROUTER, ROUTER_6, build, give_addresses, serve
from lab_verdict import Verdict

__all__ = [
    "PROXY", "USER", "Dns", "Firewall", "IceLab", "Ip", "Nat", "Network", "Server", "Wish",
    "ice_lab", "rest_login", "urls",
]  # fmt: skip
HERE: Final = Path(__file__).resolve().parent
PROXY: Final = f"http://{ROUTER}:{PROXY_PORT}"
LONGEST_RUN: Final = 50.0


class Ip(StrEnum):
    """Which address families the client has; the servers always have both."""

    V4 = "IPv4"
    V6 = "IPv6"
    DUAL = "dual stack"


class Wish(TypedDict, total=False):
    """What a test wants of the network; ``Network`` says what each means."""

    nat: Nat
    firewall: Firewall
    dns: Dns
    ip: Ip
    delay: float
    jitter: float
    loss: float
    rate: float
    seed: int
    forward: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Network:
    """Everything between the client and the servers that can be changed while the lab runs."""

    nat: Nat = Nat.PORT
    firewall: Firewall = Firewall.OPEN
    dns: Dns = Dns.GOOD
    ip: Ip = Ip.DUAL
    delay: float = 0.0  # seconds one way
    jitter: float = 0.0  # seconds more one way, at most
    loss: float = 0.0  # 0 to 1, each direction by itself
    rate: float = 0.0  # bits a second, each direction by itself; 0: no limit
    seed: int = 1
    forward: tuple[str, ...] = ()  # nftables rules of forwarding that come before the firewall's own

    @property
    def way(self) -> Way:
        return Way(delay=self.delay, jitter=self.jitter, loss=self.loss, rate=self.rate, seed=self.seed)


@dataclass
class IceLab:
    """Everything of it has a name of its own, and is gone when it is left."""

    folder: Path
    spaces: Spaces
    network: Network = field(default_factory=Network)
    servers: dict[Server, Running] = field(default_factory=dict)
    helpers: dict[str, Running] = field(default_factory=dict)

    def __post_init__(self) -> None:
        make_certificates(self.folder)
        (self.folder / "credential").write_text(PASSWORD)
        (self.folder / "hosts").write_text("127.0.0.1 localhost\n::1 localhost\n")
        build(self.spaces)
        names = json.dumps({server.value: firsts(server) for server in Server} | self.more_names())
        self._help("names", "router", sys.executable, str(HERE / "ice_router.py"), str(self.folder), names)

    def more_names(self) -> dict[str, Sequence[str]]:
        """Names of one family alone, and of a server that is not there."""
        four, six = firsts(Server.MAIN)
        return {
            "v4.turn.lab.test": [four],
            "v6.turn.lab.test": [six],
            "nobody.lab.test": ["203.0.113.99"],
            "init.hms-doctor.test": [BACKEND],
            "signal.hms-doctor.test": [BACKEND],
        }

    def serve(self, *servers: Server) -> Self:
        """Have these servers running, whatever else runs."""
        missing = [server for server in servers if server not in self.servers]
        self.servers |= serve(self.spaces, self.folder, *missing)
        return self

    def become(self, **wish: Unpack[Wish]) -> None:
        """Change what is named, and put everything else to its default."""
        self._set(Network(**wish))

    def change(self, **wish: Unpack[Wish]) -> None:
        """Change what is named alone."""
        self._set(replace(self.network, **wish))

    def _set(self, network: Network) -> None:
        self.network = network
        delayed = network.way != Way(seed=network.seed) or "delayer" in self.helpers
        if delayed:
            self.path(network.way)
        blocked = {Dns.DROP: "drop", Dns.REFUSED: "reject"}.get(network.dns, "accept")
        names = f'chain names {{\ntype filter hook input priority 0; iifname "lan" th dport 53 {blocked}\n}}'
        router = f"flush ruleset\n{rules(network.firewall, *network.forward)}{RULES[network.nat]}"
        self.spaces.nft("router", f"{router}table inet names {{\n{names}\n}}\n")
        self.spaces.nft("inet", f"flush ruleset\n{providers_rules(delayed=delayed)}")
        self.tell("names", Dns.GOOD if blocked != "accept" else network.dns)
        give_addresses(self.spaces, ipv4=network.ip is not Ip.V6, ipv6=network.ip is not Ip.V4)
        asked = ROUTER_6 if network.ip is Ip.V6 else ROUTER
        (self.folder / "resolv.conf").write_text(f"nameserver {asked}\n")
        if network.firewall is Firewall.PROXY and "proxy" not in self.helpers:
            self._proxy()

    def hundred_ms(self) -> tuple[str, ...]:
        """Have 100ms's init and signalling; gives the flags that lead there, for ``check`` without ``--only``."""
        token = self.folder / "token"
        if "100ms" not in self.helpers:
            ready = self.folder / "backend.json"
            self._help("100ms", "server", sys.executable, str(HERE / "ice_backend.py"), str(ready))
            told = json.loads(ready.read_text())
            with (self.folder / "ca.pem").open("a") as known:
                known.write(Path(told["ca_file"]).read_text())
            token.write_text(told["token"])
        return ("--endpoint", "https://init.hms-doctor.test", "--token-file", str(token))

    def path(self, way: Way) -> None:
        """Have packets delayed and lost from now on; starts the delayer where there is none yet."""
        if "delayer" not in self.helpers:
            if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
                pytest.skip("delay and loss need /dev/net/tun")
            self._help("delayer", "inet", sys.executable, str(HERE / "ice_delayer.py"))
            rules = [f"rule add iif {interface} lookup 100" for interface in ("wan", "srv", "peer")]
            routes = ["route add default dev tun0 table 100", "route add ::/0 dev tun0 table 100"]
            up = f"link set {DEVICE} up txqueuelen 10000"
            self.spaces.ip("inet", up, *routes, *rules)
            self.spaces.do("ip", "-6", "-n", self.spaces.full("inet"), "-batch", "-", text="\n".join(rules) + "\n")
        self.tell("delayer", json.dumps(asdict(way)))

    def passed(self) -> list[tuple[int, bool, int, float, float]]:
        """Give what the delayer saw since last asked: (number, outward, length, came in, due or -1 when lost)."""
        file = self.folder / "passed.json"
        self.tell("delayer", json.dumps({"log": str(file)}))
        return [tuple(entry) for entry in json.loads(file.read_text())]

    def tell(self, helper: str, line: str) -> None:
        """Tell a helper something, and wait until it is so."""
        process = self.helpers[helper]
        assert process.stdin
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        assert await_line(process) == "ok"

    def exec(
        self, *command: str, space: str = "client", env: Mapping[str, str] | None = None, timeout: float = LONGEST_RUN
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program as the lab's user would; ``ip netns exec`` gives it mounts of its own."""
        files = " && ".join(f"mount --bind {self.folder}/{name} /etc/{name}" for name in ("resolv.conf", "hosts"))
        return subprocess.run(
            (*self.spaces.inside(space), "sh", "-c", f'{files} && exec "$@"', "sh", *command),
            cwd=ROOT,
            env={**clean_environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def doctor(self, *arguments: str, env: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Run ``hms-doctor`` on the client with the lab's own trust."""
        return self.exec(sys.executable, "-m", "hms_doctor", *arguments, "--ca-file", f"{self.folder}/ca.pem", env=env)

    def check(
        self,
        *flags: str,
        ice: Sequence[str] = urls(),
        login: tuple[str, str] = (USER, PASSWORD),
        command: Sequence[str] = ("check", "--only", "ice"),
        env: Mapping[str, str] | None = None,
    ) -> Verdict:
        """Run ``hms-doctor check --only ice`` with these ICE servers, and give what it said."""
        (self.folder / "credential").write_text(login[1])
        servers = [word for url in ice for word in ("--ice-server", url)]
        logins = ("--ice-username", login[0], "--ice-credential-file", f"{self.folder}/credential")
        done = self.doctor(*command, *servers, *logins, "--format", "json", *flags, env=env)
        assert done.stdout, done.stderr
        return Verdict(exit=done.returncode, report=json.loads(done.stdout))

    def _help(self, name: str, space: str, *command: str) -> None:
        self.helpers[name] = self.spaces.start(space, *command)
        assert await_line(self.helpers[name]) == "ready", name

    def _proxy(self) -> None:
        told = (f"Port {PROXY_PORT}", f"Listen {ROUTER}", "Allow 192.168.77.0/24", "ConnectPort 443", "LogLevel Error")
        (self.folder / "proxy.conf").write_text("\n".join(told) + "\n")
        (self.folder / "proxy-resolv.conf").write_text(f"nameserver {ROUTER}\n")
        names = f"mount --bind {self.folder}/proxy-resolv.conf /etc/resolv.conf"
        run_it = f"{names} && exec tinyproxy -d -c {self.folder}/proxy.conf"
        self.helpers["proxy"] = self.spaces.start("router", "sh", "-c", run_it)
        listening = f'until ss -Hltn | grep -q "{ROUTER}:{PROXY_PORT} "; do sleep 0.02; done'
        self.spaces.at("router", "timeout", "10", "sh", "-c", listening)


@contextmanager
def ice_lab(*servers: Server, **wish: Unpack[Wish]) -> Iterator[IceLab]:
    """Open a lab with these servers (the main one by default), or skip the test and say why there can be none."""
    if reason := obstacle("turnserver", "tinyproxy", "ss"):
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="hms-ice-") as folder, Spaces() as spaces:
        Path(folder).chmod(0o755)
        lab = IceLab(Path(folder), spaces)
        lab.become(**wish)
        yield lab.serve(*(servers or (Server.MAIN,)))
