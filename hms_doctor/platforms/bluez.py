"""BlueZ, asked over D-Bus for what it manages; nothing is scanned for and no service is started."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Power
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.platforms.told import word

_PATIENCE: Final = 2.0
_AUDIO: Final = ("0000110b", "0000111e", "00001108")
"""Services of a device to hear or call with: A2DP sink, hands-free, headset (Bluetooth assigned numbers)."""
_NO_SERVICE: Final = ("NameHasNoOwner", "ServiceUnknown", "NoReply", "Spawn.")


@dataclass(frozen=True, kw_only=True)
class Managed:
    """BlueZ's answer to GetManagedObjects: object path → interface → property → value."""

    objects: JsonObject


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """Why there was no such answer."""

    access: Access
    detail: str


def with_service(survey: BluetoothSurvey) -> BluetoothSurvey:
    """Add what BlueZ says: whether the adapters are on, and which audio devices are connected."""
    answer = asyncio.run(_managed())
    match answer:
        case Unanswered():
            return replace(survey, access=answer.access, detail=answer.detail)
        case Managed():
            return replace(
                survey,
                access=Access.ANSWERED,
                adapters=tuple(parse_adapters(answer.objects)) or survey.adapters,
                headsets=tuple(parse_headsets(answer.objects)),
            )


def parse_adapters(objects: JsonObject) -> Iterator[Adapter]:
    """Read ``org.bluez.Adapter1`` of every object."""
    for path, interfaces in objects.items():
        adapter = _properties(interfaces, "org.bluez.Adapter1")
        if adapter:
            yield Adapter(name=path.rpartition("/")[2], power=_power(adapter.get("Powered")))


def _power(powered: JsonValue) -> Power:
    if not isinstance(powered, bool):
        return Power.UNKNOWN
    return Power.ON if powered else Power.OFF


def parse_headsets(objects: JsonObject) -> Iterator[str]:
    """Read ``org.bluez.Device1``: those that are connected and made for sound."""
    for interfaces in objects.values():
        device = _properties(interfaces, "org.bluez.Device1")
        services = device.get("UUIDs")
        is_audio = isinstance(services, list) and any(str(service).startswith(_AUDIO) for service in services)
        if is_audio and device.get("Connected") is True:
            yield word(device, "Alias") or word(device, "Address")


def _properties(interfaces: JsonValue, name: str) -> JsonObject:
    found = interfaces.get(name) if isinstance(interfaces, dict) else None
    return found if isinstance(found, dict) else {}


async def _managed() -> Managed | Unanswered:
    from dbus_fast.errors import DBusFastError

    try:
        async with asyncio.timeout(_PATIENCE):
            return await _ask()
    except PermissionError as error:
        return Unanswered(access=Access.DENIED_BY_POLICY, detail=str(error))
    except TimeoutError:
        return Unanswered(access=Access.UNTOLD, detail=f"no answer in {_PATIENCE:.0f} s")
    except (DBusFastError, OSError, EOFError) as error:
        return Unanswered(access=Access.NO_BUS, detail=str(error) or type(error).__name__)


async def _ask() -> Managed | Unanswered:
    from dbus_fast import BusType, Message, MessageFlag, MessageType
    from dbus_fast.aio import MessageBus
    from dbus_fast.unpack import unpack_variants

    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    question = Message(
        destination="org.bluez",
        path="/",
        interface="org.freedesktop.DBus.ObjectManager",
        member="GetManagedObjects",
        flags=MessageFlag.NO_AUTOSTART,
    )
    try:
        reply = await bus.call(question)
    finally:
        bus.disconnect()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call] # closes the socket
    if reply.message_type is MessageType.ERROR:
        name = reply.error_name or ""
        said = f"{name}: {reply.body[0] if reply.body else ''}"
        return Unanswered(access=access_of(name), detail=said[:200])
    managed = unpack_variants(reply.body[0])
    return Managed(objects=managed if isinstance(managed, dict) else {})


def access_of(error_name: str) -> Access:
    """Tell a policy's refusal from a service that is not there, by the D-Bus error's name."""
    if error_name == "org.freedesktop.DBus.Error.AccessDenied":
        return Access.DENIED_BY_POLICY
    return Access.NO_SERVICE if any(word in error_name for word in _NO_SERVICE) else Access.UNTOLD
