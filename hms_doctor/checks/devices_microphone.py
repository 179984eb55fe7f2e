"""Whether there is a microphone that a call can use; two seconds are recorded and measured only with ``--test``."""

from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeAlias

from hms_doctor.devices.process import Asked
from hms_doctor.devices.turns import looks_in_turn
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.devices.look import Look
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.sound_verdicts import judge
from hms_doctor.model.devices.words import MICROPHONE
from hms_doctor.model.finding import Finding

Observation: TypeAlias = Look[SoundSurvey | OsSurvey]
_ASKED: Final[Asked[SoundSurvey | OsSurvey]] = Asked(kind=MICROPHONE.kind, shapes=(SoundSurvey, OsSurvey))


def observe(ctx: Context, _facts: Facts) -> AsyncIterator[Observation]:
    """Ask the sound server, the kernel and, where they leave a question, PortAudio; record where that is asked for."""
    return looks_in_turn(ctx, _ASKED)


def diagnose(look: Observation) -> Iterable[Finding]:
    """Judge what was seen."""
    return judge(look, MICROPHONE)


CHECK = Check(
    id="devices.microphone",
    title="the microphone",
    asks="Is there a microphone, may this user open it, and is it free and unmuted?",
    codes=frozenset({3001, 3002, 3003, 3015}),
    observe=observe,
    diagnose=diagnose,
)
