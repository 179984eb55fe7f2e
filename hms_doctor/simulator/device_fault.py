"""Faults of devices: what the device child plays in place of a healthy machine's device."""

from dataclasses import replace
from typing import Final

from hms_doctor.model.devices.recordings import Outcome
from hms_doctor.model.devices.scripts import SIMULATED_HERE, Answer, scripted
from hms_doctor.model.devices.sound import ServerDevice, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, Holder, NotTried
from hms_doctor.model.devices.wish import DeviceProof, DeviceWish
from hms_doctor.simulator.fault import Fault
from hms_doctor.simulator.scenario import Scenario

HOLDER: Final = Holder(name="Zoom", pid=4711)
_NO_ROOT: Final = (0, "")
_AS_IT_IS: Final = DeviceWish()
_UNTRIED: Final = NotTried()


def fault(
    name: str,
    kind: DeviceKind,
    summary: str,
    answer: Answer,
    *,
    root: tuple[int, str] = _NO_ROOT,
    wish: DeviceWish = _AS_IT_IS,
    warns_with_code: bool = False,
) -> Fault:
    """Make a fault of one kind of device; ``root`` is its code and cause, ``wish`` what shows it."""
    code, cause = root

    def apply(scenario: Scenario) -> Scenario:
        machine = scripted(scenario.machine, kind, answer)
        return replace(scenario, machine=machine, devices=_both(scenario.devices, wish))

    return Fault(
        name=name,
        code=code,
        check=f"devices.{kind.value}",
        cause=cause,
        kind="device",
        summary=summary,
        apply=apply,
        warns_with_code=warns_with_code,
    )


def _both(one: DeviceWish, other: DeviceWish) -> DeviceWish:
    tested = DeviceProof.TEST in {one.proof, other.proof}
    return DeviceWish(
        proof=DeviceProof.TEST if tested else DeviceProof.LOOK,
        camera=other.camera or one.camera,
        microphone=other.microphone or one.microphone,
        plays=one.plays or other.plays,
    )


def sources(*devices: ServerDevice, recording: NotTried | Outcome = _UNTRIED) -> SoundSurvey:
    """Give a sound server with these devices, of which the first is the default."""
    return SoundSurvey(
        here=SIMULATED_HERE,
        cards=("Simulated Card",),
        nodes=(),
        server=SoundServer(name="Simulated Server", default=devices[0].name, devices=devices, headsets=()),
        portaudio=_UNTRIED,
        recording=recording,
    )
