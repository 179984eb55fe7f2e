"""Bluetooth adapters and rfkill switches, as Linux shows them in sysfs."""

from collections.abc import Iterator
from pathlib import Path

from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Power, RadioBlock
from hms_doctor.platforms.files import names_in, text_of
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.roots import Roots


def from_sysfs(roots: Roots) -> BluetoothSurvey:
    """Give what the kernel knows without asking any service."""
    return BluetoothSurvey(
        here=here(),
        system="linux",
        adapters=tuple(Adapter(name=name, power=Power.UNKNOWN) for name in _adapters(roots)),
        blocks=tuple(_blocks(roots)),
        access=Access.NOT_ASKED,
        detail="",
        headsets=(),
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
