"""How a device stands, in one word for the report."""

from enum import StrEnum

from hms_doctor.model.devices.cameras import CameraNode
from hms_doctor.model.devices.film_verdicts import is_black, is_frozen
from hms_doctor.model.devices.node_verdicts import errno_of, is_served
from hms_doctor.model.devices.pictures import Film, FilmRefused, NoPicture, Pictures, PicturesLost
from hms_doctor.model.devices.radios import Adapter, Block, BluetoothSurvey, Power, block_of
from hms_doctor.model.devices.recordings import Lost as SoundLost
from hms_doctor.model.devices.recordings import NoSamples, Outcome, Recorded, Refusal, Refused
from hms_doctor.model.devices.sound import NodeOpened, ServerDevice, SoundNode
from hms_doctor.model.devices.standing import Standing, standing
from hms_doctor.model.devices.surveys import NotTried
from hms_doctor.model.devices.verdicts import is_denied, is_gone


class DeviceState(StrEnum):
    """One word a device; what belongs to several is the worst of them."""

    FREE = "free"
    IN_USE = "in use"
    DENIED = "denied"
    GONE = "gone"  # the system knows it, and it cannot be opened
    SILENT = "silent"  # opened, and delivered nothing, or nothing but zeros
    LOST = "lost"  # while it was put to the test
    BLACK = "black"
    FROZEN = "frozen"
    MUTED = "muted"  # or turned down to nothing
    UNPLUGGED = "unplugged"
    IDLE = "idle"  # its card's profile leaves it out
    HUNG = "no answer"
    UNKNOWN = "unknown"
    ON = "on"
    OFF = "off"
    BLOCKED = "blocked"
    CONNECTED = "connected"


_STANDINGS = {
    Standing.FREE: DeviceState.FREE,
    Standing.BUSY: DeviceState.IN_USE,
    Standing.DENIED: DeviceState.DENIED,
    Standing.GONE: DeviceState.GONE,
    Standing.HUNG: DeviceState.HUNG,
}


def of_camera(node: CameraNode, film: Film) -> DeviceState:
    """Give the state of a camera; ``film`` is of that camera, or was not tried."""
    match film:
        case PicturesLost():
            return DeviceState.LOST
        case NoPicture():
            return DeviceState.SILENT
        case FilmRefused():
            return DeviceState.IN_USE if film.errno == "EBUSY" else DeviceState.SILENT
        case Pictures():
            return DeviceState.BLACK if is_black(film) else DeviceState.FROZEN if is_frozen(film) else DeviceState.FREE
        case NotTried():
            return _STANDINGS.get(standing(node), DeviceState.UNKNOWN)


def of_server_device(device: ServerDevice, recording: NotTried | Outcome) -> DeviceState:
    """Give the state of a source or sink; ``recording`` is of that source, or was not tried."""
    if device.muted or device.percent == 0:
        return DeviceState.MUTED
    heard = of_recording(recording)
    return DeviceState.UNPLUGGED if heard is DeviceState.FREE and not device.plugged else heard


def of_node(node: SoundNode, recording: NotTried | Outcome) -> DeviceState:
    """Give the state of a PCM node; one that a sound server holds is shared, not in use."""
    errno = errno_of(node)
    if node.is_muted:
        return DeviceState.MUTED
    if isinstance(node.look, NodeOpened | NotTried) or (errno == "EBUSY" and is_served(node)):
        return of_recording(recording)
    if errno == "EBUSY":
        return DeviceState.IN_USE
    if is_denied(errno):
        return DeviceState.DENIED
    return DeviceState.GONE if is_gone(errno) else DeviceState.UNKNOWN


def of_recording(outcome: NotTried | Outcome) -> DeviceState:
    """Give the state of a microphone by what came of recording it."""
    match outcome:
        case Recorded():
            return DeviceState.SILENT if outcome.levels.overall.zeros == 1 else DeviceState.FREE
        case NoSamples():
            return DeviceState.SILENT
        case SoundLost():
            return DeviceState.LOST
        case Refused(reason=Refusal.BUSY):
            return DeviceState.IN_USE
        case Refused(reason=Refusal.ABSENT):
            return DeviceState.GONE
        case _:
            return DeviceState.FREE


def of_adapter(survey: BluetoothSurvey, adapter: Adapter) -> DeviceState:
    """Give the state of a Bluetooth adapter."""
    if block_of(survey, adapter) is not Block.NONE:
        return DeviceState.BLOCKED
    powers = {Power.ON: DeviceState.ON, Power.OFF: DeviceState.OFF}
    return powers.get(adapter.power, DeviceState.UNKNOWN)
