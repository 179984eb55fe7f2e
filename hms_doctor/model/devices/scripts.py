"""Scripts for simulated devices: the JSON text that a device child plays in place of the machine's devices.

``{"camera": survey | {"hang": true} | {"crash": "PortAudio"}, "microphone": …, "speaker": …, "bluetooth": …}``; a kind
that is not named is healthy. ``{"survey": survey, "hang": true}`` hangs after it told the survey. Other members of the
script (``links``) belong to others and are kept.
"""

import json
from typing import Final, TypeAlias

from hms_doctor.model.devices.cameras import CameraFormat, CameraNode, CameraOpened, CameraSurvey
from hms_doctor.model.devices.codec import to_json
from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.radios import Access, Adapter, AudioProfile, BluetoothSurvey, Headset, Power
from hms_doctor.model.devices.sound import ServerDevice, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, Here, HolderUnseen, NotTried
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Seat


@dataclass(frozen=True, kw_only=True)
class Hangs:
    """The child never answers."""


@dataclass(frozen=True, kw_only=True)
class CrashesIn:
    """The child dies of SIGABRT inside a native library."""

    library: str


Answer: TypeAlias = Survey | Hangs | CrashesIn

SIMULATED_HERE: Final = Here(
    seat=Seat.DESKTOP, user="caller", is_root=False, groups=("audio", "video"), member_of=("audio", "video")
)
SIMULATED_CAMERA: Final = CameraNode(
    path="/dev/video0",
    name="Simulated Camera",
    group="video",
    look=CameraOpened(
        driver="simulator",
        bus="simulated",
        captures=True,
        media_controller=False,
        buffers="",
        formats=(CameraFormat(pixels="YUYV", width=1280, height=720, rates=(30.0,)),),
    ),
    holder=HolderUnseen(),
)
_CAMERA: Final = CameraSurvey(here=SIMULATED_HERE, nodes=(SIMULATED_CAMERA,), film=NotTried())
SIMULATED_HEADSET: Final = Headset(name="Simulated Headset", profiles=(AudioProfile.A2DP, AudioProfile.HFP))
_BLUETOOTH: Final = BluetoothSurvey(
    here=SIMULATED_HERE,
    system="linux",
    adapters=(Adapter(name="hci0", power=Power.ON),),
    blocks=(),
    access=Access.ANSWERED,
    detail="",
    headsets=(SIMULATED_HEADSET,),
)


def simulated_node(name: str, letter: str) -> SoundNode:
    """Give the PCM node of the simulated card; ``letter`` is ``c`` (capture) or ``p`` (playback)."""
    path = f"/dev/snd/pcmC0D0{letter}"
    return SoundNode(path=path, name=name, group="audio", look=NotTried(), holder=HolderUnseen())


def simulated_device(name: str) -> ServerDevice:
    """Give the source or sink of the simulated sound server."""
    return ServerDevice(
        name="simulated",
        description=name,
        muted=False,
        percent=100,
        is_monitor=False,
        plugged=True,
        channels=2,
        rate=48_000,
    )


def _sound(name: str, letter: str) -> SoundSurvey:
    device = simulated_device(name)
    return SoundSurvey(
        here=SIMULATED_HERE,
        cards=("Simulated Card",),
        nodes=(simulated_node(name, letter),),
        server=SoundServer(name="Simulated Server", default="simulated", devices=(device,), headsets=()),
        portaudio=NotTried(),
    )


_HEALTHY: Final[dict[DeviceKind, Survey]] = {
    DeviceKind.CAMERA: _CAMERA,
    DeviceKind.MICROPHONE: _sound("Simulated Microphone", "c"),
    DeviceKind.SPEAKER: _sound("Simulated Speaker", "p"),
    DeviceKind.BLUETOOTH: _BLUETOOTH,
}


def healthy(kind: DeviceKind) -> Survey:
    """Give what is seen of a kind of which a script says nothing."""
    return _HEALTHY[kind]


def scripted(script: str, kind: DeviceKind, answer: Answer) -> str:
    """Give the script with one kind's answer set; an empty script is a healthy machine."""
    members: dict[str, JsonValue] = json.loads(script) if script else {}
    members[kind.value] = _answer(answer)
    return json.dumps(members)


def _answer(answer: Answer) -> JsonValue:
    match answer:
        case Hangs():
            return {"hang": True}
        case CrashesIn():
            return {"crash": answer.library}
        case CameraSurvey() | SoundSurvey() | OsSurvey() | BluetoothSurvey():
            return to_json(answer)


def answer_in(script: JsonObject, kind: DeviceKind) -> JsonValue:
    """Give what a script says of a kind, by default that all is well."""
    return script[kind.value] if kind.value in script else to_json(healthy(kind))
