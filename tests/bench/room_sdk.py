"""The official SDK's own connectivity check in Chromium, beside a join: how long to an answer, and which."""

import subprocess
import sys
import time
from typing import Final

from oracle_farm import Farm
from oracle_judge import COMPLETED
from oracle_row import Act, Row, Settles

from hms_doctor.model.quick_dataclass import dataclass

_LONGEST: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One room without any delay on the way, as both judge it."""

    room: str
    sdk_seconds: float
    sdk_completed: bool
    ours_seconds: float
    ours: str  # the first line


def compared() -> tuple[Compared, ...]:
    """Ask both about a healthy room, and about one in which no media passes."""
    return (
        _compare("a healthy room", "healthy", "--join"),
        _compare("a room in which no media passes", "publish-ice-blocked+subscribe-ice-blocked", "publish-ice-blocked"),
    )


def _compare(room: str, fault: str, demo: str) -> Compared:
    row = Row(name=room, fault=fault, act=Act.DIAGNOSE, settles=Settles.RESOLVES, watch=_LONGEST, reports=True)
    with Farm([row]) as farm:
        seen = farm.seen(row, 2 * _LONGEST)
    [report] = seen.of("report")
    began = time.monotonic()
    command = (sys.executable, "-m", "hms_doctor", "demo", demo)
    done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST, check=False)
    return Compared(
        room=room,
        sdk_seconds=report.at,
        sdk_completed=seen.report()["state"] == COMPLETED,
        ours_seconds=time.monotonic() - began,
        ours=done.stdout.splitlines()[0],
    )
