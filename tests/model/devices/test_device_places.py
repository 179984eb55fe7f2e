"""Where we are decides what may be blamed: every place, with what it makes of absence and of a refusal."""

from dataclasses import replace

import pytest

from hms_doctor.model.devices.places import as_root, guests, in_container, places
from hms_doctor.model.devices.surveys import Here, Walls
from hms_doctor.model.devices.verdicts import absent, denied
from hms_doctor.model.devices.words import CAMERA, MICROPHONE, SPEAKER, Words
from hms_doctor.model.finding import Failed, Status, Undecided, action_of, status_of
from hms_doctor.model.vantage import Seat

DESK = Here(seat=Seat.DESKTOP, user="caller", is_root=False, groups=(), member_of=())
SSH, CONTAINER, WSL = (replace(DESK, seat=seat) for seat in (Seat.SSH, Seat.CONTAINER, Seat.WSL))
REMOTE, CI = replace(DESK, seat=Seat.REMOTE_DESKTOP), replace(DESK, seat=Seat.CI)
SERVICE, SNAP = replace(DESK, walls=Walls.SERVICE), replace(DESK, walls=Walls.SNAP)
FLATPAK = replace(CONTAINER, walls=Walls.FLATPAK)
CI_IN_CONTAINER = replace(CI, walls=Walls.CONTAINER)
SERVICE_ON_CI = replace(CI, walls=Walls.SERVICE)
ROOT, SUDO = replace(DESK, is_root=True), replace(DESK, is_root=True, by_sudo=True)
JOIN = "Run sudo usermod -aG video $USER, then log out and in."
LET_IN = "Start the container with --device /dev/video0 --group-add video."
TO_ROOT = "Find the rule that closes /dev/video0 to root: DeviceAllow of a service, SELinux or AppArmor."
APP, ITSELF = "Run hms-doctor devices where the app runs.", "Run hms-doctor devices at the machine itself."
FAIL, OPEN = Status.FAIL, Status.INCONCLUSIVE

ABSENT = [
    (DESK, FAIL, "there is no {}", ""),
    (ROOT, FAIL, "there is no {}", ""),
    (SSH, OPEN, "no {} is visible over SSH", APP),
    (CONTAINER, OPEN, "no {} is visible in this container", APP),
    (WSL, OPEN, "no {} is visible in WSL, which does not show what Windows has",
     "Run hms-doctor devices in Windows itself."),
    (REMOTE, OPEN, "no {} is visible in this remote session", APP),
    (CI, OPEN, "no {} is visible on this CI machine", APP),
    (CI_IN_CONTAINER, OPEN, "no {} is visible on this CI machine", APP),
    (SERVICE_ON_CI, OPEN, "no {} is visible on this CI machine", APP),
    (FLATPAK, OPEN, "no {} is visible in this Flatpak sandbox", "Run hms-doctor devices outside this Flatpak."),
    (SNAP, OPEN, "no {} is visible in this snap sandbox", "Run hms-doctor devices outside this snap."),
    (SERVICE, OPEN, "no {} is visible to this system service", "Run hms-doctor devices in the user's own session."),
]  # fmt: skip


@pytest.mark.parametrize("words", [CAMERA, MICROPHONE, SPEAKER], ids=lambda words: words.kind.value)
@pytest.mark.parametrize(("here", "status", "summary", "action"), ABSENT)
def test_an_absent_device(here: Here, status: Status, summary: str, action: str, words: Words) -> None:
    found = absent(words, here, {}, required=False)
    assert (status_of(found), found.summary) == (status, summary.format(words.noun))
    assert action_of(found) == (action or words.absent.action)
    if isinstance(found, Failed):
        assert found.cause is words.absent
    required = absent(words, here, {}, required=True)
    assert isinstance(required, Failed)
    assert (required.cause, required.cause.code) == (words.absent, 3002)


IN_GROUP = "permission denied for the camera /dev/video0: it belongs to the group video"
EVEN_TO_ROOT = "permission denied for the camera /dev/video0: it is closed even to root"
TO_SERVICE = "To open it to the service, set SupplementaryGroups=video in its unit."
DENIED = [
    (DESK, FAIL, IN_GROUP, JOIN),
    (replace(DESK, member_of=("video",)), FAIL, IN_GROUP,
     "Log out and in: your user joined the group video after this login."),
    (ROOT, FAIL, EVEN_TO_ROOT, TO_ROOT),
    (WSL, FAIL, IN_GROUP, JOIN),
    (CI, FAIL, IN_GROUP, JOIN),
    (CONTAINER, FAIL, IN_GROUP, LET_IN),
    (CI_IN_CONTAINER, FAIL, IN_GROUP, LET_IN),
    (replace(CONTAINER, is_root=True), FAIL, EVEN_TO_ROOT, LET_IN),
    (SSH, OPEN, "the camera /dev/video0 is closed to a login over SSH; at the machine's screen it may be open",
     f"{ITSELF} To use it over SSH: {JOIN}"),
    (REMOTE, OPEN, "the camera /dev/video0 is closed to a remote session; at the machine's screen it may be open",
     f"{ITSELF} To use it in a remote session: {JOIN}"),
    (SERVICE, OPEN, "the camera /dev/video0 is closed to a system service; in the user's own session it may be open",
     f"Run hms-doctor devices in the user's own session. {TO_SERVICE}"),
    (SERVICE_ON_CI, FAIL, IN_GROUP, JOIN),
    (FLATPAK, OPEN, "the camera /dev/video0 is closed to this Flatpak sandbox; outside it may be open",
     "Run hms-doctor devices outside this Flatpak. Inside, flatpak run --device=all opens devices."),
    (SNAP, OPEN, "the camera /dev/video0 is closed to this snap sandbox; outside it may be open",
     "Run hms-doctor devices outside this snap. Inside, snap connect opens devices."),
]  # fmt: skip


@pytest.mark.parametrize(("here", "status", "summary", "action"), DENIED)
def test_a_denied_device(here: Here, status: Status, summary: str, action: str) -> None:
    found = denied(CAMERA, here, "/dev/video0", "video", {})
    assert (status_of(found), found.summary, action_of(found)) == (status, summary, action)
    if isinstance(found, Failed):
        assert (found.cause, found.cause.code) == (CAMERA.denied, 3001)


def test_a_node_of_no_group_is_opened_by_giving_it_one() -> None:
    found = denied(MICROPHONE, DESK, "/dev/snd/pcmC0D0c", "", {})
    assert "nobody but root may open it" in found.summary
    assert "chown root:audio /dev/snd/pcmC0D0c" in action_of(found)
    unsure = denied(MICROPHONE, SERVICE, "/dev/snd/pcmC0D0c", "", {})
    assert isinstance(unsure, Undecided)
    assert "SupplementaryGroups=audio" in unsure.action


def test_at_a_desk_nobody_is_a_guest() -> None:
    assert (places(DESK), guests(DESK)) == ((), ())
    assert [in_container(here) for here in (DESK, CONTAINER, CI_IN_CONTAINER, FLATPAK)] == [False, True, True, False]


def test_whose_permissions_were_tried() -> None:
    assert as_root(DESK) == ""
    assert as_root(ROOT) == " (to root; your app's user was not tried)"
    assert as_root(SUDO) == " (to root; without sudo, your own user is tried)"
