"""Small checks that look at nothing, for tests of the runner: what they see is what the test says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from hms_doctor.model.causes import Audience, Cause, Scope
from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Failed, Finding, Passed
from hms_doctor.model.vantage import Vantage


def cause(name: str, *, code: int = 2003, explains: tuple[str, ...] = ()) -> Cause:
    return Cause(
        id=name,
        title=name,
        action=f"Mend {name}.",
        audience=Audience.CALLER,
        scope=Scope.NETWORK,
        code=code,
        explains=explains,
    )


@dataclass(frozen=True)
class Seen:
    findings: tuple[Finding, ...]
    facts: tuple[object, ...] = ()
    repeat: bool = False
    vantages: tuple[Vantage, ...] = ()


def fine(*facts: object) -> Seen:
    return Seen(findings=(Passed(summary="fine"),), facts=facts)


def broken(what: Cause, *, repeat: bool = False, vantages: tuple[Vantage, ...] = ()) -> Seen:
    return Seen(findings=(Failed(cause=what, summary=f"{what.id} is broken"),), repeat=repeat, vantages=vantages)


Look = Callable[[Context, Facts], AsyncIterator[Seen]]


def says(*observations: Seen) -> Look:
    """Look as often as there are observations, each a fuller snapshot."""

    async def observe(_ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        for seen in observations:
            await asyncio.sleep(0)
            yield seen

    return observe


def then_hangs(*observations: Seen) -> Look:
    async def observe(_ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        for seen in observations:
            yield seen
        await asyncio.Event().wait()

    return observe


def takes_turns(*observations: Seen) -> Look:
    """Give the next observation at each look, the last for ever."""
    left = list(observations)

    async def observe(_ctx: Context, _facts: Facts) -> AsyncIterator[Seen]:
        yield left.pop(0) if len(left) > 1 else left[0]

    return observe


def make_check(
    name: str,
    observe: Look,
    *,
    needs: tuple[type, ...] = (),
    wants: tuple[type, ...] = (),
    yields: tuple[type, ...] = (),
    concludes: bool = False,
    timeout: float = 20.0,
) -> Check[Seen]:
    def diagnose(seen: Seen) -> Iterable[Finding]:
        return seen.findings

    return Check(
        id=name,
        title=f"the {name}",
        needs=needs,
        wants=wants,
        yields=yields,
        concludes=concludes,
        timeout=timeout,
        observe=observe,
        diagnose=diagnose,
        offers=lambda seen: seen.facts,
        worth_repeating=lambda seen: seen.repeat,
        experiments=lambda seen: seen.vantages,
    )
