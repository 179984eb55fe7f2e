"""Can we send? The answer to our offer, a path, encryption, and the renegotiation that adds our tracks."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from hms_doctor.model.check import Check, Context, Facts
from hms_doctor.model.finding import Finding
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.room.publishing import (
    NothingToPublish,
    NotRenegotiated,
    Publishing,
    PublishNotSet,
    PublishOutcome,
    RenegotiationUnanswered,
)
from hms_doctor.model.room.publishing_judging import judge_publishing, steps_of_publishing
from hms_doctor.model.room.rights import sent_kinds
from hms_doctor.model.room.wish import JoinWanted
from hms_doctor.model.units import Seconds
from hms_doctor.wire.room.patience import dtls_patience, ice_patience
from hms_doctor.wire.room.renegotiating import add_our_tracks
from hms_doctor.wire.room.visit import RoomVisit

_NOT_YET: Final = NotRenegotiated(why="the connection does not stand yet")


async def observe(ctx: Context, facts: Facts) -> AsyncIterator[PublishOutcome]:
    """Set the answer, wait for ICE and DTLS, then offer what the role may send."""
    _wanted, visit = facts[JoinWanted], facts[RoomVisit]
    role = visit.policy.role
    if not visit.answer:
        yield NothingToPublish(role=role)
        return
    taken = await visit.publish.accept(visit.answer)
    if isinstance(taken, DescriptionFailed):
        yield PublishNotSet(failed=taken)
        return
    yield Publishing(transport=visit.publish.transport(), renegotiation=_NOT_YET)
    ctx.waiting("a path for sending", ice_patience(ctx))
    transport = await visit.publish.history.settled(ice_patience(ctx), dtls_patience(ctx))
    if not transport.is_up:
        yield Publishing(transport=transport, renegotiation=NotRenegotiated(why="the connection does not stand"))
        return
    kinds = sent_kinds(visit.policy)
    if not kinds:
        yield Publishing(transport=transport, renegotiation=NotRenegotiated(why=f"the role {role} sends nothing"))
        return
    yield Publishing(transport=transport, renegotiation=RenegotiationUnanswered(waited=Seconds(0)))
    renegotiation = await add_our_tracks(ctx, visit, kinds)
    yield Publishing(transport=visit.publish.transport(), renegotiation=renegotiation)


def diagnose(observation: PublishOutcome) -> Iterable[Finding]:
    """Judge how far the publish connection came."""
    yield from judge_publishing(observation)


def _measure(observation: PublishOutcome) -> Mapping[str, float]:
    return steps_of_publishing(observation)


CHECK = Check(
    id="room.publish",
    title="the connection for sending",
    asks="Does the connection stand over which we send audio and video, and does the server take our tracks?",
    codes=frozenset({4001, 4003, 4004, 4005, 6002}),
    needs=(JoinWanted, RoomVisit),
    yields=(Publishing,),
    timeout=25.0,
    observe=observe,
    diagnose=diagnose,
    measure=_measure,
)
