"""What can be wrong with camera, microphone, speaker and Bluetooth, played by the device child."""

from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey
from hms_doctor.model.devices.radios import (
    Access,
    Adapter,
    AudioProfile,
    BluetoothSurvey,
    Headset,
    Power,
    RadioBlock,
    WiredMicrophones,
)
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA, SIMULATED_HERE, CrashesIn, Hangs, simulated_device
from hms_doctor.model.devices.scripts import simulated_node as node
from hms_doctor.model.devices.sound import NodeOpened, NoServer, ServerDown, ServerUntold, SoundNode, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, HolderUnseen, LibraryMissing, NotOpened, NotTried
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.simulator.device_fault import HOLDER, fault, sources

_BUSY_CAMERA: Final = CameraOpened(
    driver="simulator", bus="simulated", captures=True, media_controller=False, buffers="EBUSY"
)


def _cameras(*nodes: CameraNode) -> CameraSurvey:
    return CameraSurvey(here=SIMULATED_HERE, nodes=nodes, film=NotTried())


def _without_server(*nodes: SoundNode) -> SoundSurvey:
    return SoundSurvey(
        here=SIMULATED_HERE, cards=("Simulated Card",), nodes=nodes, server=NoServer(), portaudio=NotTried()
    )


def _server_down(letter: str) -> SoundSurvey:
    server = ServerDown(
        detail="PipeWire is installed and nobody listens at its socket",
        order="Run systemctl --user restart pipewire-pulse.",
    )
    return replace(_without_server(replace(node("Simulated Card", letter), look=NodeOpened())), server=server)


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
_SOURCE: Final = simulated_device("Simulated Microphone")
_OTHER_SOURCE: Final = replace(simulated_device("Simulated Microphone"), name="other")

FAULTS = (
    fault(
        "camera-denied",
        _CAMERA,
        "the user may not open the camera: not in the group video",
        replace(_cameras(replace(SIMULATED_CAMERA, look=_DENIED)), here=_OUTSIDER),
        root=(3001, "camera.denied"),
    ),
    fault("camera-absent", _CAMERA, "there is no camera", _cameras(), root=(3002, "camera.absent")),
    fault(
        "camera-busy",
        _CAMERA,
        "another program streams from the camera",
        _cameras(replace(SIMULATED_CAMERA, look=_BUSY_CAMERA, holder=HOLDER)),
        root=(3003, "camera.busy"),
    ),
    fault(
        "camera-held-by-unseen",
        _CAMERA,
        "a program of another user, which this one may not see, streams from the camera",
        _cameras(replace(SIMULATED_CAMERA, look=_BUSY_CAMERA, holder=HolderUnseen())),
        root=(3003, "camera.busy"),
    ),
    fault(
        "camera-hidden",
        _CAMERA,
        "the kernel has the camera, and there is no node for it",
        _cameras(replace(SIMULATED_CAMERA, group="", look=NotOpened(errno="ENOENT"))),
        root=(3002, "camera.hidden"),
    ),
    fault(
        "camera-not-found",
        _CAMERA,
        "the camera that was chosen is not there (web: 3014)",
        _cameras(SIMULATED_CAMERA),
        root=(3002, "camera.not_found"),
        wish=DeviceWish(camera="Studio Camera"),
    ),
    fault(
        "microphone-denied",
        _MICROPHONE,
        "the user may not open the microphone: not in the group audio",
        replace(_without_server(replace(_MICROPHONE_NODE, look=_DENIED)), here=_OUTSIDER),
        root=(3001, "microphone.denied"),
    ),
    fault(
        "microphone-absent",
        _MICROPHONE,
        "the card has no input and no sound server runs",
        _without_server(),
        root=(3002, "microphone.absent"),
    ),
    fault(
        "microphone-busy",
        _MICROPHONE,
        "another program holds the microphone for itself",
        _without_server(replace(_MICROPHONE_NODE, look=NotOpened(errno="EBUSY"), holder=HOLDER)),
        root=(3003, "microphone.busy"),
    ),
    fault(
        "microphone-not-found",
        _MICROPHONE,
        "the microphone that was chosen is not there (web: 3014)",
        sources(_SOURCE),
        root=(3002, "microphone.not_found"),
        wish=DeviceWish(microphone="Studio Microphone"),
    ),
    fault(
        "microphone-muted",
        _MICROPHONE,
        "the microphone is muted in the sound settings (warns)",
        sources(replace(_SOURCE, muted=True)),
        root=(0, "microphone.muted"),
    ),
    fault(
        "microphone-low-volume",
        _MICROPHONE,
        "the microphone is turned down to 3 % (warns)",
        sources(replace(_SOURCE, percent=3)),
        root=(0, "microphone.low"),
    ),
    fault(
        "microphone-monitor",
        _MICROPHONE,
        "the default input hears what the speaker plays (warns)",
        sources(replace(_SOURCE, description="Monitor of Simulated Speaker", is_monitor=True), _OTHER_SOURCE),
        root=(0, "microphone.monitor"),
    ),
    fault(
        "microphone-unplugged",
        _MICROPHONE,
        "nothing is in the socket of the default input (warns)",
        sources(replace(_SOURCE, plugged=False)),
        root=(0, "microphone.unplugged"),
    ),
    fault(
        "microphone-server-down",
        _MICROPHONE,
        "the sound server does not run, and programs fall back to the card (warns)",
        _server_down("c"),
        root=(0, "microphone.server_down"),
    ),
    fault(
        "speaker-server-down",
        _SPEAKER,
        "the same for the sound output (warns)",
        _server_down("p"),
        root=(0, "speaker.server_down"),
    ),
    fault(
        "speaker-muted",
        _SPEAKER,
        "the sound output is muted (warns)",
        sources(replace(simulated_device("Simulated Speaker"), muted=True)),
        root=(0, "speaker.muted"),
    ),
    fault("speaker-absent", _SPEAKER, "there is no sound output", _without_server(), root=(3002, "speaker.absent")),
    fault(
        "bluetooth-denied-user",
        _BLUETOOTH,
        "the user has denied Bluetooth in the privacy settings (warns)",
        _bluetooth(Power.UNKNOWN, Access.DENIED_BY_USER),
        root=(3012, "bluetooth.denied_user"),
    ),
    fault(
        "bluetooth-denied-policy",
        _BLUETOOTH,
        "a policy denies Bluetooth (warns)",
        _bluetooth(Power.UNKNOWN, Access.DENIED_BY_POLICY),
        root=(3013, "bluetooth.denied_policy"),
    ),
    fault(
        "bluetooth-off",
        _BLUETOOTH,
        "Bluetooth is switched off: nothing to check",
        _bluetooth(Power.OFF, Access.NOT_ASKED, RadioBlock(name="hci0", soft=True, hard=False)),
    ),
    fault(
        "bluetooth-off-by-hand",
        _BLUETOOTH,
        "Bluetooth is switched off in the settings: nothing to check",
        _bluetooth(Power.OFF, Access.ANSWERED),
    ),
    fault(
        "bluetooth-absent",
        _BLUETOOTH,
        "there is no Bluetooth adapter: nothing to check",
        replace(_bluetooth(Power.OFF, Access.NOT_ASKED), adapters=()),
    ),
    fault(
        "bluetooth-no-service",
        _BLUETOOTH,
        "the Bluetooth service does not run: nothing to check",
        _bluetooth(Power.UNKNOWN, Access.NO_SERVICE),
    ),
    fault(
        "bluetooth-listening-only",
        _BLUETOOTH,
        "the only microphone could be that of a headset which has none for a call (warns)",
        replace(
            _bluetooth(Power.ON, Access.ANSWERED),
            detail="",
            headsets=(Headset(name="Simulated Headset", profiles=(AudioProfile.A2DP,)),),
            wired=WiredMicrophones.NONE,
        ),
        root=(0, "bluetooth.listening_only"),
    ),
    fault("camera-hang", _CAMERA, "the camera's driver never answers", Hangs()),
    fault(
        "portaudio-missing",
        _MICROPHONE,
        "a sound server runs, and PortAudio, which could ask it, is not installed",
        replace(
            _without_server(),
            server=ServerUntold(detail="pactl is missing"),
            portaudio=LibraryMissing(library="PortAudio", detail="PortAudio library not found"),
        ),
    ),
    fault("portaudio-crash", _MICROPHONE, "PortAudio crashes", CrashesIn(library="PortAudio")),
)
