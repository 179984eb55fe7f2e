"""What looking at devices costs: on the host beside ``import typer``, and a camera's pictures in the guest.

Usage: python tests/bench/devices.py [host|guest]    The guest is left out, with the reason, where there can be none.
"""

import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("bench", "lab/devices", "lab")]

from guest_lab import Guest, obstacle  # noqa: E402
from guest_row import WORLDS  # noqa: E402
from run import DOCTOR, PYTHON, Cost, cost_of, say  # noqa: E402

_LOOK: Final = ("devices", "--only", "devices.camera", "--format", "json")
_RUNS: Final = 7


def host() -> None:
    """Wall and CPU time of the whole process, alternating with ``import typer``."""
    commands = {
        "typer": (PYTHON, "-c", "import typer"),
        "devices": (*DOCTOR, "devices"),
        "one": (*DOCTOR, *_LOOK),
    }
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(_RUNS):
        for name, command in commands.items():
            seen[name].append(cost_of(command))
    cpu = {name: statistics.median(cost.cpu for cost in costs) for name, costs in seen.items()}
    wall = {name: statistics.median(cost.wall for cost in costs) for name, costs in seen.items()}
    say("python -c 'import typer'", f"{wall['typer'] * 1000:.0f} ms", f"{cpu['typer'] * 1000:.0f} ms CPU")
    for name, words in (("devices", "devices, all four kinds"), ("one", "devices --only devices.camera")):
        say(f"{words}: whole process", f"{wall[name]:.2f} s", "target 0.5" if name == "devices" else "")
        ratios = f"{cpu[name] / cpu['typer']:.2f}", f"wall {wall[name] / wall['typer']:.2f}"
        say(f"{words}: CPU / import typer", *ratios)


def guest() -> None:
    """Give the time of the check in a real kernel under emulation, without and with pictures, and of one that hangs."""
    if missing := obstacle():
        say("a real kernel's camera", "left out", missing)
        return
    machine = Guest()
    try:
        machine.sh(f"{WORLDS}\ncamera")
        plain, tested, first = zip(*(_one_of_each(machine) for _ in range(3)), strict=True)
        machine.sh("v4l2-ctl -d /dev/video0 -c percentage_of_dropped_buffers=100")
        silent = min(_figure(machine, "duration_ms", "--test") for _ in range(3))
    finally:
        machine.close()
    say("emulated: devices --only devices.camera", f"{min(plain):.2f} s", "by its own clock; the least of three")
    say("emulated: open to the first picture", f"{min(first):.2f} s", "target 1.0")
    say("emulated: --test takes longer by", f"{min(tested) - min(plain):.2f} s", "1.5 s of pictures among it")
    say("emulated: a camera that delivers nothing, longer by", f"{silent - min(plain):.2f} s", "its deadline is 3 s")


def _one_of_each(machine: Guest) -> tuple[float, float, float]:
    return (
        _figure(machine, "duration_ms"),
        _figure(machine, "duration_ms", "--test"),
        _figure(machine, "first_picture_ms", "--test"),
    )


def _figure(machine: Guest, figure: str, *flags: str) -> float:
    done = machine.run("hms-doctor", *_LOOK, *flags, user="caller", groups=("video",))
    check = json.loads(done.out)["checks"][0]
    return float({**check["measurements"], "duration_ms": check["duration_ms"]}[figure]) / 1000


PARTS: Final[dict[str, Callable[[], None]]] = {"host": host, "guest": guest}


def main() -> None:
    """Run the parts that are named, or all."""
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
