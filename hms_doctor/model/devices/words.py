"""The words and causes of each kind of device, so that what they share is judged and told once."""

from typing import Final

from hms_doctor.model.causes import Cause
from hms_doctor.model.causes import devices as causes
from hms_doctor.model.devices.places import in_container
from hms_doctor.model.devices.surveys import DeviceKind, Here, Holder, HolderSeen, HolderUnseen
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a kind is called, the group that its nodes belong to on Linux, and its causes."""

    kind: DeviceKind
    noun: str
    group: str
    denied: Cause
    consent: Cause
    managed: Cause
    absent: Cause
    hidden: Cause
    busy: Cause


CAMERA: Final = Words(
    kind=DeviceKind.CAMERA,
    noun="camera",
    group="video",
    denied=causes.CAMERA_DENIED,
    consent=causes.CAMERA_CONSENT,
    managed=causes.CAMERA_MANAGED,
    absent=causes.CAMERA_ABSENT,
    hidden=causes.CAMERA_HIDDEN,
    busy=causes.CAMERA_BUSY,
)
MICROPHONE: Final = Words(
    kind=DeviceKind.MICROPHONE,
    noun="microphone",
    group="audio",
    denied=causes.MICROPHONE_DENIED,
    consent=causes.MICROPHONE_CONSENT,
    managed=causes.MICROPHONE_MANAGED,
    absent=causes.MICROPHONE_ABSENT,
    hidden=causes.MICROPHONE_HIDDEN,
    busy=causes.MICROPHONE_BUSY,
)
SPEAKER: Final = Words(
    kind=DeviceKind.SPEAKER,
    noun="sound output",
    group="audio",
    denied=causes.SPEAKER_DENIED,
    consent=causes.SPEAKER_DENIED,  # no system asks before it plays a sound
    managed=causes.SPEAKER_DENIED,
    absent=causes.SPEAKER_ABSENT,
    hidden=causes.SPEAKER_HIDDEN,
    busy=causes.SPEAKER_BUSY,
)


def in_use(holder: HolderSeen) -> str:
    """Say who holds a device: ``in use by Zoom (pid 4711)``."""
    match holder:
        case Holder(pid=0):
            return f"in use by {holder.name}"
        case Holder():
            return f"in use by {holder.name} (pid {holder.pid})"
        case HolderUnseen():
            return "in use by another program"


def close_it(holder: HolderSeen, cause: Cause) -> str:
    """Order the reader to close the program that holds a device."""
    return f"Close {holder.name}, then try again." if isinstance(holder, Holder) else cause.action


def access_order(here: Here, path: str, group: str, usual: str) -> str:
    """Give the exact order that opens a denied node (owned by ``group``, which usually is ``usual``) to this user."""
    if in_container(here):
        return f"Start the container with --device {path} --group-add {group or usual}."
    if here.is_root:
        return f"Find the rule that closes {path} to root: DeviceAllow of a service, SELinux or AppArmor."
    if group in here.member_of and group not in here.groups:
        return f"Log out and in: your user joined the group {group} after this login."
    if group in {"", "root"}:
        return f"Run sudo chown root:{usual} {path} && sudo chmod 660 {path} && {_join(usual)}"
    return f"Run {_join(group)}"


def _join(group: str) -> str:
    return f"sudo usermod -aG {group} $USER, then log out and in."
