"""What a check says: four kinds of finding, one result a check."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from hms_doctor.model.causes import NO_CODE, Cause, Platform
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass


class Status(StrEnum):
    """How a check ended; the contract's five words."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, kw_only=True)
class Passed:
    """Seen to work, or a note that takes nothing away from that."""

    summary: str
    evidence: JsonObject = field(default_factory=dict)
    lesson: str = ""  # of a counterfactual that passes: what to do about it


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Works or may work, but a user would feel it, or it stops soon, or it could not be proven to break a call."""

    cause: Cause
    summary: str
    action: str = ""  # empty: the cause's own
    evidence: JsonObject = field(default_factory=dict)
    shows_code: bool = False  # a warning tells its cause's code only where the contract says so (Bluetooth)


@dataclass(frozen=True, kw_only=True)
class Failed:
    """Breaks a call by 100ms's pages or SDK; always has a code: the server's own word, else the cause's."""

    cause: Cause
    summary: str
    action: str = ""
    evidence: JsonObject = field(default_factory=dict)
    word: int = NO_CODE  # the code that the server itself gave; a platform's own number for the cause goes before it


@dataclass(frozen=True, kw_only=True)
class Undecided:
    """The doctor itself could not tell; never a code."""

    summary: str
    action: str = ""
    evidence: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NothingToCheck:
    """There is nothing here to look at (no Bluetooth adapter); alone it makes the check a skipped one."""

    summary: str
    evidence: JsonObject = field(default_factory=dict)


Finding: TypeAlias = Passed | NothingToCheck | Warned | Failed | Undecided
Trouble: TypeAlias = Warned | Failed

_STATUS: Mapping[type, Status] = {
    Passed: Status.PASS,
    NothingToCheck: Status.SKIP,
    Warned: Status.WARN,
    Failed: Status.FAIL,
    Undecided: Status.INCONCLUSIVE,
}
_SEVERITY = (Status.PASS, Status.SKIP, Status.INCONCLUSIVE, Status.WARN, Status.FAIL)


def status_of(finding: Finding) -> Status:
    """Give the contract's word for a finding."""
    return _STATUS[type(finding)]


def severity(status: Status) -> int:
    """Rank a status: fail > warn > inconclusive > skip > pass."""
    return _SEVERITY.index(status)


def worst(findings: tuple[Finding, ...]) -> Status:
    """Give the status of a check with these findings; none at all means that nothing was seen."""
    return max((status_of(f) for f in findings), key=severity, default=Status.INCONCLUSIVE)


def action_of(finding: Finding) -> str:
    """Give what the reader should do, empty where nothing is to be done."""
    match finding:
        case Passed() | NothingToCheck():
            return ""
        case Undecided():
            return finding.action
        case Warned() | Failed():
            return finding.action or finding.cause.action


def code_of(finding: Finding, platform: Platform) -> int:
    """Give the HMS code that belongs to a finding on a platform, ``NO_CODE`` where none does."""
    match finding:
        case Failed(cause=cause, word=word) if word:
            return cause.platform_codes.get(platform, word)
        case Failed():
            return finding.cause.code_on(platform)
        case Warned(shows_code=True):
            return finding.cause.code_on(platform)
        case Passed() | NothingToCheck() | Warned() | Undecided():
            return NO_CODE


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A check that looked."""

    findings: tuple[Finding, ...]
    measurements: Mapping[str, float] = field(default_factory=dict)
    duration_ms: float = 0.0
    attempts: int = 1
    complete: bool = True


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A check that did not look: ``because`` names a check id or gives the reason in words."""

    because: str
    asked_for: bool = False  # somebody said --skip, or named other checks
    not_applicable: bool = False  # there was nothing to check
    required: bool = False  # --require: a skip leaves open what had to be decided
    seen: JsonObject = field(default_factory=dict)  # evidence of that there was nothing to check

    @property
    def summary(self) -> str:
        """Say why, in one line."""
        return f"{'required, but ' if self.required else ''}skipped: {self.because}"


Outcome: TypeAlias = Ran | Skipped


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One check of a run and how it ended."""

    id: str
    title: str
    outcome: Outcome
    needs: tuple[str, ...] = ()
    implied: bool = False

    @property
    def group(self) -> str:
        """The first word of the id."""
        return self.id.split(".")[0]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found; nothing in a skipped check."""
        return self.outcome.findings if isinstance(self.outcome, Ran) else ()

    @cached_property  # asked for again and again while a report is told
    def status(self) -> Status:
        """The worst of its findings."""
        match self.outcome:
            case Ran(findings=findings):
                return worst(findings)
            case Skipped(required=required):
                return Status.INCONCLUSIVE if required else Status.SKIP

    @cached_property
    def leading(self) -> tuple[Finding, ...]:
        """The findings that make up the status, the first of them first."""
        return tuple(f for f in self.findings if status_of(f) is self.status)

    @property
    def summary(self) -> str:
        """What was seen, in one line."""
        if isinstance(self.outcome, Skipped):
            return self.outcome.summary
        return self.leading[0].summary if self.leading else "nothing was seen"
