"""The shape of the catalogue: a code, and what it means on which platform."""

from enum import StrEnum

from hms_doctor.model.causes.cause import Platform
from hms_doctor.model.quick_dataclass import dataclass

WEB = frozenset({Platform.WEB})
IOS = frozenset({Platform.IOS})
ANDROID = frozenset({Platform.ANDROID, Platform.FLUTTER})
"""The Android SDK and Flutter, whose pages list the same codes."""
REACT_NATIVE = frozenset({Platform.REACT_NATIVE})
NATIVE = ANDROID | IOS | REACT_NATIVE
EVERYWHERE = NATIVE | WEB

PAGES = "100ms's error pages for Android and Flutter"


class Terminal(StrEnum):
    """Whether the SDK has left the room when the app gets the code (``HMSException.isTerminal``)."""

    NEVER = "never"
    ALWAYS = "always"
    AFTER_RETRIES = "after_retries"
    DEPENDS = "depends"
    UNKNOWN = "unknown"


class Retried(StrEnum):
    """Whether the SDK tries again by itself before it gives the code."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a code means on some platforms. ``cause``, ``action``, ``retries`` and ``terminal_when`` are sentences."""

    platforms: frozenset[Platform]
    name: str  # as the SDK calls it
    title: str  # a short phrase that can stand in a table
    cause: str
    action: str
    sdk_actions: tuple[str, ...] = ()  # HMSException.action: what the SDK was doing, the usual one first
    message: str = ""  # HMSException.message, with {…} where the SDK fills in
    terminal: Terminal = Terminal.UNKNOWN
    terminal_when: str = ""
    after_s: int = 0  # seconds of retries after which it is terminal; 0: no figure is known
    retried: Retried = Retried.UNKNOWN
    retries: str = ""  # what the SDK tries, how often and how long
    symptoms: tuple[str, ...]
    source: str
    unrelated: bool = False  # to the first meaning: what finds and shows the code does not speak of this one

    @property
    def ordered_platforms(self) -> tuple[Platform, ...]:
        """The platforms in the order of their enumeration."""
        return tuple(platform for platform in Platform if platform in self.platforms)

    @property
    def where(self) -> str:
        """The platforms in few words."""
        absent = [platform for platform in Platform if platform in EVERYWHERE - self.platforms]
        match absent:
            case []:
                return "all"
            case [only]:
                return f"all but {only}"
            case _:
                return ", ".join(self.ordered_platforms)

    def known_on(self, platform: Platform) -> bool:
        """Whether an app on the platform may meet it: Flutter and React Native hand on what the phone's SDK says."""
        return _distance(self, platform) < _FOREIGN


@dataclass(frozen=True)
class Entry:
    """One code with every meaning it has; the first is that of 100ms's error pages where they list the code."""

    code: int
    meanings: tuple[Meaning, ...]

    def seen_from(self, platform: Platform) -> tuple[Meaning, ...]:
        """Give every meaning, those that the platform knows first."""
        return tuple(sorted(self.meanings, key=lambda meaning: _distance(meaning, platform)))


_WRAPPERS = REACT_NATIVE | {Platform.FLUTTER}
_BENEATH = frozenset({Platform.ANDROID, Platform.IOS})
_FOREIGN = 2


def _distance(meaning: Meaning, platform: Platform) -> int:
    if platform is Platform.ANY or platform in meaning.platforms:
        return 0
    handed_on = platform in _WRAPPERS and meaning.platforms & _BENEATH
    return 1 if handed_on else _FOREIGN
