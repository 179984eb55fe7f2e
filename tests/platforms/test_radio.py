"""Bluetooth without its service: sysfs, the kernel's modules, and what would run the service."""

import socket
from pathlib import Path

import pytest

from hms_doctor.model.devices.radios import Access, Block, Kernel, Power, ServiceHost, block_of, block_of_machine
from hms_doctor.platforms.linux import bluetooth
from hms_doctor.platforms.radio import from_sysfs, kernel_support, service_host
from hms_doctor.platforms.roots import Roots


def roots(tmp_path: Path) -> Roots:
    return Roots(dev=tmp_path / "dev", sys=tmp_path / "sys", proc=tmp_path / "proc")


def plug(tmp_path: Path, *adapters: str) -> None:
    for name in adapters:
        (tmp_path / "sys/class/bluetooth" / name).mkdir(parents=True)


def block(tmp_path: Path, name: str, *, soft: int = 0, hard: int = 0, kind: str = "bluetooth") -> None:
    folder = tmp_path / "sys/class/rfkill" / f"rfkill_{name}"
    folder.mkdir(parents=True)
    for file, text in (("type", kind), ("name", name), ("soft", soft), ("hard", hard)):
        (folder / file).write_text(f"{text}\n")


@pytest.mark.parametrize(
    ("soft", "hard", "told"), [(0, 0, Block.NONE), (1, 0, Block.SOFT), (0, 1, Block.HARD), (1, 1, Block.HARD)]
)
def test_soft_and_hard_blocks_are_told_apart(soft: int, hard: int, told: Block, tmp_path: Path) -> None:
    plug(tmp_path, "hci0", "hci1", "hci0:11")
    block(tmp_path, "hci0", soft=soft, hard=hard)
    block(tmp_path, "phy0", soft=1, kind="wlan")
    survey = from_sysfs(roots(tmp_path))
    assert [(adapter.name, adapter.power) for adapter in survey.adapters] == [
        ("hci0", Power.UNKNOWN),
        ("hci1", Power.UNKNOWN),
    ]
    assert [block_of(survey, adapter) for adapter in survey.adapters] == [told, Block.NONE]
    assert block_of_machine(survey) is Block.NONE
    assert survey.kernel is Kernel.KNOWS


@pytest.mark.parametrize(("soft", "hard", "told"), [(1, 0, Block.SOFT), (1, 1, Block.HARD)])
def test_the_machines_switch_takes_the_adapter_away(soft: int, hard: int, told: Block, tmp_path: Path) -> None:
    block(tmp_path, "dell-bluetooth", soft=soft, hard=hard)
    survey = from_sysfs(roots(tmp_path))
    assert (survey.adapters, block_of_machine(survey)) == ((), told)


def test_a_blocked_adapter_asks_no_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    plug(tmp_path, "hci0")
    block(tmp_path, "hci0", hard=1)
    assert [survey.access for survey in bluetooth(roots(tmp_path))] == [Access.NOT_ASKED]
    plug(tmp_path, "hci1")
    assert [survey.access for survey in bluetooth(roots(tmp_path))] == [Access.NOT_ASKED, Access.NO_BUS]


@pytest.mark.parametrize("name", ["modules.dep", "modules.builtin"])
def test_a_module_that_is_not_loaded_is_known(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "lib/modules/6.1.0-56-amd64"
    folder.mkdir(parents=True)
    release = tmp_path / "proc/sys/kernel/osrelease"
    release.parent.mkdir(parents=True)
    release.write_text("6.1.0-56-amd64\n")
    (folder / name).write_text("kernel/net/bluetooth/bluetooth.ko: kernel/net/rfkill/rfkill.ko\n")
    assert kernel_support(roots(tmp_path), tmp_path) is Kernel.KNOWS


def test_a_loaded_module_is_known(tmp_path: Path) -> None:
    (tmp_path / "sys/class/bluetooth").mkdir(parents=True)
    assert kernel_support(roots(tmp_path), tmp_path) is Kernel.KNOWS


def test_without_a_module_the_kernel_has_the_word(tmp_path: Path) -> None:
    try:
        socket.socket(31, socket.SOCK_RAW, 1).close()
        expected = Kernel.KNOWS
    except OSError as error:
        expected = Kernel.LACKS if "family" in str(error) else Kernel.UNTOLD
    assert kernel_support(roots(tmp_path), tmp_path) is expected


@pytest.mark.parametrize("daemon", ["usr/libexec/bluetooth/bluetoothd", "usr/lib/bluetooth/bluetoothd"])
def test_what_runs_the_service_is_told(daemon: str, tmp_path: Path) -> None:
    assert service_host(tmp_path) is ServiceHost.NOT_INSTALLED
    (tmp_path / daemon).parent.mkdir(parents=True)
    (tmp_path / daemon).touch()
    assert service_host(tmp_path) is ServiceHost.OTHER
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert service_host(tmp_path) is ServiceHost.SYSTEMD
