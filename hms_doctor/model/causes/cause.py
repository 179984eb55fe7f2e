"""A cause: what we can find out, finer than a code."""

from dataclasses import field
from enum import StrEnum
from typing import Final

from hms_doctor.model.quick_dataclass import dataclass


class Platform(StrEnum):
    """Whose codes are told; ``any`` is what 100ms's error pages say."""

    ANY = "any"
    WEB = "web"
    ANDROID = "android"
    IOS = "ios"
    FLUTTER = "flutter"
    REACT_NATIVE = "react-native"


class Audience(StrEnum):
    """Who can carry out the action."""

    CALLER = "caller"
    APP_DEVELOPER = "app-developer"
    ADMINISTRATOR = "administrator"
    HMS = "100ms"


class Scope(StrEnum):
    """What the cause is a property of."""

    PROCESS = "process"
    MACHINE = "machine"
    NETWORK = "network"
    SERVICE = "service"
    TOKEN = "token"
    APP = "app"


NO_CODE: Final = 0


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that can be wrong.

    ``code`` is the code of 100ms's error pages (0: none, such a cause can only warn); ``platform_codes`` holds the
    platforms whose SDK is known to raise another. ``explains`` names the causes that follow from this one, as ids or
    as prefixes ending in ``*``.
    """

    id: str
    title: str
    action: str
    audience: Audience
    scope: Scope
    code: int = NO_CODE
    platform_codes: dict[Platform, int] = field(default_factory=dict)
    explains: tuple[str, ...] = ()

    def code_on(self, platform: Platform) -> int:
        """Give the code that this platform's SDK raises where that is known, else the pages'."""
        return self.platform_codes.get(platform, self.code)

    def accounts_for(self, other: "Cause") -> bool:
        """Whether the other follows from this one."""
        return other.id != self.id and any(_matches(pattern, other.id) for pattern in self.explains)


def _matches(pattern: str, cause_id: str) -> bool:
    return cause_id.startswith(pattern[:-1]) if pattern.endswith("*") else cause_id == pattern
