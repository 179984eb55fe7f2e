"""Where a Linux system keeps what it tells of its devices."""

from pathlib import Path

from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class Roots:
    """The three file systems that are read; other places than the usual show a machine that somebody laid out."""

    dev: Path = Path("/dev")
    sys: Path = Path("/sys")
    proc: Path = Path("/proc")
