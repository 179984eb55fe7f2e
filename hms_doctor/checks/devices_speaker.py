"""Whether there is a speaker or another sound output; three tones are played only where that is asked for."""

from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeAlias

from hms_doctor.devices.process import Asked
from hms_doctor.devices.turns import looks_in_turn
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.devices.look import Look
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.speaker_verdicts import judge_speaker
from hms_doctor.model.devices.words import SPEAKER
from hms_doctor.model.finding import Finding

Observation: TypeAlias = Look[SoundSurvey | OsSurvey]
_ASKED: Final[Asked[SoundSurvey | OsSurvey]] = Asked(kind=SPEAKER.kind, shapes=(SoundSurvey, OsSurvey))


def observe(ctx: Context, _facts: Facts) -> AsyncIterator[Observation]:
    """Ask the sound server, the kernel and, where they leave a question, PortAudio."""
    return looks_in_turn(ctx, _ASKED)


def diagnose(look: Observation) -> Iterable[Finding]:
    """Judge what was seen."""
    return judge_speaker(look)


CHECK = Check(
    id="devices.speaker",
    title="the speaker",
    asks="Is there a sound output, may this user open it, and is it free and unmuted?",
    codes=frozenset({3001, 3002, 3003}),
    timeout=40.0,  # it may wait for its turn at the microphone
    observe=observe,
    diagnose=diagnose,
)
