"""Which kind of place a machine is, from what its environment and a few files say."""

import os

import pytest

from hms_doctor.model.devices.surveys import Walls
from hms_doctor.model.vantage import Seat
from hms_doctor.platforms.seat import detect, these_walls, this_seat, walls_in

CGROUP_V1 = "12:memory:/docker/3f5d\n1:name=systemd:/docker/3f5d\n"
CGROUP_K8S = "0::/kubepods/besteffort/pod1234/abcd\n"
CGROUP_DESK = "0::/init.scope\n"
KERNEL, UNIT, LABEL = "/proc/sys/kernel/osrelease", "/proc/self/cgroup", "/proc/self/attr/current"
WSL = {KERNEL: "5.15.167.4-microsoft-standard-WSL2\n"}
FLATPAK = {"container": "flatpak", "FLATPAK_ID": "org.gnome.Builder"}
SNAP = {"SNAP": "/snap/code/1", "SNAP_NAME": "code"}


@pytest.mark.parametrize(
    ("env", "files", "seat"),
    [
        ({}, {}, Seat.DESKTOP),
        ({"DISPLAY": ":0"}, {"/proc/1/cgroup": CGROUP_DESK, "/proc/sys/kernel/osrelease": "6.1.0-56"}, Seat.DESKTOP),
        ({"SSH_CONNECTION": "203.0.113.9 5 203.0.113.7 22"}, {}, Seat.SSH),
        ({"SSH_TTY": "/dev/pts/0"}, {}, Seat.SSH),
        ({}, {"/.dockerenv": ""}, Seat.CONTAINER),
        ({}, {"/run/.containerenv": 'engine="podman"'}, Seat.CONTAINER),
        ({}, {"/run/systemd/container": "lxc"}, Seat.CONTAINER),
        ({"container": "podman"}, {}, Seat.CONTAINER),
        ({}, {"/proc/1/cgroup": CGROUP_V1}, Seat.CONTAINER),
        ({}, {"/proc/1/cgroup": CGROUP_K8S}, Seat.CONTAINER),
        ({"SSH_CONNECTION": "a"}, {"/.dockerenv": ""}, Seat.CONTAINER),
        ({}, {"/proc/sys/kernel/osrelease": "5.15.167.4-microsoft-standard-WSL2\n"}, Seat.WSL),
        ({"WSL_DISTRO_NAME": "Ubuntu"}, {}, Seat.WSL),
        ({"CI": "true"}, {"/.dockerenv": ""}, Seat.CI),
        ({"CI": ""}, {}, Seat.DESKTOP),
        ({"SESSIONNAME": "RDP-Tcp#12"}, {}, Seat.REMOTE_DESKTOP),
        ({"SESSIONNAME": "Console"}, {}, Seat.DESKTOP),
        ({"XRDP_SESSION": "1"}, {}, Seat.REMOTE_DESKTOP),
        ({"CHROME_REMOTE_DESKTOP_SESSION": "1"}, {}, Seat.REMOTE_DESKTOP),
        ({"X2GO_SESSION": "caller-50-1"}, {}, Seat.REMOTE_DESKTOP),
        ({}, {**WSL, "/run/systemd/container": "wsl"}, Seat.WSL),
        ({"WSL_DISTRO_NAME": "Ubuntu"}, {**WSL, "/.dockerenv": ""}, Seat.CONTAINER),
        (FLATPAK, {"/.flatpak-info": "[Application]"}, Seat.CONTAINER),
        (SNAP, {LABEL: "snap.code.code (enforce)"}, Seat.DESKTOP),
        ({}, {UNIT: "0::/system.slice/agent.service\n"}, Seat.DESKTOP),
    ],
)
def test_the_nearest_surrounding_is_told(env: dict[str, str], files: dict[str, str], seat: Seat) -> None:
    assert detect(env, files) is seat


@pytest.mark.parametrize(
    ("ancestors", "files", "seat"),
    [
        (("python3", "sudo", "bash", "sshd", "sshd", "systemd"), {}, Seat.SSH),
        (("python3", "sudo", "bash", "sshd-session", "sshd"), {}, Seat.SSH),
        (("python3", "sh", "dropbear"), {}, Seat.SSH),
        (("python3", "bash", "sshd"), {"/.dockerenv": ""}, Seat.CONTAINER),
        (("python3", "sudo", "bash", "Xorg", "xrdp-sesman"), {}, Seat.REMOTE_DESKTOP),
        (("python3", "bash", "gnome-terminal-", "systemd"), {}, Seat.DESKTOP),
        (("python3", "my-sshd-test"), {}, Seat.DESKTOP),
    ],
)
def test_programs_that_we_descend_from_tell_what_sudo_has_cleared(
    ancestors: tuple[str, ...], files: dict[str, str], seat: Seat
) -> None:
    assert detect({}, files, ancestors) is seat
    assert detect({"CI": "1"}, files, ancestors) is Seat.CI


@pytest.mark.parametrize(
    ("env", "files", "walls"),
    [
        ({}, {}, Walls.NONE),
        ({"CI": "true"}, {"/.dockerenv": ""}, Walls.CONTAINER),
        ({"SSH_CONNECTION": "a"}, {"/run/.containerenv": ""}, Walls.CONTAINER),
        ({}, {**WSL, "/run/systemd/container": "wsl"}, Walls.NONE),
        ({}, {**WSL, "/.dockerenv": ""}, Walls.CONTAINER),
        (FLATPAK, {}, Walls.FLATPAK),
        ({}, {"/.flatpak-info": "[Application]"}, Walls.FLATPAK),
        ({"FLATPAK_ID": "org.gnome.Builder"}, {}, Walls.NONE),
        (SNAP, {LABEL: "snap.code.code (enforce)\n"}, Walls.SNAP),
        (SNAP, {LABEL: "snap.code.code (complain)\n"}, Walls.NONE),
        (SNAP, {LABEL: "unconfined\n"}, Walls.NONE),
        ({}, {LABEL: "/usr/sbin/cupsd (enforce)\n"}, Walls.NONE),
        ({}, {UNIT: "0::/system.slice/agent.service\n"}, Walls.SERVICE),
        ({}, {UNIT: "12:pids:/\n1:name=systemd:/system.slice/system-agent.slice/agent@1.service\n"}, Walls.SERVICE),
        ({}, {UNIT: "0::/system.slice/cron.service\n"}, Walls.SERVICE),
        ({}, {UNIT: "0::/system.slice/lightdm.service\n"}, Walls.NONE),
        ({}, {UNIT: "0::/system.slice/system-getty.slice/getty@tty1.service\n"}, Walls.NONE),
        ({}, {UNIT: "0::/user.slice/user-1000.slice/user@1000.service/app.slice/code.service\n"}, Walls.NONE),
        ({}, {UNIT: "0::/user.slice/user-1000.slice/session-2.scope\n"}, Walls.NONE),
        ({}, {UNIT: "0::/system.slice/agent.service", "/.dockerenv": ""}, Walls.CONTAINER),
    ],
)
def test_what_stands_before_the_devices(env: dict[str, str], files: dict[str, str], walls: Walls) -> None:
    assert walls_in(env, files) is walls


def test_the_machine_at_hand_has_a_seat() -> None:
    assert these_walls(os.environ) in Walls
    assert this_seat(os.environ) in Seat
    assert this_seat({"CI": "1"}) is Seat.CI
