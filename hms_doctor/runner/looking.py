"""One check, looked at: with a deadline, a second try on a fresh socket, and no way to take the run down."""

import asyncio
import contextlib
import traceback
from dataclasses import replace
from pathlib import Path

from hms_doctor.model.causes.run import FLAKY
from hms_doctor.model.check import AnyCheck, Context, Facts, Snapshot
from hms_doctor.model.finding import Failed, Finding, NothingToCheck, Outcome, Ran, Skipped, Undecided, Warned
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.vantage import Vantage

WORTH_A_SECOND_TRY = 0.3
"""Seconds that must be left before the run's deadline for a second look to make sense."""
INTERRUPTED = "interrupted"
"""The message with which a look is cancelled where somebody pressed Ctrl-C."""

_NOTHING_SEEN = Snapshot(findings=(), facts=(), measurements={}, worth_repeating=False, experiments=())


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one look at the world gave."""

    findings: tuple[Finding, ...]
    complete: bool
    snapshot: Snapshot = _NOTHING_SEEN

    @property
    def failed(self) -> bool:
        """Whether it found something that breaks a call."""
        return any(isinstance(f, Failed) for f in self.findings)

    @property
    def decided(self) -> bool:
        """Whether it ran to its end and could tell: only such a look takes a failure back."""
        return self.complete and not any(isinstance(f, Undecided) for f in self.findings)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """A check that has been looked at as often as it takes."""

    outcome: Outcome
    facts: tuple[object, ...] = ()
    experiments: tuple[Vantage, ...] = ()


async def look(check: AnyCheck, ctx: Context, facts: Facts) -> Looked:
    """Look once, and once more where a network step failed and a fresh socket might do better."""
    started = ctx.clock.monotonic()
    attempts, first = 1, await look_once(check, ctx, facts)
    last = first
    if first.failed and first.complete and first.snapshot.worth_repeating and ctx.remaining() > WORTH_A_SECOND_TRY:
        second = await look_once(check, ctx, facts)
        if second.failed and second.complete:
            attempts, last = 2, second
        elif second.decided:
            attempts, last = 2, _recovered(first, second)
    duration_ms = (ctx.clock.monotonic() - started) * 1000
    ran = Ran(
        findings=last.findings,
        measurements=last.snapshot.measurements,
        duration_ms=duration_ms,
        attempts=attempts,
        complete=last.complete,
    )
    return Looked(outcome=_outcome(ran), facts=last.snapshot.facts, experiments=last.snapshot.experiments)


async def look_once(check: AnyCheck, ctx: Context, facts: Facts) -> Look:
    """Look once; a deadline keeps what was seen by then, a crash of ours becomes an inconclusive finding."""
    seen: list[Snapshot] = []
    began, limit = ctx.clock.monotonic(), min(check.timeout, ctx.remaining())
    try:
        async with asyncio.timeout(limit), contextlib.aclosing(check.examine(ctx, facts)) as snapshots:
            async for snapshot in snapshots:
                seen.append(snapshot)  # noqa: PERF401 - what was seen before a deadline must not be lost
    except TimeoutError:
        return _cut_off(seen, _late(limit))
    except asyncio.CancelledError as ended:
        interrupted = INTERRUPTED in ended.args
        return _cut_off(seen, _BROKEN_OFF if interrupted else _late(ctx.clock.monotonic() - began))
    except Exception as bug:  # noqa: BLE001 - a bug in one check must not hide what the others saw
        return _crashed(seen, bug)
    if not seen:
        return Look(findings=(Undecided(summary="the check ended without looking"),), complete=False)
    return Look(findings=seen[-1].findings, complete=True, snapshot=seen[-1])


def _cut_off(seen: list[Snapshot], why: Undecided) -> Look:
    if seen:
        return Look(findings=seen[-1].findings or (why,), complete=False, snapshot=seen[-1])
    return Look(findings=(why,), complete=False)


def _late(seconds: float) -> Undecided:
    return Undecided(
        summary=f"we could not tell: cut off after {seconds:.1f} s",
        action="Give the run more time with --timeout.",
    )


_BROKEN_OFF = Undecided(
    summary="we could not tell: interrupted while it looked",
    action="Let the run come to its end.",
)


def _crashed(seen: list[Snapshot], bug: Exception) -> Look:
    # The exception's text may quote a token or a URL: only its type and place are told.
    frames = traceback.extract_tb(bug.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "an unknown place"
    crash = Undecided(
        summary=f"we could not tell: this check has a bug ({type(bug).__name__} in {place})",
        action="Report this line together with `hms-doctor --version`.",
    )
    known = seen[-1].findings if seen else ()
    return replace(_cut_off(seen, crash), findings=(*known, crash))


def _recovered(first: Look, second: Look) -> Look:
    summary = next(f.summary for f in first.findings if isinstance(f, Failed))
    flaky = Warned(cause=FLAKY, summary=f"1 of 2 tries failed: {summary}")
    return replace(second, findings=(flaky, *second.findings))


def _outcome(ran: Ran) -> Outcome:
    """A check that found nothing to check was, in the contract's words, skipped."""
    nothing = [f for f in ran.findings if isinstance(f, NothingToCheck)]
    if nothing and len(nothing) == len(ran.findings):
        return Skipped(because=nothing[0].summary, not_applicable=True, seen=nothing[0].evidence)
    return ran
