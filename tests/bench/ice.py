"""The bench of ICE: STUN, NAT type, relays and a whole run beside the usual tools, at a round trip of 50 ms.

Usage: python tests/bench/ice.py [binding|nat|loop|init|memory]…      on Linux, as root or where user namespaces are

It builds the lab of ``tests/lab``: real servers (coturn; init and signalling of the simulator) behind a NAT and a
delayer of 25 ms one way. The commands of a line run in turn, each tool under ``timeout``; figures are medians of their
wall times. "Start apart" is the duration that the report tells: before it come Python and imports. Prints Markdown.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / folder) for folder in ("", "lab", "wire"))]

from ice_coturns import PASSWORD, USER  # noqa: E402 - the lab lies beside, not on the path
from ice_lab import IceLab, Ip, Server, ice_lab, urls  # noqa: E402
from ice_spaces import await_line  # noqa: E402
from ice_streets import PEER  # noqa: E402

from hms_doctor.simulator.scenario import INIT_NAME  # noqa: E402

DELAY: Final = 0.025
RTT: Final = 2 * DELAY
HERE: Final = Path(__file__).resolve().parent
DOCTOR: Final = (sys.executable, "-m", "hms_doctor")
MAIN: Final = "203.0.113.10"
Costs: TypeAlias = Sequence[Mapping[str, float | str]]


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    what: str
    ours: str
    target: str
    beside: str = ""


class Bench:
    """Runs commands in the lab's client namespace and keeps the table."""

    def __init__(self, lab: IceLab) -> None:
        self.lab = lab
        self.lines: list[Line] = []

    def measure(self, runs: int, commands: Mapping[str, Sequence[str]], timeout: float = 30.0) -> dict[str, Costs]:
        """Run commands in turn and give each one's costs."""
        wish = json.dumps({"runs": runs, "timeout": timeout, "commands": commands})
        files = " && ".join(f"mount --bind {self.lab.folder}/{name} /etc/{name}" for name in ("resolv.conf", "hosts"))
        inside = (*self.lab.spaces.inside("client"), "sh", "-c", f'{files} && exec "$@"', "sh")
        done = subprocess.run(
            (*inside, sys.executable, str(HERE / "ice_inside.py")),
            input=wish, capture_output=True, text=True, check=True, cwd=ROOT, env=_environment(),
        )  # fmt: skip
        told: dict[str, Costs] = json.loads(done.stdout)
        return told

    def network(self, only: str, *ways: str, more: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the command that looks at the main server's relays."""
        servers = [word for url in urls(Server.MAIN, *ways) for word in ("--ice-server", url)]
        login = ("--ice-username", USER, "--ice-credential-file", f"{self.lab.folder}/credential")
        trust = ("--ca-file", f"{self.lab.folder}/ca.pem", "--proxy", "none")
        return (*DOCTOR, "network", "--only", only, *servers, *login, *trust, "--format", "json", *more)

    def put(self, what: str, ours: str, target: str, beside: str = "") -> None:
        """Keep a row, and print it at once."""
        self.lines.append(Line(what, ours, target, beside))
        sys.stdout.write(f"| {what} | {ours} | {target} | {beside} |\n")
        sys.stdout.flush()


def _environment() -> dict[str, str]:
    own = ("HMS_", "SSL_CERT", "HTTP", "ALL_PROXY", "NO_PROXY", "CI", "http", "all_proxy", "no_proxy")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}


def median(costs: Costs, figure: str = "wall") -> float:
    return statistics.median(float(cost[figure]) for cost in costs)


def reports(costs: Costs) -> list[Mapping[str, object]]:
    return [json.loads(str(cost["out"])) for cost in costs]


def took(costs: Costs, check: str = "") -> float:
    """Give the median seconds that the run, or one check of it, took by its own report."""
    told = []
    for report in reports(costs):
        checks = {found["id"]: found for found in report["checks"]} if isinstance(report["checks"], list) else {}
        told.append(float(str((checks[check] if check else report)["duration_ms"])) / 1000)
    return statistics.median(told)


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def binding(bench: Bench) -> None:
    """A plain STUN binding, beside ``import typer`` and vovida's client."""
    ours = (*DOCTOR, "network", "--only", "ice.stun", "--ice-server", f"stun:{MAIN}", "--proxy", "none")
    typer = (sys.executable, "-c", "import typer")
    seen = bench.measure(15, {"typer": typer, "ours": (*ours, "--format", "json"), "stun": ("stun", MAIN, "1")})
    beyond = median(seen["ours"]) - median(seen["typer"])
    cpu = median(seen["ours"], "cpu") - median(seen["typer"], "cpu")
    share = (beyond - RTT) / median(seen["typer"])
    told = f"{ms(median(seen['ours']))}: {ms(beyond)} beyond `import typer` ({ms(median(seen['typer']))}),"
    told = f"{told} without the round trip {share:.2f} × its time; {ms(cpu)} of CPU"
    bench.put("STUN binding, whole process", told, f"{ms(RTT + 0.07)} beyond", f"`stun`: {ms(median(seen['stun']))}")


def nat(bench: Bench) -> None:
    """NAT type, beside both tools that tell it."""
    bench.lab.become(delay=DELAY, ip=Ip.V4)
    coturn = ("turnutils_natdiscovery", "-m", "-f", MAIN)
    seen = bench.measure(5, {"ours": bench.network("ice.nat", "udp"), "stun": ("stun", MAIN), "coturn": coturn})
    told = f"{median(seen['ours']):.2f} s; {took(seen['ours']):.2f} s start apart"
    anchors = f"natdiscovery {median(seen['coturn']):.1f} s, `stun` {median(seen['stun']):.1f} s"
    bench.put("NAT type, whole process", told, "0.75 s", anchors)


_FLAGS: Final = {"udp": (), "tcp": ("-t",), "tls": ("-t", "-S")}
_FLOOR: Final = {"udp": 4, "tcp": 5, "tls": 7}


def loop(bench: Bench) -> None:
    """Voice through a relay and back: 100 packets of 172 bytes at 20 ms."""
    bench.lab.become(delay=DELAY, ip=Ip.V4)
    peer = bench.lab.spaces.start("peer", "turnutils_peer", "-L", PEER, "-p", "3480")
    voice = (
        "-n",
        "100",
        "-l",
        "172",
        "-z",
        "20",
        "-m",
        "1",
        "-c",
        "-u",
        USER,
        "-w",
        PASSWORD,
        "-e",
        PEER,
        "-r",
        "3480",
    )
    for way, flags in _FLAGS.items():
        port = ("-p", "5349", "-E", f"{bench.lab.folder}/ca.pem") if way == "tls" else ("-p", "3478")
        seen = bench.measure(5, {
            "ours": bench.network("ice.quality", way), "uclient": ("turnutils_uclient", *flags, *port, *voice, MAIN),
        })  # fmt: skip
        floor, ours = 2.0 + _FLOOR[way] * RTT, took(seen["ours"], "ice.quality")
        lost = max(_loss(report) for report in reports(seen["ours"]))
        told = f"{ours:.2f} s = {ours / floor:.2f} × the floor of {floor:.2f} s; {lost:.0f} % lost"
        theirs = f"uclient {median(seen['uclient']):.1f} s, {_lost_by_uclient(seen['uclient'])} lost"
        bench.put(f"100 packets through a relay over {way.upper()}, start apart", told, "1.10 ×, 0 % lost", theirs)
    bench.lab.spaces.end(peer)


def _loss(report: Mapping[str, object]) -> float:
    checks = report["checks"]
    assert isinstance(checks, list)
    [quality] = [check for check in checks if check["id"] == "ice.quality"]
    return float(quality["measurements"]["loss_percent"])


def _lost_by_uclient(costs: Costs) -> str:
    """Give the range of the loss that uclient tells: ``Total lost packets 7 (7.000000%)``."""
    told = [line for cost in costs for line in str(cost["out"]).splitlines() if "lost packets" in line]
    shares = sorted({float(line.partition("(")[2].partition("%")[0]) for line in told})
    return f"{' to '.join(dict.fromkeys(f'{share:.0f}' for share in (shares[0], shares[-1])))} %" if shares else "?"


def init(bench: Bench) -> None:
    """From init to signalling, STUN and three proven relays; what only watches on (a held connection) is left out."""
    bench.lab.become(delay=DELAY, ip=Ip.V4)
    folder, spaces = bench.lab.folder, bench.lab.spaces
    # By address: the floor has no look-ups of names.
    ways = [url.replace(Server.MAIN.value, MAIN) for url in urls(Server.MAIN, "udp", "tcp", "tls")]
    listed = [{"urls": ways, "username": USER, "credential": PASSWORD}]
    program = (sys.executable, str(HERE / "ice_init.py"), str(folder / "init.json"), json.dumps(listed))
    backend = spaces.start("server", *program)
    assert await_line(backend) == "ready"
    told = json.loads((folder / "init.json").read_text())
    (folder / "all.pem").write_text((folder / "ca.pem").read_text() + Path(told["ca_file"]).read_text())
    (folder / "token").write_text(told["token"])
    where = ("--endpoint", f"https://{INIT_NAME}", "--token-file", f"{folder}/token", "--ca-file", f"{folder}/all.pem")
    asked = [
        word for check in ("signalling.connect", "ice.stun", "ice.turn", "ice.verdict") for word in ("--only", check)
    ]
    seen = bench.measure(9, {"ours": (*DOCTOR, "check", *where, *asked, "--proxy", "none", "--format", "json")})
    floor, told = 10 * RTT, reports(seen["ours"])
    ours = statistics.median(_until_proven(report) for report in told)
    relays = statistics.median(_relays(report) for report in told)
    words = f"{ms(ours)} = {ours / floor:.2f} × the floor of {ms(floor)}; {relays:.0f} relays proven"
    told_all = f"{words}; {ms(took(seen['ours']))} with all farewells"
    bench.put("init → signalling, STUN and three relay proofs, start and names apart", told_all, "1.15 × 10 RTT")
    spaces.end(backend)


def _until_proven(report: Mapping[str, object]) -> float:
    """Give the seconds of the longest chain: reach (its name apart), init, the slowest of signalling and ICE."""
    checks = report["checks"]
    assert isinstance(checks, list)
    took = {check["id"]: float(check["duration_ms"]) / 1000 for check in checks}
    reach = next(check for check in checks if check["id"] == "endpoint.reach")
    named = float(reach["measurements"]["resolve_ms"]) / 1000
    slowest = max(took[check] for check in ("signalling.connect", "ice.stun", "ice.turn"))
    return took["endpoint.reach"] - named + took["init"] + slowest


def _relays(report: Mapping[str, object]) -> int:
    checks = report["checks"]
    assert isinstance(checks, list)
    [turn] = [check for check in checks if check["id"] == "ice.turn"]
    return sum(row["stage"] == "ok" for row in turn["findings"][0]["evidence"]["rows"])


def memory(bench: Bench) -> None:
    """Twelve URLs, every way of two servers."""
    bench.lab.serve(Server.MAIN, Server.EXPIRED)
    more = [word for url in urls(Server.EXPIRED) for word in ("--ice-server", url)]
    seen = bench.measure(3, {"ours": bench.network("ice", more=more)})
    bench.put("Peak memory, twelve TURN URLs", f"{median(seen['ours'], 'mb'):.0f} MB", "60 MB")


PARTS: Final[Mapping[str, Callable[[Bench], None]]] = {
    "binding": binding, "nat": nat, "loop": loop, "init": init, "memory": memory,
}  # fmt: skip


def main() -> int:
    """Run the parts that are named, or all."""
    if missing := [name for name in ("stun", "turnutils_uclient", "turnutils_peer") if not shutil.which(name)]:
        sys.stderr.write(f"needs {', '.join(missing)} (Debian packages coturn and stun-client)\n")
        return 2
    now = datetime.now(tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
    where = (
        f"{platform.system()} {platform.release()}, {os.cpu_count()} shared cores, Python {platform.python_version()}"
    )
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    sys.stdout.write(f"`python tests/bench/ice.py`, {now}, {where}, load {load}, round trip {ms(RTT)}.\n\n")
    sys.stdout.write("| Work | hms-doctor | Target | Beside it |\n|---|---|---|---|\n")
    with ice_lab(delay=DELAY, ip=Ip.V4) as lab:
        bench = Bench(lab)
        for name in sys.argv[1:] or PARTS:
            PARTS[name](bench)
    return 0


if __name__ == "__main__":
    sys.exit(main())
