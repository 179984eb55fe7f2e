"""BlueZ over a real message bus: one that serves, one that denies, one without the service."""

import json
import os
import shutil
import socket
from pathlib import Path

import pytest
from bluez_bus import bus
from device_lab import as_nobody

from hms_doctor.model.devices.radios import Access, Adapter, AudioProfile, BluetoothSurvey, Headset, Power
from hms_doctor.platforms.bluez import access_of, parse_adapters, system_bus, with_service
from hms_doctor.platforms.radio import from_sysfs
from hms_doctor.platforms.roots import Roots

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="no dbus-daemon")


def asked(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, patience: float = 5) -> BluetoothSurvey:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
    (tmp_path / "class/bluetooth/hci0").mkdir(parents=True)
    return with_service(from_sysfs(Roots(dev=tmp_path, sys=tmp_path, proc=tmp_path)), patience)


@pytest.mark.parametrize(("state", "power"), [("on", Power.ON), ("off", Power.OFF)])
def test_the_service_tells_power_and_headsets(
    state: str, power: Power, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with bus(service=state) as address:
        survey = asked(address, monkeypatch, tmp_path)
    assert survey.access is Access.ANSWERED
    assert survey.adapters == (Adapter(name="hci0", power=power),)
    assert survey.headsets == (
        Headset(name="WH-1000XM4", profiles=(AudioProfile.A2DP, AudioProfile.HFP)),
        Headset(name="Speaker", profiles=(AudioProfile.A2DP,)),
    )


def test_an_adapter_that_the_service_does_not_list_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "class/bluetooth/hci1").mkdir(parents=True)
    with bus(service="on") as address:
        survey = asked(address, monkeypatch, tmp_path)
    assert survey.adapters == (Adapter(name="hci0", power=Power.ON), Adapter(name="hci1", power=Power.UNKNOWN))


def test_a_policy_that_denies_is_told_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with bus(deny=True, service="on") as address:
        survey = asked(address, monkeypatch, tmp_path)
    assert survey.access is Access.DENIED_BY_POLICY
    assert survey.detail.startswith("org.freedesktop.DBus.Error.AccessDenied: Rejected send message")
    assert survey.adapters == (Adapter(name="hci0", power=Power.UNKNOWN),)


def test_a_bus_without_the_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with bus() as address:
        survey = asked(address, monkeypatch, tmp_path)
    assert survey.access is Access.NO_SERVICE


def test_a_service_that_never_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with bus(service="silent") as address:
        survey = asked(address, monkeypatch, tmp_path, patience=0.5)
    assert survey.access is Access.UNTOLD
    assert survey.detail == "no answer in 0.5 s"


def test_a_bus_that_never_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "bus"))
        deaf.listen()
        survey = asked(f"unix:path={tmp_path}/bus", monkeypatch, tmp_path, patience=0.2)
    assert (survey.access, survey.detail) == (Access.UNTOLD, "no answer in 0.2 s")


@pytest.mark.parametrize("address", ["unix:path={}/none", "unix:path={}", "tcp:host=127.0.0.1,port=1", "nonsense"])
def test_no_bus_at_all(address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    survey = asked(address.format(tmp_path), monkeypatch, tmp_path)
    assert survey.access is Access.NO_BUS
    assert survey.detail


def test_the_bus_is_found_at_either_path(tmp_path: Path) -> None:
    new, old = tmp_path / "run", tmp_path / "var"
    assert system_bus({"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/x"}, (new, old)) == "unix:path=/x"
    assert system_bus({}, (new, old)) == f"unix:path={new}"
    old.touch()
    assert system_bus({"DBUS_SYSTEM_BUS_ADDRESS": ""}, (new, old)) == f"unix:path={old}"
    new.touch()
    assert system_bus({}, (new, old)) == f"unix:path={new}"


def test_a_bus_that_does_not_know_us_denies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with bus(auth="DBUS_COOKIE_SHA1", service="") as address:
        survey = asked(address, monkeypatch, tmp_path)
    assert survey.access is Access.DENIED_BY_POLICY
    assert survey.detail.startswith("the system bus: authentication failed")


def test_a_bus_that_hangs_up_tells_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with bus(users="deny", service="") as address:
        survey = asked(address, monkeypatch, tmp_path)
    assert survey.access is Access.UNTOLD
    assert survey.detail.startswith("the system bus: ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_closed_socket_denies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with bus(service="on") as address:
        Path(address.removeprefix("unix:path=")).chmod(0o600)
        survey = asked(address, monkeypatch, tmp_path)
        assert survey.access is Access.ANSWERED
        survey = as_nobody(lambda: with_service(survey, 5), Path(address.removeprefix("unix:path=")).parent)
    assert survey.access is Access.DENIED_BY_POLICY
    assert survey.detail == "the system bus: [Errno 13] Permission denied"


@pytest.mark.parametrize(
    ("name", "access"),
    [
        ("org.freedesktop.DBus.Error.AccessDenied", Access.DENIED_BY_POLICY),
        ("org.freedesktop.DBus.Error.ServiceUnknown", Access.NO_SERVICE),
        ("org.freedesktop.DBus.Error.NameHasNoOwner", Access.NO_SERVICE),
        ("org.freedesktop.DBus.Error.NoReply", Access.NO_SERVICE),
        ("org.freedesktop.DBus.Error.Spawn.ChildExited", Access.NO_SERVICE),
        ("org.bluez.Error.NotReady", Access.UNTOLD),
        ("", Access.UNTOLD),
    ],
)
def test_errors_are_told_apart_by_name(name: str, access: Access) -> None:
    assert access_of(name) is access


def test_odd_properties_break_nothing() -> None:
    objects = json.loads('{"/a": 3, "/b": {"org.bluez.Adapter1": 4}, "/c": {"org.bluez.Adapter1": {"Powered": "yes"}}}')
    assert list(parse_adapters(objects)) == [Adapter(name="c", power=Power.UNKNOWN)]
