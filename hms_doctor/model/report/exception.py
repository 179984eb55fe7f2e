"""The HMSException that belongs to a fault: what 100ms's pages promise an app (its members: 100ms's Flutter page)."""

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from hms_doctor.model.causes import NO_CODE, Platform
from hms_doctor.model.finding import Failed, Finding, Warned, code_of
from hms_doctor.model.quick_dataclass import dataclass

if TYPE_CHECKING:
    from hms_doctor.model.catalogue import Terminal


@dataclass(frozen=True, kw_only=True)
class HmsException:
    """What the app would get by the pages; what it really gets stands in ``observed``."""

    code: int
    name: str
    message: str
    description: str
    action: str  # the SDK's action in which it fails, empty where that is not known
    terminal: "Terminal"


@dataclass(frozen=True, kw_only=True)
class NoException:
    """Nothing that an app would hear of."""


Raised: TypeAlias = HmsException | NoException


def exception_of(finding: Finding, platform: Platform) -> Raised:
    """Give the exception that a platform's SDK raises under a finding, by its own words where they are known."""
    code = code_of(finding, platform)
    if code == NO_CODE or not isinstance(finding, Failed | Warned):
        return NoException()
    from hms_doctor.model.catalogue import Meaning, NotListed, Terminal, meaning  # most runs need none of it

    match meaning(code, platform):
        case Meaning() as known:
            action = _action(finding, known.sdk_actions)
            return HmsException(
                code=code,
                name=known.name,
                message=_filled(known.message, action, finding.summary) or known.title,
                description=finding.summary,
                action=action,
                terminal=known.terminal,
            )
        case NotListed():
            return HmsException(
                code=code,
                name="ServerErrors",  # what the SDKs call every number that a server makes up
                message=finding.summary,
                description=finding.summary,
                action="",
                terminal=Terminal.UNKNOWN,
            )


SDK_ACTION: Final = "sdk_action"
"""The member of the evidence that tells what the SDK was doing, where a check saw it."""


def _action(finding: Failed | Warned, usual: tuple[str, ...]) -> str:
    seen = finding.evidence.get(SDK_ACTION)
    return seen if isinstance(seen, str) else next(iter(usual), "")


def _filled(template: str, action: str, said: str) -> str:
    """Fill in what the SDK would; what it alone knows (which device) becomes an ellipsis."""
    known = {"action": action, "message": said}
    return re.sub(r"\{(\w+)\}", lambda field: known.get(field[1], "…"), template)
