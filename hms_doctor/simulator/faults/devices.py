"""What can be wrong with camera, microphone, speaker and Bluetooth, played by the device child."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey
from hms_doctor.model.devices.radios import Access, Adapter, BluetoothSurvey, Power, RadioBlock
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA, SIMULATED_HERE, Answer, CrashesIn, Hangs, scripted
from hms_doctor.model.devices.scripts import simulated_node as node
from hms_doctor.model.devices.sound import NoServer, ServerUntold, SoundNode, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, Holder, LibraryMissing, NotOpened, NotTried
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Scenario

_HOLDER: Final = Holder(name="Zoom", pid=4711)
_BUSY_CAMERA: Final = CameraOpened(
    driver="simulator", bus="simulated", captures=True, media_controller=False, buffers="EBUSY"
)


def _play(kind: DeviceKind, answer: Answer) -> Callable[[Scenario], Scenario]:
    return lambda scenario: replace(scenario, machine=scripted(scenario.machine, kind, answer))


_NO_ROOT: Final = (0, "")


def _fault(name: str, kind: DeviceKind, summary: str, answer: Answer, *, root: tuple[int, str] = _NO_ROOT) -> Fault:
    code, cause = root
    return Fault(
        name=name,
        code=code,
        check=f"devices.{kind.value}",
        cause=cause,
        kind="device",
        summary=summary,
        apply=_play(kind, answer),
    )


def _cameras(*nodes: CameraNode) -> CameraSurvey:
    return CameraSurvey(here=SIMULATED_HERE, nodes=nodes, film=NotTried())


def _without_server(*nodes: SoundNode) -> SoundSurvey:
    return SoundSurvey(
        here=SIMULATED_HERE, cards=("Simulated Card",), nodes=nodes, server=NoServer(), portaudio=NotTried()
    )


def _bluetooth(power: Power, access: Access, *blocks: RadioBlock) -> BluetoothSurvey:
    adapters = (Adapter(name="hci0", power=power),)
    return BluetoothSurvey(
        here=SIMULATED_HERE,
        system="linux",
        adapters=adapters,
        blocks=blocks,
        access=access,
        detail=access.value,
        headsets=(),
    )


_DENIED: Final = NotOpened(errno="EACCES")
_OUTSIDER: Final = replace(SIMULATED_HERE, groups=(), member_of=())
_CAMERA, _MICROPHONE, _SPEAKER, _BLUETOOTH = DeviceKind
_MICROPHONE_NODE: Final = node("Simulated Microphone", "c")

FAULTS = (
    _fault(
        "camera-denied",
        _CAMERA,
        "the user may not open the camera: not in the group video",
        replace(_cameras(replace(SIMULATED_CAMERA, look=_DENIED)), here=_OUTSIDER),
        root=(3001, "camera.denied"),
    ),
    _fault("camera-absent", _CAMERA, "there is no camera", _cameras(), root=(3002, "camera.absent")),
    _fault(
        "camera-busy",
        _CAMERA,
        "another program streams from the camera",
        _cameras(replace(SIMULATED_CAMERA, look=_BUSY_CAMERA, holder=_HOLDER)),
        root=(3003, "camera.busy"),
    ),
    _fault(
        "microphone-denied",
        _MICROPHONE,
        "the user may not open the microphone: not in the group audio",
        replace(_without_server(replace(_MICROPHONE_NODE, look=_DENIED)), here=_OUTSIDER),
        root=(3001, "microphone.denied"),
    ),
    _fault(
        "microphone-absent",
        _MICROPHONE,
        "the card has no input and no sound server runs",
        _without_server(),
        root=(3002, "microphone.absent"),
    ),
    _fault(
        "microphone-busy",
        _MICROPHONE,
        "another program holds the microphone for itself",
        _without_server(replace(_MICROPHONE_NODE, look=NotOpened(errno="EBUSY"), holder=_HOLDER)),
        root=(3003, "microphone.busy"),
    ),
    _fault("speaker-absent", _SPEAKER, "there is no sound output", _without_server(), root=(3002, "speaker.absent")),
    _fault(
        "bluetooth-denied-user",
        _BLUETOOTH,
        "the user has denied Bluetooth in the privacy settings (warns)",
        _bluetooth(Power.UNKNOWN, Access.DENIED_BY_USER),
        root=(3012, "bluetooth.denied_user"),
    ),
    _fault(
        "bluetooth-denied-policy",
        _BLUETOOTH,
        "a policy denies Bluetooth (warns)",
        _bluetooth(Power.UNKNOWN, Access.DENIED_BY_POLICY),
        root=(3013, "bluetooth.denied_policy"),
    ),
    _fault(
        "bluetooth-off",
        _BLUETOOTH,
        "Bluetooth is switched off: nothing to check",
        _bluetooth(Power.OFF, Access.NOT_ASKED, RadioBlock(name="hci0", soft=True, hard=False)),
    ),
    _fault("camera-hang", _CAMERA, "the camera's driver never answers", Hangs()),
    _fault(
        "portaudio-missing",
        _MICROPHONE,
        "a sound server runs, and PortAudio, which could ask it, is not installed",
        replace(
            _without_server(),
            server=ServerUntold(detail="pactl is missing"),
            portaudio=LibraryMissing(library="PortAudio", detail="PortAudio library not found"),
        ),
    ),
    _fault("portaudio-crash", _MICROPHONE, "PortAudio crashes", CrashesIn(library="PortAudio")),
)
