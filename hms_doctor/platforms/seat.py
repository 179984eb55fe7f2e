"""What kind of place a machine is: a desk with a user before it, or one where devices are not expected."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hms_doctor.model.vantage import Seat, on_ci
from hms_doctor.platforms.files import text_of

TELLING_FILES: Final = (
    "/.dockerenv",
    "/run/.containerenv",
    "/run/systemd/container",
    "/proc/1/cgroup",
    "/proc/sys/kernel/osrelease",
)
"""Docker; podman; systemd-nspawn and LXC; cgroup version 1 paths; the kernel's name."""
_CONTAINER_CGROUP: Final = re.compile(r"/(docker|kubepods|lxc|containerd|libpod)\b")
_REMOTE: Final = ("XRDP_SESSION", "CHROME_REMOTE_DESKTOP_SESSION", "VNCDESKTOP", "PCOIP_SESSION")


def detect(env: Mapping[str, str], files: Mapping[str, str]) -> Seat:
    """Judge by environment variables and by those of ``TELLING_FILES`` that exist (path → content); pure.

    The nearest surrounding wins: a container that was entered over SSH is a container, and a CI job is CI wherever
    it runs.
    """
    tests = (
        (Seat.CI, on_ci(env)),
        (Seat.WSL, _is_wsl(env, files)),
        (Seat.CONTAINER, _is_container(env, files)),
        (Seat.SSH, any(env.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))),
        (Seat.REMOTE_DESKTOP, _is_remote_desktop(env)),
    )
    return next((seat for seat, holds in tests if holds), Seat.DESKTOP)


def _is_wsl(env: Mapping[str, str], files: Mapping[str, str]) -> bool:
    kernel = files.get("/proc/sys/kernel/osrelease", "").lower()
    return "microsoft" in kernel or bool(env.get("WSL_DISTRO_NAME"))


def _is_container(env: Mapping[str, str], files: Mapping[str, str]) -> bool:
    marked = any(path in files for path in TELLING_FILES[:3])
    return marked or bool(env.get("container")) or bool(_CONTAINER_CGROUP.search(files.get("/proc/1/cgroup", "")))


def _is_remote_desktop(env: Mapping[str, str]) -> bool:
    # Windows names the session RDP-Tcp#N; Console is the one at the desk.
    return env.get("SESSIONNAME", "").upper().startswith("RDP-") or any(env.get(name) for name in _REMOTE)


def this_seat(env: Mapping[str, str]) -> Seat:
    """Detect the seat of this process."""
    return detect(env, {path: text_of(Path(path)) for path in TELLING_FILES if Path(path).exists()})
