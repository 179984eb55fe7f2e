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
from hms_doctor.model.devices.recordings import Lost, NoSamples, Refused, Way
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind, LibraryMissing, NotTried
from hms_doctor.model.devices.tone import SECONDS, Heard, NotHeard, heard, pattern
from hms_doctor.model.quick_dataclass import dataclass
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
    way: PlayWay,
    ear: Way | Unheeded,
    thinks: Callable[[], None] = lambda: None,
    *,
    is_monitor: bool = False,
    longest: float = _LONGEST,
) -> PlayOutcome:
    """Play the tones while a microphone listens, or nobody does; nothing runs any more when this is through.

    ``thinks`` is called when all is recorded, before what may take a slow machine seconds; ``longest`` is in seconds,
    for the playing alone.
    """
    try:
        if isinstance(ear, Unheeded):
            return Played(name=way.name, ms=_alone(way, longest), ear=ear)
        try:
            take = _taken(way, ear, longest)
        except RecordingError as error:
            deaf = Unheeded(why=Deaf.FAILED, detail=failure_told(error.outcome))
            return Played(name=way.name, ms=_alone(way, longest), ear=deaf)
    except PlayingError as error:
        return error.outcome
    thinks()
    heeded = Heeded(microphone=ear.name, is_monitor=is_monitor, rms=_rms(take.samples), result=_best(take))
    return Played(name=way.name, ms=take.ms, ear=heeded)


@dataclass(frozen=True, kw_only=True)
class _Take:
    """What was recorded, and what was played meanwhile."""

    samples: "array[float]"
    channels: int
    rate: int
    before: float  # seconds until the playing began
    ms: float  # that it took


def _alone(way: PlayWay, longest: float) -> float:
    """Play, and give how many ms that took; raises ``PlayingError``."""
    sound = player(way, pattern())
    began = time.monotonic()
    try:
        while not sound.is_through():
            _give_up(way, began, longest)
            time.sleep(_TICK)
    finally:
        sound.stop()
    return (time.monotonic() - began) * 1000


def _give_up(way: PlayWay, began: float, longest: float) -> None:
    if time.monotonic() - began > longest:
        raise PlayingError(StuckPlaying(name=way.name, seconds=longest))


def _taken(way: PlayWay, ear: Way, longest: float) -> _Take:
    """Listen a while, then play, then listen a while longer; raises ``RecordingError`` and ``PlayingError``."""
    samples = array("f")
    with recording(ear, _PATIENCE) as running:
        for block in running.blocks:
            samples += block
            if len(samples) >= _BEFORE * running.rate * running.channels:
                break
        before = len(samples) / running.channels / running.rate
        sound = player(way, pattern())
        try:
            ms = _both(way, sound, samples, running, longest)
        finally:
            sound.stop()
    return _Take(samples=samples, channels=running.channels, rate=running.rate, before=before, ms=ms)


def _both(way: PlayWay, sound: Player, samples: "array[float]", running: Running, longest: float) -> float:
    """Record until a while after the playing; give how many ms the playing took."""
    began = time.monotonic()
    through = 0.0
    for block in running.blocks:
        samples += block
        if through and time.monotonic() - through > _AFTER:
            break
        if not through and sound.is_through():
            through = time.monotonic()
        if not through:
            _give_up(way, began, longest)
    return (through - began) * 1000


def _best(take: _Take) -> Heard | NotHeard:
    """Listen to each channel: a headset's microphone may fill but one of two."""
    parts = {take.samples[number :: take.channels].tobytes() for number in range(take.channels)}
    found = [heard(array("f", part), take.rate, take.before) for part in parts]
    return max(found, key=lambda result: result.margin_db)


def _rms(recorded: "array[float]") -> float:
    power = sum(map(mul, recorded, recorded)) / max(1, len(recorded))
    return dbfs(math.sqrt(power)) if math.isfinite(power) else 0.0


def failure_told(outcome: NoSamples | Lost | Refused | LibraryMissing) -> str:
    """Say why there is no recording."""
    match outcome:
        case NoSamples():
            return f"{outcome.name} delivered no sound"
        case Lost() | Refused():
            return f"{outcome.name}: {outcome.detail or 'it stopped'}"
        case LibraryMissing():
            return outcome.detail
