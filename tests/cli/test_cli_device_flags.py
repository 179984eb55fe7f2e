"""From the flags of ``devices`` and ``check`` to what a run wants of the devices, and which flags do not fit."""

import os
from collections.abc import Mapping
from unittest.mock import patch

import pytest
from helpers_cli import here, plain_environment

from hms_doctor.cli.credentials import Credentials, IceFlags
from hms_doctor.cli.device_flags import DeviceFlags
from hms_doctor.cli.request import Limits, NetworkFlags, check_order, devices_order
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.model.settings import DEFAULT_TIMEOUT, Selection
from hms_doctor.runner import Order

LOOK, TEST = DeviceProof.LOOK, DeviceProof.TEST


def checked(devices: DeviceFlags, environ: Mapping[str, str], *, deep: bool = False) -> Order:
    with patch.dict(os.environ, plain_environment(**environ), clear=True):
        return check_order(
            credentials=Credentials(),
            network=NetworkFlags(),
            ice=IceFlags(),
            selection=Selection(),
            limits=Limits(devices=devices, deep=deep),
        )


@pytest.mark.parametrize(
    ("flags", "deep", "wish"),
    [
        (DeviceFlags(), False, DeviceWish()),
        (DeviceFlags(), True, DeviceWish(proof=TEST)),
        (DeviceFlags(test=True), False, DeviceWish(proof=TEST)),
        (DeviceFlags(camera=" Logi "), False, DeviceWish(camera="Logi")),
        (
            DeviceFlags(camera="/dev/video2", microphone="USB"),
            False,
            DeviceWish(camera="/dev/video2", microphone="USB"),
        ),
        (DeviceFlags(play=True), False, DeviceWish(plays=True)),
    ],
)
def test_what_the_flags_want(flags: DeviceFlags, deep: bool, wish: DeviceWish) -> None:
    settings = devices_order(Selection(), Limits(devices=flags, deep=deep)).settings
    assert settings.devices == wish
    assert deep or settings.timeout == DEFAULT_TIMEOUT
    assert checked(flags, {}, deep=deep).settings.devices == wish


@pytest.mark.parametrize(
    ("flags", "ran"),
    [
        (DeviceFlags(), set()),
        (DeviceFlags(camera="Logi"), {"devices.camera"}),
        (DeviceFlags(camera="Logi", microphone="USB"), {"devices.camera", "devices.microphone"}),
    ],
)
def test_on_ci_check_looks_at_the_devices_that_were_named(flags: DeviceFlags, ran: set[str]) -> None:
    plan = checked(flags, {"CI": "true"}).plan
    assert {planned.check.id for planned in plan.run if planned.check.id.startswith("devices.")} == ran
    left = {each.check.id: each.skipped.because for each in plan.left_out}
    assert len(left) == 4 - len(ran)
    assert all(because.startswith("CI is set") for because in left.values())
    assert checked(flags, {}).plan.left_out == ()


@pytest.mark.parametrize("command", ["devices", "check"])
@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--camera", ""), "--camera wants a part of a camera's name"),
        (("--camera", "  "), "--camera wants a part of a camera's name"),
        (("--microphone", ""), "--microphone wants a part of a microphone's name"),
        (("--camera", "Logi", "--skip", "devices.camera"), "--camera wants devices.camera"),
        (("--camera", "Logi", "--only", "devices.speaker"), "--camera wants devices.camera"),
        (("--microphone", "USB", "--skip", "devices"), "--microphone wants devices.microphone"),
    ],
)
def test_a_flag_that_names_nothing_is_a_mistake(command: str, flags: tuple[str, ...], told: str) -> None:
    done = here(command, *flags)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert told in done.err


def test_a_tone_wants_a_speaker() -> None:
    done = here("devices", "--play", "--skip", "devices.speaker")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "--play wants devices.speaker" in done.err
