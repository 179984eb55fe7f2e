"""Bluetooth on Windows: the list of adapters, and the radio's state by the WinRT calls that bleak makes itself.

bleak tells the state only when it begins to scan, so its two calls before that are made here, and told in its words.
Never run for real.
"""

import asyncio
from collections.abc import Iterator
from importlib import import_module
from typing import Final

from hms_doctor.model.devices.bleak_reasons import Reason
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Power
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.platforms.bleak_state import with_reason
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.told import objects, read, word
from hms_doctor.platforms.windows import SYSTEM, device_list

_BUSES: Final = ("USB\\", "PCI\\", "ACPI\\")
"""Where adapters sit; everything else of the class is behind them."""
_PATIENCE: Final = 3.0
_RADIO: Final = {"ON": Reason.NONE, "OFF": Reason.POWERED_OFF, "DISABLED": Reason.POWERED_OFF}
"""Windows.Devices.Radios.RadioState; disabled is off by hardware."""


def bluetooth() -> Iterator[BluetoothSurvey]:
    """List the adapters, then ask for the radio's state."""
    survey = parse_bluetooth(read(device_list(DeviceKind.BLUETOOTH)))
    yield survey
    yield with_reason(survey, asyncio.run(_asked()))


def parse_bluetooth(told: JsonValue) -> BluetoothSurvey:
    """Read the list that ``Get-PnpDevice -Class Bluetooth`` gives, as JSON."""
    radios = [device for device in objects(told) if word(device, "InstanceId").startswith(_BUSES)]
    return BluetoothSurvey(
        here=here(),
        system=SYSTEM,
        adapters=tuple(Adapter(name=word(radio, "FriendlyName"), power=_power(radio)) for radio in radios),
        blocks=(),
        access=Access.NOT_ASKED if told is not None else Access.UNTOLD,
        detail="" if told is not None else "PowerShell gave no answer",
        headsets=(),
    )


def _power(radio: JsonObject) -> Power:
    return Power.UNKNOWN if word(radio, "Status") == "OK" else Power.OFF


async def _asked() -> Reason:
    try:
        async with asyncio.timeout(_PATIENCE):
            adapter = await import_module("winrt.windows.devices.bluetooth").BluetoothAdapter.get_default_async()
            radio = await adapter.get_radio_async() if adapter else None
    except Exception:  # noqa: BLE001 - whatever WinRT raises, the state is not known
        return Reason.UNKNOWN
    return reason_of(str(radio.state.name) if radio else "", there=bool(adapter))


def reason_of(state: str, *, there: bool) -> Reason:
    """Give bleak's reason for a radio's state, empty where Windows gives no radio to the adapter."""
    return _RADIO.get(state, Reason.UNKNOWN) if there else Reason.NO_BLUETOOTH
