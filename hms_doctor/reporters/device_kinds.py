"""What a report that looks at devices alone says of each kind: its devices, and what their states leave unsaid."""

from collections.abc import Iterator, Mapping
from typing import Final

from hms_doctor.model.finding import CheckResult, Ran, Status
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.report import Report, RootCause
from hms_doctor.reporters.device_words import ability, behind, standing, status_of, text
from hms_doctor.reporters.layout import Role
from hms_doctor.reporters.story import code, leading_cause, leading_question, other_causes, way_out
from hms_doctor.reporters.words import addressee, is_left_out, seen

_ROLES: Final = {Status.PASS: Role.GOOD, Status.SKIP: Role.DIM}


@dataclass(frozen=True, kw_only=True)
class DeviceRow:
    """One device in words."""

    status: Status
    role: Role
    name: str
    standing: str
    ability: str
    behind: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a check says beyond its devices' states, and what to do about it."""

    status: Status
    role: Role
    text: str
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The devices of a kind, under their check."""

    id: str
    status: Status
    role: Role
    code: str
    took: str
    rows: tuple[DeviceRow, ...]
    remarks: tuple[Remark, ...]


def kinds(report: Report) -> Iterator[Kind]:
    """Give every kind that was looked at."""
    for result in report.checks:
        if not is_left_out(result):
            devices = [device for device in _devices(report) if text(device, "kind") == result.id.partition(".")[2]]
            rows = tuple(_row(report, result, device) for device in devices)
            yield Kind(
                id=result.id,
                status=result.status,
                role=_role(report, result, result.status),
                code=code(report, result),
                took=f"{result.outcome.duration_ms:.0f} ms" if isinstance(result.outcome, Ran) else "–",
                rows=rows,
                remarks=tuple(_remarks(report, result, has_rows=bool(rows))),
            )


def _devices(report: Report) -> Iterator[JsonObject]:
    devices = report.extra.get("devices")
    for device in devices if isinstance(devices, list | tuple) else ():
        if isinstance(device, Mapping):
            yield device


def _row(report: Report, result: CheckResult, device: JsonObject) -> DeviceRow:
    status = status_of(device, result)
    return DeviceRow(
        status=status,
        role=_role(report, result, status),
        name=text(device, "name") or text(device, "id") or "without a name",
        standing=standing(device),
        ability=ability(device),
        behind=tuple(filter(None, behind(device))),
    )


def _role(report: Report, result: CheckResult, status: Status) -> Role:
    root = report.diagnosis.root
    if isinstance(root, RootCause) and root.check == result.id and status is Status.FAIL:
        return Role.BAD
    return _ROLES.get(status, Role.CARE)


def _remarks(report: Report, result: CheckResult, *, has_rows: bool) -> Iterator[Remark]:
    """Give what the headline does not say; what it says of devices that are not there is told by their absence."""
    on_top = {told.check for told in leading_cause(report)} | {each.id for each in leading_question(report)}
    causes = [told for told in other_causes(report) if told.check == result.id]
    role = _role(report, result, result.status)
    if result.id in on_top:
        none = "not seen" if result.status is Status.INCONCLUSIVE else "none"
        yield from () if has_rows else (Remark(status=result.status, role=role, text=none),)
    elif not causes and (not has_rows or result.status in {Status.INCONCLUSIVE, Status.FAIL}):
        yield Remark(status=result.status, role=role, text=_said(report, result), advice=_new(way_out(result), report))
    for told in causes:
        words = (
            f"{told.summary} ({told.code})" if told.code and str(told.code) != code(report, result) else told.summary
        )
        advice = f"{addressee(told)}: {told.action}" if told.action else ""
        yield Remark(status=told.status, role=_ROLES.get(told.status, Role.CARE), text=words, advice=advice)


def _said(report: Report, result: CheckResult) -> str:
    return seen(report, result).removeprefix("skipped: ").removesuffix(": nothing to check")


def _new(advice: str, report: Report) -> str:
    """Say no advice again that stands on top already."""
    return "" if advice in [way_out(each) for each in leading_question(report)] else advice
