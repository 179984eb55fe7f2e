"""A message bus of our own, and on it a small service with the face of BlueZ."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>{auth}</auth>
  <policy context="default">
    <{users} user="*"/><allow own="*"/><allow receive_sender="*"/><allow send_type="method_call"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    {deny}
  </policy>
</busconfig>
"""
_DENY = '<deny send_destination="org.bluez"/>'
_SERVICE = """
import asyncio, sys
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

def device(alias, connected, *services):
    return {"org.bluez.Device1": {"Alias": Variant("s", alias), "Address": Variant("s", alias),
                                  "Connected": Variant("b", connected), "UUIDs": Variant("as", list(services))}}

PLAYS, CALLS, KEYS = (f"0000{number}-0000-1000-8000-00805f9b34fb" for number in ("110b", "111e", "1124"))
OBJECTS = {
    "/org/bluez": {"org.bluez.AgentManager1": {}},
    "/org/bluez/hci0": {"org.bluez.Adapter1": {
        "Address": Variant("s", "00:11:22:33:44:55"), "Powered": Variant("b", sys.argv[1] == "on"),
        "Roles": Variant("as", [] if sys.argv[1] == "classic" else ["central"]),
    }},
    "/org/bluez/hci0/dev_1": device("WH-1000XM4", True, PLAYS, CALLS),
    "/org/bluez/hci0/dev_2": device("Keyboard", True, KEYS),
    "/org/bluez/hci0/dev_3": device("Other headset", False, PLAYS),
    "/org/bluez/hci0/dev_4": device("Speaker", True, PLAYS),
}
if sys.argv[1] == "bare":
    OBJECTS = {"/org/bluez": OBJECTS["/org/bluez"]}

async def main():
    bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    def answer(message):
        if message.message_type is not MessageType.METHOD_CALL or message.member != "GetManagedObjects":
            return None
        if sys.argv[1] == "silent":
            return True
        return Message.new_method_return(message, "a{oa{sa{sv}}}", [OBJECTS])
    bus.add_message_handler(answer)
    await bus.request_name("org.bluez")
    print("ready", flush=True)
    await bus.wait_for_disconnect()

asyncio.run(main())
"""


@contextmanager
def bus(*, deny: bool = False, service: str = "", auth: str = "EXTERNAL", users: str = "allow") -> Iterator[str]:
    """Run a message bus, and a service with the face of BlueZ where its state is given; give the bus's address."""
    with tempfile.TemporaryDirectory(prefix="bus-") as folder, ExitStack() as stack:
        config = Path(folder) / "bus.conf"
        config.write_text(_CONFIG.format(folder=folder, deny=_DENY if deny else "", auth=auth, users=users))
        address = f"unix:path={folder}/bus"
        stack.enter_context(_running(["dbus-daemon", "--nofork", "--print-address", f"--config-file={config}"], {}))
        if service:
            command = [sys.executable, "-c", _SERVICE, service]
            stack.enter_context(_running(command, {"DBUS_SYSTEM_BUS_ADDRESS": address}))
        yield address


@contextmanager
def _running(command: list[str], env: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()  # both say a line when they are ready
        try:
            yield
        finally:
            process.kill()
            process.communicate(timeout=10)
