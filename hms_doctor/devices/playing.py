"""The child's side of three tones: they are played, a microphone listens, and what it recorded is forgotten."""

import math
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import mul
from pathlib import Path
from typing import Final

from hms_doctor.devices.player import Player, PlayingError, player
from hms_doctor.devices.recording import RecordingError, Running, recording
from hms_doctor.devices.request import Request, Stage, Teller
from hms_doctor.model.devices.levels import dbfs
from hms_doctor.model.devices.look import Survey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.play_choice import is_monitor, listener, play_way
from hms_doctor.model.devices.playings import (
    Deaf,
    Heeded,
    LeftSilent,
    Played,
    PlayOutcome,
    PlayThroughServer,
    PlayWay,
    StuckPlaying,
    Unheeded,
)
from hms_doctor.model.devices.recordings import LeftAlone, Lost, NoSamples, Recorded, Refused, Way
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, LibraryMissing, NotTried
from hms_doctor.model.devices.tone import SECONDS, Heard, NotHeard, heard, pattern
from hms_doctor.platforms.current import surveys
from hms_doctor.platforms.roots import Roots

_SURVEY_SECONDS: Final = 6.0
_SECONDS: Final = 9.8
"""For the first sample (3), what is heard before (0.5), the playing (4), and what comes after it (0.5)."""
_PATIENCE: Final = 3.0
_BEFORE: Final = 0.5
_AFTER: Final = 0.5
_LONGEST: Final = SECONDS + 3.0
_TICK: Final = 0.02


def played(survey: SoundSurvey | OsSurvey, request: Request, tell: Teller) -> Iterator[Survey]:
    """Play to the output that an app gets, where the run asks for it and there is one."""
    if request.kind is not DeviceKind.SPEAKER or not request.wish.plays:
        return
    way = play_way(survey)
    if isinstance(way, LeftSilent):
        yield replace(survey, playing=way)
    elif not isinstance(way, NotTried):
        tell(Stage(name="the microphones' list", seconds=_SURVEY_SECONDS))
        ear, is_air = _ear(request)
        name = "the sound server" if isinstance(way, PlayThroughServer) else "PortAudio"
        tell(Stage(name=name, seconds=_SECONDS))
        thinking = Stage(name="the search for the tones", seconds=_SECONDS)
        yield replace(survey, playing=play(way, ear, lambda: tell(thinking), is_monitor=not is_air))


def _ear(request: Request) -> tuple[Way | Unheeded, bool]:
    """Give the microphone that listens, and whether it hears the air."""
    wanted = request.wish.microphone
    roots = Roots(dev=Path(request.dev), sys=Path(request.sys), proc=Path(request.proc))
    ear: Way | Unheeded = Unheeded(why=Deaf.NO_MICROPHONE, detail="")
    is_air = True
    for survey in surveys(DeviceKind.MICROPHONE, roots):
        if isinstance(survey, SoundSurvey | OsSurvey):
            ear, is_air = listener(survey, wanted), not is_monitor(survey, wanted)
    return ear, is_air


def play(
    way: PlayWay, ear: Way | Unheeded, thinks: Callable[[], None] = lambda: None, *, is_monitor: bool = False
) -> PlayOutcome:
    """Play the tones while a microphone listens, or nobody does; nothing runs any more when this is through.

    ``thinks`` is called when all is recorded, before what may take a slow machine seconds.
    """
    try:
        if isinstance(ear, Unheeded):
            return _alone(way, ear)
        try:
            with recording(ear, _PATIENCE) as running:
                return _heard(way, ear, running, thinks, is_monitor=is_monitor)
        except RecordingError as error:
            return _alone(way, Unheeded(why=Deaf.FAILED, detail=_words(error.outcome)))
    except PlayingError as error:
        return error.outcome


def _alone(way: PlayWay, why: Unheeded) -> PlayOutcome:
    sound = player(way, pattern())
    began = time.monotonic()
    try:
        while not sound.is_through():
            if time.monotonic() - began > _LONGEST:
                return StuckPlaying(name=way.name, seconds=_LONGEST)
            time.sleep(_TICK)
    finally:
        sound.stop()
    return Played(name=way.name, ms=(time.monotonic() - began) * 1000, ear=why)


def _heard(way: PlayWay, ear: Way, running: Running, thinks: Callable[[], None], *, is_monitor: bool) -> PlayOutcome:
    """Listen a while, then play, then listen a while longer."""
    recorded = array("f")
    for block in running.blocks:
        recorded += block
        if len(recorded) >= _BEFORE * running.rate * running.channels:
            break
    before = len(recorded) / running.channels / running.rate
    sound = player(way, pattern())
    try:
        ms = _both(sound, recorded, running)
    finally:
        sound.stop()
    if ms is None:
        return StuckPlaying(name=way.name, seconds=_LONGEST)
    thinks()
    result, rms = _best(recorded, running, before), _rms(recorded)
    return Played(name=way.name, ms=ms, ear=Heeded(microphone=ear.name, is_monitor=is_monitor, rms=rms, result=result))


def _both(sound: Player, recorded: "array[float]", running: Running) -> float | None:
    """Record until a while after the playing; give how many ms that took, None where it took too long."""
    began = time.monotonic()
    through = 0.0
    for block in running.blocks:
        recorded += block
        now = time.monotonic()
        if not through and sound.is_through():
            through = now
        if through and now - through > _AFTER:
            return (through - began) * 1000
        if not through and now - began > _LONGEST:
            return None
    return None


def _best(recorded: "array[float]", running: Running, before: float) -> Heard | NotHeard:
    """Listen to each channel: a headset's microphone may fill but one of two."""
    parts = {recorded[number :: running.channels].tobytes() for number in range(running.channels)}
    found = [heard(array("f", part), running.rate, before) for part in parts]
    return max(found, key=lambda result: result.margin_db)


def _rms(recorded: "array[float]") -> float:
    power = sum(map(mul, recorded, recorded)) / max(1, len(recorded))
    return dbfs(math.sqrt(power)) if math.isfinite(power) else 0.0


def _words(outcome: Recorded | NoSamples | Lost | Refused | LeftAlone | LibraryMissing) -> str:
    match outcome:
        case NoSamples():
            return f"{outcome.name} delivered no sound"
        case Lost() | Refused():
            return f"{outcome.name}: {outcome.detail or 'it stopped'}"
        case LibraryMissing():
            return outcome.detail
        case Recorded() | LeftAlone():
            return outcome.name
