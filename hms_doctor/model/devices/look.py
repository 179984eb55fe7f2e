"""One look at one kind of device: what the child process told, and how it ended."""

from typing import Generic, TypeAlias, TypeVar

from hms_doctor.model.devices.cameras import CameraSurvey
from hms_doctor.model.devices.os_survey import OsSurvey
from hms_doctor.model.devices.radios import BluetoothSurvey
from hms_doctor.model.devices.sound import SoundSurvey
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.quick_dataclass import dataclass

Survey: TypeAlias = CameraSurvey | SoundSurvey | OsSurvey | BluetoothSurvey
Seen = TypeVar("Seen", bound=Survey)


@dataclass(frozen=True, kw_only=True)
class NothingSeen:
    """The child process ended before it told anything."""


@dataclass(frozen=True, kw_only=True)
class StillLooking:
    """A snapshot: the child process goes on."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The child process told all."""


@dataclass(frozen=True, kw_only=True)
class Hung:
    """The child process was stopped in ``stage`` after ``seconds`` of silence."""

    stage: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Crashed:
    """The child process died in ``stage``; ``how`` is a signal's name or an exit status."""

    stage: str
    how: str
    noise: str  # the last of what it wrote to stderr


@dataclass(frozen=True, kw_only=True)
class Garbled:
    """The child process said what no child of ours says, or could not be started."""

    detail: str


End: TypeAlias = StillLooking | Finished | Hung | Crashed | Garbled


@dataclass(frozen=True, kw_only=True)
class Look(Generic[Seen]):
    """One look at one kind of device."""

    seen: Seen | NothingSeen
    end: End
    required: bool  # the user said that it must be there
    wish: DeviceWish = DeviceWish()  # what the run wants of the devices
    noise: str = ""  # the end of what the child and its libraries wrote to stderr
