"""What must be said of Bluetooth: eight states of a real kernel, bluetoothd and bus, written before they ran."""

from collections.abc import Mapping
from typing import Final

from guest_row import Row, Told

REQUIRED: Final = ("--require", "devices.bluetooth")

RADIO: Final = r"""
stop() {
    for name in "$@"; do
        busybox killall "$name" 2>/dev/null && until_true "! busybox pidof $name >/dev/null"
    done
    true
}
bus() {
    stop bluetoothd; rm -f /etc/dbus-1/system.d/zz-deny.conf
    [ -z "$1" ] || printf '%s' "$1" >/etc/dbus-1/system.d/zz-deny.conf
    stop dbus-daemon; rm -rf /run/dbus; mkdir -p /run/dbus; dbus-daemon --system --fork
}
no_bus() { stop bluetoothd dbus-daemon; rm -rf /run/dbus; }
adapter() {
    modprobe -a hci_vhci algif_skcipher algif_hash ecb cmac
    busybox pidof btvirt >/dev/null || { btvirt -l1 </dev/null >/run/btvirt 2>&1 & }
    until_true '[ -e /sys/class/bluetooth/hci0 ]'; rfkill unblock bluetooth
}
no_adapter() { stop btvirt; until_true '[ ! -e /sys/class/bluetooth/hci0 ]'; }
service() {
    busybox pidof bluetoothd >/dev/null && return
    /usr/libexec/bluetooth/bluetoothd -n </dev/null >/run/bluetoothd 2>&1 &
}
powered() { until_true "bluetoothctl show | grep -q 'Powered: $1'"; }
"""
_DENY: Final = (
    '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" '
    '"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">'
    '<busconfig><policy user="caller"><deny send_destination="org.bluez"/></policy></busconfig>'
)
_ON: Final = "no_bus; adapter; bus; service; powered yes"


def _off(*says: str, action: str = "") -> Told:
    return Told(verdict="fail", cause="bluetooth.off", code=3002, exit=1, says=says, action=action)


def _skipped(*says: str) -> Told:
    return Told(verdict="inconclusive", exit=3, says=says)


_STATES: Final[Mapping[str, tuple[str, Told, Told]]] = {
    "no support in the kernel": (
        "no_bus; no_adapter; modprobe -r hci_vhci bluetooth 2>/dev/null || true",
        _skipped("no Bluetooth adapter"),
        Told(verdict="fail", cause="bluetooth.absent", code=3002, exit=1, says=("no Bluetooth adapter",)),
    ),
    "no adapter": (
        "modprobe hci_vhci; no_adapter; bus; service",
        _skipped("no Bluetooth adapter"),
        Told(verdict="fail", cause="bluetooth.absent", code=3002, exit=1, says=("no Bluetooth adapter",)),
    ),
    "no bus": ("adapter; no_bus", _skipped("there is no system bus"), _off("there is no system bus")),
    "no service": (
        "adapter; bus",
        _skipped("service is not running"),
        _off("service is not running", "bluetoothd"),
    ),
    "on": (_ON, Told(verdict="pass", says=("hci0, on",)), Told(verdict="pass", says=("hci0, on",))),
    "off": (
        f"{_ON}; bluetoothctl power off >/dev/null; powered no",
        _skipped("switched off"),
        _off("Bluetooth is switched off", "bluetoothctl power on"),
    ),
    "blocked": (
        f"{_ON}; rfkill block bluetooth; powered no",
        _skipped("rfkill"),
        _off("rfkill", action="Run rfkill unblock bluetooth."),
    ),
    "denied": (
        f"adapter; bus '{_DENY}'; service",
        Told(
            verdict="warn",
            cause="bluetooth.denied_policy",
            code=3013,
            says=("Android's code, the nearest here", "org.bluez"),
        ),
        Told(
            verdict="fail",
            cause="bluetooth.denied_policy",
            code=3013,
            exit=1,
            says=("Android's code, the nearest here", "org.bluez"),
        ),
    ),
}

STATES: Final[Mapping[str, Row]] = {
    name: Row(world=f"{RADIO}\n{world}", told=found, also=(REQUIRED, required))
    for name, (world, found, required) in _STATES.items()
}
