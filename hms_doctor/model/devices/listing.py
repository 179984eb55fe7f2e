"""The devices of an observation as the JSON report lists them."""

from collections.abc import Iterator
from typing import Final

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey, NotVideo
from hms_doctor.model.devices.look import NothingSeen, Survey
from hms_doctor.model.devices.modes import formats_told
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.radios import BluetoothSurvey, block_of
from hms_doctor.model.devices.sound import SoundServer, SoundSurvey
from hms_doctor.model.devices.standing import of_cameras
from hms_doctor.model.devices.surveys import DeviceKind, Holder, HolderSeen, HolderUnseen
from hms_doctor.model.json import JsonObject, JsonValue

_NOBODY: Final = HolderUnseen()


def listed(kind: DeviceKind, seen: Survey | NothingSeen) -> tuple[JsonObject, ...]:
    """Give each device of a kind as ``{"kind", "name", "id", "holder"}`` and what else is known of it."""
    return tuple({"kind": kind.value, **row} for row in _rows(seen))


def _rows(seen: Survey | NothingSeen) -> Iterator[JsonObject]:
    match seen:
        case CameraSurvey():
            yield from (_camera(node) for node in of_cameras(seen.nodes) if may_be_camera(node))
        case SoundSurvey():
            yield from _sound(seen)
        case OsSurvey():
            yield from (_row(device.name, device.id, default=device.is_default) for device in seen.devices)
        case BluetoothSurvey():
            yield from _radios(seen)
        case NothingSeen():
            return


def may_be_camera(node: CameraNode) -> bool:
    """Whether a node is a camera, or could be one if it were opened."""
    match node.look:
        case CameraOpened():
            return node.look.captures and not node.look.media_controller
        case NotVideo():
            return False
        case _:
            return True


def _camera(node: CameraNode) -> JsonObject:
    if not isinstance(node.look, CameraOpened):
        return _row(node.name, node.path, node.holder, driver="", bus="", formats=[])
    formats = list(formats_told(node.look.formats))
    return _row(node.name, node.path, node.holder, driver=node.look.driver, bus=node.look.bus, formats=formats)


def _sound(survey: SoundSurvey) -> Iterator[JsonObject]:
    server = survey.server
    if isinstance(server, SoundServer):
        for device in server.devices:
            if not device.is_monitor:
                yield _row(device.description, device.name, default=device.name == server.default, muted=device.muted)
        return
    for node in survey.nodes:
        yield _row(node.name, node.path, node.holder)


def _radios(survey: BluetoothSurvey) -> Iterator[JsonObject]:
    for adapter in survey.adapters:
        blocked = block_of(survey, adapter).value
        yield _row(adapter.name, adapter.name, power=adapter.power.value, rfkill=blocked)
    for headset in survey.headsets:
        profiles = [profile.value for profile in headset.profiles]
        yield _row(headset.name, headset.name, profiles=profiles)


def _row(name: str, id_: str, holder: HolderSeen = _NOBODY, **more: JsonValue) -> JsonObject:
    held: JsonObject | None = {"name": holder.name, "pid": holder.pid} if isinstance(holder, Holder) else None
    return {"name": name, "id": id_, "holder": held, **more}
