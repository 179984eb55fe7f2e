"""What the formats for people say the same way: glyphs, to whom an action is addressed, figures."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from hms_doctor.model.causes import Audience, Scope
from hms_doctor.model.finding import CheckResult, Ran, Skipped, Status
from hms_doctor.model.report.report import Confidence, NoCause, Report, RootCause, Verdict
from hms_doctor.model.vantage import Seat

GLYPH: Final[Mapping[str, str]] = {
    Status.PASS: "✓",
    Status.WARN: "!",
    Status.FAIL: "✗",
    Status.SKIP: "–",
    Status.INCONCLUSIVE: "?",
}
"""By the word of a status or a verdict."""

WHY: Final[Mapping[Confidence, str]] = {
    Confidence.HIGH: "Why we are sure",
    Confidence.MEDIUM: "Why we think so",
    Confidence.LOW: "Why we suspect it",
}
APP_SEES: Final = "What your app sees"

_TENTH: Final = 100.0  # milliseconds
_SEATS: Final[Mapping[Seat, str]] = {
    Seat.DESKTOP: "",
    Seat.SSH: "over SSH",
    Seat.CONTAINER: "from inside a container",
    Seat.WSL: "from inside WSL",
    Seat.CI: "from a CI machine",
    Seat.REMOTE_DESKTOP: "through a remote desktop",
}
_COUNTED: Final = (
    (Status.PASS, "pass"),
    (Status.WARN, "warn"),
    (Status.FAIL, "fail"),
    (Status.INCONCLUSIVE, "inconclusive"),
    (Status.SKIP, "skipped"),
)


def addressee(told: RootCause) -> str:
    """Say who can carry out the action."""
    match told.cause.audience:
        case Audience.CALLER:
            return "For the caller"
        case Audience.APP_DEVELOPER:
            return "For the app's developer"
        case Audience.ADMINISTRATOR if told.cause.scope is Scope.NETWORK:
            return "For the network's administrator"
        case Audience.ADMINISTRATOR:
            return "For the administrator"
        case Audience.HMS:
            return "For the app's developer, to take up with 100ms"


def root_code(report: Report) -> str:
    """Give the code of the root cause, empty where there is none."""
    match report.diagnosis.root:
        case RootCause(code=code) if code and report.verdict is not Verdict.INCONCLUSIVE:
            return str(code)
        case RootCause() | NoCause():
            return ""


def first_line(report: Report) -> str:
    """Say verdict, code and what was found."""
    return f"{title(report)}  {report.headline}"


def title(report: Report) -> str:
    """Give glyph, verdict and code."""
    return " ".join(filter(None, (GLYPH[report.verdict], report.verdict.upper(), root_code(report))))


def seconds(milliseconds: float) -> str:
    """Give a duration as people say it."""
    return f"{milliseconds:.0f} ms" if milliseconds < _TENTH else f"{milliseconds / 1000:.1f} s"


def seen(report: Report, result: CheckResult) -> str:
    """Give what a check saw; a check that lacked another's result says so in words."""
    outcome = result.outcome
    if isinstance(outcome, Skipped) and any(other.id == outcome.because for other in report.checks):
        return replace(outcome, because=f"needs {outcome.because}").summary
    return result.summary


def is_idle(result: CheckResult) -> bool:
    """Whether there was nothing to check, and nobody minds."""
    return isinstance(result.outcome, Skipped) and result.outcome.not_applicable and not result.outcome.required


def is_left_out(result: CheckResult) -> bool:
    """Whether somebody asked for the check not to run."""
    return isinstance(result.outcome, Skipped) and result.outcome.asked_for and not result.outcome.required


def is_about_devices(report: Report) -> bool:
    """Whether the report looks at devices and at nothing else: who asks for them wants to see them all."""
    return bool(report.checks) and all(result.group == "devices" for result in report.checks)


def is_cut_off(result: CheckResult) -> bool:
    """Whether the run ended before the check had seen everything."""
    return isinstance(result.outcome, Ran) and not result.outcome.complete


def counts(report: Report) -> str:
    """Give how many checks ended how, those that had nothing to check on their own."""
    idle = sum(map(is_idle, report.checks))
    by_status = Counter(result.status for result in report.checks if not is_idle(result))
    told = [f"{by_status[status]} {word}" for status, word in _COUNTED if by_status[status]]
    told += [f"{idle} not applicable"] if idle else []
    number = len(report.checks)
    return f"{number} check{'' if number == 1 else 's'}: {', '.join(told)}" if told else "No checks"


def circumstances(report: Report) -> str:
    """Say from where the run looked, where that is not an ordinary desktop with a straight line out."""
    environment = report.environment
    told = [_SEATS[environment.seat]]
    if not is_about_devices(report):  # which reach no network
        told += [
            f"through the proxy {environment.proxy}" if environment.proxy else "",
            f"trusting {environment.trust}" if environment.trust else "",
        ]
    devices = report.extra.get("devices")
    listed = devices if isinstance(devices, list | tuple) else ()
    if any(isinstance(device, Mapping) and device.get("as_root") is True for device in listed):
        told.append("as root (your app's user was not tried)")
    joined = ", ".join(filter(None, told))
    return f"Seen {joined}." if joined else ""


def left_out(report: Report) -> Iterator[str]:
    """Say which checks somebody asked not to run, whole groups by their name, a sentence a reason."""
    reasons: dict[str, list[str]] = {}
    for result in filter(is_left_out, report.checks):
        reasons.setdefault(result.summary.removeprefix("skipped: "), []).append(result.id)
    for reason, ids in reasons.items():
        yield f"Left out: {', '.join(dict.fromkeys(_by_group(report, ids)))} ({reason})."


def _by_group(report: Report, ids: list[str]) -> Iterator[str]:
    for check_id in ids:
        group = check_id.split(".")[0]
        whole = all(result.id in ids for result in report.checks if result.group == group)
        yield group if whole else check_id


def slowest(report: Report) -> str:
    """Name the three checks that took longest."""
    took = {result.id: result.outcome.duration_ms for result in report.checks if isinstance(result.outcome, Ran)}
    longest = sorted((check_id for check_id in took if took[check_id] >= 1), key=lambda check_id: -took[check_id])[:3]
    return f"Slowest: {', '.join(f'{check_id} {seconds(took[check_id])}' for check_id in longest)}." if longest else ""


def open_points(report: Report) -> Iterator[str]:
    """Say what the run does not claim."""
    if report.interrupted:
        yield "Interrupted: what was still running is judged by what it had seen until then."
    if report.not_proven:
        yield f"Not tried: {', '.join(report.not_proven)}."
