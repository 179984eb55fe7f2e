"""What the video nodes of a Linux machine mean for a call: one camera that works is enough, or the one named."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes.devices import CAMERA_NOT_FOUND
from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, CameraSurvey, Unanswered
from hms_doctor.model.devices.film_verdicts import of_the_film, used_by
from hms_doctor.model.devices.modes import mode_for_a_call, mode_told
from hms_doctor.model.devices.places import as_root, in_container
from hms_doctor.model.devices.standing import Standing, chosen, errno_of, let_in_by, of_cameras, standing
from hms_doctor.model.devices.surveys import Here, NotTried
from hms_doctor.model.devices.verdicts import absent, denied
from hms_doctor.model.devices.words import CAMERA, close_it
from hms_doctor.model.finding import Failed, Finding, Passed, Undecided
from hms_doctor.model.json import JsonObject

_NAMES_TOLD: Final = 5
_BY_GROUP: Final = 0o060


def of_the_cameras(survey: CameraSurvey, wish: str, evidence: JsonObject, *, required: bool) -> Iterator[Finding]:
    """Judge the camera that was named, else the best of them; ``wish`` is a part of a name, a node, or empty."""
    cameras = of_cameras(survey.nodes)
    if not cameras:
        yield absent(CAMERA, survey.here, evidence, required=required)
        return
    meant = chosen(cameras, wish)
    told: JsonObject = {**evidence, "nodes": [_row(node, survey.here) for node in survey.nodes]}
    if not meant:
        yield _not_found(cameras, wish, told)
        return
    best = min(meant, key=lambda node: list(Standing).index(standing(node)))
    if standing(best) is Standing.FREE:
        yield from _of_the_free(best, survey, told)
        yield from _notes(cameras, best, survey.here)
    else:
        yield _of_one(best, survey.here, told)


def _row(node: CameraNode, here: Here) -> JsonObject:
    opened = isinstance(node.look, CameraOpened)
    row: JsonObject = {
        "node": node.path,
        "name": node.name,
        "driver": node.look.driver if isinstance(node.look, CameraOpened) else "",
        "errno": errno_of(node),
        "is": standing(node).value,
    }
    listed: JsonObject = {"acl": list(node.acl)} if node.acl else {}
    return {**row, **listed, **({"access": let_in_by(node, here)} if opened and let_in_by(node, here) else {})}


def _not_found(cameras: tuple[CameraNode, ...], wish: str, evidence: JsonObject) -> Finding:
    names = ", ".join(f"{node.name[:60]} ({node.path})" for node in cameras[:_NAMES_TOLD])
    more = f" and {len(cameras) - _NAMES_TOLD} more" if len(cameras) > _NAMES_TOLD else ""
    return Failed(
        cause=CAMERA_NOT_FOUND,
        summary=f'no camera is called "{wish[:60]}"',
        action=f"Choose one of these with --camera: {names}{more}.",
        evidence=evidence,
    )


def _of_the_free(node: CameraNode, survey: CameraSurvey, evidence: JsonObject) -> Iterator[Finding]:
    match survey.film:
        case NotTried():
            formats = node.look.formats if isinstance(node.look, CameraOpened) else ()
            mode = f", {mode_told(mode_for_a_call(formats))}" if formats else ""
            yield Passed(summary=f"{node.name}, free{mode}{as_root(survey.here)}", evidence=evidence)
        case film:
            yield from of_the_film(film, node.name, survey.here, evidence)


def _notes(cameras: tuple[CameraNode, ...], best: CameraNode, here: Here) -> Iterator[Finding]:
    """Tell of the other cameras what would keep an app from them; of each trouble one is enough."""
    told: set[Standing] = {Standing.FREE, Standing.ODD, Standing.PIPELINE}
    for node in cameras:
        if node is not best and standing(node) not in told:
            told.add(standing(node))
            yield Passed(summary=f"another camera, {node.name}, {_trouble(node, here)}")


def _trouble(node: CameraNode, here: Here) -> str:
    match standing(node):
        case Standing.BUSY:
            return f"is {used_by(node.holder, here)}"
        case Standing.DENIED:
            return f"is closed to this user ({node.path})"
        case Standing.HUNG:
            return f"gave no answer ({node.path})"
        case _:
            return f"cannot be opened ({node.path}: {errno_of(node)})"


def _busy(node: CameraNode, here: Here, evidence: JsonObject) -> Finding:
    return Failed(
        cause=CAMERA.busy,
        summary=f"{node.name} ({node.path}) is {used_by(node.holder, here)}",
        action=close_it(node.holder, CAMERA.busy),
        evidence=evidence,
    )


def _of_one(node: CameraNode, here: Here, evidence: JsonObject) -> Finding:
    match standing(node):
        case Standing.BUSY:
            return _busy(node, here, evidence)
        case Standing.DENIED:
            return _denied(node, here, evidence)
        case Standing.GONE:
            action = f"Start the container with --device {node.path}." if in_container(here) else ""
            summary = f"the kernel has {node.name}, and {node.path} cannot be opened ({errno_of(node)})"
            return Failed(cause=CAMERA.hidden, summary=summary, action=action, evidence=evidence)
        case _:
            return _unsure(node, evidence)


def _denied(node: CameraNode, here: Here, evidence: JsonObject) -> Finding:
    usual = denied(CAMERA, here, node.path, node.group, evidence)
    if not isinstance(usual, Failed) or here.is_root:
        return usual
    said = f"permission denied for the camera {node.path}"
    if node.acl:
        whose = ", ".join(user[:32] for user in node.acl[:_NAMES_TOLD])
        group = f", and the group {node.group}" if node.group else ""
        return replace(usual, summary=f"{said}: the login at the screen ({whose}) has it{group}")
    if node.group in here.groups and node.mode & _BY_GROUP != _BY_GROUP:
        summary = f"{said}: its mode ({node.mode:o}) keeps its group {node.group} out"
        return replace(usual, summary=summary, action=f"Run sudo chmod 660 {node.path}, then try again.")
    return usual


def _unsure(node: CameraNode, evidence: JsonObject) -> Finding:
    if standing(node) is Standing.PIPELINE:
        return Undecided(
            summary=f"{node.name} is a part of a camera pipeline, which apps reach through PipeWire or libcamera alone",
            action="Try the camera in the browser; hms-doctor cannot try this kind.",
            evidence=evidence,
        )
    what = f"could not be opened: {errno_of(node)}"
    if isinstance(node.look, Unanswered):
        what = f"gave no answer in {node.look.seconds:.1f} s"
    return Undecided(
        summary=f"{node.name} ({node.path}) {what}",
        action="Plug the camera in again, then run hms-doctor devices.",
        evidence=evidence,
    )
