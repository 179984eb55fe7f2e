"""Whether there is a camera that a call can use; it is opened and asked, but streams only with ``--deep``."""

from collections.abc import AsyncIterator, Iterable, Iterator
from enum import StrEnum
from typing import Final, TypeAlias

from hms_doctor.devices.process import Asked, looks
from hms_doctor.model.causes.devices import CAMERA_SILENT
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey, FirstFrame, NoFrame, NotVideo
from hms_doctor.model.devices.listing import listed
from hms_doctor.model.devices.look import Finished, Look, NothingSeen, StillLooking
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.surveys import LibraryMissing, NotOpened, NotTried
from hms_doctor.model.devices.verdicts import (
    absent,
    denied,
    is_denied,
    is_gone,
    nothing_told,
    of_the_end,
    of_the_system,
)
from hms_doctor.model.devices.words import CAMERA, close_it, in_use
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided, Warned
from hms_doctor.model.json import JsonObject
from hms_doctor.model.vantage import Seat

Observation: TypeAlias = Look[CameraSurvey | OsSurvey]
_ASKED: Final[Asked[CameraSurvey | OsSurvey]] = Asked(kind=CAMERA.kind, shapes=(CameraSurvey, OsSurvey))


class Standing(StrEnum):
    """What a node is to a call; the order is that in which they are told."""

    FREE = "free"
    BUSY = "busy"
    DENIED = "denied"
    GONE = "gone"
    ODD = "odd"
    PIPELINE = "pipeline"
    NO_CAMERA = "no camera"


def observe(ctx: Context, _facts: Facts) -> AsyncIterator[Observation]:
    """Ask the kernel for every video node."""
    return looks(ctx, _ASKED)


def diagnose(look: Observation) -> Iterable[Finding]:
    """Judge what was seen: one camera that works is enough."""
    seen = look.seen
    evidence: JsonObject = {"devices": listed(CAMERA.kind, seen)}
    yield from of_the_end(look.end, CAMERA.noun)
    match seen:
        case NothingSeen():
            if isinstance(look.end, StillLooking | Finished):
                yield nothing_told(CAMERA.noun)
        case OsSurvey():
            yield from of_the_system(seen, CAMERA, evidence)
        case CameraSurvey():
            yield from _of_the_nodes(seen, evidence, required=look.required)
            yield from _of_the_picture(seen)


def standing(node: CameraNode) -> Standing:
    """Say what a node is to a call."""
    match node.look:
        case NotVideo():
            return Standing.NO_CAMERA
        case NotOpened(errno=errno):
            return _of_errno(errno)
        case CameraOpened(media_controller=True):
            return Standing.PIPELINE
        case CameraOpened(captures=False):
            return Standing.NO_CAMERA
        case CameraOpened(buffers=""):
            return Standing.FREE
        case CameraOpened(buffers=errno):
            return _of_errno(errno)


def _of_errno(errno: str) -> Standing:
    if errno == "EBUSY":
        return Standing.BUSY
    if is_denied(errno):
        return Standing.DENIED
    return Standing.GONE if is_gone(errno) else Standing.ODD


def _of_the_nodes(survey: CameraSurvey, evidence: JsonObject, *, required: bool) -> Iterator[Finding]:
    by_standing = {standing(node): node for node in reversed(survey.nodes)}
    best = next((word for word in Standing if word in by_standing), Standing.NO_CAMERA)
    if best is Standing.NO_CAMERA:
        yield absent(CAMERA, survey.here, evidence, required=required)
        return
    told = {**evidence, "nodes": [_row(node) for node in survey.nodes]}
    yield _of_one(by_standing[best], best, survey, told)
    if best is Standing.FREE and Standing.BUSY in by_standing:
        other = by_standing[Standing.BUSY]
        yield Passed(summary=f"another camera, {other.name}, is {in_use(other.holder)}")


def _row(node: CameraNode) -> JsonObject:
    look = node.look
    driver, errno = (look.driver, look.buffers) if isinstance(look, CameraOpened) else ("", look.errno)
    return {"node": node.path, "name": node.name, "driver": driver, "errno": errno, "is": standing(node).value}


def _of_one(node: CameraNode, best: Standing, survey: CameraSurvey, evidence: JsonObject) -> Finding:
    match best:
        case Standing.FREE:
            as_root = " (to root; your app's user was not tried)" if survey.here.is_root else ""
            return Passed(summary=f"{node.name}, free{as_root}", evidence=evidence)
        case Standing.BUSY:
            summary = f"{node.name} ({node.path}) is {in_use(node.holder)}"
            action = close_it(node.holder, CAMERA.busy)
            return Failed(cause=CAMERA.busy, summary=summary, action=action, evidence=evidence)
        case Standing.DENIED:
            return denied(CAMERA, survey.here, node.path, node.group, evidence)
        case Standing.GONE:
            in_container = survey.here.seat is Seat.CONTAINER
            action = f"Start the container with --device {node.path}." if in_container else ""
            summary = f"the kernel has {node.name}, and {node.path} cannot be opened ({_row(node)['errno']})"
            return Failed(cause=CAMERA.hidden, summary=summary, action=action, evidence=evidence)
        case Standing.PIPELINE | Standing.ODD | Standing.NO_CAMERA:
            return _unsure(node, best, evidence)


def _unsure(node: CameraNode, best: Standing, evidence: JsonObject) -> Finding:
    if best is Standing.PIPELINE:
        return Undecided(
            summary=f"{node.name} is a part of a camera pipeline, which apps reach through PipeWire or libcamera alone",
            action="Try the camera in the browser; hms-doctor cannot try this kind.",
            evidence=evidence,
        )
    return Undecided(
        summary=f"{node.name} ({node.path}) could not be opened: {_row(node)['errno']}",
        action="Plug the camera in again, then run hms-doctor devices.",
        evidence=evidence,
    )


def _of_the_picture(survey: CameraSurvey) -> Iterator[Finding]:
    frame = survey.frame
    match frame:
        case NotTried():
            return
        case FirstFrame():
            yield Passed(summary=f"first picture after {frame.ms:.0f} ms, {frame.width}x{frame.height}")
        case NoFrame():
            summary = f"{frame.path} opens, and delivered no picture in {frame.ms / 1000:.1f} s"
            yield Warned(cause=CAMERA_SILENT, summary=summary)
        case LibraryMissing():
            yield Undecided(
                summary=f"no picture was taken: {frame.library} does not load ({frame.detail})",
                action="Reinstall opencv-python-headless where hms-doctor is installed.",
            )


CHECK = Check(
    id="devices.camera",
    title="the camera",
    asks="Is there a camera, may this user open it, and is it free?",
    codes=frozenset({3001, 3002, 3003}),
    observe=observe,
    diagnose=diagnose,
)
