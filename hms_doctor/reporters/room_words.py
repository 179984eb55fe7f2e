"""What a run that joined has to tell of the room: how far the join came, and what flowed; read from the evidence."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from hms_doctor.model.finding import CheckResult, Ran, Status, Undecided
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.report import Report
from hms_doctor.model.room.stages import Stage
from hms_doctor.reporters.details import told

JOIN: Final = "How far the join came"
MEDIA: Final = "Media"
ROOM_CHECKS: Final = ("signalling.join", "room.publish", "room.subscribe", "room.media")
TOLD_APART: Final = ("stages", "tracks")
"""Members of the evidence that are shown as steps and flows of their own."""
_CALL: Final = (*ROOM_CHECKS, "signalling.hold")
"""What a call stands or falls with once it was joined: where one of them fails, nothing was completed."""
_WHERE: Final[Mapping[Stage, str]] = {
    Stage.SIGNAL_CONNECTED: "signalling.join",
    Stage.ICE_ESTABLISHED_PUBLISH: "room.publish",
    Stage.ICE_ESTABLISHED_SUBSCRIBE: "room.subscribe",
}
"""The check whose figures stand beside a stage."""


class Reached(StrEnum):
    """Whether the join got to a stage; the value is the glyph."""

    YES = "✓"
    NO = "✗"
    NOT_TOLD = "?"
    NOT_TRIED = "–"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage, and what was measured on the way to it."""

    stage: Stage
    reached: Reached
    seen: tuple[str, ...]

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"{self.reached.value} {self.stage.value}", ", ".join(self.seen))))


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One track in one direction: ``audio sent``, and its figures in words."""

    name: str
    figures: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}: {', '.join(self.figures)}"


def steps(report: Report) -> tuple[Step, ...]:
    """Give every stage in its order; nothing where the run did not join."""
    known = dict(_known(report))
    if not known:
        return ()
    if known.get(Stage.COMPLETED.value) is Reached.YES:
        known[Stage.COMPLETED.value] = _completed([result for result in report.checks if result.id in _CALL])
    return tuple(
        Step(stage=stage, reached=known.get(stage.value, Reached.NOT_TRIED), seen=_seen(report, stage))
        for stage in Stage
    )


def flows(report: Report) -> tuple[Flow, ...]:
    """Give what was sent and received, track by track, and the score of the voice."""
    rows = tuple(Flow(name=_track(row), figures=_figures(row)) for row in tracks(report))
    voice = member(report, "room.media", "voice")
    return (*rows, Flow(name="voice", figures=(f"{voice} by the E-model",))) if isinstance(voice, str) else rows


def tracks(report: Report) -> tuple[JsonObject, ...]:
    """Give the rows of the media that was watched."""
    rows = member(report, "room.media", "tracks")
    return tuple(row for row in rows if isinstance(row, Mapping)) if isinstance(rows, list | tuple) else ()


def _known(report: Report) -> Iterator[tuple[str, Reached]]:
    for result in _room_checks(report):
        for finding in result.findings:
            stages = finding.evidence.get("stages")
            otherwise = Reached.NOT_TOLD if isinstance(finding, Undecided) else Reached.NO
            for name, reached in stages.items() if isinstance(stages, Mapping) else ():
                yield name, Reached.YES if reached is True else otherwise


def _completed(results: Sequence[CheckResult]) -> Reached:
    if any(result.status is Status.FAIL for result in results):
        return Reached.NO
    whole = all(result.outcome.complete for result in results if isinstance(result.outcome, Ran))
    return Reached.YES if whole else Reached.NOT_TOLD


def _room_checks(report: Report) -> Iterator[CheckResult]:
    return (result for result in report.checks if result.id in ROOM_CHECKS)


def member(report: Report, check_id: str, name: str) -> JsonValue:
    """Give a member of the evidence of a check, ``None`` where no finding of it has one."""
    for result in report.checks:
        for finding in result.findings if result.id == check_id else ():
            if name in finding.evidence:
                return finding.evidence[name]
    return None


def _seen(report: Report, stage: Stage) -> tuple[str, ...]:
    check_id = _WHERE.get(stage, "")
    path = member(report, check_id, "path")
    return (*([path] if isinstance(path, str) and path else []), *_timed(report, check_id))


def _timed(report: Report, check_id: str) -> Iterator[str]:
    for result in report.checks:
        if result.id == check_id and isinstance(result.outcome, Ran):
            for name, words in (("join_ms", "answered after"), ("ice_ms", "ICE"), ("dtls_ms", "DTLS")):
                if name in result.outcome.measurements:
                    yield f"{words} {result.outcome.measurements[name]:.0f} ms"


def _track(row: JsonObject) -> str:
    return f"{told(row.get('kind'))} {told(row.get('direction'))}"


def _figures(row: JsonObject) -> tuple[str, ...]:
    parts = (
        _figure(row, "packets", "{:.0f} packets"),
        _figure(row, "kbps", "{:.0f} kbit/s"),
        _figure(row, "rtt_ms", "RTT {:.0f} ms"),
        _figure(row, "jitter_ms", "jitter {:.1f} ms"),
        _figure(row, "loss_percent", "loss {:.1f} %").replace("loss 0.0 %", "no loss"),
    )
    return tuple(filter(None, parts))


def _figure(row: JsonObject, name: str, words: str) -> str:
    value = row.get(name)
    return words.format(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
