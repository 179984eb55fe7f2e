"""To which of the outputs the figures of the tones belong."""

import pytest
from device_looks import device, here, node, server, system

from hms_doctor.model.devices.look import NothingSeen, Survey
from hms_doctor.model.devices.playings import Deaf, LeftSilent, Played, PlayOutcome, Unheeded
from hms_doctor.model.devices.sound import NoServer, SoundNode, SoundServer, SoundSurvey
from hms_doctor.model.devices.surveys import NotTried
from hms_doctor.model.devices.tone_figures import by_output


def played(name: str) -> Played:
    return Played(name=name, ms=1130.0, ear=Unheeded(why=Deaf.NO_MICROPHONE, detail=""))


def survey(*nodes: SoundNode, serves: SoundServer | None = None, playing: PlayOutcome) -> SoundSurvey:
    return SoundSurvey(
        here=here(), cards=(), nodes=nodes, server=serves or NoServer(), portaudio=NotTried(), playing=playing
    )


@pytest.mark.parametrize(
    ("seen", "outputs"),
    [
        (survey(node(), serves=server(device()), playing=played("The mic")), ["The mic"]),
        (survey(node(), playing=played("PCH Analog")), ["PCH Analog"]),
        (survey(node(), node(), playing=played("the default output")), ["PCH Analog"]),
        (survey(playing=played("the default output")), ["the default output"]),
        (survey(node(), playing=LeftSilent(name="PCH Analog")), []),
        (system("Speakers"), []),
        (NothingSeen(), []),
    ],
)
def test_the_output_that_played_has_them(seen: Survey | NothingSeen, outputs: list[str]) -> None:
    assert list(by_output(seen)) == outputs
