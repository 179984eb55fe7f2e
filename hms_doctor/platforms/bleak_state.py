"""Bluetooth as bleak finds it: one call that neither scans nor switches anything on."""

import asyncio
from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.bleak_reasons import Presence, RadioState, Reason, named, state_of
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Power

_PATIENCE: Final = 3.0


async def asked(patience: float = _PATIENCE) -> Reason:
    """Ask bleak for the adapter; macOS waits for its Bluetooth service, for ever where a dialogue is open."""
    from bleak import BleakAdapter
    from bleak.exc import BleakBluetoothNotAvailableError, BleakError

    try:
        async with asyncio.timeout(patience):
            await BleakAdapter.get()
    except BleakBluetoothNotAvailableError as error:
        return named(error.reason.name)
    except (BleakError, TimeoutError, OSError):
        return Reason.UNKNOWN
    return Reason.NONE


def with_reason(survey: BluetoothSurvey, reason: Reason) -> BluetoothSurvey:
    """Add to the system's list what bleak says; its word on the power is the newer one, its silence takes none back."""
    state = state_of(reason)
    if state.access is Access.UNTOLD and survey.adapters:
        return survey
    detail = "" if reason is Reason.NONE else f"bleak: {reason.value}"
    return replace(survey, adapters=_adapters(survey, state), access=state.access, detail=detail)


def _adapters(survey: BluetoothSurvey, state: RadioState) -> tuple[Adapter, ...]:
    if state.presence is Presence.NOT_THERE:
        return ()
    if not survey.adapters and state.presence is Presence.THERE:
        return (Adapter(name="Bluetooth", power=state.power),)
    if state.power is Power.UNKNOWN:
        return survey.adapters
    return tuple(replace(adapter, power=state.power) for adapter in survey.adapters)
