"""What macOS and Windows tell of any kind of device: raw, as data."""

from enum import StrEnum

from hms_doctor.model.devices.pictures import FirstFrame, NoFrame
from hms_doctor.model.devices.playings import PlayOutcome
from hms_doctor.model.devices.recordings import Outcome
from hms_doctor.model.devices.surveys import Here, Holder, LibraryMissing, NotTried
from hms_doctor.model.quick_dataclass import dataclass


class Consent(StrEnum):
    """What a system's privacy settings say to the program that we run in."""

    ALLOWED = "allowed"
    DENIED = "denied"
    RESTRICTED = "restricted"  # by management
    NOT_ASKED = "not asked yet"
    UNKNOWN = "unknown"
    PENDING = "not looked up yet"


class Sharing(StrEnum):
    """What else has a device; macOS tells it of each, and lets several programs share one."""

    UNTOLD = "not told"
    FREE = "free"
    ELSEWHERE = "in use by another app"
    SUSPENDED = "suspended"  # a camera behind a closed lid


@dataclass(frozen=True, kw_only=True)
class OsDevice:
    """A device by the system's own list."""

    name: str
    id: str
    is_default: bool
    sharing: Sharing = Sharing.UNTOLD
    is_bluetooth: bool = False


@dataclass(frozen=True, kw_only=True)
class OsSurvey:
    """macOS and Windows: the system's list, its privacy settings, and who uses the devices now where it tells."""

    here: Here
    system: str
    told: bool  # false where the list could not be read
    devices: tuple[OsDevice, ...]
    consent: Consent
    source: str  # where the consent was read
    users: tuple[Holder, ...]
    program: str = ""  # whom the system asks about: the terminal program, empty where that is not known
    denied_apps: tuple[str, ...] = ()  # apps that a policy or the user denies the device, by name
    frame: NotTried | FirstFrame | NoFrame | LibraryMissing = NotTried()  # a camera's first picture
    recording: NotTried | Outcome = NotTried()  # two seconds of a microphone
    playing: NotTried | PlayOutcome = NotTried()  # three tones through the speaker


def may_be_tried(survey: OsSurvey) -> bool:
    """Whether to open a device tells something: all is looked up, and nothing forbids it to us."""
    return survey.consent not in {Consent.PENDING, Consent.DENIED, Consent.RESTRICTED}


def chosen(survey: OsSurvey, wish: str = "") -> tuple[OsDevice, ...]:
    """Give the device that an app gets (the default, else the first), or the first whose name or id is wished for."""
    part = wish.casefold()
    meant = [device for device in survey.devices if part in device.name.casefold() or wish == device.id]
    return tuple(sorted(meant, key=lambda device: not (device.is_default and not wish))[:1])
