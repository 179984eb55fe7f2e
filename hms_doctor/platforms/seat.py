"""What kind of place a machine is: a desk with a user before it, or one where devices are not expected."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.surveys import Walls
from hms_doctor.model.vantage import Seat, on_ci
from hms_doctor.platforms.files import text_of

TELLING_FILES: Final = (
    "/.dockerenv",
    "/run/.containerenv",
    "/run/systemd/container",
    "/proc/1/cgroup",
    "/proc/sys/kernel/osrelease",
    "/.flatpak-info",
    "/proc/self/attr/current",
    "/proc/self/cgroup",
)
"""Docker; podman; systemd-nspawn and LXC; cgroup version 1 paths; the kernel's name; a Flatpak's walls; the AppArmor
label that a snap runs under; the unit that systemd runs us in."""
_DOCKER, _PODMAN, _MARKED, _INIT, _KERNEL, _FLATPAK, _LABEL, _UNIT = TELLING_FILES
_CONTAINER_CGROUP: Final = re.compile(r"/(docker|kubepods|lxc|containerd|libpod)\b")
_SERVICE: Final = re.compile(
    r"/system\.slice/(?:[^\n/]+/)*(?!(?:[a-z-]*getty|[a-z-]*dm|display-manager|greetd)\b)[^\n/]+\.service"
)
"""Not a getty nor a display manager: a session begun without logind is left in their unit."""
_REMOTE: Final = ("XRDP_SESSION", "CHROME_REMOTE_DESKTOP_SESSION", "VNCDESKTOP", "PCOIP_SESSION", "X2GO_SESSION")
_SSH: Final = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_SSH_SERVERS: Final = frozenset({"sshd", "sshd-session", "dropbear"})
_REMOTE_SERVERS: Final = frozenset({"xrdp-sesman", "xrdp-sesexec", "chrome-remote-d"})
_MOST_ANCESTORS: Final = 32


def detect(env: Mapping[str, str], files: Mapping[str, str], ancestors: Iterable[str] = ()) -> Seat:
    """Judge by environment variables and by those of ``TELLING_FILES`` that exist (path → content); pure.

    ``ancestors`` names the programs that we descend from: they tell of SSH where ``sudo`` has cleared the variables.
    The nearest surrounding wins: a container that was entered over SSH is a container, and a CI job is CI wherever
    it runs.
    """
    servers = frozenset(ancestors)
    tests = (
        (Seat.CI, on_ci(env)),
        (Seat.CONTAINER, _DOCKER in files or _PODMAN in files),  # also where Windows' kernel runs it
        (Seat.WSL, _is_wsl(env, files)),
        (Seat.CONTAINER, _is_container(env, files)),
        (Seat.SSH, any(env.get(name) for name in _SSH) or not servers.isdisjoint(_SSH_SERVERS)),
        (Seat.REMOTE_DESKTOP, _is_remote_desktop(env) or not servers.isdisjoint(_REMOTE_SERVERS)),
    )
    return next((seat for seat, holds in tests if holds), Seat.DESKTOP)


def walls_in(env: Mapping[str, str], files: Mapping[str, str]) -> Walls:
    """Judge by the same what stands between us and the devices; pure.

    Variables that a sandbox sets (``FLATPAK_ID``, ``SNAP``) are no proof alone: programs that it starts outside of
    itself inherit them, and a classic snap has no walls.
    """
    tests = (
        (Walls.FLATPAK, _FLATPAK in files or env.get("container") == "flatpak"),
        (Walls.SNAP, bool(re.match(r"snap\..*\(enforce\)", files.get(_LABEL, "")))),
        (Walls.CONTAINER, _is_container(env, files) and not _is_wsl_itself(env, files)),
        (Walls.SERVICE, bool(_SERVICE.search(files.get(_UNIT, "")))),
    )
    return next((walls for walls, holds in tests if holds), Walls.NONE)


def _is_wsl_itself(env: Mapping[str, str], files: Mapping[str, str]) -> bool:
    """WSL marks itself as a container for systemd."""
    return _is_wsl(env, files) and not (_DOCKER in files or _PODMAN in files)


def _is_wsl(env: Mapping[str, str], files: Mapping[str, str]) -> bool:
    kernel = files.get(_KERNEL, "").lower()
    return "microsoft" in kernel or bool(env.get("WSL_DISTRO_NAME"))


def _is_container(env: Mapping[str, str], files: Mapping[str, str]) -> bool:
    marked = any(path in files for path in TELLING_FILES[:3])
    return marked or bool(env.get("container")) or bool(_CONTAINER_CGROUP.search(files.get(_INIT, "")))


def _is_remote_desktop(env: Mapping[str, str]) -> bool:
    # Windows names the session RDP-Tcp#N; Console is the one at the desk.
    return env.get("SESSIONNAME", "").upper().startswith("RDP-") or any(env.get(name) for name in _REMOTE)


def this_seat(env: Mapping[str, str]) -> Seat:
    """Detect the seat of this process."""
    return detect(env, _files(), _ancestors())


def these_walls(env: Mapping[str, str]) -> Walls:
    """Detect the walls around this process."""
    return walls_in(env, _files())


def _files() -> Mapping[str, str]:
    return {path: text_of(Path(path)) for path in TELLING_FILES if Path(path).exists()}


def _ancestors() -> Iterator[str]:
    """Give the names of the programs that we descend from, as far as ``/proc`` shows them."""
    pid = "self"
    for _ in range(_MOST_ANCESTORS):
        told = dict(
            line.split(":\t", 1) for line in text_of(Path("/proc", pid, "status")).splitlines() if ":\t" in line
        )
        yield told.get("Name", "")
        pid = told.get("PPid", "0")
        if pid == "0":
            return
