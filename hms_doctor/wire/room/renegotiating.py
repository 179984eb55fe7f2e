"""The renegotiation of the publish connection: an ``offer`` with our tracks, and its answer (transport/index.ts)."""

from collections.abc import Mapping
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.json import JsonValue
from hms_doctor.model.room.descriptions import DescriptionFailed
from hms_doctor.model.room.publishing import (
    NotRenegotiated,
    Renegotiated,
    Renegotiation,
    RenegotiationEmpty,
    RenegotiationRefused,
    RenegotiationUnanswered,
)
from hms_doctor.model.units import Milliseconds, Seconds
from hms_doctor.wire.room.sending import add_tracks
from hms_doctor.wire.room.talk import Answered, Denied, Gone, NotAnswered
from hms_doctor.wire.room.visit import RoomVisit

_PATIENCE: Final = 4.0


async def add_our_tracks(ctx: Context, visit: RoomVisit, kinds: tuple[str, ...]) -> Renegotiation:
    """Offer a synthetic track of each kind in one go, and set the answer."""
    visit.sending = add_tracks(visit.publish, kinds)
    described = await visit.publish.offer()
    if isinstance(described, DescriptionFailed):
        return described
    tracks = {each.track.id: each.state for each in visit.sending.values()}
    began, patience = ctx.clock.monotonic(), ctx.patience(_PATIENCE)
    ctx.waiting("the answer to the offer of our tracks", patience)
    match await visit.ask_offer(described.sdp, tracks, patience):
        case Answered(result=result):
            return await _answered(visit, result, kinds, Milliseconds(1000 * (ctx.clock.monotonic() - began)))
        case Denied(fault=fault):
            return RenegotiationRefused(fault=fault)
        case NotAnswered(waited=waited):
            return RenegotiationUnanswered(waited=Seconds(waited))
        case Gone():
            return NotRenegotiated(why="the websocket was lost before the server took our tracks")


async def _answered(
    visit: RoomVisit, result: JsonValue, kinds: tuple[str, ...], took: Milliseconds
) -> Renegotiated | RenegotiationEmpty | DescriptionFailed:
    sdp = result.get("sdp") if isinstance(result, Mapping) else None
    if not isinstance(sdp, str):
        return RenegotiationEmpty()
    taken = await visit.publish.accept(sdp)
    if isinstance(taken, DescriptionFailed):
        return taken
    visit.is_heard = True
    return Renegotiated(kinds=kinds, took=took)
