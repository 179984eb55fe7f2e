"""Can we receive? The server's offer, our answer, its candidates, a path and encryption."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.room.rights import heard_roles, tracks_to_hear
from hms_doctor.model.room.subscribing import (
    NeverOffered,
    NothingToSubscribe,
    SubscribeNotSet,
    SubscribeOutcome,
    Subscribing,
)
from hms_doctor.model.room.subscribing_judging import judge_subscribing, steps_of_subscribing
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.model.units import Seconds
from hms_doctor.wire.room.patience import dtls_patience, ice_patience, offer_patience
from hms_doctor.wire.room.visit import RoomVisit


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[SubscribeOutcome]:
    """Wait for the server's offer, which the visit answers by itself, then for ICE and DTLS."""
    _wanted, visit = facts[JoinWanted], facts[RoomVisit]
    if not visit.answer or not heard_roles(visit.policy):
        yield NothingToSubscribe(role=visit.policy.role)
        return
    waited = await _offered(ctx, visit)
    if not visit.answers:
        yield NeverOffered(waited=Seconds(waited), others_publish=_others_publish(visit))
        return
    yield _seen(visit)
    if not isinstance(visit.answers[-1], DescriptionFailed):
        ctx.waiting("a path for receiving", ice_patience(ctx))
        await visit.subscribe.history.settled(ice_patience(ctx), dtls_patience(ctx))
    yield _seen(visit)


async def _offered(ctx: Context, visit: RoomVisit) -> float:
    began = ctx.clock.monotonic()
    ctx.waiting("an offer of what others send", offer_patience(ctx, _others_publish(visit)))
    while not visit.answers:
        left = began + offer_patience(ctx, _others_publish(visit)) - ctx.clock.monotonic()
        visit.changed.clear()
        try:
            async with asyncio.timeout(left):
                await visit.changed.wait()
        except TimeoutError:
            break
    return ctx.clock.monotonic() - began


def _others_publish(visit: RoomVisit) -> int:
    return tracks_to_hear(visit.policy, visit.roster.others)


def _seen(visit: RoomVisit) -> SubscribeOutcome:
    failed = next((made for made in visit.answers if isinstance(made, DescriptionFailed)), None)
    if visit.bad_candidates:
        return visit.bad_candidates[0]
    if failed is not None:
        return SubscribeNotSet(failed=failed)
    return Subscribing(transport=visit.subscribe.transport(), tracks=visit.subscribe.remote_kinds())


def diagnose(observation: SubscribeOutcome) -> Iterable[Finding]:
    """Judge how far the subscribe connection came."""
    yield from judge_subscribing(observation)


def _measure(observation: SubscribeOutcome) -> Mapping[str, float]:
    return steps_of_subscribing(observation)


CHECK = Check(
    id="room.subscribe",
    title="the connection for receiving",
    asks="Does the connection stand over which the server sends us what others say and show?",
    codes=frozenset({4002, 4003, 4004, 4005, 6002}),
    needs=(JoinWanted, RoomVisit),
    yields=(Subscribing,),
    timeout=25.0,
    observe=observe,
    diagnose=diagnose,
    measure=_measure,
)
