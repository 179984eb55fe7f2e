"""What every look at a device shares: raw, as data, told by a child process.

The kinds have files of their own: ``cameras``, ``sound``, ``radios``, and ``os_survey`` for macOS and Windows; ``look``
holds a look as a whole.
"""

from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Seat


class DeviceKind(StrEnum):
    """The contract's four words."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    SPEAKER = "speaker"
    BLUETOOTH = "bluetooth"


class Walls(StrEnum):
    """What stands between this process and the machine's devices, apart from the user's permissions."""

    NONE = "none"
    CONTAINER = "container"
    FLATPAK = "Flatpak"
    SNAP = "snap"
    SERVICE = "system service"


@dataclass(frozen=True, kw_only=True)
class Here:
    """Where and as whom the child looked."""

    seat: Seat
    user: str
    is_root: bool
    groups: tuple[str, ...]  # those of the process
    member_of: tuple[str, ...]  # those of the group database: more than ``groups`` until the next login
    walls: Walls = Walls.NONE
    by_sudo: bool = False  # root, and another user asked for it


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A program that has a device open."""

    name: str
    pid: int  # 0: the system does not tell it


@dataclass(frozen=True, kw_only=True)
class HolderUnseen:
    """Nobody, or a program of another user that this one may not see."""


HolderSeen: TypeAlias = Holder | HolderUnseen


@dataclass(frozen=True, kw_only=True)
class NotOpened:
    """``open`` failed; ``errno`` is its symbolic name."""

    errno: str


@dataclass(frozen=True, kw_only=True)
class NotTried:
    """Not opened, since it was not needed or nothing would be learned."""


@dataclass(frozen=True, kw_only=True)
class LibraryMissing:
    """A system library is not there, so that nothing was learned."""

    library: str
    detail: str
