"""Bluetooth on macOS: what the system lists, what its privacy settings say, and then bleak; never run for real."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Final

from hms_doctor.model.devices.os_survey import Consent
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Headset, Power
from hms_doctor.model.json import JsonValue
from hms_doctor.platforms.bleak_state import asked, with_reason
from hms_doctor.platforms.headsets import name_of
from hms_doctor.platforms.macos import SYSTEM, consent_of, profile
from hms_doctor.platforms.posix import here
from hms_doctor.platforms.told import objects, read, word

_ACCESS: Final = {Consent.DENIED: Access.DENIED_BY_USER, Consent.RESTRICTED: Access.DENIED_BY_POLICY}
_POWERS: Final = {"attrib_on": Power.ON, "attrib_off": Power.OFF}
_FOR_SOUND: Final = {"Headphones", "Headset", "Speaker", "Hands-Free"}


def bluetooth() -> Iterator[BluetoothSurvey]:
    """List, read the privacy settings, and only where those allow it ask CoreBluetooth.

    Asking it earlier would open a dialogue, and macOS kills a program whose terminal gives no reason for it.
    """
    survey = parse_bluetooth(read(profile("SPBluetoothDataType")))
    yield survey
    consent = _consent()
    yield with_consent(survey, consent)
    if consent is Consent.ALLOWED:
        yield with_reason(survey, asyncio.run(asked()))


def parse_bluetooth(told: JsonValue) -> BluetoothSurvey:
    """Read ``system_profiler SPBluetoothDataType -json``; no address is kept."""
    states = [word(part, "controller_properties", "controller_state") for part in objects(told, "SPBluetoothDataType")]
    return BluetoothSurvey(
        here=here(),
        system=SYSTEM,
        adapters=tuple(Adapter(name="Bluetooth", power=_POWERS.get(state, Power.UNKNOWN)) for state in states if state),
        blocks=(),
        access=Access.ANSWERED if told is not None else Access.UNTOLD,
        detail="" if told is not None else "system_profiler gave no answer",
        headsets=tuple(_connected(told)),
    )


def _connected(told: JsonValue) -> Iterator[Headset]:
    for part in objects(told, "SPBluetoothDataType"):
        for device in objects(part, "device_connected"):
            for name, facts in device.items():
                if word(facts, "device_minorType") in _FOR_SOUND:
                    yield Headset(name=name_of(name[:200]), profiles=())


def with_consent(survey: BluetoothSurvey, consent: Consent) -> BluetoothSurvey:
    """Add what the privacy settings say to the terminal program."""
    if consent not in _ACCESS:
        return survey
    return replace(survey, access=_ACCESS[consent], detail=f"privacy settings: {consent.value}")


def _consent() -> Consent:
    """Ask CBManager, which answers without a dialogue (CBManagerAuthorization)."""
    try:
        status = import_module("CoreBluetooth").CBManager.authorization()
    except Exception:  # noqa: BLE001 - whatever the bridge raises, the answer is not known
        return Consent.UNKNOWN
    return consent_of(status)
