"""The report of one run: frozen data that the runner makes and the reporters only read."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Final, TypeAlias

from hms_doctor.model.causes import Cause, Platform
from hms_doctor.model.finding import CheckResult, Status
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Seat

SCHEMA_VERSION: Final = 1
INTERRUPTED: Final = 130
"""The exit code of a run that Ctrl-C ended; its report is partial."""


class Verdict(StrEnum):
    """What the run says as a whole."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"


class Confidence(StrEnum):
    """How sure the diagnosis is (``verdicts``: cause and root cause, 6)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, kw_only=True)
class RootCause:
    """One cause that was found, as it stands in the report; the causes beside the root have the same shape."""

    cause: Cause
    check: str  # the id of the check that found it
    code: int  # ``NO_CODE`` where none belongs to it
    status: Status
    summary: str
    action: str
    confidence: Confidence
    evidence: tuple[str, ...] = ()  # sentences: why we are sure


@dataclass(frozen=True, kw_only=True)
class NoCause:
    """Nothing fails and nothing warns."""


Root: TypeAlias = RootCause | NoCause


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """A finding that follows from another cause."""

    check: str
    code: int
    explained_by: str  # the id of that cause


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """Many findings told as one root cause, what stands beside it, and what follows from it."""

    root: Root = NoCause()
    others: tuple[RootCause, ...] = ()
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Where the run took place."""

    os: str
    python: str
    platform: Platform = Platform.ANY
    seat: Seat = Seat.DESKTOP
    ci: bool = False
    proxies: Mapping[str, str] = field(default_factory=dict)  # protocol ("https", "wss", "turn") → URL without login
    trust: str = ""  # empty: the operating system's own certificate store

    @property
    def proxy(self) -> str:
        """The proxies in one line, empty where none is used."""
        if len(set(self.proxies.values())) == 1:
            return next(iter(self.proxies.values()))
        return ", ".join(f"{protocol}: {url}" for protocol, url in self.proxies.items())


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that one run has to say."""

    version: str  # of hms-doctor
    run_id: str
    started_at: str  # RFC 3339, UTC
    duration_ms: float
    environment: Environment
    verdict: Verdict
    exit_code: int
    headline: str  # one sentence without verdict word and code: reporters set those before it
    diagnosis: Diagnosis = Diagnosis()
    not_proven: tuple[str, ...] = ()  # what was not tried: "joining the room", "media", "browser permissions"
    checks: tuple[CheckResult, ...] = ()
    extra: JsonObject = field(default_factory=dict)  # further members of the JSON report: "devices", "token"

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended the run before it was through."""
        return self.exit_code == INTERRUPTED
