"""The child's side of a live meter: a microphone's level twenty times a second, until nobody wants it any more."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hms_doctor.devices.recording import PATIENCE, RecordingError, recording
from hms_doctor.devices.request import Request, Stage, Teller
from hms_doctor.model.devices.levels import levels
from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.play_choice import listener
from hms_doctor.model.devices.playings import Deaf, Unheeded
from hms_doctor.model.devices.recordings import LeftAlone, Lost, ThroughServer, Way
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind

_SECONDS: Final = PATIENCE + 2.0
"""For the first level, and between two: the recording itself gives up sooner."""
_LOOKED_AFTER: Final = 40
"""Blocks, 2 s of them, after which the server is asked whether it still has the source."""


def metered(survey: SoundSurvey | OsSurvey, request: Request, tell: Teller) -> Iterator[Survey]:
    """Tell the level of each block of the microphone that is meant; in the end, how the recording ended."""
    if request.kind is not DeviceKind.MICROPHONE or not request.wish.watches:
        return
    way = listener(survey, request.wish.microphone)
    if isinstance(way, Unheeded):
        if way.why is Deaf.BLUETOOTH:
            yield replace(survey, recording=LeftAlone(name=way.detail))
        return
    tell(Stage(name=way.name, seconds=_SECONDS))
    try:
        _stream(way, tell)
    except RecordingError as error:
        yield replace(survey, recording=error.outcome)


def _stream(way: Way, tell: Teller) -> None:
    with recording(way) as running:
        for number, block in enumerate(running.blocks, 1):
            tell(levels(block, running.channels, running.rate).overall)
            if number % _LOOKED_AFTER == 0 and not _is_there(way):
                seconds = number * len(block) / running.channels / running.rate
                lost = Lost(name=way.name, seconds=seconds, detail="the sound server no longer lists it")
                raise RecordingError(lost)


def _is_there(way: Way) -> bool:
    """Whether the server still has the source: it moves a stream whose source goes to another one."""
    if not isinstance(way, ThroughServer):
        return True
    from hms_doctor.platforms.pulse import lists

    return lists(way.source)
