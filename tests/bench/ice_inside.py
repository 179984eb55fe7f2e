"""Runs in the lab's client namespace for ``ice.py``: commands in turn, each timed with what it cost.

Reads ``{"runs": n, "timeout": seconds, "commands": {name: [word…]}}`` on stdin, writes ``{name: [cost…]}``.
"""

import json
import os
import sys
import tempfile
import time

OUT_LIMIT = 200_000


def cost_of(command: list[str], timeout: float) -> dict[str, float | str]:
    """Run a command to its end, or to the time-out, and tell wall and CPU seconds, peak memory in MB, code, output."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        pid = os.posix_spawnp(
            "timeout",
            ["timeout", "-k", "1", str(timeout), *command],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, out.fileno(), 2),
            ],
        )
        _, status, used = os.wait4(pid, 0)
        wall = time.monotonic() - began
        out.seek(0)
        said = out.read(OUT_LIMIT).decode("utf-8", "replace")
    return {
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "mb": used.ru_maxrss / 1024,
        "code": os.waitstatus_to_exitcode(status),
        "out": said,
    }


def main() -> None:
    """Run all commands in turn, as often as asked."""
    wish = json.load(sys.stdin)
    told: dict[str, list[dict[str, float | str]]] = {name: [] for name in wish["commands"]}
    for _ in range(wish["runs"]):
        for name, command in wish["commands"].items():
            told[name].append(cost_of(command, wish["timeout"]))
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
