"""Runs a plan of checks and makes the report; knows no check and prints nothing."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from dataclasses import field
from datetime import UTC, datetime

from hms_doctor import __version__
from hms_doctor.model.events import Observer, RunEnded, unwatched
from hms_doctor.model.finding import CheckResult, Ran, Status
from hms_doctor.model.json import JsonObject, JsonValue
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.report.clean import clean_report
from hms_doctor.model.report.report import Environment, Report
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import Settings
from hms_doctor.model.token.facts import TokenText
from hms_doctor.model.verdict.diagnosis import Case, diagnose
from hms_doctor.model.verdict.exit_code import Terms, exit_code, verdict
from hms_doctor.model.verdict.headline import headline, not_proven
from hms_doctor.model.verdict.weighing import weigh
from hms_doctor.runner.plan import Plan, UnknownCheckError, covers, make_plan
from hms_doctor.runner.run import Progress, Run

__all__ = ["Order", "Plan", "UnknownCheckError", "covers", "execute", "make_plan"]


@dataclass(frozen=True, kw_only=True)
class Order:
    """One run, as it was asked for."""

    plan: Plan
    settings: Settings
    environment: Environment
    seeds: tuple[object, ...] = ()
    secrets: tuple[Secret, ...] = ()
    fail_on: Status = Status.FAIL
    token_expected: bool = False
    on_event: Observer = unwatched
    interrupt: asyncio.Event = field(default_factory=asyncio.Event)


async def execute(order: Order) -> Report:
    """Run the plan and say what it means; never raises for anything that a check met."""
    started_at = datetime.now(tz=UTC)
    run = Run(
        plan=order.plan,
        settings=order.settings,
        seeds=order.seeds,
        on_event=order.on_event,
        interrupt=order.interrupt,
    )
    clock = run.clock.monotonic
    began = clock()
    progress, counterfactuals = await run.execute()
    order.on_event(RunEnded())
    found = [progress.results[check_id] for check_id in order.plan.order if check_id in progress.results]
    results = weigh(tuple(found), progress.facts)
    diagnosis = diagnose(Case(results=results, platform=order.settings.platform, counterfactuals=counterfactuals))
    terms = _terms(order, progress)
    overall = verdict(results, terms)
    report = Report(
        version=__version__,
        run_id=os.urandom(8).hex(),
        started_at=started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        duration_ms=(clock() - began) * 1000,
        environment=order.environment,
        verdict=overall,
        exit_code=exit_code(results, terms),
        headline=headline(overall, diagnosis, results, interrupted=progress.interrupted),
        diagnosis=diagnosis,
        not_proven=not_proven(results),
        checks=results,
        extra=_extra(results),
    )
    return clean_report(report, (*order.secrets, *_secrets_met(progress)))


def _terms(order: Order, progress: Progress) -> Terms:
    return Terms(
        fail_on=order.fail_on,
        named=order.plan.named,
        lacks_token=order.token_expected and TokenText not in progress.facts,
        interrupted=progress.interrupted,
    )


def _secrets_met(progress: Progress) -> Iterable[Secret]:
    """Give every secret that a fact of the run carries, however deep, for the redaction net."""
    ends: list[object] = list(progress.facts)
    while ends:
        end = ends.pop()
        if isinstance(end, Secret):
            yield end
        elif isinstance(end, list | tuple):
            ends.extend(end)
        elif hasattr(end, "__dataclass_fields__"):
            ends.extend(getattr(end, name, None) for name in end.__dataclass_fields__)


def _extra(results: Iterable[CheckResult]) -> JsonObject:
    """Give the report's further members: the devices that were seen, as the device checks list them."""
    asked = [result for result in results if result.group == "devices" and _looked(result)]
    devices = [device for result in asked for device in _devices(result)]
    return {"devices": devices} if asked else {}


def _devices(result: CheckResult) -> Sequence[JsonValue]:
    """Give what a check lists; several of its findings may carry the same list."""
    listed = (evidence.get("devices") for evidence in _evidence(result))
    return next((each for each in listed if isinstance(each, list | tuple) and each), ())


def _looked(result: CheckResult) -> bool:
    return isinstance(result.outcome, Ran) or result.outcome.not_applicable


def _evidence(result: CheckResult) -> Iterable[JsonObject]:
    if isinstance(result.outcome, Ran):
        return [finding.evidence for finding in result.findings]
    return [result.outcome.seen]
