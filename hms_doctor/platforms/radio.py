"""Bluetooth adapters and rfkill switches, as Linux shows them in sysfs, and what would run the service."""

import errno
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Kernel, Power, RadioBlock, ServiceHost
from hms_doctor.platforms.files import names_in, text_of
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.roots import Roots

_AF_BLUETOOTH: Final = 31
_RAW: Final = socket.SOCK_RAW
_HCI: Final = 1
_LISTS: Final = ("modules.builtin", "modules.dep")
_DAEMON: Final = (
    "usr/libexec/bluetooth/bluetoothd",
    "usr/lib/bluetooth/bluetoothd",
    "usr/sbin/bluetoothd",
    "usr/bin/bluetoothd",
)
"""Where Debian and Fedora, Arch, and others keep BlueZ's daemon."""


def from_sysfs(roots: Roots, root: Path = Path("/")) -> BluetoothSurvey:
    """Give what the kernel knows without asking any service; ``root`` is where programs and modules lie."""
    adapters = _adapters(roots)
    return BluetoothSurvey(
        here=here(),
        system="linux",
        adapters=tuple(Adapter(name=name, power=Power.UNKNOWN) for name in adapters),
        blocks=tuple(_blocks(roots)),
        access=Access.NOT_ASKED,
        detail="",
        headsets=(),
        kernel=Kernel.KNOWS if adapters else kernel_support(roots, root),
        host=service_host(root),
    )


def _adapters(roots: Roots) -> list[str]:
    names = names_in(roots.sys / "class" / "bluetooth")
    return [name for name in names if name.startswith("hci") and ":" not in name]  # hci0:11 is a connection


def _blocks(roots: Roots) -> Iterator[RadioBlock]:
    for name in names_in(roots.sys / "class" / "rfkill"):
        switch = roots.sys / "class" / "rfkill" / name
        if _line(switch / "type") == "bluetooth":
            yield RadioBlock(
                name=_line(switch / "name"), soft=_line(switch / "soft") == "1", hard=_line(switch / "hard") == "1"
            )


def _line(path: Path) -> str:
    return text_of(path).strip()


def kernel_support(roots: Roots, root: Path) -> Kernel:
    """Say whether the kernel has Bluetooth, loaded or as a module.

    A socket is the last resort, as the kernel would load the module for it; and in a container it is refused whatever
    the kernel has (``bt_sock_create`` serves the first network namespace only).
    """
    modules = root / "lib/modules" / _line(roots.proc / "sys/kernel/osrelease")
    if (roots.sys / "class" / "bluetooth").exists() or any(
        "/bluetooth.ko" in text_of(modules / name) for name in _LISTS
    ):
        return Kernel.KNOWS
    try:
        with socket.socket(_AF_BLUETOOTH, _RAW, _HCI):
            return Kernel.KNOWS
    except OSError as error:
        return Kernel.LACKS if error.errno == errno.EAFNOSUPPORT else Kernel.UNTOLD


def service_host(root: Path) -> ServiceHost:
    """Say what would run bluetoothd on this machine."""
    if not any((root / path).exists() for path in _DAEMON):
        return ServiceHost.NOT_INSTALLED
    return ServiceHost.SYSTEMD if (root / "run/systemd/system").is_dir() else ServiceHost.OTHER
