"""What a video node is to a call, and which node is the one that the user means."""

from enum import StrEnum
from typing import Final

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, NotVideo, Unanswered
from hms_doctor.model.devices.surveys import Here, NotOpened
from hms_doctor.model.devices.verdicts import is_denied, is_gone


class Standing(StrEnum):
    """What a node is to a call; the order is that in which they are told."""

    FREE = "free"
    BUSY = "busy"
    DENIED = "denied"
    HUNG = "hung"
    GONE = "gone"
    ODD = "odd"
    PIPELINE = "pipeline"
    NO_CAMERA = "no camera"


_BY_ERRNO: Final = {"": Standing.FREE, "EBUSY": Standing.BUSY}


def standing(node: CameraNode) -> Standing:
    """Say what a node is to a call."""
    match node.look:
        case Unanswered():
            return Standing.HUNG
        case CameraOpened(media_controller=True):
            return Standing.PIPELINE
        case NotVideo() | CameraOpened(captures=False):
            return Standing.NO_CAMERA
        case NotOpened() if node.in_pipeline:
            return Standing.PIPELINE
        case CameraOpened(buffers=errno) | NotOpened(errno=errno):
            return _of_errno(errno)


def _of_errno(errno: str) -> Standing:
    if errno in _BY_ERRNO:
        return _BY_ERRNO[errno]
    if is_denied(errno):
        return Standing.DENIED
    return Standing.GONE if is_gone(errno) else Standing.ODD


def errno_of(node: CameraNode) -> str:
    """Give the errno that decided, empty where the node was granted or gave no answer."""
    match node.look:
        case CameraOpened(buffers=errno) | NotOpened(errno=errno) | NotVideo(errno=errno):
            return errno
        case Unanswered():
            return ""


def of_cameras(nodes: tuple[CameraNode, ...]) -> tuple[CameraNode, ...]:
    """Leave out the nodes that are no camera: one camera has several (metadata), which a closed one does not tell."""
    firsts = {node.name for node in nodes if node.index == 0}
    return tuple(
        node
        for node in nodes
        if standing(node) is not Standing.NO_CAMERA
        and not (isinstance(node.look, NotOpened) and node.index > 0 and node.name in firsts)
    )


def chosen(nodes: tuple[CameraNode, ...], wish: str) -> tuple[CameraNode, ...]:
    """Give the cameras that ``--camera`` means: by node, or by a part of the name in any case; all without a wish."""
    if not wish:
        return nodes
    exact = tuple(node for node in nodes if wish in {node.path, node.path.rsplit("/", 1)[-1], node.name})
    return exact or tuple(node for node in nodes if _fits(node, wish.casefold()))


def _fits(node: CameraNode, part: str) -> bool:
    card = node.look.card if isinstance(node.look, CameraOpened) else ""
    return any(part in name.casefold() for name in (node.name, card))


def to_film(nodes: tuple[CameraNode, ...], wish: str) -> tuple[CameraNode, ...]:
    """Give the one camera to put to the test: the first of the chosen that is free; none where none is."""
    return tuple(node for node in chosen(of_cameras(nodes), wish) if standing(node) is Standing.FREE)[:1]


def let_in_by(node: CameraNode, here: Here) -> str:
    """Say what lets this user open a node: root, its group, or udev's list of who sits at the screen."""
    ways = ((here.is_root, "root"), (node.group in here.groups, "group"), (here.user in node.acl, "acl"))
    return next((way for holds, way in ways if holds), "")
