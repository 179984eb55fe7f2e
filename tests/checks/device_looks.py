"""Looks at devices, put together by hand for the tables of what they mean."""

from dataclasses import replace

from hms_doctor.model.devices.cameras import CameraNode, CameraOpened, NotVideo
from hms_doctor.model.devices.look import End, Finished, Look, NothingSeen, Seen
from hms_doctor.model.devices.os_survey import Consent, OsDevice, OsSurvey
from hms_doctor.model.devices.scripts import SIMULATED_CAMERA, simulated_node
from hms_doctor.model.devices.sound import NodeOpened, ServerDevice, SoundNode, SoundServer
from hms_doctor.model.devices.surveys import Here, Holder, HolderSeen, HolderUnseen, NotOpened, NotTried
from hms_doctor.model.finding import Failed, Finding, Passed, Status, Undecided, Warned, status_of, worst
from hms_doctor.model.vantage import Seat

ZOOM = Holder(name="Zoom", pid=4711)
UNSEEN = HolderUnseen()


def here(seat: Seat = Seat.DESKTOP, *, root: bool = False, groups: str = "", member_of: str = "") -> Here:
    return Here(
        seat=seat, user="caller", is_root=root, groups=tuple(groups.split()), member_of=tuple(member_of.split())
    )


def look(seen: Seen | NothingSeen, end: End | None = None, *, required: bool = False) -> Look[Seen]:
    return Look(seen=seen, end=end or Finished(), required=required)


def camera(
    buffers: str = "", *, number: int = 0, captures: bool = True, pipeline: bool = False, holder: HolderSeen = UNSEEN
) -> CameraNode:
    opened = CameraOpened(driver="uvcvideo", bus="usb-1", captures=captures, media_controller=pipeline, buffers=buffers)
    path = f"/dev/video{number}"
    return replace(SIMULATED_CAMERA, path=path, name=f"Camera {number}", look=opened, holder=holder)


def closed_camera(errno: str, *, number: int = 0, group: str = "video", holder: HolderSeen = UNSEEN) -> CameraNode:
    return replace(camera(number=number, holder=holder), look=NotOpened(errno=errno), group=group)


def no_video(number: int = 0) -> CameraNode:
    return replace(camera(number=number), look=NotVideo(errno="ENOTTY"))


def node(errno: str = "", *, holder: HolderSeen = UNSEEN, group: str = "audio", tried: bool = True) -> SoundNode:
    opened = NotOpened(errno=errno) if errno else NodeOpened() if tried else NotTried()
    return replace(simulated_node("PCH Analog", "c"), look=opened, holder=holder, group=group)


def device(
    name: str = "mic", *, muted: bool = False, percent: int = 80, is_monitor: bool = False, plugged: bool = True
) -> ServerDevice:
    return ServerDevice(
        name=name, description=f"The {name}", muted=muted, percent=percent, is_monitor=is_monitor, plugged=plugged
    )


def server(*devices: ServerDevice, default: str = "mic", headsets: tuple[str, ...] = ()) -> SoundServer:
    return SoundServer(name="PulseAudio", default=default, devices=devices, headsets=headsets)


def system(
    *names: str,
    consent: Consent = Consent.ALLOWED,
    told: bool = True,
    users: tuple[Holder, ...] = (),
    os: str = "macOS",
) -> OsSurvey:
    devices = tuple(OsDevice(name=name, id=name, is_default=number == 1) for number, name in enumerate(names))
    return OsSurvey(
        here=here(),
        system=os,
        told=told,
        devices=devices,
        consent=consent,
        source="AVFoundation",
        users=users,
        program="iTerm.app",
    )


def status(findings: list[Finding]) -> Status:
    return worst(tuple(findings))


def leading(findings: list[Finding]) -> Finding:
    return next(found for found in findings if status_of(found) is status(findings))


def cause_and_code(finding: Finding) -> tuple[str, int]:
    """Give what a finding blames and the code that it shows on the pages' platform."""
    match finding:
        case Failed():
            return finding.cause.id, finding.cause.code
        case Warned():
            return finding.cause.id, finding.cause.code if finding.shows_code else 0
        case _:
            return "", 0


def is_told_well(finding: Finding) -> bool:
    """Whether a finding is a sentence for people, and one that ends in trouble says what to do."""
    words = finding.summary
    plain = words == words.strip() and len(words) < 200 and not words.endswith(".") and "!" not in words
    match finding:
        case Failed() | Warned():
            return plain and (finding.action or finding.cause.action).endswith(".")
        case Undecided():
            return plain and finding.action.endswith(".")
        case Passed() | _:
            return plain
