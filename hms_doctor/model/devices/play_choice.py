"""Which output the tones are played to, and which microphone listens for them."""

from hms_doctor.model.devices import os_survey
from hms_doctor.model.devices.choice import chosen, real_devices, way_to
from hms_doctor.model.devices.os_survey import OsSurvey, may_be_tried
from hms_doctor.model.devices.playings import (
    Deaf,
    LeftSilent,
    PlayThroughPortAudio,
    PlayThroughServer,
    PlayWay,
    Unheeded,
)
from hms_doctor.model.devices.recordings import LeftAlone, ThroughPortAudio, Way
from hms_doctor.model.devices.sound import NodeOpened, PortAudioDevices, ServerDevice, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import NotTried

_DEFAULT = "the default output"


def play_way(survey: SoundSurvey | OsSurvey) -> PlayWay | LeftSilent | NotTried:
    """Give how the output that an app gets is played to; nothing where there is none, or none that can be opened."""
    if isinstance(survey, OsSurvey):
        found = os_survey.chosen(survey) if may_be_tried(survey) else ()
        return PlayThroughPortAudio(name=found[0].name) if found else NotTried()
    if isinstance(survey.server, SoundServer):
        return _through_server(survey, survey.server)
    if isinstance(survey.portaudio, PortAudioDevices) and survey.portaudio.names:
        return PlayThroughPortAudio(name=_DEFAULT)
    free = [node for node in survey.nodes if isinstance(node.look, NodeOpened)]
    return PlayThroughPortAudio(name=free[0].name if len(free) == 1 else _DEFAULT) if free else NotTried()


def _through_server(survey: SoundSurvey, server: SoundServer) -> PlayWay | LeftSilent | NotTried:
    device = chosen(survey)
    if not isinstance(device, ServerDevice) or device not in real_devices(server):
        return NotTried()
    if device.muted or device.percent == 0:
        return LeftSilent(name=device.description)
    return PlayThroughServer(sink=device.name, name=device.description)


def listener(survey: SoundSurvey | OsSurvey, wanted: str) -> Way | Unheeded:
    """Give which microphone listens; ``survey`` is one of microphones."""
    if isinstance(survey, OsSurvey):
        return _of_the_system(survey, wanted)
    way = way_to(survey, wanted)
    if isinstance(way, LeftAlone):
        return Unheeded(why=Deaf.BLUETOOTH, detail=way.name)
    if not isinstance(way, NotTried):
        return way
    device = chosen(survey, wanted)
    if isinstance(device, ServerDevice):
        return Unheeded(why=Deaf.MONITOR, detail=device.description)
    return _nothing(wanted)


def is_monitor(survey: SoundSurvey | OsSurvey, wanted: str) -> bool:
    """Whether what listens is the monitor of an output."""
    device = chosen(survey, wanted) if isinstance(survey, SoundSurvey) else None
    return isinstance(device, ServerDevice) and device.is_monitor


def _of_the_system(survey: OsSurvey, wanted: str) -> Way | Unheeded:
    for device in os_survey.chosen(survey, wanted) if may_be_tried(survey) else ():
        if device.is_bluetooth and not wanted:
            return Unheeded(why=Deaf.BLUETOOTH, detail=device.name)
        return ThroughPortAudio(device=device.name if wanted else "", name=device.name)
    return _nothing(wanted)


def _nothing(wanted: str) -> Unheeded:
    return Unheeded(why=Deaf.NOT_FOUND if wanted else Deaf.NO_MICROPHONE, detail=wanted[:100])
