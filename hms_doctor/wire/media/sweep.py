"""The paced loop over several paths side by side; one after another where a server lends one relay at a time."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import field
from functools import partial
from typing import Final, TypeAlias

from hms_doctor.model.check import Context
from hms_doctor.model.ice.media import BrokeOff, Carried, LoopOutcome, LoopRow, NotCarried, PacedLoop
from hms_doctor.model.ice.relay_words import words_of
from hms_doctor.model.ice.relays import Refused, Unfinished
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.wire.crew import Crew
from hms_doctor.wire.media.loop import STREAM_STRAGGLING, Died, Pace, run_loop
from hms_doctor.wire.media.relayed import NotHad, Proved, through
from hms_doctor.wire.turn.path import QUOTA_REACHED
from hms_doctor.wire.turn.sweep import QUOTA_FREED_AFTER
from hms_doctor.wire.turn.track import Track

AT_VOICES_PACE: Final = Pace()
_Attempt: TypeAlias = PacedLoop | Died | NotHad


@dataclass(frozen=True, kw_only=True)
class _Sweep:
    ctx: Context
    crew: Crew[LoopRow]
    paths: Sequence[Proved]
    pace: Pace
    held_up: list[int] = field(default_factory=list)  # places of paths that a quota keeps waiting

    def put(self, number: int, outcome: LoopOutcome, attempts: int = 1) -> None:
        proved = self.paths[number]
        row = LoopRow(path=proved.path, outcome=outcome, attempts=attempts, proof=proved.proof)
        self.crew.put((number, 0), row)


async def sweep_media(
    ctx: Context, paths: Sequence[Proved], pace: Pace = AT_VOICES_PACE
) -> AsyncGenerator[tuple[LoopRow, ...], None]:
    """Give all rows whenever one has changed. A path that fails is tried once more on a fresh socket."""
    async with Crew[LoopRow]() as crew:
        work = _Sweep(ctx=ctx, crew=crew, paths=paths, pace=pace)
        for number in range(len(paths)):
            work.put(number, Unfinished())
            crew.spawn(_loop(work, number))
        async for rows in crew.snapshots():
            yield rows
        crew.spawn(_in_turn(work))
        async for rows in crew.snapshots():
            yield rows


async def _loop(work: _Sweep, number: int) -> None:
    first = await _attempt(work, number, 1)
    if _hit_quota(first):
        work.held_up.append(number)
    elif isinstance(first, PacedLoop):
        work.put(number, Carried(loop=first))
    else:
        second = await _attempt(work, number, 2)
        work.put(number, _after_two(first, second), 2)


async def _in_turn(work: _Sweep) -> None:
    """Let those go that had to wait for the others' relays; who meets a full quota even alone has seen enough."""
    for number in tuple(work.held_up):
        work.held_up.clear()
        await asyncio.sleep(QUOTA_FREED_AFTER)
        await _loop(work, number)
        if work.held_up:
            work.put(number, NotCarried(why=f"{QUOTA_REACHED}: the server lends no further relay"), 2)


async def _attempt(work: _Sweep, number: int, attempt: int) -> _Attempt:
    return await through(work.ctx, work.paths[number], attempt, partial(_run, work, number))


async def _run(work: _Sweep, number: int, track: Track) -> PacedLoop | Died:
    path, pace = work.paths[number].path, work.pace
    seconds = pace.packets * pace.interval + STREAM_STRAGGLING
    work.ctx.waiting(f"{pace.packets} packets through {path.host}:{path.port}/{path.transport.value}", seconds)
    return await run_loop(track, pace, work.paths[number].rtt_ms / 1000)


def _hit_quota(outcome: _Attempt) -> bool:
    return isinstance(outcome, Refused) and outcome.code == QUOTA_REACHED


def _after_two(first: _Attempt, second: _Attempt) -> LoopOutcome:
    if isinstance(second, PacedLoop):
        return Carried(loop=second)
    for died in (first, second):
        if isinstance(died, Died) and died.loop.echoes:
            return BrokeOff(loop=died.loop, failure=died.failure)
    return NotCarried(why=_why(second))


def _why(outcome: Died | NotHad) -> str:
    return f"no packet came back ({outcome.failure})" if isinstance(outcome, Died) else words_of(outcome)
