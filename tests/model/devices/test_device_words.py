"""The words of devices: who holds them, how they are listed, and what opens them."""

import pytest

from hms_doctor.model.causes import Audience, Cause
from hms_doctor.model.causes import bluetooth as bluetooth_causes
from hms_doctor.model.causes import devices as device_causes
from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, NotVideo
from hms_doctor.model.devices.listing import listed, may_be_camera
from hms_doctor.model.devices.look import NothingSeen
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA, healthy
from hms_doctor.model.devices.surveys import DeviceKind, Here, Holder, HolderSeen, HolderUnseen, NotOpened
from hms_doctor.model.devices.words import CAMERA, MICROPHONE, SPEAKER, Words, close_it, in_use
from hms_doctor.model.vantage import Seat

CAUSES = [
    value for module in (device_causes, bluetooth_causes) for value in vars(module).values() if isinstance(value, Cause)
]


@pytest.mark.parametrize(
    ("holder", "said", "order"),
    [
        (Holder(name="Zoom", pid=4711), "in use by Zoom (pid 4711)", "Close Zoom, then try again."),
        (Holder(name="Zoom.exe", pid=0), "in use by Zoom.exe", "Close Zoom.exe, then try again."),
        (HolderUnseen(), "in use by another program", "Close the program that uses the camera."),
    ],
)
def test_a_holder_is_named_as_far_as_it_is_seen(holder: HolderSeen, said: str, order: str) -> None:
    assert in_use(holder) == said
    assert close_it(holder, CAMERA.busy) == order


@pytest.mark.parametrize("words", [CAMERA, MICROPHONE, SPEAKER], ids=lambda words: words.noun)
def test_each_kind_has_causes_of_its_own(words: Words) -> None:
    causes = (words.denied, words.consent, words.managed, words.absent, words.hidden, words.busy)
    assert all(cause.id.startswith(f"{words.kind.value}.") for cause in causes)
    assert [cause.code for cause in causes] == [3001, 3001, 3001, 3002, 3002, 3003]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_every_cause_gives_an_order_to_somebody_here(cause: Cause) -> None:
    assert cause.action.endswith(".")
    assert cause.action[0].isupper()
    assert not cause.title.endswith(".")
    assert cause.audience in {Audience.CALLER, Audience.ADMINISTRATOR}
    assert cause.code in {0, 3001, 3002, 3003, 3012, 3013, 3015}
    assert cause.explains == ()  # devices explain nothing else, and nothing explains them


@pytest.mark.parametrize(
    ("look", "may_be"),
    [
        (CameraOpened(driver="", bus="", captures=True, media_controller=False, buffers="EBUSY"), True),
        (CameraOpened(driver="", bus="", captures=False, media_controller=False, buffers=""), False),
        (CameraOpened(driver="", bus="", captures=True, media_controller=True, buffers=""), False),
        (NotOpened(errno="EACCES"), True),
        (NotVideo(errno="ENOTTY"), False),
    ],
)
def test_only_what_may_be_a_camera_is_listed(look: CameraOpened | NotOpened | NotVideo, may_be: bool) -> None:
    node = CameraNode(path="/dev/video0", name="", group="", look=look, holder=HolderUnseen())
    assert may_be_camera(node) is may_be


@pytest.mark.parametrize("kind", DeviceKind)
def test_every_healthy_machine_lists_a_device_with_the_four_members(kind: DeviceKind) -> None:
    rows = listed(kind, healthy(kind))
    assert rows
    for row in rows:
        assert row["kind"] == kind.value
        assert {"kind", "name", "id", "holder"} <= row.keys()


def test_nothing_seen_lists_nothing() -> None:
    assert listed(DeviceKind.CAMERA, NothingSeen()) == ()


def test_the_systems_own_list_is_listed() -> None:
    survey = OsSurvey(
        here=Here(seat=Seat.DESKTOP, user="", is_root=False, groups=(), member_of=()),
        system="macOS",
        told=True,
        devices=(OsDevice(name="FaceTime", id="3F45", is_default=True),),
        consent=Consent.ALLOWED,
        source="",
        users=(),
    )
    assert listed(DeviceKind.CAMERA, survey) == (
        {"kind": "camera", "name": "FaceTime", "id": "3F45", "holder": None, "state": "free", "default": True},
    )


def test_the_simulated_camera_says_what_it_is() -> None:
    assert SIMULATED_CAMERA.name == "Simulated Camera"
