"""The parent's side of a live meter: levels as they come, and how it ended."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Final, TypeAlias

from hms_doctor.devices.cradle import FORKS
from hms_doctor.devices.nursery import nursery_of
from hms_doctor.devices.process import Child
from hms_doctor.devices.request import Done, MeterMessage, Request, Stage, Told, heard_of_meter
from hms_doctor.model.devices.codec import MalformedError, from_json
from hms_doctor.model.devices.levels import Level
from hms_doctor.model.devices.look import Crashed, End, Finished, Garbled, Hung, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.surveys import DeviceKind
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.platforms.roots import Roots

_START_SECONDS: Final = 5.0
_MOST: Final = 1 << 40
"""Bytes of answers: a day of levels has 200 million."""
Sound: TypeAlias = SoundSurvey | OsSurvey
_SHAPES: Final[tuple[type[Sound], ...]] = (SoundSurvey, OsSurvey)


async def watched(
    wish: DeviceWish, stack: AsyncExitStack, script: str = ""
) -> AsyncGenerator[Level | Look[Sound], None]:
    """Give a look at the microphones, then level after level, and a last look with how it ended.

    The child belongs to the stack. The look that came last before the first level tells which microphone it is.
    """
    roots = Roots()
    request = Request(
        kind=DeviceKind.MICROPHONE,
        wish=wish,
        script=script,
        dev=str(roots.dev),
        sys=str(roots.sys),
        proc=str(roots.proc),
    )
    seen: Sound | NothingSeen = NothingSeen()
    try:
        child = await stack.enter_async_context(Child(request, nursery_of(stack) if FORKS else None, most=_MOST))
    except OSError as error:
        yield Look(seen=seen, end=Garbled(detail=f"it did not start: {error.strerror}"), required=True, wish=wish)
        return
    stage = Stage(name="the device process", seconds=_START_SECONDS)
    end: End = StillLooking()
    while isinstance(end, StillLooking):
        message = await _next(child, stage)
        match message:
            case Level():
                yield message
            case Stage():
                stage = message
            case Told():
                seen, end = _survey(message, seen)
                yield Look(seen=seen, end=end, required=True, wish=wish)
            case Done():
                end = Finished()
            case Hung() | Crashed() | Garbled():
                end = message
    yield Look(seen=seen, end=end, required=True, wish=wish)


def _survey(told: Told, before: Sound | NothingSeen) -> tuple[Sound | NothingSeen, End]:
    try:
        return from_json(told.survey, _SHAPES), StillLooking()
    except MalformedError as error:
        return before, Garbled(detail=str(error))


async def _next(child: Child, stage: Stage) -> MeterMessage | Hung | Crashed | Garbled:
    try:
        line = await child.line(stage.seconds)
        return heard_of_meter(line) if line else await child.crash(stage.name)
    except TimeoutError:
        return Hung(stage=stage.name, seconds=stage.seconds)
    except MalformedError as error:
        return Garbled(detail=str(error))
