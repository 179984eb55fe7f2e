"""Does media flow, and how well? Our synthetic audio and video, and what others send; quality only warns."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from typing import Final

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.media import MediaFlow, MediaOutcome, NoMedia
from hms_doctor.model.room.media_judging import judge_media
from hms_doctor.model.room.media_words import figures_of_media
from hms_doctor.model.room.publishing import Publishing
from hms_doctor.model.room.subscribing import Subscribing
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.wire.room.flow import Watch
from hms_doctor.wire.room.visit import RoomVisit


@dataclass(frozen=True, kw_only=True)
class _Unseen:
    """The check that looks at this connection saw none."""


_UNSEEN: Final = _Unseen()


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[MediaOutcome]:
    """Watch what both sides count on the connections that stand."""
    wanted, visit = facts[JoinWanted], facts[RoomVisit]
    seen = (facts.get(Publishing, _UNSEEN), facts.get(Subscribing, _UNSEEN))
    links = [
        visit.publish if isinstance(each, Publishing) else visit.subscribe
        for each in seen
        if isinstance(each, Publishing | Subscribing) and each.transport.is_up
    ]
    if not links:
        yield NoMedia(why="neither connection stands")
        return
    if not visit.sent and not visit.subscribe.remote_kinds():
        yield NoMedia(why="the server did not take our tracks" if visit.sending else "nobody sends")
        return
    ctx.waiting(f"media to flow (watched for {wanted.media_seconds:.0f} s)", wanted.media_seconds)
    async with aclosing(Watch(ctx, visit, tuple(links)).watch(wanted.media_seconds)) as flows:
        async for flow in flows:
            yield flow


def diagnose(observation: MediaOutcome) -> Iterable[Finding]:
    """Judge what flowed."""
    yield from judge_media(observation)


def _measure(observation: MediaOutcome) -> Mapping[str, float]:
    return figures_of_media(observation)


CHECK = Check(
    id="room.media",
    title="audio and video in the room",
    asks="Do audio and video flow both ways, and how well?",
    codes=frozenset({4005}),
    needs=(JoinWanted, RoomVisit),
    wants=(Publishing, Subscribing),
    yields=(MediaFlow,),
    timeout=30.0,
    observe=observe,
    diagnose=diagnose,
    measure=_measure,
)
