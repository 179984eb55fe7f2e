"""Whether there is a camera that a call can use; it is opened and asked, and streams only for a test."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final, TypeAlias

from hms_doctor.devices.process import Asked, looks
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.devices.camera_verdicts import of_the_cameras
from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Finished, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.os_verdicts import of_the_system
from hms_doctor.model.devices.pictures import FirstFrame, Pictures
from hms_doctor.model.devices.verdicts import nothing_told, of_the_end
from hms_doctor.model.devices.words import CAMERA
from hms_doctor.model.finding import Finding
from hms_doctor.model.json import JsonObject

Observation: TypeAlias = Look[CameraSurvey | OsSurvey]
_ASKED: Final[Asked[CameraSurvey | OsSurvey]] = Asked(kind=CAMERA.kind, shapes=(CameraSurvey, OsSurvey))


def observe(ctx: Context, _facts: Facts) -> AsyncIterator[Observation]:
    """Ask the kernel for every video node, and one camera for pictures where the run wants a test."""
    return looks(ctx, _ASKED)


def diagnose(look: Observation) -> Iterable[Finding]:
    """Judge what was seen: one camera that works is enough, or the one that was named."""
    seen = look.seen
    evidence: JsonObject = {"devices": listed(CAMERA.kind, seen)}
    yield from of_the_end(look.end, CAMERA.noun)
    match seen:
        case NothingSeen():
            if isinstance(look.end, StillLooking | Finished):
                yield nothing_told(CAMERA.noun)
        case OsSurvey():
            yield from of_the_system(seen, CAMERA, evidence, look.noise, look.wish.camera)
        case CameraSurvey():
            yield from of_the_cameras(seen, look.wish.camera, evidence, required=look.required)


def measure(look: Observation) -> Mapping[str, float]:
    """Give how long the first picture took."""
    match look.seen:
        case CameraSurvey(film=Pictures(opened_ms=ms)) | OsSurvey(frame=FirstFrame(ms=ms)):
            return {"first_picture_ms": ms}
        case _:
            return {}


CHECK = Check(
    id="devices.camera",
    title="the camera",
    asks="Is there a camera, may this user open it, and is it free?",
    codes=frozenset({3001, 3002, 3003, 3015}),
    observe=observe,
    diagnose=diagnose,
    measure=measure,
)
