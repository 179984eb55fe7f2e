"""The bench of the room: a whole join beside a bare one with aiortc, memory, and what a hundred joins leave behind.

Usage: python tests/bench/room.py [join|sdk|memory|crowd|hundred]…      on Linux, as root or where user namespaces are

``join`` builds the lab of ``tests/lab``: the simulator behind a NAT and a delayer of 25 ms one way, one peer in it.
Both are whole processes, from their start to their end and in turn, since a user waits for Python and its imports too;
both come to an end when the room was left. The 3 s for which the doctor watches media that flows are taken off its
time, as nothing like them is in the bare join's. Prints Markdown.
"""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / "tests" / folder) for folder in ("", "bench", "lab", "oracle"))]

from ice import DELAY, DOCTOR, Bench, Costs, median, reports  # noqa: E402 - the benches lie beside, not on the path
from ice_lab import Ip, ice_lab  # noqa: E402
from ice_spaces import await_line  # noqa: E402
from room_hundred import hundred_joins  # noqa: E402
from room_memory import crowd_of_twenty, peak_of_a_join  # noqa: E402
from room_sdk import compared  # noqa: E402

from hms_doctor.model.room.wish import JoinWanted  # noqa: E402
from hms_doctor.simulator.scenario import INIT_NAME  # noqa: E402

HERE: Final = Path(__file__).resolve().parent
ORIGIN: Final = f"https://{INIT_NAME}"
WATCHED: Final = JoinWanted().media_seconds
RUNS: Final = 7


def put(what: str, ours: str, target: str, beside: str = "") -> None:
    """Print a row."""
    sys.stdout.write(f"| {what} | {ours} | {target} | {beside} |\n")
    sys.stdout.flush()


def join() -> None:
    """To the verdict that media flows, over a round trip of 50 ms."""
    with ice_lab(delay=DELAY, ip=Ip.V4) as lab:
        ready, token, trust = (str(lab.folder / name) for name in ("room.json", "token", "room.pem"))
        backend = lab.spaces.start("server", sys.executable, str(HERE / "room_server.py"), ready)
        assert await_line(backend) == "ready"
        told = json.loads(Path(ready).read_text(encoding="utf-8"))
        Path(token).write_text(told["token"], encoding="utf-8")
        Path(trust).write_text(Path(told["ca_file"]).read_text(encoding="utf-8"), encoding="utf-8")
        where = ("--endpoint", ORIGIN, "--token-file", token, "--ca-file", trust, "--proxy", "none", "--format", "json")
        bare = (sys.executable, str(HERE / "room_bare.py"), ORIGIN, token, trust)
        seen = Bench(lab).measure(RUNS, {
            "ours": (*DOCTOR, "check", "--join", *where, "--only", "room"),
            "whole": (*DOCTOR, "check", "--join", *where),
            "bare": bare,
            "relays": (*bare, "relays"),
        })  # fmt: skip
        lab.spaces.end(backend)
    _tell(seen)


def _tell(seen: Mapping[str, Costs]) -> None:
    flows = [_flowed(report) for report in reports(seen["ours"]) + reports(seen["whole"])]
    assert all(flows), f"media flowed in {sum(flows)} of {len(flows)}"
    assert all(str(cost["out"]).startswith("media flows") for name in ("bare", "relays") for cost in seen[name])
    ours, whole = median(seen["ours"]) - WATCHED, median(seen["whole"]) - WATCHED
    bare, relays = median(seen["bare"]), median(seen["relays"])
    told = f"{ours:.2f} s = {ours / bare:.2f} × bare, {ours / relays:.2f} × bare with init's relays"
    beside = f"aiortc alone {bare:.2f} s; with relays {relays:.2f} s"
    put("`check --join --only room` to “media flows”", told, "1.15 ×", beside)
    cpu = {name: median(costs, "cpu") for name, costs in seen.items()}
    put("the same in CPU", f"{cpu['ours']:.2f} s (3 s of media among it)", "", f"{cpu['bare']:.2f} s")
    put("`check --join`, everything else beside it", f"{whole:.2f} s = {whole / bare:.2f} × bare", "", beside)


def _flowed(report: Mapping[str, object]) -> bool:
    checks = report["checks"]
    assert isinstance(checks, list)
    [media] = [check for check in checks if check["id"] == "room.media"]
    return media["status"] in {"pass", "warn"} and bool(media["measurements"])


def memory() -> None:
    """A whole run against a simulator, with relays and devices."""
    alone, together = peak_of_a_join()
    put("`check --join`, peak memory", f"{alone:.0f} MB; {together:.0f} MB with its children", "170 MB")


def crowd() -> None:
    """The simulator with twenty peers that only signal."""
    before, with_peers = crowd_of_twenty()
    put(
        "`simulate` with 20 peers that only signal, peak memory",
        f"{with_peers:.0f} MB",
        "120 MB",
        f"{before:.0f} MB alone",
    )


def hundred() -> None:
    """A hundred joins in a row in one process."""
    first, last = asyncio.run(hundred_joins())
    put("after 1 join", str(first), "")
    put("after 100 joins in a row", str(last), "the same")


def sdk() -> None:
    """The official SDK's own check; it needs what tests/oracle needs."""
    for each in compared():
        verdict = "COMPLETED, without an error" if each.sdk_completed else "not completed"
        theirs = f"hms-video-store's own check: {each.sdk_seconds:.1f} s: {verdict}"
        put(
            f"`demo`, {each.room}", f"{each.ours_seconds:.1f} s, the simulator's start with it: {each.ours}", "", theirs
        )


PARTS: Final[Mapping[str, Callable[[], None]]] = {
    "join": join, "sdk": sdk, "memory": memory, "crowd": crowd, "hundred": hundred,
}  # fmt: skip


def main() -> None:
    """Run the parts that are named, or all."""
    now = datetime.now(tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
    where = f"{platform.system()} {platform.release()}, {os.cpu_count()} shared cores, {platform.python_version()}"
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    sys.stdout.write(f"`python tests/bench/room.py`, {now}, {where}, load {load}.\n\n")
    sys.stdout.write("| Work | hms-doctor | Target | Beside it |\n|---|---|---|---|\n")
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
