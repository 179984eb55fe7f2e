"""A device in words: how it stands, what it can, and what a test of it gave."""

from collections.abc import Iterator, Mapping
from typing import Final

from hms_doctor.model.devices.states import DeviceState
from hms_doctor.model.finding import CheckResult, Status
from hms_doctor.model.json import JsonObject, JsonValue

_BAR: Final = 10
"""Cells of a level bar."""
_FLOOR: Final = -60.0
"""dBFS that leave the bar empty."""
_STATES: Final[Mapping[str, str]] = {
    DeviceState.FREE: "free",
    DeviceState.DENIED: "permission denied",
    DeviceState.GONE: "cannot be opened",
    DeviceState.SILENT: "delivers nothing",
    DeviceState.LOST: "lost during the test",
    DeviceState.BLACK: "black pictures",
    DeviceState.FROZEN: "a frozen picture",
    DeviceState.MUTED: "muted",
    DeviceState.UNPLUGGED: "nothing plugged in",
    DeviceState.IDLE: "off in its profile",
    DeviceState.HUNG: "no answer",
    DeviceState.UNKNOWN: "state unknown",
    DeviceState.ON: "on",
    DeviceState.OFF: "off",
    DeviceState.BLOCKED: "blocked (rfkill)",
    DeviceState.CONNECTED: "connected",
}
_FINE: Final = {DeviceState.FREE, DeviceState.ON, DeviceState.CONNECTED}
_OUT: Final = {DeviceState.OFF, DeviceState.BLOCKED, DeviceState.IDLE}
_UNSURE: Final = {DeviceState.HUNG, DeviceState.UNKNOWN}
_ASIDE: Final = {DeviceState.MUTED, DeviceState.UNPLUGGED}
_CHANNELS: Final = {1: "mono", 2: "stereo"}


def status_of(device: JsonObject, check: CheckResult) -> Status:
    """Give a device's own status; trouble is as grave as its check found it, and a warning beside a good device."""
    state = text(device, "state")
    if state in _FINE:
        return Status.WARN if check.status is Status.WARN and _is_meant(device) else Status.PASS
    if state in _ASIDE and device.get("default") is False:
        return Status.SKIP
    if state in _OUT:
        return check.status if check.status is Status.FAIL else Status.SKIP
    if state in _UNSURE:
        return Status.INCONCLUSIVE
    return Status.WARN if check.status in {Status.PASS, Status.SKIP} else check.status


def _is_meant(device: JsonObject) -> bool:
    """Whether a warning that no state tells of is about this device: the one that was tested, or that an app gets."""
    return "test" in device or "use" in device or device.get("default") is True


def standing(device: JsonObject) -> str:
    """Say how a device stands: ``free``, ``default, 74 %``, ``in use by Zoom (pid 4711)``."""
    return ", ".join(filter(None, _standing(device)))


def _standing(device: JsonObject) -> Iterator[str]:
    state, volume = text(device, "state"), device.get("volume")
    yield "default" if device.get("default") is True else ""
    if state == DeviceState.IN_USE:
        yield f"in use by {_program(device) or 'another program'}"
    elif state == DeviceState.MUTED and device.get("muted") is False:
        yield "turned down to 0 %"
    elif state == DeviceState.SILENT and text(device, "kind") == "microphone":
        yield "silent"
    elif state == DeviceState.FREE:
        yield _free(device, volume)
    else:
        yield _STATES.get(state, state)


def _free(device: JsonObject, volume: JsonValue) -> str:
    if isinstance(volume, int):
        return f"{volume} %"
    if _program(device):
        return f"shared by {_program(device)}"
    if device.get("shared") is True:
        return "in use by another app too"
    if "default" in device:
        return "" if device["default"] else "ready"
    return "free to root" if device.get("as_root") is True else "free"


def _program(device: JsonObject) -> str:
    holder = device.get("holder")
    if not isinstance(holder, Mapping) or not holder.get("name"):
        return ""
    pid = f" (pid {holder['pid']})" if holder.get("pid") else ""
    return f"{holder['name']}{pid}"


def ability(device: JsonObject) -> str:
    """Say what a device can, or what a test of it gave: ``48 kHz stereo``, ``first picture 310 ms, 29.9 fps``."""
    test = device.get("test")
    if isinstance(test, Mapping) and "first_picture_ms" in test:
        return _filmed(test)
    if isinstance(test, Mapping) and "rms_dbfs" in test:
        return level(number(test, "rms_dbfs"))
    if isinstance(test, Mapping) and "heard" in test:
        return _heard(test)
    return text(device, "mode") or text(device, "use") or _sound(device)


def _heard(test: JsonObject) -> str:
    if test["heard"] is None or test.get("monitor") is True:
        return "played to the end"
    microphone = text(test, "microphone")
    return (
        f"heard by {microphone}, {number(test, 'delay_ms'):.0f} ms" if test["heard"] else f"not heard by {microphone}"
    )


def _filmed(test: JsonObject) -> str:
    promised = number(test, "promised_fps")
    of = f" of {promised:g}" if promised else ""
    rate = f", {number(test, 'fps'):.1f}{of} fps" if "fps" in test else ""
    return f"{text(test, 'size')}{rate}, first picture {number(test, 'first_picture_ms'):.0f} ms"


def level(rms: float) -> str:
    """Give a level as a bar and a figure: ``[######----] -24 dBFS``."""
    filled = round(_BAR * max(0.0, min(1.0, 1 - rms / _FLOOR)))
    figure = f"{rms:.0f} dBFS" if rms > -200 else "no sound at all"  # noqa: PLR2004 - the model's word for silence
    return f"[{'#' * filled}{'-' * (_BAR - filled)}] {figure}"


def _sound(device: JsonObject) -> str:
    rate, channels = number(device, "rate"), device.get("channels")
    if rate <= 0:
        return ""
    count = _CHANNELS.get(channels, f"{channels} channels") if isinstance(channels, int) and channels else ""
    return f"{rate / 1000:g} kHz {count}".strip()


def behind(device: JsonObject) -> Iterator[str]:
    """Give what ``-v`` adds: node or system name, driver and bus, formats."""
    driver, bus = text(device, "driver"), text(device, "bus")
    known = "" if text(device, "id") == text(device, "name") else text(device, "id")
    yield ", ".join(filter(None, (known, driver and f"driver {driver}", bus and f"bus {bus}")))
    formats = device.get("formats")
    if isinstance(formats, list | tuple) and formats:
        yield f"formats: {'; '.join(str(one) for one in formats)}"
    profiles = device.get("profiles")
    if isinstance(profiles, list | tuple) and profiles:
        yield f"profiles: {', '.join(str(one) for one in profiles)}"


def text(device: JsonObject, member: str) -> str:
    """Give a member that is a text, empty where there is none."""
    value = device.get(member)
    return value if isinstance(value, str) else ""


def number(device: JsonObject, member: str) -> float:
    """Give a member that is a number, 0 where there is none."""
    value = device.get(member)
    return float(value) if isinstance(value, int | float) else 0.0
