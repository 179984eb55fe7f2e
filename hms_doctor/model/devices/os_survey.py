"""What macOS and Windows tell of any kind of device: raw, as data."""

from enum import StrEnum

from hms_doctor.model.devices.surveys import Here, Holder
from hms_doctor.model.quick_dataclass import dataclass


class Consent(StrEnum):
    """What a system's privacy settings say to the program that we run in."""

    ALLOWED = "allowed"
    DENIED = "denied"
    RESTRICTED = "restricted"  # by management
    NOT_ASKED = "not asked yet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class OsDevice:
    """A device by the system's own list."""

    name: str
    id: str
    is_default: bool


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
