"""Two seconds of a microphone on macOS and Windows, through PortAudio; never run there for real."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hms_doctor.devices.request import Request, Stage, Teller
from hms_doctor.model.devices.os_survey import OsDevice, OsSurvey, chosen, may_be_tried
from hms_doctor.model.devices.recordings import LeftAlone, ThroughPortAudio
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceProof

_SECONDS: Final = 9.5
"""To begin, for the first sample (3), to record (2), and until a stream that stops is given up (3)."""


def recorded(survey: OsSurvey, request: Request, tell: Teller) -> Iterator[OsSurvey]:
    """Record the microphone that is meant; a Bluetooth one only where it was named."""
    if request.kind is not DeviceKind.MICROPHONE or request.wish.proof is not DeviceProof.TEST:
        return
    if may_be_tried(survey):
        for device in chosen(survey, request.wish.microphone):
            yield _recorded(survey, device, request.wish.microphone, tell)


def _recorded(survey: OsSurvey, device: OsDevice, wish: str, tell: Teller) -> OsSurvey:
    if device.is_bluetooth and not wish:
        return replace(survey, recording=LeftAlone(name=device.name))
    from hms_doctor.devices.listening import two_seconds

    tell(Stage(name="PortAudio", seconds=_SECONDS))
    # An empty name is PortAudio's default input, which is the system's.
    way = ThroughPortAudio(device=device.name if wish else "", name=device.name)
    return replace(survey, recording=two_seconds(way))
