"""The devices of an observation as the JSON report lists them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey, NotVideo
from hms_doctor.model.devices.film_verdicts import rate
from hms_doctor.model.devices.headsets import can_call, told
from hms_doctor.model.devices.look import NothingSeen, Survey
from hms_doctor.model.devices.modes import formats_told, mode_for_a_call, mode_told
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey, Sharing
from hms_doctor.model.devices.pictures import Film, FilmRefused, FirstFrame, NoFrame, Pictures, PicturesLost
from hms_doctor.model.devices.radios import BluetoothSurvey, Headset, block_of
from hms_doctor.model.devices.recordings import LeftAlone, Outcome, Recorded
from hms_doctor.model.devices.sound import IdleCard, NodeOpened, ServerDevice, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.standing import of_cameras
from hms_doctor.model.devices.states import DeviceState, of_adapter, of_camera, of_node, of_recording, of_server_device
from hms_doctor.model.devices.surveys import (
    DeviceKind,
    Here,
    Holder,
    HolderSeen,
    HolderUnseen,
    LibraryMissing,
    NotTried,
)
from hms_doctor.model.devices.tone_figures import by_output
from hms_doctor.model.json import JsonObject

_NOBODY: Final = HolderUnseen()
_UNTRIED: Final = NotTried()
_DUMMY: Final = "auto_null"
"""The sink that PulseAudio and PipeWire make up where there is no hardware."""


def listed(kind: DeviceKind, seen: Survey | NothingSeen) -> tuple[JsonObject, ...]:
    """Give each device of a kind as ``{"kind", "name", "id", "holder"}`` and what else is known of it."""
    tones = by_output(seen)
    return tuple({"kind": kind.value, **row, **tones.get(str(row["name"]), {})} for row in _rows(seen))


def _rows(seen: Survey | NothingSeen) -> Iterator[JsonObject]:
    match seen:
        case CameraSurvey():
            cameras = (node for node in of_cameras(seen.nodes) if may_be_camera(node))
            yield from (_camera(node, _film_of(node, seen.film), seen.here) for node in cameras)
        case SoundSurvey():
            yield from _sound(seen)
        case OsSurvey():
            yield from (_of_the_system(number, device, seen) for number, device in enumerate(seen.devices))
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


def _film_of(node: CameraNode, film: Film) -> Film:
    match film:
        case NotTried():
            return film
        case PicturesLost(pictures=pictures):
            return film if pictures.path == node.path else _UNTRIED
        case _:
            return film if film.path == node.path else _UNTRIED


def _camera(node: CameraNode, film: Film, here: Here) -> JsonObject:
    state = of_camera(node, film)
    holder = film.holder if isinstance(film, FilmRefused) else node.holder
    more: JsonObject = {"driver": "", "bus": "", "formats": []}
    if isinstance(node.look, CameraOpened):
        formats = node.look.formats
        mode: JsonObject = {"mode": mode_told(mode_for_a_call(formats))} if formats else {}
        more = {"driver": node.look.driver, "bus": node.look.bus, "formats": list(formats_told(formats)), **mode}
    return _row(node.name, node.path, state, {**more, **_filmed(film), **_as_root(state, here)}, holder)


def _filmed(film: Film) -> JsonObject:
    pictures = film.pictures if isinstance(film, PicturesLost) else film
    if not isinstance(pictures, Pictures):
        return {}
    figures: JsonObject = {
        "first_picture_ms": round(pictures.first_ms, 1),
        "fps": round(rate(pictures), 2),
        "promised_fps": round(pictures.got.fps, 2),
        "size": f"{pictures.got.width}x{pictures.got.height}",
    }
    return {"test": figures}


def _as_root(state: DeviceState, here: Here) -> JsonObject:
    """Note what only root was seen to be let in to: the kernel asks nobody else who he is."""
    return {"as_root": True} if here.is_root and state is DeviceState.FREE else {}


def _sound(survey: SoundSurvey) -> Iterator[JsonObject]:
    server = survey.server
    if isinstance(server, SoundServer):
        real = (each for each in server.devices if not each.is_monitor and not each.name.startswith(_DUMMY))
        yield from (_server_device(device, server, survey.recording) for device in real)
        yield from (_idle(card) for card in server.idle)
        named = {device.description for device in server.devices} | {card.description for card in server.idle}
        yield from (_headset(headset) for headset in server.headsets if headset not in named)
        return
    yield from (_node(node, survey) for node in survey.nodes)


def _server_device(device: ServerDevice, server: SoundServer, recording: NotTried | Outcome) -> JsonObject:
    outcome = _recording_of(device.description, recording)
    more: JsonObject = {
        "default": device.name == server.default,
        "muted": device.muted,
        "volume": device.percent,
        "rate": device.rate,
        "channels": device.channels,
    }
    return _row(device.description, device.name, of_server_device(device, outcome), {**more, **_recorded(outcome)})


def _idle(card: IdleCard) -> JsonObject:
    return _row(card.description, card.name, DeviceState.IDLE, {"profile": card.profile})


def _headset(name: str) -> JsonObject:
    return _row(name, name, DeviceState.CONNECTED, {"use": "switches on in a call"})


def _node(node: SoundNode, survey: SoundSurvey) -> JsonObject:
    outcome = _recording_of(node.name, survey.recording)
    state = of_node(node, outcome)
    root = _as_root(state, survey.here) if isinstance(node.look, NodeOpened) else {}
    return _row(node.name, node.path, state, {**_recorded(outcome), **root}, node.holder)


def _recording_of(name: str, outcome: NotTried | Outcome) -> NotTried | Outcome:
    match outcome:
        case NotTried() | LibraryMissing() | LeftAlone():
            return _UNTRIED
        case _:
            return outcome if outcome.name == name else _UNTRIED


def _recorded(outcome: NotTried | Outcome) -> JsonObject:
    if not isinstance(outcome, Recorded):
        return {}
    heard = outcome.levels.overall
    return {"test": {"rms_dbfs": round(heard.rms, 1), "peak_dbfs": round(heard.peak, 1), "clips": heard.clips}}


def _of_the_system(number: int, device: OsDevice, survey: OsSurvey) -> JsonObject:
    """Tell of a device of macOS or Windows; its picture is known by the device's place in the system's list."""
    outcome = _recording_of(device.name, survey.recording)
    frame = (
        survey.frame if isinstance(survey.frame, FirstFrame | NoFrame) and survey.frame.path == str(number) else None
    )
    closed = survey.consent in {Consent.DENIED, Consent.RESTRICTED}
    state = (
        DeviceState.DENIED if closed else DeviceState.SILENT if isinstance(frame, NoFrame) else of_recording(outcome)
    )
    shared: JsonObject = {"shared": True} if device.sharing is Sharing.ELSEWHERE else {}
    filmed: JsonObject = {}
    if isinstance(frame, FirstFrame):
        filmed = {"test": {"first_picture_ms": round(frame.ms, 1), "size": f"{frame.width}x{frame.height}"}}
    more: JsonObject = {"default": device.is_default, **shared, **filmed, **_recorded(outcome)}
    return _row(device.name, device.id, state, more)


def _radios(survey: BluetoothSurvey) -> Iterator[JsonObject]:
    for adapter in survey.adapters:
        blocked = block_of(survey, adapter).value
        state = of_adapter(survey, adapter)
        yield _row(adapter.name, adapter.name, state, {"power": adapter.power.value, "rfkill": blocked})
    for headset in survey.headsets:
        more: JsonObject = {"profiles": [profile.value for profile in headset.profiles], "use": _use(headset)}
        yield _row(headset.name, headset.name, DeviceState.CONNECTED, more)


def _use(headset: Headset) -> str:
    if not can_call(headset):
        return "listening only, no microphone for a call"
    return told(replace(headset, name="")).strip(" ()")


def _row(name: str, id_: str, state: DeviceState, more: JsonObject, holder: HolderSeen = _NOBODY) -> JsonObject:
    held: JsonObject | None = {"name": holder.name, "pid": holder.pid} if isinstance(holder, Holder) else None
    return {"name": name, "id": id_, "holder": held, "state": state.value, **more}
