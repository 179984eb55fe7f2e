"""BlueZ, asked over D-Bus for what it manages; nothing is scanned for and no service is started."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Headset, Power
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.platforms.headsets import offers, parse_headsets, properties

_PATIENCE: Final = 2.0
_SOCKETS: Final = (Path("/run/dbus/system_bus_socket"), Path("/var/run/dbus/system_bus_socket"))
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


def with_service(survey: BluetoothSurvey, patience: float = _PATIENCE) -> BluetoothSurvey:
    """Add what BlueZ says: whether the adapters are on, and which devices for sound are connected."""
    answer = asyncio.run(_managed(patience))
    match answer:
        case Unanswered():
            return replace(survey, access=answer.access, detail=answer.detail)
        case Managed():
            return replace(
                survey,
                access=Access.ANSWERED,
                adapters=_with_power(survey.adapters, tuple(parse_adapters(answer.objects))),
                headsets=_headsets(answer.objects),
            )


def _with_power(seen: tuple[Adapter, ...], managed: tuple[Adapter, ...]) -> tuple[Adapter, ...]:
    """Add BlueZ's word to what the kernel has: it does not list an adapter that it could not set up."""
    by_name = {adapter.name: adapter for adapter in (*seen, *managed)}
    return tuple(by_name[name] for name in sorted(by_name))


def _headsets(objects: JsonObject) -> tuple[Headset, ...]:
    connected = tuple(parse_headsets(objects, {}))
    return tuple(parse_headsets(objects, offers(os.environ))) if connected else ()


def parse_adapters(objects: JsonObject) -> Iterator[Adapter]:
    """Read ``org.bluez.Adapter1`` of every object."""
    for path, interfaces in objects.items():
        adapter = properties(interfaces, "org.bluez.Adapter1")
        if adapter:
            yield Adapter(name=path.rpartition("/")[2], power=_power(adapter.get("Powered")))


def _power(powered: JsonValue) -> Power:
    if not isinstance(powered, bool):
        return Power.UNKNOWN
    return Power.ON if powered else Power.OFF


async def _managed(patience: float) -> Managed | Unanswered:
    from dbus_fast.errors import AuthError, AuthTimeoutError, DBusFastError, InvalidAddressError

    try:
        async with asyncio.timeout(patience):
            return await _ask()
    except (TimeoutError, AuthTimeoutError):
        return Unanswered(access=Access.UNTOLD, detail=f"no answer in {patience:g} s")
    except (PermissionError, AuthError) as error:
        return Unanswered(access=Access.DENIED_BY_POLICY, detail=f"the system bus: {error}"[:200])
    except (FileNotFoundError, ConnectionRefusedError, InvalidAddressError) as error:
        return Unanswered(access=Access.NO_BUS, detail=str(error)[:200])
    except (DBusFastError, OSError, EOFError) as error:
        return Unanswered(access=Access.UNTOLD, detail=f"the system bus: {str(error) or type(error).__name__}"[:200])


def system_bus(env: Mapping[str, str], sockets: tuple[Path, ...]) -> str:
    """Give the address of the system bus: the named one, else the first socket that there is.

    dbus-fast knows the older of the two paths alone, which is a link to the newer one on most machines.
    """
    there = next((path for path in sockets if path.exists()), sockets[0])
    return env.get("DBUS_SYSTEM_BUS_ADDRESS") or f"unix:path={there}"


async def _ask() -> Managed | Unanswered:
    from dbus_fast import Message, MessageFlag, MessageType
    from dbus_fast.aio import MessageBus
    from dbus_fast.unpack import unpack_variants

    question = Message(
        destination="org.bluez",
        path="/",
        interface="org.freedesktop.DBus.ObjectManager",
        member="GetManagedObjects",
        flags=MessageFlag.NO_AUTOSTART,
    )
    bus = MessageBus(bus_address=system_bus(os.environ, _SOCKETS))
    try:
        await bus.connect()
        reply = await bus.call(question)
    finally:
        was_connected = bus.connected
        bus.disconnect()
        if was_connected:
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
