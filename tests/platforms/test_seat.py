"""Which kind of place a machine is, from what its environment and a few files say."""

import os

import pytest

from hms_doctor.model.vantage import Seat
from hms_doctor.platforms.seat import detect, this_seat

CGROUP_V1 = "12:memory:/docker/3f5d\n1:name=systemd:/docker/3f5d\n"
CGROUP_K8S = "0::/kubepods/besteffort/pod1234/abcd\n"
CGROUP_DESK = "0::/init.scope\n"


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
    ],
)
def test_the_nearest_surrounding_is_told(env: dict[str, str], files: dict[str, str], seat: Seat) -> None:
    assert detect(env, files) is seat


def test_the_machine_at_hand_has_a_seat() -> None:
    assert this_seat(os.environ) in Seat
    assert this_seat({"CI": "1"}) is Seat.CI
