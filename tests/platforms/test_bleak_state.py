"""bleak, asked for real: on this system it stands on BlueZ, whose face a small service has."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from bluez_bus import bus

from hms_doctor.model.devices.bleak_reasons import Reason

_ASK = "import asyncio; from hms_doctor.platforms.bleak_state import asked; print(asyncio.run(asked(5)).name)"
"""In a process of its own, as bleak keeps its connection for as long as the process lives."""


def asked_at(address: str) -> str:
    env = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address}
    return subprocess.run(
        [sys.executable, "-c", _ASK], env=env, capture_output=True, text=True, timeout=30, check=True
    ).stdout.strip()


@pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no dbus-daemon")
@pytest.mark.parametrize(
    ("service", "reason"),
    [
        ("on", Reason.NONE),
        ("off", Reason.POWERED_OFF),
        ("bare", Reason.NO_BLUETOOTH),
        ("classic", Reason.NO_BLE_CENTRAL_ROLE),
    ],
)
def test_bleak_tells_its_reason(service: str, reason: Reason) -> None:
    with bus(service=service) as address:
        assert asked_at(address) == reason.name


def test_without_a_bus_bleak_does_not_tell(tmp_path: Path) -> None:
    assert asked_at(f"unix:path={tmp_path}/none") == Reason.UNKNOWN.name
